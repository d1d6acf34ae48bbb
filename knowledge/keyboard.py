"""Keys and letters: what a message reads on another keyboard layout, and Latin-typed Ukrainian and Russian in Cyrillic."""

from __future__ import annotations

import re

_US = "qwertyuiop[]asdfghjkl;'zxcvbnm,./`QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>?~@#$^&"
#: The same keys with the Russian and the Ukrainian layout on.
_KEYS = {
    "ru": 'йцукенгшщзхъфывапролджэячсмитьбю.ёЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ,Ё"№;:?',
    "uk": "йцукенгшщзхїфівапролджєячсмитьбю.'ЙЦУКЕНГШЩЗХЇФІВАПРОЛДЖЄЯЧСМИТЬБЮ,'\"№;:?",
}
_TO_CYRILLIC = {language: {ord(us): key for us, key in zip(_US, keys, strict=True)} for language, keys in _KEYS.items()}
_TO_LATIN = {
    language: {ord(key): us for us, key in zip(_US, keys, strict=True) if key.isalpha() or us == "/"} for language, keys in _KEYS.items()
}
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_LATIN = re.compile("[a-z]", re.IGNORECASE)


def layouts(message: str) -> list[dict[int, str]]:
    """The tables to ``translate`` a message with that read its keys on another layout: Russian and Ukrainian for Latin letters, Latin
    for Cyrillic ones."""
    if not _CYRILLIC.search(message):
        return list(_TO_CYRILLIC.values())
    return list(_TO_LATIN.values()) if not _LATIN.search(message) else []


#: Latin spellings and what they stand for, longest first; people mix systems, so each letter may be written several ways.
_COMMON = [
    ("shch", "щ"), ("sch", "щ"), ("zh", "ж"), ("ch", "ч"), ("sh", "ш"), ("kh", "х"), ("ts", "ц"), ("tz", "ц"),
    ("ya", "я"), ("ja", "я"), ("ia", "я"), ("yu", "ю"), ("ju", "ю"), ("iu", "ю"), ("4", "ч"), ("6", "ш"),
    ("š", "ш"), ("č", "ч"), ("ž", "ж"), ("a", "а"), ("b", "б"), ("c", "ц"), ("d", "д"), ("e", "е"), ("f", "ф"), ("j", "й"),
    ("k", "к"), ("l", "л"), ("m", "м"), ("n", "н"), ("o", "о"), ("p", "п"), ("q", "к"), ("r", "р"), ("s", "с"), ("t", "т"),
    ("u", "у"), ("v", "в"), ("w", "в"), ("x", "х"), ("z", "з"), ("'", "ь"), ("’", "ь"),
]  # fmt: skip
_SPELLINGS = {
    "ru": [("yo", "ё"), ("jo", "ё"), ("ye", "е"), ("je", "е"), ("yy", "ый"), ("iy", "ий"), ("g", "г"), ("h", "х"), ("i", "и"), ("y", "ы")],
    "uk": [("yi", "ї"), ("ji", "ї"), ("ye", "є"), ("je", "є"), ("yy", "ий"), ("iy", "ій"), ("g", "г"), ("h", "г"), ("i", "і"), ("y", "и")],
}
_VOWELS = "аеёиоуыэюяіїє"
_LETTERS = {language: dict([*own, *_COMMON]) for language, own in _SPELLINGS.items()}
_PATTERNS = {
    language: re.compile("|".join(sorted(map(re.escape, letters), key=len, reverse=True))) for language, letters in _LETTERS.items()
}


def cyrillic(message: str, language: str) -> str:
    """Latin-typed Russian or Ukrainian (``ru``, ``uk``) in Cyrillic, as near as spelling tells; raises KeyError for other languages."""
    written = _PATTERNS[language].sub(lambda match: _LETTERS[language][match[0]], message.lower())
    # After a vowel y and i are the short sound: moy, moi, troe-y.
    return re.sub(rf"(?<=[{_VOWELS}])[ыи](?![а-яёіїєґ])", "й", written)
