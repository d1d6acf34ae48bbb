"""Search: the entries that answer a question, best first, or none.

Evidence for an entry is the likeness of its best passage to the question, counted apart for dense and lexical likeness, for questions and
sections, for the question's own language and the others; and the likeness of the best message that people have typed about its topic.
``search.yml`` holds the weights of their sum, and of the logistic model that turns the evidence for the first entry into the probability
that it answers the question. Below the threshold the search abstains.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import Path
from typing import cast

import numpy as np

from knowledge.classifier import KernelClassifier, LogisticClassifier
from knowledge.crisis import Signal
from knowledge.danger import CLEAR, CLEAR_ELSEWHERE, SURE_OF_CATEGORY, UNSURE, category_examples, danger_examples
from knowledge.dense import Progress
from knowledge.elsewhere import belonging_examples
from knowledge.encoder import Vectors, load_encoder
from knowledge.follow_ups import asking_examples, leaning_examples, staying_features
from knowledge.lexical import count
from knowledge.loader import load
from knowledge.messages import Messages
from knowledge.model import CrisisCategory, Entry, KnowledgeBase
from knowledge.passages import passages
from knowledge.shard import Block, PassageCache, Shard
from knowledge.weights import EVIDENCE, FloatArray, Weights, confidence_features

#: Cosine from which words ask for a guide.
_LIKE_A_GUIDE = 0.86
#: Messages whose vectors and evidence are kept: those under way.
_RECENT = 64
#: Titles whose nearness to all entries is kept: those of all entries in all languages, and some more.
_NEARNESSES = 2048
#: In a talk, what comes next is likelier to be about what Sveiki knows, and is said more briefly: this share of the threshold will do.
_IN_A_TALK = 0.5
#: Two topics may both be meant where the evidence for the first leads by less than this: 21 of the 324 tuning questions, and 14 of the 32
#: that are answered wrongly.
_CLOSE = 0.6


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
    #: What the message asks for about the previous entry, with which the conversation stays (one of ``follow_ups.ASKS``; ``again``, all of
    #: it, where that is not clear).
    asks: str | None = None
    #: An entry on another topic that may as well be meant.
    rival: str | None = None


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
        self._vector = lru_cache(_RECENT)(self._encode)
        self._evidence = lru_cache(_RECENT)(self._gather)
        self._nearness = lru_cache(_NEARNESSES)(self._sums)
        self._messages: Messages = before._messages if before else cache.messages(progress)
        self.leaning: KernelClassifier = before.leaning if before else KernelClassifier.fit(leaning_examples(), cache.queries)
        self.asking: LogisticClassifier = before.asking if before else LogisticClassifier.fit(asking_examples(), cache.queries)
        self.danger: KernelClassifier = before.danger if before else KernelClassifier.fit(danger_examples(), cache.queries)
        self.dangers: LogisticClassifier = before.dangers if before else LogisticClassifier.fit(category_examples(), cache.queries)
        self.belonging: KernelClassifier = before.belonging if before else KernelClassifier.fit(belonging_examples(), cache.queries)
        if before is None or progress is not None:
            cache.prepare([piece.text for group in fresh for entry in group for piece in passages(entry)], progress)
        changed = {group[0].id: cache.block(tuple(group)) for group in fresh}
        self._shards: dict[str, Shard] = {}
        for country in base.countries:
            blocks = tuple(changed.get(name) or known[name] for name, group in groups.items() if group[0].country == country)
            last = before._shards.get(country) if before else None
            if last is not None and len(last.blocks) == len(blocks) and all(map(operator.is_, last.blocks, blocks)):
                self._shards[country] = last
            elif blocks:
                self._shards[country] = Shard(blocks)
                # Count now, not while the first person waits.
                _ = self._shards[country].lexical
        if before is not None and before.base.guides == base.guides:
            self.__dict__["_guides"] = before._guides
        _ = self._guides

    @property
    def shards(self) -> tuple[Shard, ...]:
        """The passages, country by country."""
        return tuple(self._shards.values())

    def search(
        self,
        query: str,
        country: str | None = None,
        language: str | None = None,
        municipality: str | None = None,
        limit: int = 5,
        previous: str | None = None,
    ) -> Result:
        """The entries nearest to a question, of one country or of all; ``language`` is the question's, where it is known,
        ``municipality`` where the person lives, and ``previous`` the entry that the conversation is about, first again where the question
        leans on it.

        Raises KeyError for a country that is not in the knowledge base.
        """
        entries, evidence, vector = self.evidence(query, country, language, municipality)
        if not entries:
            return Result((), answered=False)
        sums = evidence @ self.weights.evidence
        belonging = self.belonging.margin(vector, query)
        bias = self.weights.bias + self.weights.language_bias.get(language or "", 0.0)
        ranked = np.argsort(-sums, kind="stable")
        hits = []
        for i in ranked[:limit]:
            # The rival is the best entry on another topic: without a country, the three entries of one topic are no rivals.
            rival = next((sums[j] for j in ranked if entries[j].topic != entries[i].topic), sums[i])
            features = confidence_features(evidence[i], sums[i], sums[i] - rival, belonging)
            hits.append(Hit(entries[i].id, round(_probability(bias + float(self.weights.confidence @ features)), 4)))
        about = next((i for i, entry in enumerate(entries) if entry.id == previous), None)
        if about is not None:
            near = self.nearness(entries[about], country, language, municipality)
            features = staying_features(self.leaning.margin(vector, query), sums, about, near, query)
            stays = _probability(self.weights.staying_bias + float(self.weights.staying @ features))
            if stays >= 0.5:
                hits = [Hit(entries[about].id, round(stays, 4)), *(hit for hit in hits if hit.entry != previous)][:limit]
                asks, likely = self.asking.best(vector, query)
                return Result(tuple(hits), answered=True, asks=asks if likely >= 0.5 else "again")
        answered = hits[0].score >= self.weights.threshold * (1.0 if about is None else _IN_A_TALK)
        rival = next((i for i in ranked if entries[i].topic != entries[ranked[0]].topic), None)
        close = rival is not None and sums[ranked[0]] - sums[rival] < _CLOSE
        return Result(tuple(hits), answered, rival=entries[rival].id if rival is not None and answered and close else None)

    def guide_for(self, words: str, country: str | None) -> str | None:
        """The id of the guide of a country (of any without one) whose title or questions are nearest to these words; None where none is
        near."""
        names = [name for name, guide in self.base.guides.items() if country in (None, guide.country)]
        if not names:
            return None
        vector = self.vector(words)
        nearest = [float((self._guides[name] @ vector).max()) for name in names]
        best = int(np.argmax(nearest))
        return names[best] if nearest[best] >= _LIKE_A_GUIDE else None

    @cached_property
    def _guides(self) -> dict[str, Vectors]:
        """The vectors of each guide's titles and questions."""
        said = {name: [*guide.title.values(), *chain.from_iterable(guide.questions.values())] for name, guide in self.base.guides.items()}
        vectors = {name: self.cache.queries.vectors(texts) for name, texts in said.items()}
        self.cache.queries.store()
        return vectors

    def danger_in(self, message: str, supported: bool = True) -> Signal | None:
        """The danger that a message tells of although no pattern sees it, or None; ``supported`` where Sveiki speaks its language."""
        vector = self.vector(message)
        margin = self.danger.margin(vector, message)
        if margin < (UNSURE if supported else CLEAR_ELSEWHERE):
            return None
        category, likely = self.dangers.best(vector, message)
        return Signal(
            category=cast(CrisisCategory, category) if likely >= SURE_OF_CATEGORY else None,
            level="clear" if margin >= CLEAR else "unsure",
            by_likeness=True,
        )

    def vector(self, query: str) -> Vectors:
        """The vector of what somebody typed; that of the last messages is at hand."""
        return self._vector(query)

    def _encode(self, query: str) -> Vectors:
        vector: Vectors = self.cache.encoder.encode([query], "query")[0]
        return vector

    def evidence(
        self, query: str, country: str | None, language: str | None, municipality: str | None = None
    ) -> tuple[list[Entry], FloatArray, Vectors]:
        """The entries of a country (all without one), the evidence for each, shape (entries, kinds of ``EVIDENCE``), and the vector of the
        question. Raises KeyError for a country that is not in the knowledge base."""
        return self._evidence(query, country, language, municipality)

    def nearness(self, entry: Entry, country: str | None, language: str | None, municipality: str | None = None) -> FloatArray:
        """How near each of the entries that ``evidence`` gives is to this one: the sum of the evidence in its title."""
        text = entry.texts.get(language or "") or entry.texts[entry.about.source_language]
        return self._nearness(text.title, country, language, municipality)

    def _sums(self, query: str, country: str | None, language: str | None, municipality: str | None) -> FloatArray:
        _, evidence, _ = self._gather(query, country, language, municipality)
        return np.asarray(evidence @ self.weights.evidence)

    def _gather(
        self, query: str, country: str | None, language: str | None, municipality: str | None
    ) -> tuple[list[Entry], FloatArray, Vectors]:
        if country is not None and country not in self.base.countries:
            raise KeyError(country)
        shards = [shard for code, shard in self._shards.items() if country in (None, code)]
        if not shards or not query.strip():
            return [], np.zeros((0, len(EVIDENCE))), np.zeros(0, np.float32)
        vector = self.vector(query)
        counts = count([query])
        entries = [entry for shard in shards for entry in shard.entries]
        from_passages = np.concatenate([shard.evidence(vector, counts, language, municipality) for shard in shards])
        from_messages = self._messages.evidence([entry.topic for entry in entries], vector, counts, language)
        half = from_passages.shape[1] // 2
        dense, lexical = (from_passages[:, :half], from_messages[:, :2]), (from_passages[:, half:], from_messages[:, 2:])
        evidence = np.concatenate([*dense, *lexical], axis=1)
        here = [i for i, entry in enumerate(entries) if _applies(entry, municipality)]
        return [entries[i] for i in here], evidence[here], vector


def open_index(content: str | Path, encoder: str | Path, cache: str | Path = "var/vectors", progress: Progress | None = None) -> Index:
    """Load a content folder and an encoder (folder, or any sentence-transformers name) into an index."""
    return Index(load(content), PassageCache(Path(cache), load_encoder(encoder)), progress)


def _same(block: Block | None, group: Sequence[Entry]) -> bool:
    return block is not None and len(block.made_of) == len(group) and all(map(operator.is_, block.made_of, group))


def _probability(logit: float) -> float:
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, logit))))


def _applies(entry: Entry, municipality: str | None) -> bool:
    places = entry.about.applies_to.municipalities
    return not places or municipality is None or municipality in places
