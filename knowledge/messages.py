"""What people type about each topic, in their own words: the files of ``knowledge/messages``, one JSON object per line.

They are found by search as questions are, and never shown. A message speaks for its topic in every country.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.dense import Progress, VectorCache
from knowledge.encoder import Vectors
from knowledge.groups import Groups, own_and_other
from knowledge.languages import LANGUAGES, Language
from knowledge.lexical import CountCache, LexicalIndex
from knowledge.weights import FloatArray

FOLDER = Path(__file__).parent / "messages"
#: Two messages of a talk: ``text`` comes after ``after``, and stays with its topic or goes on to another.
TALKS = FOLDER / "talks"


@dataclass(frozen=True)
class Messages:
    """The messages of all languages, encoded and counted."""

    topics: Sequence[str]
    languages: Sequence[Language]
    vectors: Vectors
    lexical: LexicalIndex

    @classmethod
    def load(cls, vectors: VectorCache, counts: CountCache, progress: Progress | None = None, folder: Path = FOLDER) -> Messages:
        """Read, encode and count the messages; what the caches do not know takes some 20 ms each."""
        found = [(language, line) for language in LANGUAGES for line in typed(language, folder)]
        texts = [line["text"] for _, line in found]
        encoded = vectors.vectors(texts, progress)
        vectors.store()
        return cls([line["topic"] for _, line in found], [language for language, _ in found], encoded, LexicalIndex(counts.counts(texts)))

    @cached_property
    def _order(self) -> dict[str, int]:
        return {topic: i for i, topic in enumerate(dict.fromkeys(self.topics))}

    @cached_property
    def _groups(self) -> Groups:
        rows = [
            self._order[topic] * len(LANGUAGES) + LANGUAGES.index(language)
            for topic, language in zip(self.topics, self.languages, strict=True)
        ]
        return Groups(np.array(rows, dtype=np.intp), len(self._order) * len(LANGUAGES))

    def evidence(self, topics: Sequence[str], vector: Vectors, counts: Any, language: str | None) -> FloatArray:
        """The likeness of the best message about each of these topics: dense in the own and in other languages, then lexical likewise.
        Shape (len(topics), 4); 0 to 1 each, 0 for a topic without messages."""
        columns = [
            own_and_other(self._groups.best(scores).reshape(-1, len(LANGUAGES)), language)
            for scores in (self.vectors @ vector, self.lexical.similarities(counts))
        ]
        table = np.vstack([np.concatenate(columns, axis=1), np.zeros((1, 4))])
        return table[[self._order.get(topic, -1) for topic in topics]]


def typed(language: str, folder: Path = FOLDER) -> list[dict[str, str]]:
    """The messages of one language: ``text``, ``language``, ``country``, ``topic`` and ``kind`` of each."""
    return [json.loads(line) for line in (folder / f"{language}.jsonl").read_text("utf-8").splitlines()]
