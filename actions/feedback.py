"""What people say of an answer: whether it helped, why not, and what is wrong with it."""

from __future__ import annotations

from typing import get_args

from actions.desk import Reason
from actions.hand_over import left
from actions.payload import payload
from actions.reply import Button, say
from actions.turn import Advisor, Outcome, Turn
from translations.catalog import translate


async def good(advisor: Advisor, turn: Turn) -> Outcome:
    """Note that the answer helped."""
    entry = _entry(turn)
    if entry is not None:
        await advisor.desk.add_feedback(left(turn, entry), helpful=True)
    return Outcome(replies=[say("command", turn.situation.language, "feedback-thanks")])


async def bad(advisor: Advisor, turn: Turn) -> Outcome:
    """Note that it did not, and ask why, which may be left open."""
    entry, language = _entry(turn), turn.situation.language
    if entry is None:
        return Outcome(replies=[say("command", turn.situation.language, "nothing-yet")])
    await advisor.desk.add_feedback(left(turn, entry), helpful=False)
    outcome = Outcome(replies=[say("command", turn.situation.language, "feedback-why")])
    outcome.replies[0].buttons = [
        *(
            Button(title=translate(language, f"reason-{reason}"), payload=payload("feedback_reason", reason=reason, entry=entry))
            for reason in get_args(Reason)
        ),
        Button(title=translate(language, "button-correction"), payload=payload("suggest_correction", entry=entry)),
        Button(title=translate(language, "button-human"), payload=payload("human_wanted")),
    ]
    outcome.slots = {"entry": entry}
    return outcome


async def why(advisor: Advisor, turn: Turn) -> Outcome:
    """Note the reason, and offer to write what exactly is wrong."""
    entry, language = _entry(turn), turn.situation.language
    reason = next((name for name in get_args(Reason) if name == turn.situation.entity("reason")), None)
    if entry is not None and reason is not None:
        await advisor.desk.add_feedback(left(turn, entry), helpful=False, reason=reason)
    outcome = Outcome(replies=[say("command", turn.situation.language, "feedback-noted")])
    about = {"entry": entry} if entry else {}
    outcome.replies[0].buttons = [
        Button(title=translate(language, "button-correction"), payload=payload("suggest_correction", **about)),
        Button(title=translate(language, "button-human"), payload=payload("human_wanted")),
    ]
    return outcome


async def correct(advisor: Advisor, turn: Turn) -> Outcome:
    """Store the correction that the form has asked for."""
    text = turn.slots.get("correction")
    if text:
        await advisor.desk.add_correction(left(turn), str(text))
    outcome = Outcome(replies=[say("command", turn.situation.language, "correction-thanks")])
    outcome.slots = {"correction": None}
    return outcome


def _entry(turn: Turn) -> str | None:
    return turn.situation.entity("entry") or turn.entry
