"""Lexical retrieval: passages by shared character n-grams, weighted by how rare they are.

Character n-grams stand in for the word forms of six inflected languages and for slips of the finger, and folded text for missing
diacritics; scikit-learn does the counting (TF-IDF, L2-normalised, so that a dot product is the cosine).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import TfidfVectorizer

from knowledge.normalise import fold

Scores = npt.NDArray[np.float32]


class LexicalModel:
    """How rare each n-gram is among all passages."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._vectorizer = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, dtype=np.float32, preprocessor=fold
        ).fit(texts)

    def vectors(self, texts: Sequence[str]) -> Any:
        """A sparse matrix with one row of length 1 per text."""
        return self._vectorizer.transform(texts)


def similarities(passages: Any, query: Any) -> Scores:
    """The similarity (0 to 1) of one query row to each passage row."""
    return np.asarray((passages @ query.T).todense(), dtype=np.float32).ravel()
