"""The actions by their names in ``bot/domain.yml``, for Rasa through rasa-sdk and, when Rasa is down, directly."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher

from actions import choosing, conversation, facts, feedback, follow_up, guide, hand_over, my_data, question
from actions.payload import read_payload
from actions.place import named_place
from actions.situation import Situation
from actions.turn import Advisor, Outcome, Turn

Action = Callable[[Advisor, Turn], Awaitable[Outcome]]

ACTIONS: dict[str, Action] = {
    "action_greet": conversation.greet,
    "action_answer": question.answer,
    "action_choose_place": choosing.choose_place,
    "action_choose_entry": choosing.choose_entry,
    "action_choose_fact": facts.choose,
    "action_skip": facts.skip,
    "action_know": facts.know,
    "action_forget_fact": facts.forget,
    "action_show_clerk": follow_up.show_clerk,
    "action_simpler": follow_up.simpler,
    "action_repeat": follow_up.repeat,
    "action_start_guide": guide.start,
    "action_next_step": guide.go_on,
    "action_previous_step": guide.go_back,
    "action_guide_step": guide.go_to,
    "action_resume_guide": guide.resume,
    "action_mark_done": guide.done,
    "action_leave_guide": guide.leave,
    "action_change_language": conversation.change_language,
    "action_start_over": conversation.start_over,
    "action_hand_over": hand_over.hand_over,
    "action_send_message": hand_over.send_message,
    "action_give_up": hand_over.give_up,
    "action_back_to_assistant": hand_over.back_to_assistant,
    "action_feedback_good": feedback.good,
    "action_feedback_bad": feedback.bad,
    "action_feedback_reason": feedback.why,
    "action_correct": feedback.correct,
    "action_delete_data": my_data.delete,
    "action_export_data": my_data.export,
    "action_keep_data": my_data.keep,
    "action_quick_exit": my_data.quick_exit,
}

#: What a pressed button does when there is no dialogue. Forms and the steps of guides need its memory.
_WITHOUT_DIALOGUE: dict[str, Action] = {
    "choose_place": choosing.choose_place,
    "choose_entry": choosing.choose_entry,
    "choose_status": facts.choose,
    "choose_occupation": facts.choose,
    "skip": facts.skip,
    "show_clerk": follow_up.show_clerk,
    "simpler": follow_up.simpler,
    "start_guide": guide.start,
    "guide_step": guide.go_to,
    "change_language": conversation.change_language,
    "human_wanted": hand_over.hand_over,
    "feedback_good": feedback.good,
    "feedback_bad": feedback.bad,
    "feedback_reason": feedback.why,
    "quick_exit": my_data.quick_exit,
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
        if intent in ("choose_status", "choose_occupation", "skip"):
            # What the button answers is the question that was asked last.
            turn = turn.model_copy(update={"slots": {"pending_fact": "status"}})
        return await _WITHOUT_DIALOGUE.get(intent, question.answer)(advisor, turn)
    named, _ = named_place(advisor.answering, turn.situation)
    if named and turn.pending_question and turn.situation.country is None:
        return await choosing.choose_place(advisor, turn)
    return await question.answer(advisor, turn)


def _for_rasa(action: Action, advisor: Advisor) -> Callable[..., Awaitable[list[dict[str, Any]]]]:
    async def run(dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        latest = tracker.latest_message
        slots = {name: value for name, value in tracker.slots.items() if value is not None}
        known = {"status": slots.get("status"), "occupation": slots.get("occupation")}
        situation = Situation.model_validate({**(latest.get("metadata") or {}), **known})
        # A pressed button carries its entities in the payload, a typed message in the metadata: Rasa has joined them.
        entities = [{"entity": e["entity"], "value": e["value"]} for e in latest.get("entities", [])]
        turn = Turn(
            conversation=tracker.sender_id,
            text=latest.get("text") or "",
            situation=situation.model_copy(update={"entities": entities}),
            slots=slots,
        )
        outcome = await action(advisor, turn)
        for reply in outcome.replies:
            dispatcher.utter_message(json_message=reply.model_dump(mode="json"))
        return [SlotSet(name, value) for name, value in outcome.slots.items()]

    return run
