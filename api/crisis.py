"""What a message about danger gets: a card before everything else, or a line of help.

Patterns look first, and their card is built from texts and files alone: it needs neither Rasa nor the encoder nor the database. Where they
see nothing for sure, the encoder looks a second time.
"""

from __future__ import annotations

import re
from typing import Any

from babel.dates import get_day_names

from actions.answering import Answering
from actions.reply import Reply
from knowledge.crisis import CrisisPatterns, Signal
from knowledge.languages import COUNTRIES, LOCALE
from knowledge.model import CrisisLine, KnowledgeBase
from knowledge.understanding import Understanding, Understood
from translations.catalog import translate

_HOURS = re.compile(r"^(?P<first>[A-Z][a-z]{2})-(?P<last>[A-Z][a-z]{2}) (?P<times>.+)$")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


#: Kinds of replies to a question, which a card may take the place of, and under which a line of help may stand.
_ANSWERING = ("answer", "clarify", "abstain")


class CrisisLayer:
    """Looks for danger in messages, and words what they get for it."""

    def __init__(self, patterns: CrisisPatterns, answering: Answering) -> None:
        self._patterns, self._answering = patterns, answering

    def first_look(self, text: str, understanding: Understanding) -> Signal | None:
        """The gravest signal that a pattern sees in the message as it stands, or else as it was meant."""
        found = self._patterns.find(text)
        if found is None and (meant := understanding.vocabulary.read(text).text) != text:
            found = self._patterns.find(meant)
        return found

    async def second_look(self, understood: Understood, signal: Signal | None) -> Signal | None:
        """What the encoder sees in a message in which the patterns have seen nothing for sure; else what they have seen (``signal``)."""
        seen = await self._answering.danger_in(understood.text, understood.supported)
        return signal if seen is None or (signal is not None and seen.level == "unsure") else seen

    def card(self, signal: Signal, understood: Understood, understanding: Understanding, country: str | None) -> dict[str, Any]:
        """The card as the body of a reply, for the country that the message names, else the given one."""
        language = understood.language if understood.supported else "en"
        named = next((e for e in understanding.named(understood.text) if e.entity in ("country", "municipality")), None)
        if named is not None:
            country = named.country or named.value
        card = crisis_card(self._answering.base, signal, language, country)
        return {**card.model_dump(mode="json"), "intent": "crisis", "language": language}

    def with_help(
        self, bodies: list[dict[str, Any]], signal: Signal, understood: Understood, understanding: Understanding, country: str | None
    ) -> list[dict[str, Any]]:
        """The replies to a message that the dialogue has answered, or the card in their place where danger is clear.

        Where the dialogue took the message for no question ("he is at the door, close this"), its reply stands, with a line of help.
        """
        clear = signal.level == "clear"
        if clear and (not bodies or bodies[0]["kind"] in _ANSWERING):
            return [self.card(signal, understood, understanding, country)]
        if bodies and (clear or not signal.by_likeness or bodies[0]["kind"] in _ANSWERING):
            bodies[0]["text"] += "\n\n" + translate(understood.language if understood.supported else "en", "crisis-unsure")
        return bodies


def crisis_card(base: KnowledgeBase, signal: Signal, language: str, country: str | None) -> Reply:
    """112 and the help lines for this danger: of the country, or of all three where it is not known.

    Where the danger is not clear, all lines; where the signal is a likeness only, what to do if it was misunderstood.
    """
    danger = signal.category or "danger"
    parts = [
        f"**{translate(language, f'crisis-title-{danger}')}**",
        translate(language, f"crisis-text-{danger}"),
        translate(language, "crisis-112").replace("112", "**[112](tel:112)**", 1),
    ]
    for code in [country] if country else COUNTRIES:
        knowledge = base.countries.get(code)
        lines = [line for line in knowledge.crisis_lines if signal.category in (None, *line.categories)] if knowledge else []
        shown = [_line(base, line, language) for line in lines]
        if knowledge and shown and country is None:
            parts.append(f"**{knowledge.about.names[language]}**")  # type: ignore[index]
        if shown:
            parts.append("\n".join(shown))
    parts.append(translate(language, "crisis-not-alerted"))
    if signal.by_likeness:
        parts.append(translate(language, "crisis-misunderstood"))
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
