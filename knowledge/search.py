"""Search: the entries that answer a question, best first, or none.

Lexical and dense similarity are fused per entry (its best passage in each), and a logistic model turns the fused evidence into the
probability that the first entry answers the question. Below the threshold the search abstains; its weights stand in ``search.yml``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from knowledge.dense import Progress, VectorCache
from knowledge.encoder import Encoder, load_encoder
from knowledge.lexical import LexicalIndex
from knowledge.loader import load
from knowledge.model import KnowledgeBase
from knowledge.passages import Passage, passages


@dataclass(frozen=True)
class Hit:
    """An entry that may answer a question; ``score`` is the calibrated probability (0 to 1) that it does."""

    entry: str
    score: float


@dataclass(frozen=True)
class Result:
    """What a search found: hits best first, and whether the first is good enough to be shown as the answer."""

    hits: tuple[Hit, ...]
    answered: bool


@dataclass(frozen=True)
class Weights:
    """The figures of ``search.yml``."""

    dense: float
    lexical: float
    bias: float
    scale: float
    margin: float
    threshold: float

    @classmethod
    def load(cls) -> Weights:
        """Read ``search.yml``."""
        values: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "search.yml").read_text("utf-8"))
        return cls(**values)


class Index:
    """Everything needed to search a knowledge base."""

    def __init__(
        self,
        base: KnowledgeBase,
        encoder: Encoder,
        cache: VectorCache,
        progress: Progress | None = None,
        weights: Weights | None = None,
    ) -> None:
        self.base = base
        self.weights = weights or Weights.load()
        self._encoder = encoder
        rows: list[Passage] = [p for entry in base.entries.values() for p in passages(entry)]
        texts = [p.text for p in rows]
        self._lexical = LexicalIndex(texts)
        self._vectors = cache.vectors(texts, progress)
        self._entries = list(base.entries)
        position = {entry: i for i, entry in enumerate(self._entries)}
        owner = np.array([position[p.entry] for p in rows])
        self._rows: dict[str | None, npt.NDArray[np.intp]] = {None: np.arange(len(rows))}
        for country in base.countries:
            self._rows[country] = np.array([i for i, p in enumerate(rows) if p.country == country], dtype=np.intp)
        self._owner = owner

    def search(self, query: str, country: str | None = None, limit: int = 5) -> Result:
        """The entries nearest to a question, of one country or of all; takes about 10 ms on one core.

        Raises KeyError for a country without knowledge.
        """
        rows = self._rows[country]
        if not len(rows) or not query.strip():
            return Result((), answered=False)
        vector = self._encoder.encode([query], "query")[0]
        owner = self._owner[rows]
        dense = self._best(self._vectors[rows] @ vector, owner)
        lexical = self._best(self._lexical.scores(query, rows), owner)
        ranked = sorted(dense, key=lambda e: -self._fused(dense[e], lexical[e]))
        fused = {e: self._fused(dense[e], lexical[e]) for e in ranked}
        # The rival is the best entry on another topic: without a country, the three entries of one topic are no rivals.
        topic = {e: self._entries[e].partition("/")[2] for e in ranked}
        hits = []
        for entry in ranked[:limit]:
            rival = next((fused[e] for e in ranked if topic[e] != topic[entry]), fused[entry])
            hits.append(Hit(self._entries[entry], round(self._probability(fused[entry], rival), 4)))
        return Result(tuple(hits), answered=hits[0].score >= self.weights.threshold)

    def _best(self, scores: npt.NDArray[np.float32], owner: npt.NDArray[np.intp]) -> Mapping[int, float]:
        best = np.full(len(self._entries), -1.0, dtype=np.float32)
        np.maximum.at(best, owner, scores)
        return {int(i): float(best[i]) for i in np.unique(owner)}

    def _fused(self, dense: float, lexical: float) -> float:
        return self.weights.dense * dense + self.weights.lexical * lexical

    def _probability(self, fused: float, rival: float) -> float:
        w = self.weights
        return 1 / (1 + math.exp(-(w.bias + w.scale * fused + w.margin * (fused - rival))))


def open_index(content: str | Path, encoder: str | Path, cache: str | Path = "var/vectors", progress: Progress | None = None) -> Index:
    """Load a content folder and an encoder (folder, or any sentence-transformers name) into an index."""
    loaded = load_encoder(encoder)
    return Index(load(content), loaded, VectorCache(Path(cache), loaded), progress)
