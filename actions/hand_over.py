"""A person wanted: who decides and who helps, and a message that a coordinator answers in the same conversation."""

from __future__ import annotations

from actions.desk import Left
from actions.directory import contacts
from actions.payload import payload
from actions.reply import Button, Reply, say
from actions.turn import Advisor, Outcome, Turn
from translations.catalog import translate

#: The slots of the form ``hand_over_form``, and that of ``correction_form``.
FORM = ("message", "contact", "consent")


async def hand_over(advisor: Advisor, turn: Turn) -> Outcome:
    """Who decides on the matter at hand and where to reach them, who helps newcomers, and the offer to write a message."""
    base, situation = advisor.answering.base, turn.situation
    language = situation.language
    parts = []
    entry = base.entries.get(turn.entry or "")
    if entry is not None and entry.country == situation.country and not base.topics[entry.topic].private:
        parts.append(translate(language, f"responsible-{entry.about.responsible}"))
        where = next((s for s in advisor.answering.show(entry.id, situation).sections if s.name == "where"), None)
        if where is not None:
            parts.append(where.text)
    parts += [translate(language, "hand-over"), contacts(base, situation), translate(language, "hand-over-message")]
    write = Button(title=translate(language, "button-write"), payload=payload("write_message"))
    return Outcome(replies=[Reply(kind="handoff", text="\n\n".join(parts), text_language=language, buttons=[write])])


async def send_message(advisor: Advisor, turn: Turn) -> Outcome:
    """Store the message for the desk, if the person agreed, and say what happens next."""
    language, slots = turn.situation.language, turn.slots
    empty = dict.fromkeys(FORM)
    if not slots.get("consent"):
        await advisor.desk.withdraw(turn.conversation)
        return Outcome(replies=[say("handoff", language, "message-not-sent")], slots=empty)
    entry = advisor.answering.base.entries.get(turn.entry or "")
    by_contact = slots.get("contact") == "given"
    await advisor.desk.add_message(left(turn), str(slots["message"]), entry.about.responsible if entry else None, by_contact)
    return Outcome(replies=[say("handoff", language, "message-sent-contact" if by_contact else "message-sent")], slots=empty)


async def give_up(advisor: Advisor, turn: Turn) -> Outcome:
    """Leave the message or the correction unwritten."""
    await advisor.desk.withdraw(turn.conversation)
    return Outcome(replies=[say("handoff", turn.situation.language, "message-not-sent")], slots={**dict.fromkeys(FORM), "correction": None})


async def back_to_assistant(advisor: Advisor, turn: Turn) -> Outcome:
    """The assistant answers again, after talking with a coordinator."""
    await advisor.desk.resume(turn.conversation)
    return Outcome(replies=[say("handoff", turn.situation.language, "assistant-again")])


def left(turn: Turn, entry: str | None = None) -> Left:
    """Where something that is left for the desk comes from."""
    situation = turn.situation
    return Left(
        conversation=turn.conversation,
        entry=entry or turn.entry,
        country=situation.country,
        municipality=situation.municipality,
        language=situation.language,
    )
