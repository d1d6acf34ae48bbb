from __future__ import annotations

from actions import feedback, hand_over, my_data
from actions.turn import Advisor
from tests.actions.conftest import entity, turn


async def test_a_person_is_reached_through_who_decides(advisor: Advisor) -> None:
    message = turn("", "en", {"entry": "lt/family-doctor"}, country="LT", municipality="vilnius")
    reply = (await hand_over.hand_over(advisor, message)).replies[0]
    assert reply.kind == "handoff" and "https://" in reply.text and "vilnius" in reply.text.lower()
    assert [button.payload for button in reply.buttons] == ["/write_message"]


async def test_a_message_is_sent_with_consent_only(advisor: Advisor) -> None:
    slots = {"entry": "lt/family-doctor", "message": "I need help", "contact": "given"}
    refused = await hand_over.send_message(advisor, turn("", slots={**slots, "consent": False}, country="LT"))
    assert advisor.desk.left == [] and refused.slots["message"] is None  # type: ignore[attr-defined]
    sent = await hand_over.send_message(advisor, turn("", "lv", {**slots, "consent": True}, country="LT"))
    ((kind, left, what),) = advisor.desk.left  # type: ignore[attr-defined]
    assert (kind, left.entry, left.language) == ("message", "lt/family-doctor", "lv")
    assert what["question"] == "I need help" and what["by_contact"] and what["responsible"]
    assert sent.slots == {"message": None, "contact": None, "consent": None}


async def test_feedback_is_about_the_answer_it_stands_under(advisor: Advisor) -> None:
    older = entity("entry", "lt/rent-flat")
    await feedback.good(advisor, turn("", slots={"entry": "lt/family-doctor"}, country="LT", entities=older))
    asked = await feedback.bad(advisor, turn("", slots={"entry": "lt/family-doctor"}, country="LT"))
    reasons = [button.payload for button in asked.replies[0].buttons if "feedback_reason" in button.payload]
    assert len(reasons) == 4
    await feedback.why(advisor, turn("", slots=asked.slots, country="LT", entities=entity("reason", "outdated")))
    left = [(kind, where.entry, what) for kind, where, what in advisor.desk.left]  # type: ignore[attr-defined]
    assert left == [
        ("feedback", "lt/rent-flat", {"helpful": True, "reason": None}),
        ("feedback", "lt/family-doctor", {"helpful": False, "reason": None}),
        ("feedback", "lt/family-doctor", {"helpful": False, "reason": "outdated"}),
    ]


async def test_a_correction_is_kept_with_the_entry_it_is_about(advisor: Advisor) -> None:
    await feedback.correct(advisor, turn("", slots={"entry": "lv/rent-flat", "correction": "The number is old"}, country="LV"))
    ((kind, left, what),) = advisor.desk.left  # type: ignore[attr-defined]
    assert (kind, left.entry, what) == ("correction", "lv/rent-flat", {"text": "The number is old"})


async def test_an_export_shows_all_that_was_said(advisor: Advisor) -> None:
    reply = (await my_data.export(advisor, turn("", "en", country="LT", status="temporary-protection"))).replies[0]
    assert all(said in reply.text for said in ("How much is it?", "It is free.", "I can help.", "temporary-protection"))


async def test_quick_exit_leaves_at_once_and_offers_to_delete(advisor: Advisor) -> None:
    reply = (await my_data.quick_exit(advisor, turn("", "uk"))).replies[0]
    assert reply.quick_exit and [button.payload for button in reply.buttons] == ["/delete_data"]
