"""Lexical retrieval: passages by shared character n-grams, weighted by how rare they are in a country's passages.

Character n-grams stand in for the word forms of six inflected languages and for slips of the finger, and folded text for missing
diacritics. scikit-learn counts them (hashed, so that a changed entry needs no new vocabulary); the weighting is its TF-IDF with
sublinear term frequency, L2-normalised, so that a dot product is the cosine.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.feature_extraction.text import HashingVectorizer

from knowledge.dense import key_of
from knowledge.normalise import fold

Scores = npt.NDArray[np.float32]

#: More than four times the distinct n-grams of the content, so that few share a column.
_COLUMNS = 2**22

_COUNTER = HashingVectorizer(
    analyzer="char_wb", ngram_range=(2, 5), n_features=_COLUMNS, alternate_sign=False, norm=None, dtype=np.float32, preprocessor=fold
)
_VERSION = f"char_wb-2-5-{_COLUMNS}"


def count(texts: Sequence[str]) -> Any:
    """The n-gram counts of texts, a sparse matrix of shape (len(texts), columns)."""
    return _COUNTER.transform(texts)


class CountCache:
    """N-gram counts on disk, keyed by text: counting takes as long as everything else at a start together."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is made when needed."""
        self._path = folder / f"{_VERSION}.npz"
        self._on_disk: list[str] = []
        self._asked: set[str] = set()
        self._known: dict[str, tuple[npt.NDArray[np.int32], npt.NDArray[np.uint8]]] = {}
        if self._path.is_file():
            with np.load(self._path) as stored:
                ends = stored["ends"][:-1]
                self._on_disk = stored["keys"].tolist()
                columns, counts = np.split(stored["columns"], ends), np.split(stored["counts"], ends)
                self._known = dict(zip(self._on_disk, zip(columns, counts, strict=True), strict=True))

    def counts(self, texts: Sequence[str]) -> Any:
        """The counts of the texts, as ``count`` gives them."""
        keys = [key_of(text) for text in texts]
        self._asked.update(keys)
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        if new:
            rows = count(list(new.values()))
            columns = np.split(rows.indices.astype(np.int32), rows.indptr[1:-1])
            values = np.split(np.minimum(rows.data, 255).astype(np.uint8), rows.indptr[1:-1])
            self._known.update(zip(new, zip(columns, values, strict=True), strict=True))
        found = [self._known[key] for key in keys]
        ends = np.cumsum([0, *(len(columns) for columns, _ in found)])
        data = np.concatenate([values for _, values in found]).astype(np.float32)
        return sparse.csr_matrix((data, np.concatenate([columns for columns, _ in found]), ends), shape=(len(texts), _COLUMNS))

    def store(self) -> None:
        """Write what has been asked for, and other counts that are known while they are not the greater part."""
        if len(self._known) > 2 * len(self._asked):
            self._known = {key: self._known[key] for key in self._asked}
        keys = sorted(self._known)
        if keys == self._on_disk:
            return
        found = [self._known[key] for key in keys]
        self._path.parent.mkdir(parents=True, exist_ok=True)
        temporary = self._path.with_suffix(".tmp.npz")
        np.savez(
            temporary,
            keys=np.array(keys),
            ends=np.cumsum([len(columns) for columns, _ in found]),
            columns=np.concatenate([columns for columns, _ in found]),
            counts=np.concatenate([values for _, values in found]),
        )
        temporary.replace(self._path)
        self._on_disk = keys


class LexicalIndex:
    """The weighted n-grams of a set of passages."""

    def __init__(self, counts: Any) -> None:
        """``counts`` as ``count`` gives them, one row per passage."""
        passages, _ = counts.shape
        frequency = np.bincount(counts.indices, minlength=_COLUMNS)
        self._rarity = (np.log((1 + passages) / (1 + frequency)) + 1).astype(np.float32)
        # One column per passage, laid out so that a product with a question looks only at the question's n-grams.
        self._columns = self._weighted(counts).T.tocsr()

    def similarities(self, question: Any) -> Scores:
        """The similarity (0 to 1) of a row of counts to each passage."""
        return np.asarray((self._weighted(question) @ self._columns).toarray(), dtype=np.float32).ravel()

    def _weighted(self, counts: Any) -> Any:
        data = (1 + np.log(counts.data)) * self._rarity[counts.indices]
        rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
        lengths = np.sqrt(np.bincount(rows, weights=data * data, minlength=counts.shape[0]))
        return sparse.csr_matrix((data / np.maximum(lengths, 1e-9)[rows].astype(np.float32), counts.indices, counts.indptr), counts.shape)
