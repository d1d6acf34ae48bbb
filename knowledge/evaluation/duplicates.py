"""How much the training messages and the measuring sets repeat themselves and one another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sklearn.preprocessing import normalize

from knowledge.evaluation.questions import read
from knowledge.languages import LANGUAGES
from knowledge.lexical import count
from knowledge.messages import typed

#: The cosine of character n-gram counts from which two texts are nearly the same: a word or an ending differs.
NEAR = 0.85


@dataclass(frozen=True)
class Overlap:
    """The share of the texts of one set that have a near-duplicate in another (or elsewhere in the same)."""

    of: str
    within: str
    share: float
    count: int


def overlaps() -> list[Overlap]:
    """The rates for the training messages and the tuning and report sets, each within itself and against the others; half a minute."""
    sets: dict[str, dict[str, list[str]]] = {
        "messages": {language: [line["text"] for line in typed(language)] for language in LANGUAGES},
        **{name: _by_language(name) for name in ("questions", "report_questions")},
    }
    counts = {name: {language: _counts(texts) for language, texts in by_language.items()} for name, by_language in sets.items()}
    pairs = [(one, other) for one in sets for other in sets if one == other or one == "report_questions" or other == "messages"]
    return [_overlap(one, other, counts) for one, other in pairs]


def _by_language(name: str) -> dict[str, list[str]]:
    questions = read(name)
    return {language: [q.text for q in questions if q.language == language] for language in LANGUAGES}


def _counts(texts: Sequence[str]) -> Any:
    return normalize(count(texts))


def _overlap(one: str, other: str, counts: Mapping[str, Mapping[str, Any]]) -> Overlap:
    near = total = 0
    for language in LANGUAGES:
        likeness = counts[one][language] @ counts[other][language].T
        if one == other:
            likeness.setdiag(0)
        near += int((likeness.max(axis=1).toarray() >= NEAR).sum())
        total += likeness.shape[0]
    return Overlap(one, other, near / total, total)
