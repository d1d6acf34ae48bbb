"""Lexical retrieval: passages by shared character n-grams, weighted by how rare they are.

Character n-grams stand in for the word forms of six inflected languages and for slips of the finger, and folded text for missing
diacritics; scikit-learn does the counting (TF-IDF, L2-normalised, so that a dot product is the cosine).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import TfidfVectorizer

from knowledge.normalise import fold


class LexicalIndex:
    """Passages as sparse vectors of character n-grams."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._vectorizer = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=1, dtype=np.float32, preprocessor=fold
        )
        self._matrix = self._vectorizer.fit_transform(texts)

    def scores(self, query: str, rows: npt.NDArray[np.intp]) -> npt.NDArray[np.float32]:
        """The similarity (0 to 1) of the query to each of the given rows."""
        vector = self._vectorizer.transform([query])
        return np.asarray((self._matrix[rows] @ vector.T).todense(), dtype=np.float32).ravel()
