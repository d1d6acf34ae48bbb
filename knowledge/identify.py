"""Which of the six languages a message is written in.

Lingua (letter statistics, trained for short texts) gives a probability per language; the common words of ``words.yml`` decide where
letters cannot; the conversation's memory tips the balance where a message is short or could be either.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from lingua import IsoCode639_1, LanguageDetectorBuilder

from knowledge.languages import LANGUAGES
from knowledge.normalise import fold

#: How much the conversation's language counts against what a message looks like: with 4, a message must look at least four times
#: likelier to be another language before the conversation changes over. Short messages say little, so they are damped further.
_MEMORY = 4.0
_ENOUGH_LETTERS = 12

#: How much likelier one common word makes the languages it belongs to.
_WORD = 8.0

_UKRAINIAN_ONLY = re.compile("[іїєґ]", re.IGNORECASE)
_RUSSIAN_ONLY = re.compile("[ыэъё]", re.IGNORECASE)
_LITHUANIAN_ONLY = re.compile("[ąęėįų]", re.IGNORECASE)
_LATVIAN_ONLY = re.compile("[āēģīķļņ]", re.IGNORECASE)
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_LETTERS = re.compile(r"[^\W\d_]")


@dataclass(frozen=True)
class Identified:
    """The language of a message and how sure that is (0 to 1)."""

    language: str
    confidence: float


def identify(text: str, remembered: str | None = None) -> Identified:
    """The language of ``text``, given the language of the conversation so far (None at its start)."""
    letters = len(_LETTERS.findall(text))
    if not letters:
        return Identified(remembered or "en", 0.0)
    likelihood = _likelihood(text)
    # A short message's distribution is flattened towards even, so that memory can decide.
    weight = min(1.0, letters / _ENOUGH_LETTERS)
    scores: dict[str, float] = {language: likelihood[language] ** weight for language in LANGUAGES}
    for word in fold(text).split():
        for language in common_words().get(word, ()):
            scores[language] *= _WORD
    if remembered in scores:
        scores[remembered] *= _MEMORY
    total = sum(scores.values())
    best = max(scores, key=scores.__getitem__)
    return Identified(best, scores[best] / total)


def _likelihood(text: str) -> Mapping[str, float]:
    values = {
        confidence.language.iso_code_639_1.name.lower(): confidence.value
        for confidence in _detector().compute_language_confidence_values(text)
    }
    # Lingua never sees Ukrainian or Russian in Latin letters: the floor leaves that to the words.
    floor = 0.03
    result: dict[str, float] = {language: max(values.get(language, 0.0), floor) for language in LANGUAGES}
    if _CYRILLIC.search(text):
        for language in LANGUAGES:
            if language not in ("uk", "ru"):
                result[language] = floor / 10
    # Letters that only one of the two has decide between them, also in a text of two words.
    if _UKRAINIAN_ONLY.search(text) and not _RUSSIAN_ONLY.search(text):
        result["ru"] = floor
    if _RUSSIAN_ONLY.search(text) and not _UKRAINIAN_ONLY.search(text):
        result["uk"] = floor
    if _LITHUANIAN_ONLY.search(text) and not _LATVIAN_ONLY.search(text):
        result["lv"] = floor
    if _LATVIAN_ONLY.search(text) and not _LITHUANIAN_ONLY.search(text):
        result["lt"] = floor
    return result


@cache
def common_words() -> Mapping[str, tuple[str, ...]]:
    """Folded common words and the languages that each belongs to."""
    lists = yaml.safe_load((Path(__file__).parent / "words.yml").read_text("utf-8"))
    words: dict[str, tuple[str, ...]] = {}
    for language, listed in lists.items():
        for word in dict.fromkeys(fold(listed).split()):
            words[word] = (*words.get(word, ()), language)
    return words


@cache
def _detector():  # type: ignore[no-untyped-def]
    codes = [getattr(IsoCode639_1, language.upper()) for language in LANGUAGES]
    return LanguageDetectorBuilder.from_iso_codes_639_1(*codes).with_preloaded_language_models().build()
