"""Bringing typed text to the form in which it is compared."""

from __future__ import annotations

import re
import unicodedata

_APOSTROPHES = re.compile(r"['’ʼ`´‘]")
_NOT_WORD = re.compile(r"[^\w]+", re.UNICODE)


class _Folding(dict[int, str]):
    """What becomes of each letter, worked out when it is first met: nothing is done letter by letter in Python after that."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        stripped = "".join(c for c in unicodedata.normalize("NFD", letter) if not unicodedata.combining(c))
        self[code] = letter if letter in "йї" else stripped
        return self[code]


_FOLDING = _Folding()


def fold(text: str) -> str:
    """Lower case, without diacritics, apostrophes and punctuation, single spaces: ``Šeimos gydytoją?`` -> ``seimos gydytoja``.

    Cyrillic й and ї are letters of their own and stay; ё becomes е, as people type it.
    """
    text = _APOSTROPHES.sub("", unicodedata.normalize("NFKC", text).casefold())
    return _NOT_WORD.sub(" ", text.translate(_FOLDING).replace("_", " ")).strip()


_CYRILLIC = "а б в г ґ д е є ж з и і ї й к л м н о п р с т у ф х ц ч ш щ ь ю я ы э ъ".split()
_TYPED = "a b v g g d e ye zh z y i yi y k l m n o p r s t u f kh ts ch sh shch _ yu ya y e _".split()
_LATIN = dict(zip(_CYRILLIC, _TYPED, strict=True))


def latinise(text: str) -> str:
    """Cyrillic in Latin letters, the way most people type it; reads best after ``fold``."""
    return "".join(_LATIN.get(letter, letter) for letter in text).replace("_", "")


_COARSE = [
    ("shch", "sh"),
    ("sch", "sh"),
    ("zh", "z"),
    ("kh", "h"),
    ("x", "h"),
    ("ts", "c"),
    ("tz", "c"),
    ("ia", "ya"),
    ("ja", "ya"),
    ("iu", "yu"),
    ("ju", "yu"),
    ("j", "y"),
    ("ie", "ye"),
    ("yy", "y"),
    ("iy", "y"),
    ("ij", "y"),
    ("w", "v"),
    ("i", "y"),
    ("ye", "e"),
]


def coarse(text: str) -> str:
    """Latin-typed Cyrillic with the commonest spelling differences levelled (kh/h/x, ts/c, j/y/i, ya/ja/ia)."""
    for written, level in _COARSE:
        text = text.replace(written, level)
    return re.sub(r"(.)\1", r"\1", text)
