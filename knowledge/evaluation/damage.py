"""Messages damaged as people damage them; the same message is damaged the same way every time."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Mapping

_NEIGHBOURS = dict(zip("qwertyuiopasdfghjklzxcvbnm", "wertyuioplsdfghjkkxcvbnmn", strict=False))
_ON_CYRILLIC_KEYS = dict(zip("йцукенгшщзхфывапролджэячсмитьбю", "цукенгшщзхъывапролджэхчсмитьбюж", strict=True))


def without_diacritics(text: str) -> str:
    """Letters bare, but for the Cyrillic ones that are letters of their own."""
    kept = "йїЙЇ"
    return "".join(c if c in kept else "".join(x for x in unicodedata.normalize("NFD", c) if not unicodedata.combining(x)) for c in text)


def mistyped(text: str, slips: int = 2) -> str:
    """One or two slips: a letter left out, doubled, swapped with its neighbour or replaced by the key beside it."""
    chance = random.Random(text)
    letters = list(text)
    for _ in range(slips if len(text) > 25 else 1):
        places = [i for i in range(1, len(letters) - 1) if letters[i].isalpha() and letters[i + 1].isalpha()]
        if not places:
            break
        i = chance.choice(places)
        kind = chance.randrange(4)
        if kind == 0:
            del letters[i]
        elif kind == 1:
            letters.insert(i, letters[i])
        elif kind == 2:
            letters[i], letters[i + 1] = letters[i + 1], letters[i]
        else:
            letters[i] = {**_NEIGHBOURS, **_ON_CYRILLIC_KEYS}.get(letters[i], letters[i - 1])
    return "".join(letters)


#: Each letter and the ways people type it; a person keeps to one way within a message.
_COMMON: Mapping[str, str | tuple[str, ...]] = {
    **dict(zip("абвдзклмнопрстуф", "abvdzklmnoprstuf", strict=True)),
    "ж": ("zh", "zh", "j", "z"),
    "х": ("kh", "h", "h", "x"),
    "ц": ("ts", "c"),
    "ч": ("ch", "ch", "4"),
    "ш": ("sh", "sh", "6"),
    "щ": ("shch", "sch", "sh"),
    "ь": ("", "", "'"),
    "ю": ("yu", "iu", "ju"),
    "я": ("ya", "ia", "ja"),
    "й": ("y", "i", "j"),
}
_TYPED: Mapping[str, dict[str, str | tuple[str, ...]]] = {
    "ru": {**_COMMON, "г": "g", "е": ("e", "e", "ye"), "ё": ("e", "yo", "io"), "и": "i", "ъ": "", "ы": ("y", "i"), "э": "e"},
    "uk": {
        **_COMMON,
        **{"г": ("h", "g"), "ґ": "g", "е": "e", "є": ("ye", "ie", "je", "e"), "и": ("y", "i"), "і": "i", "ї": ("yi", "i", "ji")},
        **{"'": "", "’": "", "ʼ": ""},
    },
}


def in_latin_letters(language: str) -> Callable[[str], str]:
    """Russian or Ukrainian in Latin letters, in one of the ways people type it; raises KeyError for other languages."""
    ways = _TYPED[language]

    def typed(text: str) -> str:
        chance = random.Random(text)
        chosen = {letter: chance.choice(way) if isinstance(way, tuple) else way for letter, way in ways.items()}
        return "".join(chosen.get(letter, letter) for letter in text.lower())

    return typed


_KEYS = {
    "ru": str.maketrans("йцукенгшщзхъфывапролджэячсмитьбюё", "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"),
    "uk": str.maketrans("йцукенгшщзхїфівапролджєячсмитьбю", "qwertyuiop[]asdfghjkl;'zxcvbnm,."),
}


def on_the_wrong_layout(language: str) -> Callable[[str], str]:
    """Russian or Ukrainian typed with the US layout on; raises KeyError for other languages."""
    keys = _KEYS[language]
    return lambda text: text.lower().translate(keys)


#: The kinds of damage of the report, and the languages that each happens to.
DAMAGES: Mapping[str, tuple[tuple[str, ...], Callable[[str], Callable[[str], str]]]] = {
    "no diacritics": (("lt", "lv", "et"), lambda language: without_diacritics),
    "typos": (("lt", "lv", "et", "uk", "ru", "en"), lambda language: mistyped),
    "Latin letters": (("uk", "ru"), in_latin_letters),
    "wrong layout": (("uk", "ru"), on_the_wrong_layout),
}
