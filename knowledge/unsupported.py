"""Recognising languages that Sveiki does not speak, so that it can say which ones it does.

Lingua's small models (letter triples) name the language; they are often wrong about a short message in one of ours, so neither the words of
the content nor our own model of the letters (``knowledge.identify``) may know it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache

from lingua import IsoCode639_1, LanguageDetector, LanguageDetectorBuilder

from knowledge.languages import LANGUAGES

#: Those that people in the three countries are likeliest to write besides the six; other scripts are told by their letters.
_OTHERS = "pl de be bg fr es it pt tr fi sv ro cs sr ka hy ar fa hi zh ja".split()

#: Cyrillic letters that neither Ukrainian nor Russian has.
_FOREIGN_LETTERS = re.compile("[ўђјљњћџќѓѕ]", re.IGNORECASE)

#: At most this share of a message's words is known, and this likely is it to be in one of the six languages.
_KNOWN, _OURS = 0.5, 0.15

#: From this probability on our own model takes Latin letters for another language's. Of messages in one, 99 % reach it.
_OTHER = 0.02

#: Names, brands and slips look like any language: fewer words are given the benefit of the doubt.
_ENOUGH_WORDS = 3


def unsupported_language(message: str, known: float, other: float) -> str | None:
    """The ISO 639-1 code of the language of a message that is in none of the six languages, else None.

    ``known`` is the share (0 to 1) of its words that stand in the content in the one language that knows most of them; ``other`` is how
    likely its letters are another language's, if they are Latin.
    """
    letters = [letter for letter in message if letter.isalpha()]
    scripts = Counter(unicodedata.name(letter, "?").split()[0] for letter in letters)
    foreign_script = len(letters) > 1 and scripts["LATIN"] + scripts["CYRILLIC"] < len(letters) / 2
    foreign_script = foreign_script or _FOREIGN_LETTERS.search(message) is not None
    if not foreign_script and (known > _KNOWN or len(message.split()) < _ENOUGH_WORDS):
        return None
    if scripts["LATIN"] > len(letters) / 2 and other < _OTHER:
        return None
    found = {c.language.iso_code_639_1.name.lower(): c.value for c in _detector().compute_language_confidence_values(message)}
    if not foreign_script and sum(found[language] for language in LANGUAGES) >= _OURS:
        return None
    return max(_OTHERS, key=found.__getitem__)


@cache
def _detector() -> LanguageDetector:
    codes = [getattr(IsoCode639_1, code.upper()) for code in (*LANGUAGES, *_OTHERS)]
    return LanguageDetectorBuilder.from_iso_codes_639_1(*codes).with_low_accuracy_mode().build()
