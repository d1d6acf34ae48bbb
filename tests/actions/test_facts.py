from __future__ import annotations

import pytest

from actions.facts import choose, forget, know, skip
from actions.payload import read_payload
from actions.question import open_entry
from actions.turn import Advisor
from actions.variants import missing_fact
from knowledge.languages import LANGUAGES
from tests.actions.conftest import entity, turn


@pytest.fixture
def depends(advisor: Advisor) -> tuple[str, str, str]:
    """An entry that reads otherwise for a group, the fact that decides, and its first value."""
    base = advisor.answering.base
    for entry in base.entries.values():
        message = turn("", country=entry.country)
        missing = missing_fact(base, entry, message.situation)
        if missing and missing[0] != "municipality":
            return entry.id, missing[0], missing[1][0]
    raise AssertionError("no entry has variants")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_the_answer_depends_on_is_asked_and_the_choice_answers(
    advisor: Advisor, depends: tuple[str, str, str], language: str
) -> None:
    entry, fact, value = depends
    country = entry[:2].upper()
    message = turn("", language, country=country)
    asked = open_entry(advisor, message, message.situation, entry)
    reply = asked.replies[0]
    assert (reply.kind, reply.entry, asked.slots["pending_fact"]) == ("clarify", entry, fact)
    assert read_payload(reply.buttons[0].payload) == (f"choose_{fact}", {fact: value})
    assert "skip" in reply.buttons[-1].payload
    chosen = await choose(advisor, turn("", language, asked.slots, country=country, entities=entity(fact, value)))
    general = advisor.answering.show(entry, message.situation)
    assert (chosen.replies[0].kind, chosen.replies[0].text_language) == ("answer", language)
    assert chosen.replies[0].text != general.text or chosen.replies[0].sections != general.sections
    assert chosen.slots[fact] == value


async def test_who_does_not_know_reads_what_holds_for_all_and_is_not_asked_again(advisor: Advisor, depends: tuple[str, str, str]) -> None:
    entry, fact, _ = depends
    message = turn("", country=entry[:2].upper())
    asked = open_entry(advisor, message, message.situation, entry)
    skipped = await skip(advisor, turn("", slots=asked.slots, country=entry[:2].upper()))
    general = advisor.answering.show(entry, message.situation)
    assert skipped.replies[0].kind == "answer" and skipped.replies[0].text.startswith(general.text)
    assert any(read_payload(button.payload)[0] == f"choose_{fact}" for button in skipped.replies[0].buttons)
    again = turn("", slots={"skipped": skipped.slots["skipped"]}, country=entry[:2].upper())
    assert open_entry(advisor, again, again.situation, entry).replies[0].kind == "answer"


async def test_what_is_known_is_shown_and_can_be_forgotten(advisor: Advisor) -> None:
    message = turn("", "en", country="LT", municipality="vilnius", status="temporary-protection")
    reply = (await know(advisor, message)).replies[0]
    assert "Vilnius" in reply.text
    payloads = [read_payload(button.payload) for button in reply.buttons]
    assert ("forget_fact", {"fact": "status"}) in payloads
    forgotten = await forget(
        advisor, message.model_copy(update={"situation": message.situation.model_copy(update={"entities": entity("fact", "status")})})
    )
    assert forgotten.slots["status"] is None
    assert ("forget_fact", {"fact": "status"}) not in [read_payload(button.payload) for button in forgotten.replies[0].buttons]


async def test_what_is_said_of_a_relative_is_not_taken_for_the_person(advisor: Advisor) -> None:
    said = [*entity("occupation", "pensioner"), *entity("relative", "parent")]
    outcome = await choose(advisor, turn("my mother is a pensioner", country="LT", entities=said))
    assert "occupation" not in outcome.slots
