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
    """The n-grams of all passages, and how rare each is."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, dtype=np.float32, preprocessor=fold)
        self._passages = self._vectorizer.fit_transform(texts)

    def columns(self, start: int, end: int) -> Any:
        """A sparse matrix with one column of length 1 per passage from ``start`` to ``end``, laid out so that a product with a query
        looks only at the query's n-grams."""
        return self._passages[start:end].T.tocsr()

    def row(self, query: str) -> Any:
        """The query as a sparse row of length 1."""
        return self._vectorizer.transform([query])


def similarities(query: Any, passages: Any) -> Scores:
    """The similarity (0 to 1) of a query row to each passage column."""
    return np.asarray((query @ passages).toarray(), dtype=np.float32).ravel()
