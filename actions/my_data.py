"""The person's data: export, deletion, and leaving at once."""

from __future__ import annotations

from actions.payload import payload
from actions.reply import Button, say
from actions.turn import Advisor, Outcome, Turn
from translations.catalog import translate


async def delete(advisor: Advisor, turn: Turn) -> Outcome:
    """Forget the whole conversation, with what was left for the desk."""
    await advisor.memory.delete(turn.conversation)
    return _done(turn, "deleted")


async def export(advisor: Advisor, turn: Turn) -> Outcome:
    """Everything that is stored of this conversation, as one text."""
    language = turn.situation.language
    known = [
        f"- {translate(language, f'known-{name}')}: {value}"
        for name, value in (
            ("language", turn.situation.language),
            ("place", turn.situation.municipality or turn.situation.country),
            ("status", turn.situation.status),
            ("occupation", turn.situation.occupation),
        )
        if value
    ]
    said = [f"**{translate(language, f'role-{who}')}**: {text}" for who, text in await advisor.memory.transcript(turn.conversation)]
    outcome = _done(turn, "export")
    outcome.replies[0].text = "\n\n".join([outcome.replies[0].text, "\n".join(known), *said])
    return outcome


async def keep(advisor: Advisor, turn: Turn) -> Outcome:
    """Nothing is deleted, nothing exported."""
    return _done(turn, "not-deleted")


async def quick_exit(advisor: Advisor, turn: Turn) -> Outcome:
    """Leave at once: the channel shows something harmless; what was said can be deleted."""
    language = turn.situation.language
    delete_it = Button(title=translate(language, "button-delete-all"), payload=payload("delete_data"))
    reply = say("command", language, "quick-exit")
    reply.buttons, reply.quick_exit = [delete_it], True
    return Outcome(replies=[reply])


def _done(turn: Turn, key: str) -> Outcome:
    """The word after a yes or no: nothing waits for one any more."""
    return Outcome(replies=[say("command", turn.situation.language, key)], slots={"awaiting": "nothing"})
