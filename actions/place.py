"""Choosing a country, municipality or topic, and answering the question that waited for it."""

from __future__ import annotations

from actions.answering import Answering
from actions.reply import Reply
from actions.situation import Situation
from actions.turn import Advisor, Outcome, Turn
from translations.catalog import translate


async def answer(advisor: Advisor, turn: Turn) -> Outcome:
    """Answer a question; without a country, keep it and ask for one.

    A place that the question names is remembered; where nothing else in the message is understood, the place is what was meant.
    """
    situation = turn.situation
    country, municipality = named_place(advisor.answering, situation)
    if country is not None:
        if situation.country is None:
            await advisor.memory.set_place(turn.conversation, country, municipality)
        situation = situation.model_copy(update={"country": country, "municipality": municipality})
    reply = await advisor.answering.answer(turn.text, situation)
    if reply.kind == "abstain" and country is not None:
        return await choose_place(advisor, turn)
    return _outcome(reply, turn.text)


async def choose_place(advisor: Advisor, turn: Turn) -> Outcome:
    """Remember the place that the message names, then answer the question that waited for it."""
    country, municipality = named_place(advisor.answering, turn.situation)
    if country is None:
        reply = _which_place(advisor.answering, turn.situation)
        return Outcome(replies=[reply], slots={"pending_question": turn.pending_question})
    await advisor.memory.set_place(turn.conversation, country, municipality)
    language = turn.situation.language
    situation = turn.situation.model_copy(update={"country": country, "municipality": municipality})
    if turn.pending_question:
        return _outcome(await advisor.answering.answer(turn.pending_question, situation), turn.pending_question)
    knowledge = advisor.answering.base.countries[country]
    names = knowledge.places[municipality].names if municipality else knowledge.about.names
    text = translate(language, "place-chosen", place=names[language])  # type: ignore[index]
    return Outcome(replies=[Reply(kind="command", text=text, text_language=language)])


async def choose_entry(advisor: Advisor, turn: Turn) -> Outcome:
    """Show the entry that was chosen; a topic without a country waits for one."""
    chosen = turn.situation.entity("entry") or ""
    answering, situation = advisor.answering, turn.situation
    if situation.country and "/" not in chosen:
        chosen = f"{situation.country.lower()}/{chosen}"
    if chosen in answering.base.entries:
        return Outcome(replies=[answering.show(chosen, situation)])
    topics = [e for e in answering.base.entries.values() if e.topic == chosen]
    if not topics:
        return await answer(advisor, turn)
    question = topics[0].text_for(situation.language, *situation.used_languages).title
    return _outcome(await answering.answer(question, situation), question)


def named_place(answering: Answering, situation: Situation) -> tuple[str | None, str | None]:
    """The country and municipality that the message names; both None where it names none that is known."""
    municipality, country = situation.entity("municipality"), situation.entity("country")
    for code, knowledge in answering.base.countries.items():
        if municipality in knowledge.places:
            return code, municipality
    return (country, None) if country in answering.base.countries else (None, None)


def _outcome(reply: Reply, question: str) -> Outcome:
    return Outcome(replies=[reply], slots={"pending_question": question if reply.kind == "clarify" else None})


def _which_place(answering: Answering, situation: Situation) -> Reply:
    return Reply(
        kind="clarify",
        text=translate(situation.language, "which-place"),
        text_language=situation.language,
        buttons=answering.country_buttons(situation.language),
    )
