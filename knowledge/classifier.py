"""What a message is, by its vector: whether it leans on the one before, what it asks for then, whether it is about what Sveiki knows."""

from __future__ import annotations

import hashlib
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

#: Texts, and the class of each: yes or no, or names.
Examples = tuple[Sequence[str], npt.NDArray[np.bool_] | npt.NDArray[np.str_]]

#: Unit vectors have small components; this brings them to the size of the other feature.
_VECTOR = 10.0
#: Changes with how the models are fitted.
_VERSION = "1"


@dataclass(frozen=True)
class Classifier:
    """A logistic model over vectors and the number of words."""

    #: Shape (1 for yes and no, else number of classes, dimensions + 1), and one bias each.
    weights: npt.NDArray[np.float64]
    bias: npt.NDArray[np.float64]
    classes: tuple[str, ...]

    @classmethod
    def fit(cls, examples: Examples, vectors: VectorCache) -> Classifier:
        """Fit the model, or take the one that was fitted to the same examples before: fitting takes a second or two, which every start
        would wait for."""
        texts, answers = examples
        key = hashlib.sha256("\0".join([_VERSION, *texts, *map(str, answers)]).encode()).hexdigest()[:16]
        path = vectors.beside(f"classifier-{key}")
        encoded = vectors.vectors(texts)
        if path.is_file():
            with np.load(path) as stored:
                return cls(stored["weights"], stored["bias"], tuple(stored["classes"].tolist()))
        vectors.store()
        model = _unfitted().fit(_features(encoded, texts), answers)
        fitted = cls(model.coef_, model.intercept_, tuple(map(str, model.classes_)))
        temporary = path.with_suffix(".tmp.npz")
        np.savez(temporary, weights=fitted.weights, bias=fitted.bias, classes=np.array(fitted.classes))
        temporary.replace(path)
        return fitted

    def best(self, vector: Vectors, message: str) -> tuple[str, float]:
        """The most likely class of a message with this vector, and how likely it is (0 to 1); for three classes and more."""
        odds = self._odds(vector, message)
        likely = np.exp(odds - odds.max())
        return self.classes[int(likely.argmax())], float(likely.max() / likely.sum())

    def log_odds(self, vector: Vectors, message: str) -> float:
        """The log-odds of yes (where the classes are yes and no) for a message with this vector."""
        return float(self._odds(vector, message)[0])

    def _odds(self, vector: Vectors, message: str) -> npt.NDArray[np.float64]:
        odds: npt.NDArray[np.float64] = self.weights[:, :-1] @ (vector * _VECTOR) + self.weights[:, -1] * log_words(message) + self.bias
        return odds


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
