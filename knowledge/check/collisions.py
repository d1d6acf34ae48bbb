"""Entries that search could not tell apart: doubled titles and answers, and questions too much alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from knowledge.findings import Finding
from knowledge.model import Entry, KnowledgeBase
from knowledge.normalise import fold
from knowledge.parsing import Reader

#: Cosine of two questions' word stems (0 to 1) from which search is likely to take one for the other.
_ALIKE = 0.95
#: Letters of a word that stand for its stem in six inflected languages.
_STEM = 6


def check_collisions(reader: Reader, base: KnowledgeBase) -> Iterator[Finding]:
    """The findings across the entries of a country: each is named with its rival, and questions with their likeness."""
    groups: dict[tuple[str, str], list[tuple[Entry, str]]] = defaultdict(list)
    answers: dict[tuple[str, str, str], Entry] = {}
    for entry in base.entries.values():
        for language, text in entry.texts.items():
            groups[entry.country, language] += [(entry, question) for question in (text.title, *text.questions)]
            answer = text.section("answer")
            key = (entry.country, language, fold(answer.text) if answer else "")
            twin = answers.setdefault(key, entry)
            if twin is not entry and key[2]:
                file = reader.root / entry.id / f"{language}.md"
                yield reader.finding(file, None, "doubled-entry", f"the same answer as {twin.id}", "keep one of the two")
    for (_, language), questions in groups.items():
        for (entry, question), (rival, other), score in _alike(questions):
            same = fold(question) == fold(other)
            yield reader.finding(
                reader.root / entry.id / f"{language}.md",
                question if question in entry.texts[language].questions else "title",
                "question-collides",
                f"search cannot tell {question!r} from {other!r} of {rival.id} (likeness {score:.2f})",
                "word it so that it fits one of them only",
                "error" if same else "warning",
            )


def _alike(questions: list[tuple[Entry, str]]) -> Iterator[tuple[tuple[Entry, str], tuple[Entry, str], float]]:
    vectors = TfidfVectorizer(analyzer=_stems, dtype=np.float32).fit_transform([question for _, question in questions])
    likeness = (vectors @ vectors.T).tocoo()
    close = (likeness.row > likeness.col) & (likeness.data >= _ALIKE)
    for i, j, score in zip(likeness.row[close], likeness.col[close], likeness.data[close], strict=True):
        if questions[i][0] is not questions[j][0]:
            yield questions[i], questions[j], float(score)


def _stems(question: str) -> list[str]:
    return [word[:_STEM] for word in fold(question).split()] or ["?"]
