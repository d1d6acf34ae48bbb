"""Messages that lean on the one before: "how much is it?", "and for my child?".

A logistic model over the vectors of ``messages/follow_ups`` says how much a message leans on an earlier one; together with how well it is
understood alone, that decides whether the conversation stays with its entry.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from knowledge.dense import VectorCache
from knowledge.encoder import Vectors
from knowledge.languages import LANGUAGES
from knowledge.messages import FOLDER, typed
from knowledge.weights import FloatArray

#: How a message leans on an earlier one: what it asks about it. ``new`` asks about something else, as briefly.
ASKS = ("cost", "documents", "where", "time", "steps", "refused", "person", "again", "source", "new")

#: Unit vectors have small components; this brings them to the size of the other feature.
_VECTOR = 10.0


@dataclass(frozen=True)
class Leaning:
    """How much messages lean on an earlier one."""

    model: LogisticRegression

    @classmethod
    def load(cls, vectors: VectorCache) -> Leaning:
        """Fit the model on ``messages/follow_ups`` against messages that stand alone; under two seconds once they are encoded."""
        texts, leans = examples()
        encoded = vectors.vectors(texts)
        vectors.store()
        return cls(classifier().fit(features(encoded, texts), leans))

    def log_odds(self, vector: Vectors, message: str) -> float:
        """The log-odds that a message with this vector leans on the one before."""
        return float(self.model.decision_function(features(vector[None, :], [message]))[0])


def follow_ups(language: str, folder: Path = FOLDER / "follow_ups") -> list[dict[str, str]]:
    """The follow-ups of a language: ``text``, ``language`` and what it ``asks``."""
    return [json.loads(line) for line in (folder / f"{language}.jsonl").read_text("utf-8").splitlines()]


def examples() -> tuple[list[str], npt.NDArray[np.bool_]]:
    """Texts, and whether each leans on an earlier message."""
    briefly = [line for language in LANGUAGES for line in follow_ups(language)]
    alone = [line["text"] for language in LANGUAGES for line in typed(language) if line["kind"] in ("plain", "short")]
    leans = [line["asks"] != "new" for line in briefly] + [False] * len(alone)
    return [line["text"] for line in briefly] + alone, np.array(leans)


def classifier() -> LogisticRegression:
    """The model, not fitted."""
    return LogisticRegression(C=0.3, max_iter=2000, class_weight="balanced")


def features(vectors: Vectors, texts: Sequence[str]) -> Any:
    """What the model sees: the vectors and the logarithm of the number of words; shape (len(texts), dimensions + 1)."""
    return np.concatenate([vectors * _VECTOR, [[math.log(max(1, len(text.split())))] for text in texts]], axis=1)


def staying_features(leaning: float, sums: FloatArray, previous: int, message: str) -> FloatArray:
    """What decides whether the conversation stays with its entry (row ``previous`` of ``sums``): how much the message leans on the one
    before, how far the entry is behind the best one, how good that is, its lead, and the number of words."""
    first, second = np.sort(sums)[:-3:-1] if len(sums) > 1 else (sums[0], sums[0])
    return np.array([leaning, first - sums[previous], first, first - second, math.log(max(1, len(message.split())))])
