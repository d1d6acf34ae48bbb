"""What is lost where an entry's text is missing in the language of the question."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.evaluation.direct import direct
from knowledge.evaluation.measure import Figure, loss, pairs
from knowledge.evaluation.questions import Question
from knowledge.languages import LANGUAGES
from knowledge.model import KnowledgeBase
from knowledge.search import Index


def text_missing(index: Index, questions: Sequence[Question]) -> list[Figure]:
    """How much recall@1 questions lose when all texts of their language are taken away; a few seconds per language."""
    figures = []
    ask = direct(index)
    for language in LANGUAGES:
        asked = [question for question in questions if question.language == language]
        without = Index(_without(index.base, language), index.cache, weights=index.weights)
        figures += loss("text missing", pairs(ask, asked), pairs(direct(without), asked))
    return figures


def _without(base: KnowledgeBase, language: str) -> KnowledgeBase:
    entries = {
        name: entry.model_copy(update={"texts": {own: text for own, text in entry.texts.items() if own != language}})
        for name, entry in base.entries.items()
    }
    return base.model_copy(update={"entries": entries})
