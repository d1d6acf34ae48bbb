"""The best score of each group of passages."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from knowledge.languages import LANGUAGES
from knowledge.weights import FloatArray


class Groups:
    """Passages in groups; the best of each is found in one sweep over scores in the groups' order."""

    def __init__(self, groups: npt.NDArray[np.intp], count: int) -> None:
        """``groups``: the number of each passage's group, from 0 to ``count`` - 1; a group may be empty."""
        self._order = np.argsort(groups, kind="stable")
        self._filled, self._starts = np.unique(groups[self._order], return_index=True)
        self._count = count

    def best(self, scores: npt.NDArray[Any]) -> FloatArray:
        """The highest score in each group, 0 where there is none above; shape (count,)."""
        best = np.zeros(self._count)
        if len(self._starts):
            best[self._filled] = np.maximum(np.maximum.reduceat(scores[self._order], self._starts), 0)
        return best


def own_and_other(best: FloatArray, language: str | None) -> FloatArray:
    """From the best per language (last axis), the best in ``language`` and the best in the others: shape (..., 2)."""
    own = np.array([language == code for code in LANGUAGES])
    return np.stack([np.where(own, best, 0).max(axis=-1), np.where(own, 0, best).max(axis=-1)], axis=-1)
