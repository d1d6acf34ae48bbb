"""More on the entry that the conversation is about: one of its sections, its sources, simpler words, the text for the clerk."""

from __future__ import annotations

from actions.answering import Answering
from actions.payload import payload
from actions.reply import Button, Clerk, Reply, Section, say
from actions.situation import Situation
from actions.turn import Advisor, Outcome, Turn
from knowledge.figures import fill
from knowledge.languages import STATE_LANGUAGE
from knowledge.local import sections_for
from translations.catalog import translate

#: The section that answers what a follow-up asks for (``knowledge.follow_ups.ASKS``).
SECTION = {"cost": "cost", "documents": "documents", "where": "where", "time": "deadlines", "steps": "steps", "refused": "if-refused"}


def tell(answering: Answering, situation: Situation, entry_id: str, asks: str) -> Reply:
    """What the entry says about that; where it says nothing, so, and the answer again. Raises KeyError for an unknown entry."""
    reply = answering.show(entry_id, situation)
    language = reply.text_language
    if asks == "source":
        reply.text = "\n".join([translate(language, "sources-of"), *(f"- [{source.title}]({source.url})" for source in reply.sources)])
        return reply
    if asks == "person" and not _reads_otherwise(answering, entry_id, situation):
        reply.text = f"{translate(language, 'no-difference')}\n\n{reply.text}"
    wanted = SECTION.get(asks)
    if wanted is None:
        return reply
    found = next((section for section in reply.sections if section.name == wanted), None)
    if found is None:
        reply.text = f"{translate(language, f'nothing-on-{wanted}')}\n\n{reply.text}"
        return reply
    answer = Section(name="answer", title=answering.fitted(entry_id, situation)[1].title, text=reply.text)
    reply.text = f"**{found.title}**\n\n{found.text}"
    reply.sections = [answer, *(section for section in reply.sections if section is not found)]
    return reply


def _reads_otherwise(answering: Answering, entry_id: str, situation: Situation) -> bool:
    """Whether a section was written for the person's status or occupation."""
    entry, text = answering.fitted(entry_id, situation)
    chosen = sections_for(entry, text, situation.status, situation.occupation)
    return any(part.variant is not None for parts in chosen.values() for part in parts)


async def show_clerk(advisor: Advisor, turn: Turn) -> Outcome:
    """The last answer beside the state language's text."""
    if turn.entry is None:
        return _nothing_yet(turn)
    reply = advisor.answering.show(turn.entry, turn.situation)
    state = STATE_LANGUAGE[advisor.answering.base.entries[turn.entry].country]
    beside = advisor.answering.show(turn.entry, turn.situation.model_copy(update={"language": state, "used_languages": []}))
    title = advisor.answering.fitted(turn.entry, turn.situation.model_copy(update={"language": state}))[1].title
    reply.clerk = Clerk(language=beside.text_language, title=title, text=beside.text, sections=beside.sections)
    reply.buttons = [button for button in reply.buttons if button.payload != payload("show_clerk")]
    return Outcome(replies=[reply])


async def simpler(advisor: Advisor, turn: Turn) -> Outcome:
    """The last answer in simple words, where somebody has written it so; else the answer alone, and who can explain it."""
    if turn.entry is None:
        return _nothing_yet(turn)
    answering, situation = advisor.answering, turn.situation
    reply = answering.show(turn.entry, situation)
    entry, text = answering.fitted(turn.entry, situation)
    simple = sections_for(entry, text, situation.status, situation.occupation).get("simple")
    if simple:
        figures = answering.base.countries[entry.country].figures
        reply.text = "\n\n".join(fill(part.text, figures, part.language).text for part in simple)
        reply.buttons = [button for button in reply.buttons if button.payload != payload("simpler")]
    else:
        reply.text = f"{translate(situation.language, 'nothing-simpler')}\n\n{reply.text}"
        reply.buttons.append(Button(title=translate(situation.language, "button-human"), payload=payload("human_wanted")))
    reply.sections = []
    return Outcome(replies=[reply])


async def repeat(advisor: Advisor, turn: Turn) -> Outcome:
    """The last answer again."""
    return _nothing_yet(turn) if turn.entry is None else Outcome(replies=[advisor.answering.show(turn.entry, turn.situation)])


def _nothing_yet(turn: Turn) -> Outcome:
    return Outcome(replies=[say("command", turn.situation.language, "nothing-yet")])
