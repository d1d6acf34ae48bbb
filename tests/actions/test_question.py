from __future__ import annotations

import dataclasses

import pytest

from actions.choosing import choose_entry, choose_place
from actions.payload import payload, read_payload
from actions.question import answer
from actions.turn import Advisor
from knowledge.search import Result
from tests.actions.conftest import entity, turn

NONSENSE = "Kokia rytoj bus oda saulei?"


async def test_without_a_country_the_question_is_kept_and_the_choice_answers_it(advisor: Advisor) -> None:
    question = turn("Як записатися до сімейного лікаря?", "uk")
    asked = await answer(advisor, question)
    assert asked.replies[0].kind == "clarify"
    assert [button.payload for button in asked.replies[0].buttons] == [payload("choose_place", country=c) for c in ("LT", "LV", "EE")]
    assert asked.slots["pending_question"] == question.text
    answered = await choose_place(advisor, turn("", "uk", asked.slots, entities=entity("country", "LV")))
    assert answered.replies[0].entry == "lv/family-doctor"
    assert answered.slots["pending_question"] is None
    assert advisor.memory.place == ("LV", None)  # type: ignore[attr-defined]


async def test_a_place_named_in_the_question_decides_the_country(advisor: Advisor) -> None:
    question = turn("I live in Tartu, how do I find a family doctor?", entities=entity("municipality", "tartu"))
    outcome = await answer(advisor, question)
    assert outcome.replies[0].entry == "ee/family-doctor"
    assert advisor.memory.place == ("EE", "tartu")  # type: ignore[attr-defined]


async def test_a_message_that_only_names_a_place_changes_the_place(advisor: Advisor, monkeypatch: pytest.MonkeyPatch) -> None:
    index = advisor.answering.index
    monkeypatch.setattr(index, "weights", dataclasses.replace(index.weights, threshold=2.0))
    outcome = await answer(advisor, turn("and what about Riga", country="LT", entities=entity("municipality", "riga")))
    assert (outcome.replies[0].kind, advisor.memory.place) == ("command", ("LV", "riga"))  # type: ignore[attr-defined]


async def test_a_question_that_names_two_countries_is_no_choice_of_one(advisor: Advisor) -> None:
    both = [*entity("country", "LV"), *entity("country", "EE")]
    text = "Kes Lätis määrab puude grupi ja mis toetusi sellega saab, kas Eesti otsus kehtib?"
    outcome = await choose_place(advisor, turn(text, "et", country="LV", entities=both))
    assert outcome.replies[0].kind != "command" and advisor.memory.place is None  # type: ignore[attr-defined]


async def test_not_knowing_offers_topics_and_a_person(advisor: Advisor) -> None:
    reply = (await answer(advisor, turn(NONSENSE, "lt", country="LT"))).replies[0]
    assert (reply.kind, reply.entry) == ("abstain", None)
    assert len(reply.buttons) == 4
    assert reply.buttons[-1].payload == payload("human_wanted")
    topic = read_payload(reply.buttons[0].payload)[1]["entry"]
    shown = await choose_entry(advisor, turn("", "lt", country="LT", entities=entity("entry", topic)))
    assert shown.replies[0].entry == topic


async def test_the_same_dead_end_is_not_shown_twice(advisor: Advisor) -> None:
    first = (await answer(advisor, turn(NONSENSE, "lt", country="LT"))).replies[0]
    second = (await answer(advisor, turn(NONSENSE, "lt", country="LT", previous_kind="abstain"))).replies[0]
    assert second.kind == "abstain" and second.text != first.text
    assert "https://" in second.text


async def test_two_close_topics_are_both_offered(advisor: Advisor, monkeypatch: pytest.MonkeyPatch) -> None:
    index = advisor.answering.index
    found = index.search("how do I rent a flat", "LT", "en")

    def close(*_: object) -> Result:
        return dataclasses.replace(found, rival="lt/tenant-rights")

    monkeypatch.setattr(index, "search", close)
    reply = (await answer(advisor, turn("how do I rent a flat", country="LT"))).replies[0]
    assert (reply.kind, reply.entry) == ("clarify", found.hits[0].entry)
    assert [read_payload(b.payload)[1].get("entry") for b in reply.buttons] == [found.hits[0].entry, "lt/tenant-rights", None]


async def test_and_in_another_country_is_the_same_topic_there(advisor: Advisor) -> None:
    slots = {"entry": "lt/family-doctor"}
    message = turn("and in Latvia?", slots=slots, country="LT", entities=entity("country", "LV"))
    assert (await answer(advisor, message)).replies[0].entry == "lv/family-doctor"
