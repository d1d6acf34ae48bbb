"""What a person chooses, by button or in words: a place, an entry."""

from __future__ import annotations

from actions.place import named_place, place_chosen, which_place
from actions.question import answer, answer_pending, open_entry
from actions.turn import Advisor, Outcome, Turn


async def choose_place(advisor: Advisor, turn: Turn) -> Outcome:
    """Remember the place that the message names, then answer the question that waited for it; several places are no choice of one."""
    country, municipality = named_place(advisor.answering, turn.situation)
    if country is None and len(turn.situation.entities) > 1 and not turn.text.startswith("/"):
        return await answer(advisor, turn)
    if country is None:
        reply = which_place(advisor.answering, turn.situation)
        return Outcome(replies=[reply], slots={"pending_question": turn.pending_question})
    await advisor.memory.set_place(turn.conversation, country, municipality)
    situation = turn.situation.model_copy(update={"country": country, "municipality": municipality})
    if turn.pending_question:
        return await answer_pending(advisor, turn, situation)
    if turn.slots.get("pending_fact") == "municipality" and turn.entry is not None:
        return open_entry(advisor, turn, situation, turn.entry)
    return place_chosen(advisor.answering, situation)


async def choose_entry(advisor: Advisor, turn: Turn) -> Outcome:
    """Show the entry that was chosen; a topic without a country waits for one."""
    chosen = turn.situation.entity("entry") or ""
    answering, situation = advisor.answering, turn.situation
    if situation.country and "/" not in chosen:
        chosen = f"{situation.country.lower()}/{chosen}"
    if chosen in answering.base.entries:
        return open_entry(advisor, turn, situation, chosen)
    topics = [e for e in answering.base.entries.values() if e.topic == chosen]
    if not topics:
        return await answer(advisor, turn)
    title = topics[0].text_for(situation.language, *situation.used_languages).title
    anew = situation.model_copy(update={"previous_entry": None})
    return await answer(advisor, Turn(conversation=turn.conversation, text=title, situation=anew))
