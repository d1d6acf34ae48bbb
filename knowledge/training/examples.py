"""What the encoder learns from: messages and texts on one topic that belong together, and ordinary text that must stay where it is."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from knowledge.encoder_base import PREFIX
from knowledge.evaluation.damage import in_latin_letters, mistyped, without_diacritics
from knowledge.languages import LANGUAGES
from knowledge.messages import typed
from knowledge.model import KnowledgeBase
from knowledge.passages import passages

#: Damaged copies of each message.
_COPIES = 2
#: Sections of a topic that are learnt from, of all countries and languages: they are long, and there are thirty for one question.
_SECTIONS = 60
#: Lines of every file of ordinary text that are kept from training, to see what it costs there.
HELD_OUT = 200

_Row = TypeVar("_Row")


@dataclass(frozen=True)
class Topic:
    """The texts of one topic, each with the prefix of its kind."""

    #: Each message, and its damaged copies.
    messages: Sequence[tuple[str, ...]]
    questions: Sequence[str]
    sections: Sequence[str]


@dataclass(frozen=True)
class Sentence:
    """An ordinary sentence and the English one that says the same (itself, where it is English)."""

    text: str
    english: str
    language: str


def topics(base: KnowledgeBase) -> list[Topic]:
    """The topics that have both messages and entries, the same every time."""
    chance = random.Random(0)
    said: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for language in LANGUAGES:
        for message in typed(language):
            copies = [_damaged(message["text"], language, chance) for _ in range(_COPIES)]
            said[message["topic"]].append(tuple(PREFIX["query"] + text for text in (message["text"], *copies)))
    written: dict[tuple[str, bool], list[str]] = defaultdict(list)
    for entry in base.entries.values():
        for passage in passages(entry):
            written[entry.topic, passage.kind == "section"].append(PREFIX["passage"] + passage.text)
    return [
        Topic(said[name], written[name, False], chance.sample(written[name, True], min(_SECTIONS, len(written[name, True]))))
        for name in sorted(said)
        if written[name, False]
    ]


def ordinary(folder: Path, held_out: bool) -> list[Sentence]:
    """Parallel sentences outside our domain: those kept from training, or the others.

    ``folder`` holds ``sib200.train.jsonl`` (SIB-200), ``udhr.jsonl`` and ``tatoeba.XX-en.tsv``; raises FileNotFoundError.
    """
    found = []
    for name in ("sib200.train.jsonl", "udhr.jsonl"):
        rows = [json.loads(line) for line in (folder / name).read_text("utf-8").splitlines()]
        if name.startswith("sib"):
            rows = list(_part(rows, held_out))
        elif held_out:
            rows = []
        found += [Sentence(row[language], row["en"], language) for row in rows for language in LANGUAGES]
    for language in LANGUAGES:
        if language != "en":
            lines = (folder / f"tatoeba.{language}-en.tsv").read_text("utf-8").splitlines()[1:]
            for own, english in (line.split("\t")[:2] for line in _part(lines, held_out)):
                found += [Sentence(own, english, language), *([] if held_out else [Sentence(english, english, "en")])]
    return found


def _part(rows: Sequence[_Row], held_out: bool) -> Sequence[_Row]:
    return rows[:HELD_OUT] if held_out else rows[HELD_OUT:]


def _damaged(text: str, language: str, chance: random.Random) -> str:
    kinds: list[Callable[[str], str]] = [str.lower, without_diacritics, mistyped, lambda said: mistyped(without_diacritics(said.lower()))]
    if language in ("uk", "ru"):
        kinds.append(in_latin_letters(language))
    return chance.choice(kinds)(text)
