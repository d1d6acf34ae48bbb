"""A yes or no about a message, by its vector: whether it leans on the one before, whether it is about what Sveiki knows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict

from knowledge.dense import VectorCache
from knowledge.encoder import Vectors

#: Texts, and the answer for each.
Examples = tuple[Sequence[str], npt.NDArray[np.bool_]]

#: Unit vectors have small components; this brings them to the size of the other feature.
_VECTOR = 10.0


@dataclass(frozen=True)
class Classifier:
    """A logistic model over vectors and the number of words."""

    model: LogisticRegression

    @classmethod
    def fit(cls, examples: Examples, vectors: VectorCache) -> Classifier:
        """Fit the model; about a second for some thousand texts that are encoded already."""
        texts, answers = examples
        encoded = vectors.vectors(texts)
        vectors.store()
        return cls(_unfitted().fit(_features(encoded, texts), answers))

    def log_odds(self, vector: Vectors, message: str) -> float:
        """The log-odds of yes for a message with this vector."""
        return float(self.model.decision_function(_features(vector[None, :], [message]))[0])


def held_out_log_odds(examples: Examples, vectors: VectorCache) -> dict[str, float]:
    """The log-odds of each example by a model that has not seen it (five folds)."""
    texts, answers = examples
    odds = cross_val_predict(_unfitted(), _features(vectors.vectors(texts), texts), answers, cv=5, method="decision_function")
    return dict(zip(texts, odds.tolist(), strict=True))


def log_words(text: str) -> float:
    """The logarithm of the number of words."""
    return math.log(max(1, len(text.split())))


def _unfitted() -> LogisticRegression:
    return LogisticRegression(C=0.3, max_iter=2000, class_weight="balanced")


def _features(vectors: Vectors, texts: Sequence[str]) -> Any:
    """Shape (len(texts), dimensions + 1)."""
    return np.concatenate([vectors * _VECTOR, [[log_words(text)] for text in texts]], axis=1)
