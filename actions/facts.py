"""What the person says of themselves: legal status and occupation, for this conversation only; seen, corrected, forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from actions.payload import payload
from actions.place import place_name
from actions.question import answer, open_entry
from actions.reply import Button, Reply, say
from actions.turn import Advisor, Outcome, Turn
from actions.variants import choices, missing_fact, name_of
from translations.catalog import translate

FACTS: tuple[Literal["status", "occupation"], ...] = ("status", "occupation")


async def choose(advisor: Advisor, turn: Turn) -> Outcome:
    """Remember the status and occupation that the message names, then show what waited for it; without one it is a question."""
    said: dict[str, str] = {fact: value for fact in FACTS if (value := turn.situation.entity(fact)) is not None}
    if not said or said.get("occupation") == "child" or turn.situation.entity("relative"):
        # Said of somebody else, or a question after all.
        return await answer(advisor, turn)
    situation = turn.situation.model_copy(update=said)
    if turn.slots.get("pending_fact") and turn.entry is not None:
        outcome = open_entry(advisor, turn, situation, turn.entry)
    elif turn.text.startswith("/"):
        outcome = _noted(advisor, said, situation.language)
    else:
        # "I am a student": an answer to that, where there is one; what was said counts from now on either way.
        outcome = await answer(advisor, turn)
        if outcome.replies[0].kind == "abstain":
            outcome = _noted(advisor, said, situation.language)
    skipped = [fact for fact in turn.slots.get("skipped") or () if fact not in said]
    outcome.slots |= {**said, "skipped": skipped or None}
    return outcome


async def skip(advisor: Advisor, turn: Turn) -> Outcome:
    """Show what holds for everybody, and what it depends on; the same is not asked again in this conversation."""
    fact, entry_id = turn.slots.get("pending_fact"), turn.entry
    if entry_id is None or (fact is None and turn.situation.previous_kind != "clarify"):
        return Outcome(replies=[say("smalltalk", turn.situation.language, "deny")])
    base, situation = advisor.answering.base, turn.situation
    reply = advisor.answering.show(entry_id, situation)
    missing = missing_fact(base, base.entries[entry_id], situation)
    if missing is not None:
        reply.text += "\n\n" + translate(situation.language, f"depends-on-{missing[0]}")
        reply.buttons = [*choices(base, base.entries[entry_id], *missing, situation.language), *reply.buttons]
    skipped = list(dict.fromkeys([*(turn.slots.get("skipped") or ()), *([fact] if fact else [])]))
    # What was offered under the general answer still opens the entry.
    return Outcome(replies=[reply], slots={"skipped": skipped or None, "pending_fact": missing[0] if missing else None})


async def know(advisor: Advisor, turn: Turn) -> Outcome:
    """Everything that this conversation knows of the person, each with a button to change or forget it."""
    base, situation = advisor.answering.base, turn.situation
    language = situation.language
    lines, buttons = [_line(language, "language", base.languages[language].name)], list[Button]()
    if situation.country is not None:
        lines.append(_line(language, "place", place_name(base, situation)))
    for fact in FACTS:
        value = getattr(situation, fact)
        if value is not None:
            lines.append(_line(language, fact, name_of(base, fact, value, language)))
            buttons.append(Button(title=translate(language, f"button-forget-{fact}"), payload=payload("forget_fact", fact=fact)))
    buttons.append(Button(title=translate(language, "button-place"), payload=payload("choose_place")))
    buttons.append(Button(title=translate(language, "button-language"), payload=payload("change_language")))
    buttons.append(Button(title=translate(language, "button-delete-all"), payload=payload("delete_data")))
    text = "\n".join([translate(language, "known-of-you"), *lines, "", translate(language, "known-only-here")])
    return Outcome(replies=[Reply(kind="command", text=text, text_language=language, buttons=buttons)])


async def forget(advisor: Advisor, turn: Turn) -> Outcome:
    """Forget one fact, and say what is still known."""
    fact = turn.situation.entity("fact")
    forgotten: dict[str, None] = dict.fromkeys(name for name in FACTS if fact in (name, None))
    situation = turn.situation.model_copy(update=forgotten)
    outcome = await know(advisor, turn.model_copy(update={"situation": situation}))
    outcome.slots = {**forgotten, "skipped": None}
    return outcome


def _noted(advisor: Advisor, said: Mapping[str, str], language: str) -> Outcome:
    """What was said counts from now on."""
    names = ", ".join(name_of(advisor.answering.base, fact, said[fact], language) for fact in FACTS if fact in said)
    return Outcome(replies=[say("command", language, "fact-noted", fact=names)])


def _line(language: str, fact: str, value: str) -> str:
    return f"- {translate(language, f'known-{fact}')}: **{value}**"
