from __future__ import annotations

import pytest

from actions import guide
from actions.payload import read_payload
from actions.question import answer
from actions.turn import Advisor, Outcome
from knowledge.languages import LANGUAGES
from tests.actions.conftest import entity, turn

WALK, CHECKLIST = "lt-health-insurance", "ee-first-30-days"


def merged(slots: dict[str, object], outcome: Outcome) -> dict[str, object]:
    return {name: value for name, value in {**slots, **outcome.slots}.items() if value is not None}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["lt-health-insurance", "lv-compensations", "ee-renting-safely"])
async def test_a_walk_comes_to_its_end_by_buttons_alone(advisor: Advisor, language: str, name: str) -> None:
    country = name[:2].upper()
    outcome = await guide.start(advisor, turn("", language, country=country, entities=entity("guide", name)))
    slots: dict[str, object] = {}
    for _ in range(20):
        slots = merged(slots, outcome)
        reply = outcome.replies[0]
        assert reply.text and reply.text_language == language and "{" not in reply.text
        assert reply.kind == "clarify" or reply.sources
        if "guide" not in slots or outcome.slots.get("guide") is None:
            break
        following = next(b for b in reply.buttons if read_payload(b.payload)[0] in ("guide_step", "next_step"))
        intent, entities = read_payload(following.payload)
        message = turn("", language, slots, country=country, entities=[{"entity": k, "value": v} for k, v in entities.items()])
        outcome = await (guide.go_to if intent == "guide_step" else guide.go_on)(advisor, message)
    assert outcome.slots["guide"] is None
    assert outcome.replies[0].feedback


async def test_back_returns_to_the_step_before(advisor: Advisor) -> None:
    first = await guide.start(advisor, turn("", country="LT", entities=entity("guide", WALK)))
    slots = merged({}, first)
    option = next(b for b in first.replies[0].buttons if read_payload(b.payload)[0] in ("guide_step", "next_step"))
    entities = [{"entity": k, "value": v} for k, v in read_payload(option.payload)[1].items()]
    step = guide.go_to if entities else guide.go_on
    second = await step(advisor, turn("", slots=slots, country="LT", entities=entities))
    back = await guide.go_back(advisor, turn("", slots=merged(slots, second), country="LT"))
    assert back.replies[0].text == first.replies[0].text


async def test_a_question_in_between_keeps_the_place(advisor: Advisor) -> None:
    begun = await guide.start(advisor, turn("", country="LT", entities=entity("guide", WALK)))
    slots = merged({}, begun)
    detour = await answer(advisor, turn("how do I register with a family doctor?", slots=slots, country="LT"))
    assert any(button.payload == "/resume_guide" for button in detour.replies[0].buttons)
    resumed = await guide.resume(advisor, turn("", slots=merged(slots, detour), country="LT"))
    assert resumed.replies[0].text == begun.replies[0].text


async def test_a_checklist_remembers_what_is_done(advisor: Advisor) -> None:
    begun = await guide.start(advisor, turn("", "en", country="EE", entities=entity("guide", CHECKLIST)))
    items = list(advisor.answering.base.guides[CHECKLIST].steps)
    done = await guide.done(advisor, turn("", slots=merged({}, begun), country="EE", entities=entity("item", f"{CHECKLIST}/{items[0]}")))
    assert done.slots["guide_step"] == items[1] and done.slots["guide_done"] == [f"{CHECKLIST}/{items[0]}"]
    assert f"1 of {len(items)}" in done.replies[0].text
    slots = {**merged({}, done), "guide_step": items[-1]}
    end = await guide.go_on(advisor, turn("", slots=slots, country="EE"))
    assert end.replies[0].text.count("✓") == 1
    assert len([b for b in end.replies[0].buttons if b.payload.startswith("/guide_step")]) == len(items) - 1


async def test_the_guide_that_is_asked_for_in_words_begins(advisor: Advisor) -> None:
    asked = advisor.answering.base.guides[WALK].questions["uk"][0]
    outcome = await guide.start(advisor, turn(asked, "uk", country="LT"))
    assert outcome.slots["guide"] == WALK


async def test_without_a_country_it_is_asked_for_and_then_the_guides_are_offered(advisor: Advisor) -> None:
    asked = (await guide.start(advisor, turn("", "et"))).replies[0]
    assert [read_payload(button.payload)[1] for button in asked.buttons] == [{"country": c} for c in ("LT", "LV", "EE")]
    offered = (await guide.start(advisor, turn("", "et", entities=entity("country", "LV")))).replies[0]
    assert {read_payload(button.payload)[1]["guide"][:3] for button in offered.buttons} == {"lv-"}
