"""The languages the bot speaks and the countries it knows."""

from __future__ import annotations

from typing import Literal

Language = Literal["lt", "lv", "et", "uk", "ru", "en"]
Country = Literal["LT", "LV", "EE"]

#: ISO 639-1, in the order in which they are offered.
LANGUAGES: tuple[Language, ...] = ("lt", "lv", "et", "uk", "ru", "en")

#: ISO 3166-1 code -> state language.
STATE_LANGUAGE: dict[Country, Language] = {"LT": "lt", "LV": "lv", "EE": "et"}

#: CLDR locale for dates and money: European English.
LOCALE: dict[str, str] = {**{language: language for language in LANGUAGES}, "en": "en_GB"}

COUNTRIES: tuple[Country, ...] = tuple(STATE_LANGUAGE)
