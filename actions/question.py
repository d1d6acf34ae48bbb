"""Answering a question: from the knowledge base, after the one thing that must be known first; or an honest "I don't know"."""

from __future__ import annotations

from actions.answering import Answering
from actions.directory import contacts
from actions.follow_up import tell
from actions.guide import way_back
from actions.payload import payload
from actions.place import named_place, place_chosen
from actions.reply import Button, Reply, say
from actions.situation import Situation
from actions.turn import Advisor, Outcome, Turn
from actions.variants import ask, missing_fact
from knowledge.search import Hit, Result
from translations.catalog import translate

#: Topics that are offered where there is no answer.
OFFERED_TOPICS = 3
#: Words of a message that names a place and says nothing else: "and what about Riga".
_ONLY_A_PLACE = 5


async def answer(advisor: Advisor, turn: Turn) -> Outcome:
    """Answer a question; without a country, keep it and ask for one.

    A place that the question names is remembered; where nothing else in the message is understood, the place is what was meant. What the
    message says of a status or an occupation counts for this answer only: people ask for others, and about what they are not.
    """
    country, municipality = named_place(advisor.answering, turn.situation)
    situation = _in_question(turn.situation)
    if country is not None:
        if situation.country is None:
            await advisor.memory.set_place(turn.conversation, country, municipality)
        situation = situation.model_copy(update={"country": country, "municipality": municipality})
    about = turn.entry
    if about is not None and situation.country is not None:
        # "And in Latvia?": the same topic there.
        about = f"{situation.country.lower()}/{about.partition('/')[2]}"
    result = await advisor.answering.find(turn.text, situation, about)
    if result.asks is not None and about != turn.entry:
        return open_entry(advisor, turn, situation, result.hits[0].entry, result.hits)
    if not result.answered and country is not None:
        if turn.pending_question:
            return await answer_pending(advisor, turn, situation)
        if len(turn.text.split()) <= _ONLY_A_PLACE:
            await advisor.memory.set_place(turn.conversation, country, municipality)
            return place_chosen(advisor.answering, situation)
    return _outcome(advisor, turn, situation, turn.text, result)


async def answer_pending(advisor: Advisor, turn: Turn, situation: Situation) -> Outcome:
    """Answer the question that waited for a country, now that the situation has one."""
    question = turn.pending_question or turn.text
    return _outcome(advisor, turn, situation, question, await advisor.answering.find(question, situation))


def open_entry(advisor: Advisor, turn: Turn, situation: Situation, entry_id: str, hits: tuple[Hit, ...] = ()) -> Outcome:
    """Show an entry, or first ask what its answer depends on; raises KeyError for an unknown entry."""
    answering = advisor.answering
    missing = missing_fact(answering.base, answering.base.entries[entry_id], situation, turn.slots.get("skipped") or ())
    if missing is None:
        reply = answering.show(entry_id, situation, hits)
    else:
        reply = ask(answering.base, answering.base.entries[entry_id], *missing, situation)
        reply.found_by(hits)
    reply.buttons += way_back(advisor, turn)
    asked = missing[0] if missing else None
    return Outcome(replies=[reply], slots={"entry": entry_id, "pending_question": None, "pending_fact": asked})


def _in_question(situation: Situation) -> Situation:
    """The situation of whom a question is about: with the status and occupation that it names."""
    named = {fact: value for fact in ("status", "occupation") if (value := situation.entity(fact)) is not None}
    return situation.model_copy(update=named)


def _outcome(advisor: Advisor, turn: Turn, situation: Situation, question: str, result: Result) -> Outcome:
    hits = result.hits
    if not result.answered:
        reply = _abstain(advisor.answering, hits, situation)
        reply.buttons += way_back(advisor, turn)
        return Outcome(replies=[reply], slots={"pending_question": None, "pending_fact": None})
    named = any(situation.entity(fact) for fact in ("status", "occupation", "relative"))
    told = result.asks is not None and result.asks != "again" and (result.asks != "person" or named)
    if told and situation.country is not None:
        reply = tell(advisor.answering, situation, hits[0].entry, str(result.asks)).found_by(hits)
        reply.buttons += way_back(advisor, turn)
        return Outcome(replies=[reply], slots={"entry": hits[0].entry, "pending_question": None, "pending_fact": None})
    if situation.country is None:
        reply = _clarify("ask-country", advisor.answering.country_buttons(situation.language), hits, situation)
        return Outcome(replies=[reply], slots={"pending_question": question})
    if result.rival is not None:
        meant = [_entry_button(advisor.answering, name, situation) for name in (hits[0].entry, result.rival)]
        neither = Button(title=translate(situation.language, "button-neither"), payload=payload("deny"))
        reply = _clarify("did-you-mean", [*meant, neither], hits, situation)
        return Outcome(replies=[reply], slots={"entry": hits[0].entry, "pending_question": None, "pending_fact": None})
    return open_entry(advisor, turn, situation, hits[0].entry, hits)


def _clarify(key: str, buttons: list[Button], hits: tuple[Hit, ...], situation: Situation) -> Reply:
    reply = say("clarify", situation.language, key).found_by(hits)
    reply.entry, reply.buttons = hits[0].entry, buttons
    return reply


def _abstain(answering: Answering, hits: tuple[Hit, ...], situation: Situation) -> Reply:
    """The nearest topics, other words, a person; the second time in a row, people who can be reached."""
    language, again = situation.language, situation.previous_kind == "abstain"
    text = translate(language, "abstain-again" if again else "abstain")
    if again:
        text += "\n\n" + contacts(answering.base, situation)
    nearest = [answering.base.entries[hit.entry] for hit in hits]
    # Without a country the three entries of one topic would fill the list.
    offered = list({entry.topic: entry for entry in reversed(nearest)}.values())[::-1][:OFFERED_TOPICS]
    buttons = [] if again else [_entry_button(answering, entry.id, situation) for entry in offered]
    buttons.append(Button(title=translate(language, "button-human"), payload=payload("human_wanted")))
    return Reply(
        kind="abstain",
        text=text,
        text_language=language,
        score=hits[0].score if hits else None,
        alternatives=[hit.entry for hit in hits],
        buttons=buttons,
    )


def _entry_button(answering: Answering, entry_id: str, situation: Situation) -> Button:
    entry = answering.base.entries[entry_id]
    title = entry.text_for(situation.language, *situation.used_languages).title
    return Button(title=title, payload=payload("choose_entry", entry=entry.id if situation.country else entry.topic))
