"""Choosing a country, municipality or topic."""

from __future__ import annotations

from actions.answering import Answering
from actions.reply import Reply, say
from actions.situation import Situation
from actions.turn import Outcome
from knowledge.model import KnowledgeBase


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
    return Outcome(replies=[say("command", situation.language, "place-chosen", place=place_name(answering.base, situation))])


def place_name(base: KnowledgeBase, situation: Situation) -> str:
    """How the person's language calls the municipality where they live, or the country where that is all that is known.

    Raises KeyError where not even that is.
    """
    knowledge = base.countries[situation.country or ""]
    place = knowledge.places.get(situation.municipality or "")
    return str((place or knowledge.about).names[situation.language])  # type: ignore[index]


def which_place(answering: Answering, situation: Situation) -> Reply:
    """Ask for the country or municipality."""
    reply = say("clarify", situation.language, "which-place")
    reply.buttons = answering.country_buttons(situation.language)
    return reply
