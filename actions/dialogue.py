"""The actions by their names in ``bot/domain.yml``, for Rasa through rasa-sdk and, when Rasa is down, directly."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher

from actions import conversation, place
from actions.payload import read_payload
from actions.situation import Situation
from actions.turn import Advisor, Outcome, Turn

Action = Callable[[Advisor, Turn], Awaitable[Outcome]]

ACTIONS: dict[str, Action] = {
    "action_answer": place.answer,
    "action_choose_place": place.choose_place,
    "action_choose_entry": place.choose_entry,
    "action_change_language": conversation.change_language,
    "action_hand_over": conversation.hand_over,
    "action_start_over": conversation.start_over,
    "action_delete_data": conversation.delete,
    "action_keep_data": conversation.keep,
}

#: What a pressed button does when there is no dialogue.
_WITHOUT_DIALOGUE: dict[str, Action] = {
    "choose_place": place.choose_place,
    "choose_entry": place.choose_entry,
    "change_language": conversation.change_language,
    "human_wanted": conversation.hand_over,
}


def executor(advisor: Advisor) -> ActionExecutor:
    """rasa-sdk's executor with all actions registered."""
    result = ActionExecutor()
    for name, action in ACTIONS.items():
        result.register_function(name, _for_rasa(action, advisor))
    return result


async def without_dialogue(advisor: Advisor, turn: Turn, pressed: str | None) -> Outcome:
    """The outcome of a message when Rasa is not there: buttons still work, everything typed is a question.

    Args:
        advisor: the knowledge and memory to work with.
        turn: the message; its text is the typed text, or the pressed button's payload.
        pressed: the payload of a pressed button, None for typed text.
    """
    if pressed is not None:
        intent, entities = read_payload(pressed)
        found = [{"entity": name, "value": value} for name, value in entities.items()]
        turn = turn.model_copy(update={"situation": turn.situation.model_copy(update={"entities": found})})
        return await _WITHOUT_DIALOGUE.get(intent, place.answer)(advisor, turn)
    named, _ = place.named_place(advisor.answering, turn.situation)
    if named and turn.pending_question and turn.situation.country is None:
        return await place.choose_place(advisor, turn)
    return await place.answer(advisor, turn)


def _for_rasa(action: Action, advisor: Advisor) -> Callable[..., Awaitable[list[dict[str, Any]]]]:
    async def run(dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        latest = tracker.latest_message
        situation = Situation.model_validate(latest.get("metadata") or {})
        # A pressed button carries its entities in the payload, a typed message in the metadata: Rasa has joined them.
        entities = [{"entity": e["entity"], "value": e["value"]} for e in latest.get("entities", [])]
        turn = Turn(
            conversation=tracker.sender_id,
            text=latest.get("text") or "",
            situation=situation.model_copy(update={"entities": entities}),
            pending_question=tracker.get_slot("pending_question") or situation.pending_question,
        )
        outcome = await action(advisor, turn)
        for reply in outcome.replies:
            dispatcher.utter_message(json_message=reply.model_dump(mode="json"))
        return [SlotSet(name, value) for name, value in outcome.slots.items()]

    return run
