"""Choosing a country, municipality or topic."""

from __future__ import annotations

from actions.answering import Answering
from actions.reply import Reply
from actions.situation import Situation
from actions.turn import Outcome
from translations.catalog import translate


def named_place(answering: Answering, situation: Situation) -> tuple[str | None, str | None]:
    """The country and municipality that the message names; both None where it names none that is known, or several countries."""
    if len({e["value"] for e in situation.entities if e["entity"] == "country"}) > 1:
        return None, None
    municipality, country = situation.entity("municipality"), situation.entity("country")
    for code, knowledge in answering.base.countries.items():
        if municipality in knowledge.places:
            return code, municipality
    return (country, None) if country in answering.base.countries else (None, None)


def place_chosen(answering: Answering, situation: Situation) -> Outcome:
    """Say which place counts from now on: the situation's."""
    knowledge = answering.base.countries[situation.country or ""]
    names = knowledge.places[situation.municipality].names if situation.municipality else knowledge.about.names
    text = translate(situation.language, "place-chosen", place=names[situation.language])  # type: ignore[index]
    return Outcome(replies=[Reply(kind="command", text=text, text_language=situation.language)])


def which_place(answering: Answering, situation: Situation) -> Reply:
    """Ask for the country or municipality."""
    return Reply(
        kind="clarify",
        text=translate(situation.language, "which-place"),
        text_language=situation.language,
        buttons=answering.country_buttons(situation.language),
    )
