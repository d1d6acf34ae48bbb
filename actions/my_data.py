"""The person's data: export, deletion, and leaving at once."""

from __future__ import annotations

from actions.payload import payload
from actions.reply import Button, Reply
from actions.turn import Advisor, Outcome, Turn
from translations.catalog import translate


async def delete(advisor: Advisor, turn: Turn) -> Outcome:
    """Forget the whole conversation, with what was left for the desk."""
    await advisor.memory.delete(turn.conversation)
    return _say(turn, "deleted")


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
    outcome = _say(turn, "export")
    outcome.replies[0].text = "\n\n".join([outcome.replies[0].text, "\n".join(known), *said])
    return outcome


async def keep(advisor: Advisor, turn: Turn) -> Outcome:
    """Nothing is deleted, nothing exported."""
    return _say(turn, "not-deleted")


async def quick_exit(advisor: Advisor, turn: Turn) -> Outcome:
    """Leave at once: the channel shows something harmless; what was said can be deleted."""
    language = turn.situation.language
    delete_it = Button(title=translate(language, "button-delete-all"), payload=payload("delete_data"))
    reply = Reply(kind="command", text=translate(language, "quick-exit"), text_language=language, buttons=[delete_it], quick_exit=True)
    return Outcome(replies=[reply])


def _say(turn: Turn, key: str) -> Outcome:
    language = turn.situation.language
    reply = Reply(kind="command", text=translate(language, key), text_language=language)
    return Outcome(replies=[reply], slots={"awaiting": "nothing"})
