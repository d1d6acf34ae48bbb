"""The words of the content, and messages read by them: typed in Latin letters for Cyrillic, or with the wrong keyboard layout on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from knowledge.identify import common_words
from knowledge.keyboard import cyrillic, layouts
from knowledge.model import KnowledgeBase
from knowledge.normalise import coarse, fold, latinise

_WORD = re.compile(r"[^\W_][\w'’]*")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
#: Shares of a message's longer words: known after it is read otherwise, and still unknown as it stands.
_KNOWN, _UNKNOWN = 0.6, 0.34
_LONG_ENOUGH = 3
#: Shorter messages say too little to read them otherwise.
_ENOUGH_LETTERS = 8
_LETTER = re.compile(r"[^\W\d_]|[\[\];']")
_MARKS = ".,?!:;"


@dataclass(frozen=True)
class Meant:
    """A message as it was meant; ``language`` is set where the reading tells it."""

    text: str
    language: str | None = None


class Vocabulary:
    """The words that the texts of a knowledge base are made of."""

    def __init__(self, base: KnowledgeBase) -> None:
        counts: Counter[tuple[str, str]] = Counter()
        for entry in base.entries.values():
            for language, text in entry.texts.items():
                parts = (text.title, *text.questions, *(section.text for section in text.sections))
                counts.update((word, language) for part in parts for word in _WORD.findall(part.lower()))
        #: Folded words of all languages.
        self.words = frozenset((*_common(), *(word for form, _ in counts for word in fold(form).split())))
        self._latin: dict[str, dict[str, str]] = {"uk": {}, "ru": {}}
        for (form, language), _ in counts.most_common():
            if language in self._latin and _CYRILLIC.search(form):
                typed = latinise(fold(form))
                # Ukrainian г is typed g by ear and h by the state's own rules.
                for spelling in {typed, typed.replace("g", "h")} if language == "uk" else {typed}:
                    self._latin[language].setdefault(coarse(spelling), form)

    def read(self, message: str) -> Meant:
        """The message as it was meant: as it stands unless most of its words are unknown and another reading makes most of them known."""
        if len(_LETTER.findall(message)) < _ENOUGH_LETTERS or self._known(message) > _UNKNOWN:
            return Meant(message)
        readings = [(self._known(reading), Meant(reading)) for reading in (self._from_keys(message, table) for table in layouts(message))]
        if not _CYRILLIC.search(message):
            readings += [self._from_latin(message, language) for language in self._latin]
        share, best = max(readings, key=lambda reading: reading[0], default=(0.0, Meant(message)))
        return best if share >= _KNOWN else Meant(message)

    def _from_keys(self, message: str, table: Mapping[int, str]) -> str:
        """The message read on another layout. Its last keys may be letters there or the marks that they show: the known word decides."""
        written = []
        for word in message.split():
            whole, bare = word.translate(table), word.rstrip(_MARKS)
            marked = bare.translate(table) + word[len(bare) :]
            written.append(whole if bare == word or (fold(whole) in self.words and fold(marked) not in self.words) else marked)
        return " ".join(written)

    def _known(self, message: str) -> float:
        """The share of the longer words that are known; 1 where there are none."""
        long = [word for word in fold(message).split() if len(word) >= _LONG_ENOUGH and not word.isdigit()]
        return sum(word in self.words for word in long) / len(long) if long else 1.0

    def _from_latin(self, message: str, language: str) -> tuple[float, Meant]:
        forms, known, long = self._latin[language], 0, 0

        def written(match: re.Match[str]) -> str:
            nonlocal known, long
            form = forms.get(coarse(fold(match[0])))
            if len(match[0]) >= _LONG_ENOUGH:
                long, known = long + 1, known + (form is not None)
            return form or cyrillic(match[0], language)

        text = _WORD.sub(written, message)
        return known / max(long, 1), Meant(text, language)


def _common() -> list[str]:
    """Common words, but for Ukrainian and Russian ones in Latin letters: those are to be read."""
    return [word for word, languages in common_words().items() if _CYRILLIC.search(word) or set(languages) - {"uk", "ru"}]
