"""The languages the bot speaks and the countries it knows."""

from __future__ import annotations

#: ISO 639-1, in the order in which they are offered.
LANGUAGES = ("lt", "lv", "et", "uk", "ru", "en")

#: ISO 3166-1 code -> state language.
STATE_LANGUAGE = {"LT": "lt", "LV": "lv", "EE": "et"}

COUNTRIES = tuple(STATE_LANGUAGE)
