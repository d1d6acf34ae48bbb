from __future__ import annotations

import pytest

from actions.follow_up import repeat, show_clerk, simpler, tell
from actions.payload import payload
from actions.question import answer
from actions.situation import Situation
from actions.turn import Advisor
from tests.actions.conftest import turn

COST = {
    "lt": "o kiek tai kainuoja?",
    "lv": "un cik tas maksā?",
    "et": "ja kui palju see maksab?",
    "uk": "а скільки це коштує?",
    "ru": "а сколько это стоит?",
    "en": "and how much is it?",
}


@pytest.mark.parametrize("language", COST)
async def test_a_follow_up_is_answered_by_the_section_it_asks_for(advisor: Advisor, language: str) -> None:
    message = turn(COST[language], language, {"entry": "lt/language-exam"}, country="LT")
    reply = (await answer(advisor, message)).replies[0]
    whole = advisor.answering.show("lt/language-exam", Situation(language=language, country="LT"))
    cost = next(section for section in whole.sections if section.name == "cost")
    assert (reply.kind, reply.entry) == ("answer", "lt/language-exam")
    assert cost.text in reply.text
    assert reply.sections[0].name == "answer"


def test_what_the_entry_does_not_say_is_said_to_be_missing(advisor: Advisor) -> None:
    base = advisor.answering.base
    without = next(e for e in base.entries.values() if e.texts["en"].section("cost") is None and e.country == "LT")
    shown = advisor.answering.show(without.id, Situation(language="en", country="LT"))
    reply = tell(advisor.answering, Situation(language="en", country="LT"), without.id, "cost")
    assert reply.text.endswith(shown.text) and reply.text != shown.text


def test_the_sources_are_told_when_asked_for(advisor: Advisor) -> None:
    reply = tell(advisor.answering, Situation(language="ru", country="LT"), "lt/family-doctor", "source")
    assert reply.sources and all(f"]({source.url})" in reply.text for source in reply.sources)


async def test_the_clerk_reads_the_state_language_and_the_person_their_own(advisor: Advisor) -> None:
    reply = (await show_clerk(advisor, turn("", "uk", {"entry": "ee/family-doctor"}, country="EE"))).replies[0]
    assert reply.clerk is not None and (reply.text_language, reply.clerk.language) == ("uk", "et")
    assert reply.clerk.title == advisor.answering.base.entries["ee/family-doctor"].texts["et"].title
    assert payload("show_clerk") not in [button.payload for button in reply.buttons]


async def test_simpler_without_a_simple_text_says_so_and_offers_a_person(advisor: Advisor) -> None:
    base = advisor.answering.base
    plain = next(e for e in base.entries.values() if e.texts["en"].section("simple") is None)
    reply = (await simpler(advisor, turn("", "en", {"entry": plain.id}, country=plain.country))).replies[0]
    assert reply.buttons[-1].payload == payload("human_wanted") and reply.sections == []


async def test_simpler_shows_the_simple_text_and_nothing_else(advisor: Advisor) -> None:
    base = advisor.answering.base
    entry = next(e for e in base.entries.values() if e.texts["en"].section("simple") is not None)
    shown = advisor.answering.show(entry.id, Situation(language="lv", country=entry.country))
    assert payload("simpler") in [button.payload for button in shown.buttons]
    reply = (await simpler(advisor, turn("", "lv", {"entry": entry.id}, country=entry.country))).replies[0]
    assert reply.text != shown.text and "{" not in reply.text and reply.sections == [] and reply.sources


async def test_again_repeats_and_before_any_answer_says_so(advisor: Advisor) -> None:
    assert (await repeat(advisor, turn("", slots={"entry": "lv/rent-flat"}, country="LV"))).replies[0].entry == "lv/rent-flat"
    assert (await repeat(advisor, turn("", country="LV"))).replies[0].kind == "command"
