"""How a conversation begins and goes on: a greeting with the two choices that matter, another language, starting over."""

from __future__ import annotations

from typing import Any

from actions.payload import payload
from actions.reply import Button, Reply, say
from actions.turn import Advisor, Outcome, Turn
from knowledge.languages import LANGUAGES
from translations.catalog import translate

#: Slots that a conversation begins without; ``bot/domain.yml`` describes them.
FORGOTTEN: dict[str, Any] = dict.fromkeys(
    "entry pending_question pending_fact status occupation skipped guide guide_step guide_trail guide_done".split()
)


async def greet(advisor: Advisor, turn: Turn) -> Outcome:
    """Greet; who has not said where they live is offered to, and another language: two taps, neither of which is needed."""
    language = turn.situation.language
    reply = say("smalltalk", language, "greet")
    if turn.situation.country is None:
        reply.buttons = advisor.answering.country_buttons(language)
    reply.buttons.append(Button(title=_other_languages(advisor, language), payload=payload("change_language")))
    return Outcome(replies=[reply])


async def change_language(advisor: Advisor, turn: Turn) -> Outcome:
    """Go on in the language that the message names, and say the last answer in it; or offer all six, each in its own name."""
    chosen = turn.situation.entity("language")
    situation = turn.situation
    if chosen is None:
        reply = say("command", situation.language, "ask-language")
        reply.buttons = _language_buttons(advisor)
        return Outcome(replies=[reply])
    await advisor.memory.set_language(turn.conversation, chosen)
    said = say("command", chosen, "language-chosen")
    if situation.country is None:
        said.buttons = advisor.answering.country_buttons(chosen)
    outcome = Outcome(replies=[said], slots={"spoken": chosen})
    if turn.entry is not None and turn.entry in advisor.answering.base.entries and situation.previous_kind == "answer":
        used = [situation.language, *(x for x in situation.used_languages if x != chosen)]
        translated = situation.model_copy(update={"language": chosen, "used_languages": used})
        outcome.replies.append(advisor.answering.show(turn.entry, translated))
    return outcome


def unsupported_language(advisor: Advisor) -> Reply:
    """To somebody who writes a language that we do not speak: so in all six, with what to do in danger."""
    said = "\n\n".join(translate(language, "unsupported-language") for language in ("en", *(x for x in LANGUAGES if x != "en")))
    return Reply(kind="abstain", text=said, text_language="en", buttons=_language_buttons(advisor))


async def start_over(advisor: Advisor, turn: Turn) -> Outcome:
    """Forget place, language and what the person said of themselves; the next question begins anew."""
    await advisor.memory.start_over(turn.conversation)
    return Outcome(replies=[say("command", turn.situation.language, "start-over")], slots=FORGOTTEN)


def _language_buttons(advisor: Advisor) -> list[Button]:
    names = advisor.answering.base.languages
    return [Button(title=names[code].name, payload=payload("change_language", language=code)) for code in LANGUAGES]


def _other_languages(advisor: Advisor, language: str) -> str:
    """The title of the button to another language, which somebody who does not read this one understands: two other languages' names."""
    names = advisor.answering.base.languages
    others = [code for code in ("en", "uk", "lt") if code != language]
    return " / ".join(names[code].name for code in others[:2]) + " …"
