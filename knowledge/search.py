"""Search: the entries that answer a question, best first, or none.

Evidence for an entry is the likeness of its best passage to the question, counted apart for dense and lexical likeness, for questions
and sections, for the question's own language and the others. ``search.yml`` holds the weights of their sum, and of the logistic model
that turns the evidence for the first entry into the probability that it answers the question. Below the threshold the search abstains.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml
from scipy import sparse

from knowledge.dense import Progress, VectorCache
from knowledge.encoder import Encoder, Vectors, load_encoder
from knowledge.lexical import CountCache, LexicalIndex, count
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
class _Block:
    """The passages of an entry and of what municipalities add to it, encoded and counted."""

    made_of: tuple[Entry, ...]
    passages: Sequence[Passage]
    vectors: Vectors
    counts: Any

    @property
    def entry(self) -> Entry:
        """The national entry."""
        return self.made_of[0]


@dataclass(frozen=True)
class _Shard:
    """The passages of one country."""

    blocks: tuple[_Block, ...]

    @cached_property
    def entries(self) -> list[Entry]:
        """The entries, in the order of the rows of ``evidence``."""
        return [block.entry for block in self.blocks]

    @cached_property
    def passages(self) -> list[Passage]:
        """The passages of all entries."""
        return [passage for block in self.blocks for passage in block.passages]

    @cached_property
    def vectors(self) -> Vectors:
        """Their vectors."""
        return np.concatenate([block.vectors for block in self.blocks])

    @cached_property
    def lexical(self) -> LexicalIndex:
        """Their n-grams."""
        return LexicalIndex(sparse.vstack([block.counts for block in self.blocks], format="csr"))

    @cached_property
    def owners(self) -> npt.NDArray[np.intp]:
        """Which entry each passage belongs to."""
        return np.repeat(np.arange(len(self.blocks)), [len(block.passages) for block in self.blocks])

    @cached_property
    def is_section(self) -> npt.NDArray[np.bool_]:
        """Whether each passage is a section, not a title or question."""
        return np.array([p.kind == "section" for p in self.passages])

    @cached_property
    def languages(self) -> npt.NDArray[np.str_]:
        """The language of each passage."""
        return np.array([p.language for p in self.passages])

    @cached_property
    def municipalities(self) -> npt.NDArray[np.str_]:
        """The municipality of each passage, empty for those of national entries."""
        return np.array([p.municipality or "" for p in self.passages])

    def evidence(self, vector: Vectors, counts: Any, language: str | None, municipality: str | None) -> FloatArray:
        """The evidence for each entry, shape (entries, kinds of ``EVIDENCE``); 0 to 1 each."""
        # The cell of each passage in a table of entries by (question or section, own or other language).
        cells = self.owners * 4 + self.is_section * 2 + (self.languages != language)
        elsewhere = (self.municipalities != "") & (self.municipalities != (municipality or ""))
        tables = []
        for scores in (self.vectors @ vector, self.lexical.similarities(counts)):
            best = np.zeros(len(self.entries) * 4)
            np.maximum.at(best, cells, np.where(elsewhere, 0, scores))
            pairs = best.reshape(-1, 2, 2)
            # Where an entry has no text in the question's language, or no other, the one it has stands for both.
            tables.append(np.where(pairs == 0, pairs.max(axis=2, keepdims=True), pairs).reshape(-1, 4))
        return np.concatenate(tables, axis=1)


class PassageCache:
    """Vectors and n-gram counts of passages on disk, for one encoder."""

    def __init__(self, folder: Path, encoder: Encoder) -> None:
        """``folder`` is made when needed."""
        self.encoder = encoder
        self._vectors = VectorCache(folder, encoder)
        self._counts = CountCache(folder)

    def block(self, made_of: tuple[Entry, ...], progress: Progress | None = None) -> _Block:
        """A national entry and municipal ones, cut into passages, encoded and counted."""
        pieces = [piece for entry in made_of for piece in passages(entry)]
        texts = [piece.text for piece in pieces]
        return _Block(made_of, pieces, self._vectors.vectors(texts, progress), self._counts.counts(texts))

    def prepare(self, texts: Sequence[str], progress: Progress | None = None) -> None:
        """Encode and count what is new in many texts, and write it to disk."""
        if texts:
            self._vectors.vectors(texts, progress)
            self._vectors.store(texts)
            self._counts.counts(texts)
            self._counts.store(texts)


class Index:
    """Everything needed to search a knowledge base."""

    def __init__(
        self,
        base: KnowledgeBase,
        cache: PassageCache,
        progress: Progress | None = None,
        weights: Weights | None = None,
        before: Index | None = None,
    ) -> None:
        """Encode and count the passages that the cache does not know; ``progress`` hears of it.

        An index ``before`` this one lends what has not changed since: entries that are the same objects, and countries of nothing else.
        """
        self.base = base
        self.cache = cache
        self.weights = weights or Weights.load()
        known = {block.entry.id: block for shard in before._shards.values() for block in shard.blocks} if before else {}
        groups = {entry.id: [entry] for entry in base.entries.values()}
        for local in base.municipal.values():
            groups.get(f"{local.country.lower()}/{local.topic}", []).append(local)
        fresh = [group for name, group in groups.items() if not _same(known.get(name), group)]
        if before is None or progress is not None:
            cache.prepare([piece.text for group in fresh for entry in group for piece in passages(entry)], progress)
        changed = {group[0].id: cache.block(tuple(group)) for group in fresh}
        self._shards: dict[str, _Shard] = {}
        for country in base.countries:
            blocks = tuple(changed.get(name) or known[name] for name, group in groups.items() if group[0].country == country)
            last = before._shards.get(country) if before else None
            if last is not None and len(last.blocks) == len(blocks) and all(map(operator.is_, last.blocks, blocks)):
                self._shards[country] = last
            elif blocks:
                self._shards[country] = _Shard(blocks)
                # Count now, not while the first person waits.
                _ = self._shards[country].lexical

    def search(
        self, query: str, country: str | None = None, language: str | None = None, municipality: str | None = None, limit: int = 5
    ) -> Result:
        """The entries nearest to a question, of one country or of all; ``language`` is the question's, where it is known, and
        ``municipality`` where the person lives.

        Raises KeyError for a country that is not in the knowledge base.
        """
        entries, evidence = self.evidence(query, country, language, municipality)
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

    def evidence(
        self, query: str, country: str | None, language: str | None, municipality: str | None = None
    ) -> tuple[list[Entry], FloatArray]:
        """The entries of a country (all without one) and the evidence for each, shape (entries, kinds of ``EVIDENCE``)."""
        if country is not None and country not in self.base.countries:
            raise KeyError(country)
        shards = [shard for code, shard in self._shards.items() if country in (None, code)]
        if not shards or not query.strip():
            return [], np.zeros((0, len(EVIDENCE)))
        vector = self.cache.encoder.encode([query], "query")[0]
        counts = count([query])
        entries = [entry for shard in shards for entry in shard.entries]
        evidence = np.concatenate([shard.evidence(vector, counts, language, municipality) for shard in shards])
        here = [i for i, entry in enumerate(entries) if _applies(entry, municipality)]
        return [entries[i] for i in here], evidence[here]

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
    return Index(load(content), PassageCache(Path(cache), load_encoder(encoder)), progress)


def _same(block: _Block | None, group: Sequence[Entry]) -> bool:
    return block is not None and len(block.made_of) == len(group) and all(map(operator.is_, block.made_of, group))


def _applies(entry: Entry, municipality: str | None) -> bool:
    places = entry.about.applies_to.municipalities
    return not places or municipality is None or municipality in places
