"""The words of the content and of people's messages, and what a message means by them: typed in Latin letters for Cyrillic, with the wrong
keyboard layout on, or in a language that is none of ours."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from knowledge.identify import OTHER, common_words, likelihoods
from knowledge.keyboard import cyrillic, layouts
from knowledge.languages import LANGUAGES
from knowledge.messages import FOLDER, typed
from knowledge.model import KnowledgeBase
from knowledge.normalise import coarse, fold, latinise
from knowledge.unsupported import unsupported_language

_WORD = re.compile(r"[^\W_][\w'’]*")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
#: Letters that nobody types Cyrillic with, but for those that Baltic keyboards have for ш, ч and ж.
_NOT_TYPED = re.compile(r"(?![a-zščž])[^\W\d_]", re.IGNORECASE)
#: Shares of a message's longer words: known after it is read on another layout, and still unknown as it stands.
_KNOWN, _UNKNOWN = 0.6, 0.34
#: For Latin-typed Ukrainian and Russian the letters say more than the words: how likely, and the share of words that are known then; from
#: where on none need be known. (At 0.95, 98 % of such messages of three words and more, and 2 % of those in Polish, Czech and the like.)
_LIKELY, _SOME_KNOWN, _SURE = 0.8, 0.3, 0.95
_LONG_ENOUGH = 3
#: Digits that stand for letters they look or sound like.
_DIGITS = {ord("4"): "ch", ord("6"): "sh"}
#: Shorter messages say too little to read them otherwise.
_ENOUGH_LETTERS = 8
_LETTER = re.compile(r"[^\W\d_]|[\[\];']")
_MARKS = ".,?!:;"


@dataclass(frozen=True)
class Meant:
    """A message as it was meant; ``language`` is set where the reading tells it, ``unsupported`` where it is none of ours."""

    text: str
    language: str | None = None
    unsupported: str | None = None
    #: How likely each language is by the letters, where that has been worked out on the way.
    likely: Mapping[str, float] | None = field(default=None, compare=False)


class Vocabulary:
    """The words that the texts of a knowledge base are made of."""

    def __init__(self, base: KnowledgeBase) -> None:
        counts = _typed_words().copy()
        for entry in base.entries.values():
            for language, text in entry.texts.items():
                parts = (text.title, *text.questions, *(section.text for section in text.sections))
                counts.update((word, language) for part in parts for word in _WORD.findall(part.lower()))
        known: dict[str, set[str]] = defaultdict(set)
        for word, languages in common_words().items():
            # Ukrainian and Russian words in Latin letters are to be read, not known.
            for language in languages if _CYRILLIC.search(word) else set(languages) - {"uk", "ru"}:
                known[language].add(word)
        for form, language in counts:
            known[language].update(fold(form).split())
        #: Folded words of each language.
        self.of_language: Mapping[str, set[str]] = known
        #: Folded words of all languages.
        self.words = frozenset().union(*known.values())
        self._latin: dict[str, dict[str, str]] = {"uk": {}, "ru": {}}
        for (form, language), _ in counts.most_common():
            if language in self._latin and _CYRILLIC.search(form):
                typed_so = latinise(fold(form))
                # Ukrainian г is typed g by ear and h by the state's own rules.
                for spelling in {typed_so, typed_so.replace("g", "h")} if language == "uk" else {typed_so}:
                    self._latin[language].setdefault(coarse(spelling), form)

    def read(self, message: str) -> Meant:
        """The message as it was meant: as it stands unless it is Ukrainian or Russian in Latin letters, or most of its words are unknown
        and another keyboard layout makes most of them known."""
        likely = None
        if len(_LETTER.findall(message)) >= _ENOUGH_LETTERS:
            likely = likelihoods(message)
            if not _NOT_TYPED.search(message) and (meant := self._from_latin(message, likely)):
                return meant
            if self._known(message, 1.0) <= _UNKNOWN:
                readings = [self._from_keys(message, table) for table in layouts(message)]
                best = max(readings, key=lambda reading: self._known(reading, 0.0), default=message)
                if self._known(best, 0.0) >= _KNOWN:
                    return Meant(best)
        other = likely[OTHER] if likely else 1.0
        return Meant(message, None, unsupported_language(message, self._known_in_one(message), other), likely)

    def _from_keys(self, message: str, table: Mapping[int, str]) -> str:
        """The message read on another layout. Its last keys may be letters there or the marks that they show: the known word decides."""
        written = []
        for word in message.split():
            whole, bare = word.translate(table), word.rstrip(_MARKS)
            marked = bare.translate(table) + word[len(bare) :]
            written.append(whole if bare == word or (fold(whole) in self.words and fold(marked) not in self.words) else marked)
        return " ".join(written)

    def _known(self, message: str, without: float) -> float:
        """The share of the longer words that are known; ``without`` where there are none."""
        long = [word for word in fold(message).split() if len(word) >= _LONG_ENOUGH and not word.isdigit()]
        return sum(word in self.words for word in long) / len(long) if long else without

    def _known_in_one(self, message: str) -> float:
        """The share of the words that are known in the language that knows most of them; 1 where there are none."""
        words = [word for word in fold(message).split() if len(word) > 1 and not word.isdigit()]
        return max(sum(word in known for word in words) for known in self.of_language.values()) / len(words) if words else 1.0

    def _from_latin(self, message: str, likely: Mapping[str, float]) -> Meant | None:
        """The message in Cyrillic, where it is Ukrainian or Russian."""
        if (either := likely["uk"] + likely["ru"]) < _LIKELY:
            return None
        language = "uk" if likely["uk"] > likely["ru"] else "ru"
        forms, known, long = self._latin[language], 0, 0

        def written(match: re.Match[str]) -> str:
            nonlocal known, long
            form = forms.get(coarse(fold(match[0]).translate(_DIGITS))) if not match[0].isdigit() else match[0]
            if len(match[0]) >= _LONG_ENOUGH:
                long, known = long + 1, known + (form is not None)
            return form or cyrillic(match[0], language)

        text = _WORD.sub(written, message)
        return Meant(text, language) if either >= _SURE or known >= _SOME_KNOWN * long else None


@cache
def _typed_words() -> Counter[tuple[str, str]]:
    """The words of people's messages and the common ones, by language."""
    counts: Counter[tuple[str, str]] = Counter(
        (word, str(language))
        for folder in (FOLDER, *sorted(FOLDER.glob("*/")))
        for language in LANGUAGES
        for line in typed(language, folder)
        for word in _WORD.findall(line["text"].lower())
    )
    counts.update((word, language) for word, languages in common_words().items() if _CYRILLIC.search(word) for language in languages)
    return counts
