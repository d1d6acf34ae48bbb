"""Questions damaged as people damage them; the same question is damaged the same way every time."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable

_NEIGHBOURS = dict(zip("qwertyuiopasdfghjklzxcvbnm", "wertyuioplsdfghjkkxcvbnmn", strict=False))


def without_diacritics(text: str) -> str:
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
            letters[i] = _NEIGHBOURS.get(letters[i], letters[i - 1])
    return "".join(letters)


_LATIN = {
    "ru": dict(
        zip("абвгдеёжзийклмнопрстуфхцчшщыэюя", "a b v g d e e zh z i y k l m n o p r s t u f h c ch sh sch y e yu ya".split(), strict=True)
    ),
    "uk": dict(
        zip(
            "абвгґдеєжзиіїйклмнопрстуфхцчшщюя",
            "a b v h g d e ye zh z y i yi y k l m n o p r s t u f kh ts ch sh shch yu ya".split(),
            strict=True,
        )
    ),
}


def in_latin_letters(language: str) -> Callable[[str], str]:
    """Russian or Ukrainian in Latin letters, signs left out."""
    return lambda text: "".join(_LATIN[language].get(c, "" if c in "ьъ" else c) for c in text.lower())


_KEYS = {
    "ru": str.maketrans("йцукенгшщзхъфывапролджэячсмитьбюё", "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"),
    "uk": str.maketrans("йцукенгшщзхїфівапролджєячсмитьбю", "qwertyuiop[]asdfghjkl;'zxcvbnm,."),
}


def on_the_wrong_layout(language: str) -> Callable[[str], str]:
    """Russian or Ukrainian typed with the US layout on."""
    return lambda text: text.lower().translate(_KEYS[language])
