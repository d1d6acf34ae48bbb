"""The passages of a country, encoded and counted, and the evidence in them for each entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from knowledge.dense import Progress, VectorCache
from knowledge.encoder import Encoder, Vectors
from knowledge.groups import Groups, own_and_other
from knowledge.languages import LANGUAGES
from knowledge.lexical import CountCache, LexicalIndex
from knowledge.messages import Messages
from knowledge.model import Entry
from knowledge.passages import Passage, passages
from knowledge.weights import FloatArray


@dataclass(frozen=True)
class Block:
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
class Shard:
    """The passages of one country."""

    blocks: tuple[Block, ...]

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
    def municipalities(self) -> npt.NDArray[np.str_]:
        """The municipality of each passage, empty for those of national entries."""
        return np.array([p.municipality or "" for p in self.passages])

    @cached_property
    def _municipal(self) -> npt.NDArray[np.bool_]:
        return np.asarray(self.municipalities != "", dtype=np.bool_)

    @cached_property
    def _groups(self) -> Groups:
        languages = np.array([LANGUAGES.index(passage.language) for passage in self.passages], dtype=np.intp)
        return Groups((self.owners * 2 + self.is_section) * len(LANGUAGES) + languages, len(self.blocks) * 2 * len(LANGUAGES))

    def evidence(self, vector: Vectors, counts: Any, language: str | None, municipality: str | None) -> FloatArray:
        """The likeness of each entry's best passage: dense, then lexical; of questions, then sections; in the own language, then others.
        Shape (entries, 8); 0 to 1 each."""
        elsewhere = self._municipal & (self.municipalities != (municipality or ""))
        tables = []
        for scores in (self.vectors @ vector, self.lexical.similarities(counts)):
            best = self._groups.best(np.where(elsewhere, 0, scores))
            pairs = own_and_other(best.reshape(-1, 2, len(LANGUAGES)), language)
            # Where an entry has no text in the question's language, or no other, the one it has stands for both.
            tables.append(np.where(pairs == 0, pairs.max(axis=2, keepdims=True), pairs).reshape(-1, 4))
        return np.concatenate(tables, axis=1)


class PassageCache:
    """Vectors and n-gram counts of passages on disk, for one encoder."""

    def __init__(self, folder: Path, encoder: Encoder) -> None:
        """``folder`` is made when needed."""
        self.encoder = encoder
        self._vectors = VectorCache(folder, encoder, "passage")
        #: The vectors of what people type.
        self.queries = VectorCache(folder, encoder, "query")
        self._counts = CountCache(folder)

    def block(self, made_of: tuple[Entry, ...]) -> Block:
        """A national entry and municipal ones, cut into passages, encoded and counted."""
        pieces = [piece for entry in made_of for piece in passages(entry)]
        texts = [piece.text for piece in pieces]
        return Block(made_of, pieces, self._vectors.vectors(texts), self._counts.counts(texts))

    def prepare(self, texts: Sequence[str], progress: Progress | None = None) -> None:
        """Encode and count what is new in many texts, and write it to disk."""
        if texts:
            self._vectors.vectors(texts, progress)
            self._vectors.store()
            self._counts.counts(texts)
            self._counts.store()

    def messages(self, progress: Progress | None = None) -> Messages:
        """The messages of ``knowledge/messages``, encoded as questions are."""
        return Messages.load(self.queries, self._counts, progress)
