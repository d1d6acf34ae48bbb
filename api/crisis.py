"""The card that a message about danger gets, before everything else.

Built from texts and files alone: it needs neither Rasa nor the encoder nor the database.
"""

from __future__ import annotations

import re

from babel.dates import get_day_names

from actions.reply import Reply
from knowledge.crisis import Signal
from knowledge.languages import COUNTRIES, LOCALE
from knowledge.model import CrisisLine, KnowledgeBase
from translations.catalog import translate

_HOURS = re.compile(r"^(?P<first>[A-Z][a-z]{2})-(?P<last>[A-Z][a-z]{2}) (?P<times>.+)$")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def crisis_card(base: KnowledgeBase, signal: Signal, language: str, country: str | None) -> Reply:
    """112 and the help lines for this danger: of the country, or of all three where it is not known."""
    parts = [
        f"**{translate(language, f'crisis-title-{signal.category}')}**",
        translate(language, f"crisis-text-{signal.category}"),
        translate(language, "crisis-112").replace("112", "**[112](tel:112)**", 1),
    ]
    for code in [country] if country else COUNTRIES:
        knowledge = base.countries.get(code)
        lines = [line for line in knowledge.crisis_lines if signal.category in line.categories] if knowledge else []
        shown = [_line(base, line, language) for line in lines]
        if knowledge and shown and country is None:
            parts.append(f"**{knowledge.about.names[language]}**")  # type: ignore[index]
        if shown:
            parts.append("\n".join(shown))
    parts.append(translate(language, "crisis-not-alerted"))
    return Reply(kind="crisis", text="\n\n".join(parts), text_language=language)


def _line(base: KnowledgeBase, line: CrisisLine, language: str) -> str:
    number = f"[{line.number}](tel:{re.sub('[^0-9+]', '', line.number)})"
    details = [_hours(line.hours, language)] if line.hours else []
    details += [base.languages[code].name.lower() for code in line.languages if code in base.languages]
    return f"- {line.name[language]}: {number}" + (f" ({', '.join(details)})" if details else "")  # type: ignore[index]


def _hours(hours: str, language: str) -> str:
    """``Mon-Fri 10-17`` with the day names of the language; other forms, such as ``24/7``, as they are."""
    match = _HOURS.match(hours)
    if match is None or match["first"] not in _DAYS or match["last"] not in _DAYS:
        return hours
    names = get_day_names("abbreviated", locale=LOCALE[language])
    return f"{names[_DAYS.index(match['first'])]}–{names[_DAYS.index(match['last'])]} {match['times']}"
