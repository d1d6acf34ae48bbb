"""Small commands of a conversation: another language, a person, starting over, forgetting."""

from __future__ import annotations

from actions.directory import service_lines
from actions.payload import payload
from actions.reply import Button, Kind, Reply
from actions.turn import Advisor, Outcome, Turn
from knowledge.languages import LANGUAGES, STATE_LANGUAGE
from translations.catalog import translate


async def change_language(advisor: Advisor, turn: Turn) -> Outcome:
    """Go on in the language that the message names, or offer all six, each in its own name."""
    chosen = turn.situation.entity("language")
    if chosen is None:
        outcome = _say("command", turn.situation.language, "ask-language")
        outcome.replies[0].buttons = _language_buttons(advisor)
        return outcome
    await advisor.memory.set_language(turn.conversation, chosen)
    return _say("command", chosen, "language-chosen")


def unsupported_language(advisor: Advisor) -> Reply:
    """To somebody who writes a language that we do not speak: so in all six, with what to do in danger."""
    said = "\n\n".join(translate(language, "unsupported-language") for language in ("en", *(x for x in LANGUAGES if x != "en")))
    return Reply(kind="abstain", text=said, text_language="en", buttons=_language_buttons(advisor))


async def hand_over(advisor: Advisor, turn: Turn) -> Outcome:
    """Where a person can be found: the site of the municipality where it is known, and the country's newcomer services."""
    situation, base, lines = turn.situation, advisor.answering.base, list[str]()
    for code in [situation.country] if situation.country else STATE_LANGUAGE:
        knowledge = base.countries[code]
        place = knowledge.places.get(situation.municipality or "")
        if place and place.website:
            lines.append(f"- [{place.names[situation.language]}]({place.website})")  # type: ignore[index]
        services = (*(place.newcomer_services if place else ()), *knowledge.about.newcomer_services)
        country = "" if situation.country else f"{knowledge.about.names[situation.language]}: "  # type: ignore[index]
        lines += [line.replace("- ", f"- {country}", 1) for line in service_lines(base, services, situation.language)]
    outcome = _say("handoff", situation.language, "hand-over")
    outcome.replies[0].text += "\n\n" + "\n".join(lines)
    return outcome


async def start_over(advisor: Advisor, turn: Turn) -> Outcome:
    """Forget place and language; the next question begins anew."""
    await advisor.memory.start_over(turn.conversation)
    outcome = _say("command", turn.situation.language, "start-over")
    outcome.slots = {"pending_question": None}
    return outcome


async def delete(advisor: Advisor, turn: Turn) -> Outcome:
    """Forget the whole conversation."""
    await advisor.memory.delete(turn.conversation)
    return _say("command", turn.situation.language, "deleted", awaiting="nothing")


async def keep(advisor: Advisor, turn: Turn) -> Outcome:
    """Nothing is deleted."""
    return _say("command", turn.situation.language, "not-deleted", awaiting="nothing")


def _language_buttons(advisor: Advisor) -> list[Button]:
    names = advisor.answering.base.languages
    return [Button(title=names[code].name, payload=payload("change_language", language=code)) for code in LANGUAGES]


def _say(kind: Kind, language: str, key: str, **slots: str) -> Outcome:
    return Outcome(replies=[Reply(kind=kind, text=translate(language, key), text_language=language)], slots={**slots})
