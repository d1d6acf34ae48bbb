"""Search: the entries that answer a question, best first, or none.

Evidence for an entry is the likeness of its best passage to the question, counted apart for dense and lexical likeness, for questions
and sections, for the question's own language and the others. ``search.yml`` holds the weights of their sum, and of the logistic model
that turns the evidence for the first entry into the probability that it answers the question. Below the threshold the search abstains.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from knowledge.dense import Progress, VectorCache
from knowledge.encoder import Encoder, Vectors, load_encoder
from knowledge.lexical import LexicalModel, similarities
from knowledge.loader import load
from knowledge.model import Entry, KnowledgeBase
from knowledge.passages import Passage, passages

WEIGHTS = Path(__file__).parent / "search.yml"

#: The kinds of evidence: (likeness, kind of passage, language of passage).
EVIDENCE = tuple(
    (likeness, kind, language) for likeness in ("dense", "lexical") for kind in ("question", "section") for language in ("own", "other")
)

#: What the logistic model looks at, in the order of ``confidence_features``.
CONFIDENCE = ("sum", "lead", "dense", "lexical")

FloatArray = npt.NDArray[np.float64]


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

    #: Weight of each kind of evidence, in the order of ``EVIDENCE``.
    evidence: FloatArray
    #: Logistic model of (sum, lead over the next topic, best dense likeness, best lexical likeness), and its bias.
    confidence: FloatArray
    bias: float
    threshold: float

    @classmethod
    def load(cls, path: Path = WEIGHTS) -> Weights:
        """Read the weights."""
        data: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
        confidence = data["confidence"]
        return cls(
            evidence=np.array([data["evidence"][likeness][kind][language] for likeness, kind, language in EVIDENCE]),
            confidence=np.array([confidence[name] for name in CONFIDENCE]),
            bias=confidence["bias"],
            threshold=data["threshold"],
        )


@dataclass(frozen=True)
class _Shard:
    """The passages of one country."""

    entries: Sequence[Entry]
    passages: Sequence[Passage]
    vectors: Vectors
    lexical: Any

    @cached_property
    def owners(self) -> npt.NDArray[np.intp]:
        """Which entry each passage belongs to."""
        position = {entry.id: i for i, entry in enumerate(self.entries)}
        return np.array([position[p.entry] for p in self.passages], dtype=np.intp)

    @cached_property
    def is_section(self) -> npt.NDArray[np.bool_]:
        """Whether each passage is a section, not a title or question."""
        return np.array([p.kind == "section" for p in self.passages])

    @cached_property
    def languages(self) -> npt.NDArray[np.str_]:
        """The language of each passage."""
        return np.array([p.language for p in self.passages])

    def evidence(self, vector: Vectors, lexical: Any, language: str | None) -> FloatArray:
        """The evidence for each entry, shape (entries, kinds of ``EVIDENCE``); 0 to 1 each."""
        # The cell of each passage in a table of entries by (question or section, own or other language).
        cells = self.owners * 4 + self.is_section * 2 + (self.languages != language)
        tables = []
        for scores in (self.vectors @ vector, similarities(lexical, self.lexical)):
            best = np.zeros(len(self.entries) * 4)
            np.maximum.at(best, cells, scores)
            pairs = best.reshape(-1, 2, 2)
            # Where an entry has no text in the question's language, or no other, the one it has stands for both.
            tables.append(np.where(pairs == 0, pairs.max(axis=2, keepdims=True), pairs).reshape(-1, 4))
        return np.concatenate(tables, axis=1)


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
        """Encode and count the passages that the cache does not know; ``progress`` hears of it."""
        self.base = base
        self.weights = weights or Weights.load()
        self._encoder = encoder
        pieces = {entry.id: passages(entry) for entry in base.entries.values()}
        texts = [p.text for found in pieces.values() for p in found]
        vectors = cache.vectors(texts, progress)
        self._lexical = LexicalModel(texts)
        self._shards: dict[str, _Shard] = {}
        start = 0
        for country in base.countries:
            entries = [entry for entry in base.entries.values() if entry.country == country]
            found = [p for entry in entries for p in pieces[entry.id]]
            # Entries are loaded country by country, so a country's passages stand together.
            end = start + len(found)
            if found:
                lexical = self._lexical.columns(start, end)
                self._shards[country] = _Shard(entries, found, vectors[start:end], lexical)
            start = end

    def search(self, query: str, country: str | None = None, language: str | None = None, limit: int = 5) -> Result:
        """The entries nearest to a question, of one country or of all; ``language`` is the question's, where it is known.

        Raises KeyError for a country that is not in the knowledge base.
        """
        entries, evidence = self.evidence(query, country, language)
        if not entries:
            return Result((), answered=False)
        sums = evidence @ self.weights.evidence
        ranked = np.argsort(-sums, kind="stable")
        hits = []
        for i in ranked[:limit]:
            # The rival is the best entry on another topic: without a country, the three entries of one topic are no rivals.
            rival = next((sums[j] for j in ranked if entries[j].topic != entries[i].topic), sums[i])
            hits.append(Hit(entries[i].id, round(self._confidence(evidence[i], sums[i], sums[i] - rival), 4)))
        return Result(tuple(hits), answered=hits[0].score >= self.weights.threshold)

    def evidence(self, query: str, country: str | None, language: str | None) -> tuple[list[Entry], FloatArray]:
        """The entries of a country (all without one) and the evidence for each, shape (entries, kinds of ``EVIDENCE``)."""
        if country is not None and country not in self.base.countries:
            raise KeyError(country)
        shards = [shard for code, shard in self._shards.items() if country in (None, code)]
        if not shards or not query.strip():
            return [], np.zeros((0, len(EVIDENCE)))
        vector = self._encoder.encode([query], "query")[0]
        lexical = self._lexical.row(query)
        entries = [entry for shard in shards for entry in shard.entries]
        return entries, np.concatenate([shard.evidence(vector, lexical, language) for shard in shards])

    def _confidence(self, evidence: FloatArray, total: float, lead: float) -> float:
        logit = self.weights.bias + float(self.weights.confidence @ confidence_features(evidence, total, lead))
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, logit))))


def confidence_features(evidence: FloatArray, total: float, lead: float) -> FloatArray:
    """What the logistic model looks at: the sum, the lead, and the best dense and lexical likeness of one entry."""
    half = len(EVIDENCE) // 2
    return np.array([total, lead, evidence[:half].max(), evidence[half:].max()])


def weights_as_yaml(evidence: FloatArray, confidence: FloatArray, bias: float, threshold: float) -> Mapping[str, Any]:
    """The weights in the form of ``search.yml``."""
    tree: dict[str, dict[str, dict[str, float]]] = {}
    for (likeness, kind, language), value in zip(EVIDENCE, evidence, strict=True):
        tree.setdefault(likeness, {}).setdefault(kind, {})[language] = round(float(value), 2)
    model = {"bias": round(float(bias), 3), **{n: round(float(v), 3) for n, v in zip(CONFIDENCE, confidence, strict=True)}}
    return {"evidence": tree, "confidence": model, "threshold": round(threshold, 2)}


def open_index(content: str | Path, encoder: str | Path, cache: str | Path = "var/vectors", progress: Progress | None = None) -> Index:
    """Load a content folder and an encoder (folder, or any sentence-transformers name) into an index."""
    loaded = load_encoder(encoder)
    return Index(load(content), loaded, VectorCache(Path(cache), loaded), progress)
