"""The crisis layer: a deterministic look for danger in a message, in all six languages, before everything else.

It needs no model, no database and no other process. The patterns stand in ``knowledge/crisis/<language>.yml``, per category and
level. In a pattern, words follow one another; ``a|b`` are alternatives, ``stem*`` any ending, ``*`` any one word, ``..`` up to four
words between. Matching is on folded text (``knowledge.normalise.fold``), on whole words, in every language at once, since people in
danger mix them; Ukrainian and Russian patterns are also tried on Latin-typed text. Stretches listed under ``not-crisis`` are cut out first.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Literal, get_args

import yaml

from knowledge.languages import LANGUAGES
from knowledge.model import CrisisCategory
from knowledge.normalise import coarse, fold, latinise

FOLDER = Path(__file__).parent / "crisis"

Level = Literal["clear", "unsure"]

_GAP = ".."
_BREAK = "\n"


class PatternError(ValueError):
    """A pattern file is not readable."""

    def __init__(self, file: str, what: str) -> None:
        self.file = file
        super().__init__(what)


@dataclass(frozen=True)
class Signal:
    """Danger seen in a message."""

    #: None where it is not clear which danger it is.
    category: CrisisCategory | None
    level: Level
    #: Seen in its likeness to other messages (``knowledge.danger``), not in the words of a pattern.
    by_likeness: bool = False


@dataclass(frozen=True)
class CrisisPatterns:
    """Compiled patterns of all languages."""

    signals: tuple[tuple[Signal, re.Pattern[str]], ...]
    latin_signals: tuple[tuple[Signal, re.Pattern[str]], ...]
    harmless: re.Pattern[str]
    latin_harmless: re.Pattern[str]

    @classmethod
    def load(cls, folder: Path = FOLDER) -> CrisisPatterns:
        """Compile the pattern files; raises PatternError when one is missing or not of the described form."""
        signals: dict[Signal, list[str]] = {}
        latin: dict[Signal, list[str]] = {}
        harmless: list[str] = []
        latin_harmless: list[str] = []
        for language in LANGUAGES:
            cyrillic = language in ("uk", "ru")
            for name, levels in _read(folder / f"{language}.yml").items():
                if name == "not-crisis":
                    harmless += [_expression(p, fold) for p in levels]
                    latin_harmless += [_expression(p, _typed_latin) for p in levels if cyrillic]
                    continue
                for level, patterns in levels.items():
                    signal = Signal(name, level)
                    signals.setdefault(signal, []).extend(_expression(p, fold) for p in patterns)
                    if cyrillic:
                        latin.setdefault(signal, []).extend(_expression(p, _typed_latin) for p in patterns)
        return cls(_compile(signals), _compile(latin), _join(harmless), _join(latin_harmless))

    def find(self, message: str) -> Signal | None:
        """The gravest signal in a message (clear before unsure, categories in their order), or None."""
        plain = self.harmless.sub(_BREAK, fold(message))
        found = [signal for signal, pattern in self.signals if pattern.search(plain)]
        if re.search("[a-z]", plain):
            typed = self.latin_harmless.sub(_BREAK, coarse(plain))
            found += [signal for signal, pattern in self.latin_signals if pattern.search(typed)]
        order = {category: i for i, category in enumerate(get_args(CrisisCategory))}
        return min(found, key=lambda s: (s.level != "clear", order.get(s.category, 0)), default=None)


def check_patterns(folder: Path = FOLDER) -> None:
    """Read the pattern files without the seconds that compiling takes; raises PatternError as ``CrisisPatterns.load`` does."""
    for language in LANGUAGES:
        for patterns in _read(folder / f"{language}.yml").values():
            for pattern in patterns if isinstance(patterns, list) else chain.from_iterable(patterns.values()):
                if not isinstance(pattern, str) or not fold(pattern):
                    raise PatternError(str(folder / f"{language}.yml"), f"{pattern!r} is not a pattern")


def _read(path: Path) -> dict[CrisisCategory | Literal["not-crisis"], dict[Level, list[str]]]:
    try:
        data = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
    except (OSError, yaml.YAMLError) as error:
        raise PatternError(str(path), f"not readable: {error}") from error
    for name, levels in data.items():
        if name == "not-crisis" and isinstance(levels, list):
            continue
        if name not in get_args(CrisisCategory) or not isinstance(levels, dict) or not levels.keys() <= set(get_args(Level)):
            raise PatternError(str(path), f"{name} is not a category with the levels clear and unsure")
    return data  # type: ignore[no-any-return]


def _typed_latin(text: str) -> str:
    return coarse(latinise(fold(text)))


def _expression(pattern: str, spelling: Callable[[str], str]) -> str:
    """The regular expression of one pattern, on text in the given spelling."""
    expression, separator = "", ""
    for token in pattern.split():
        if token == _GAP:
            separator = r"(?: \S+){0,4} "
            continue
        alternatives = []
        for word in token.split("|"):
            stem = word.endswith("*")
            spelled = re.escape(spelling(word.rstrip("*")))
            alternatives.append(r"\S+" if word == "*" else spelled + (r"\S*" if stem else ""))
        expression += f"{separator}(?:{'|'.join(a for a in alternatives if a)})"
        separator = " "
    return expression


def _join(expressions: list[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\S)(?:{'|'.join(expressions)})(?!\S)" if expressions else r"(?!)")


def _compile(patterns: dict[Signal, list[str]]) -> tuple[tuple[Signal, re.Pattern[str]], ...]:
    return tuple((signal, _join(expressions)) for signal, expressions in patterns.items())
