"""Asking the knowledge itself: reading and search, without dialogue, storage or wording."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from knowledge.crisis import CrisisPatterns
from knowledge.evaluation.measure import Outcome
from knowledge.evaluation.questions import Question
from knowledge.search import Index
from knowledge.understanding import Understanding

#: Entries found for a question.
_FOUND = 5


def direct(index: Index) -> Callable[[Sequence[Question]], list[Outcome]]:
    """A function that answers questions from an index, as the bot would if everything typed were a question."""
    understanding = Understanding(index.base)

    def ask(questions: Sequence[Question]) -> list[Outcome]:
        return [_outcome(index, understanding, question) for question in questions]

    return ask


def looking(index: Index) -> Callable[[Sequence[Question]], list[Outcome]]:
    """A function that looks for danger only, as the bot does first: an outcome is of the kind ``crisis``, or an empty ``abstain``."""
    understanding, patterns = Understanding(index.base), CrisisPatterns.load()

    def is_clear(text: str) -> bool:
        meant = understanding.read(text)
        signals = (patterns.find(text), patterns.find(meant.text), index.danger_in(meant.text, meant.supported))
        return any(signal is not None and signal.level == "clear" for signal in signals)

    def ask(questions: Sequence[Question]) -> list[Outcome]:
        return [Outcome("crisis" if is_clear(q.text) else "abstain", q.language, None, (), None) for q in questions]

    return ask


def _outcome(index: Index, understanding: Understanding, question: Question) -> Outcome:
    remembered, previous = None, None
    if question.after:
        before = understanding.read(question.after)
        remembered = before.language
        found = index.search(before.text, question.country, before.language, limit=_FOUND)
        previous = found.hits[0].entry if found.answered else None
    message = understanding.read(question.text, remembered)
    if not message.supported:
        return Outcome("abstain", message.language, None, (), None)
    result = index.search(message.text, question.country, message.language, limit=_FOUND, previous=previous)
    names = tuple(hit.entry for hit in result.hits)
    score = result.hits[0].score if result.hits else None
    if result.answered:
        return Outcome("answer" if question.country else "clarify", message.language, names[0], names[1:], score)
    return Outcome("abstain", message.language, None, names, score)
