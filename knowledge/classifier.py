"""What a message is, by its vector: whether it leans on the one before, what it asks for then, whether it is about what Sveiki knows,
whether it tells of danger."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.svm import SVC

from knowledge.dense import VectorCache
from knowledge.encoder import Vectors

#: Texts, and the class of each: yes or no, or names.
YesOrNo = tuple[Sequence[str], npt.NDArray[np.bool_]]
Named = tuple[Sequence[str], npt.NDArray[np.str_]]

#: Unit vectors have small components; this brings them to the size of the other feature.
_VECTOR = 10.0
#: The radial kernel's width: the likeness of two messages is exp(-_GAMMA * squared distance of their features).
_GAMMA = 0.03
#: How little of what the machine gets wrong is forgiven.
_COST = 3.0
#: Changes with how the models are fitted.
_VERSION = f"3-{_VECTOR}-{_GAMMA}-{_COST}"


@dataclass(frozen=True)
class KernelClassifier:
    """A support vector machine with a radial kernel (Cortes & Vapnik 1995), for yes and no.

    It knows many small neighbourhoods apart where a linear model draws one line: held out, at 2 % of the others it finds 94 % of the
    messages about what Sveiki knows, where a logistic model found 83 %.
    """

    #: Shape (support vectors, dimensions + 1), half their squared lengths, and the weight of each.
    support: npt.NDArray[np.float32]
    squares: npt.NDArray[np.float32]
    weights: npt.NDArray[np.float32]
    bias: float

    @classmethod
    def fit(cls, examples: YesOrNo, vectors: VectorCache) -> KernelClassifier:
        """Fit the model, or take the one that was fitted to the same examples before: fitting takes some ten seconds, which every start
        would wait for."""

        def fitted(features: npt.NDArray[np.float64], answers: npt.NDArray[Any]) -> dict[str, Any]:
            model = _machine().fit(features, answers)
            support = model.support_vectors_.astype(np.float32)
            squares = (support * support).sum(axis=1) / 2
            return {"support": support, "squares": squares, "weights": model.dual_coef_[0].astype(np.float32), "bias": model.intercept_[0]}

        kept = _fitted("kernel", examples, vectors, fitted)
        return cls(kept["support"], kept["squares"], kept["weights"], float(kept["bias"]))

    def margin(self, vector: Vectors, message: str) -> float:
        """How clearly it is a yes: 1 and more surely, 0 undecided, below -1 surely not."""
        features = np.append(vector * np.float32(_VECTOR), np.float32(log_words(message)))
        likeness = np.exp(2 * _GAMMA * (self.support @ features - self.squares - features @ features / 2))
        return float(self.weights @ likeness) + self.bias


@dataclass(frozen=True)
class LogisticClassifier:
    """A logistic model, for three classes and more."""

    #: Shape (classes, dimensions + 1), and one bias each.
    weights: npt.NDArray[np.float64]
    bias: npt.NDArray[np.float64]
    classes: tuple[str, ...]

    @classmethod
    def fit(cls, examples: Named, vectors: VectorCache) -> LogisticClassifier:
        """Fit the model, or take the one that was fitted to the same examples before."""

        def fitted(features: npt.NDArray[np.float64], answers: npt.NDArray[Any]) -> dict[str, Any]:
            model = LogisticRegression(C=0.3, max_iter=2000, class_weight="balanced").fit(features, answers)
            return {"weights": model.coef_, "bias": model.intercept_, "classes": np.array(list(map(str, model.classes_)))}

        kept = _fitted("logistic", examples, vectors, fitted)
        return cls(kept["weights"], kept["bias"], tuple(kept["classes"].tolist()))

    def best(self, vector: Vectors, message: str) -> tuple[str, float]:
        """The most likely class of a message with this vector, and how likely it is (0 to 1)."""
        odds = self.weights[:, :-1] @ (vector * _VECTOR) + self.weights[:, -1] * log_words(message) + self.bias
        likely = np.exp(odds - odds.max())
        return self.classes[int(likely.argmax())], float(likely.max() / likely.sum())


def held_out_margins(examples: YesOrNo, vectors: VectorCache) -> dict[str, float]:
    """The margin of each example by a model that has not seen it (five folds)."""
    texts, answers = examples
    # Shuffled: the examples stand language by language.
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    margins = cross_val_predict(_machine(), _features(vectors.vectors(texts), texts), answers, cv=folds, method="decision_function")
    return dict(zip(texts, margins.tolist(), strict=True))


def log_words(text: str) -> float:
    """The logarithm of the number of words."""
    return math.log(max(1, len(text.split())))


def _machine() -> SVC:
    return SVC(C=_COST, gamma=_GAMMA, class_weight="balanced", cache_size=500)


def _fitted(
    name: str, examples: tuple[Sequence[str], npt.NDArray[Any]], vectors: VectorCache, fit: Callable[..., dict[str, Any]]
) -> Mapping[str, npt.NDArray[Any]]:
    """What ``fit`` makes of the examples' features and answers, kept beside the vectors."""
    texts, answers = examples
    key = hashlib.sha256("\0".join([_VERSION, *texts, *map(str, answers)]).encode()).hexdigest()[:16]
    path = vectors.beside(f"{name}-{key}")
    if not path.is_file():
        encoded = vectors.vectors(texts)
        vectors.store()
        temporary = path.with_suffix(".tmp.npz")
        np.savez(temporary, **fit(_features(encoded, texts), answers))
        temporary.replace(path)
    with np.load(path) as stored:
        return dict(stored)


def _features(vectors: Vectors, texts: Sequence[str]) -> npt.NDArray[np.float64]:
    """Shape (len(texts), dimensions + 1)."""
    return np.concatenate([vectors * _VECTOR, [[log_words(text)] for text in texts]], axis=1)
