from __future__ import annotations

import dataclasses
import datetime

import pytest

from actions.answering import Answering, render
from actions.payload import payload, read_payload
from actions.place import answer, choose_entry, choose_place
from actions.situation import Situation
from actions.turn import Advisor, Turn
from knowledge.languages import LANGUAGES
from knowledge.loader import load


class Memory:
    """Remembers what actions store."""

    def __init__(self) -> None:
        self.place: tuple[str | None, str | None] | None = None

    async def set_place(self, conversation: str, country: str | None, municipality: str | None) -> None:
        self.place = (country, municipality)


def turn(text: str, language: str = "en", pending: str | None = None, **situation: object) -> Turn:
    return Turn(
        conversation="c", text=text, situation=Situation.model_validate({"language": language, **situation}), pending_question=pending
    )


async def test_an_answer_carries_text_sources_sections_and_state(answering: Answering) -> None:
    reply = await answering.answer("How do I register with a family doctor?", Situation(language="en", country="LT"))
    assert (reply.kind, reply.entry, reply.text_language) == ("answer", "lt/family-doctor", "en")
    assert reply.text and "{" not in reply.text
    assert reply.sources and all(source.url.startswith("http") for source in reply.sources)
    assert {section.name for section in reply.sections} >= {"steps"}
    assert reply.notices == ["not_reviewed"]
    assert reply.checked_on is not None
    assert reply.alternatives and reply.entry not in reply.alternatives


async def test_without_a_country_the_question_is_kept_and_the_choice_answers_it(answering: Answering) -> None:
    advisor = Advisor(answering, Memory())  # type: ignore[arg-type]
    question = turn("Як записатися до сімейного лікаря?", "uk")
    asked = await answer(advisor, question)
    assert asked.replies[0].kind == "clarify"
    assert [button.payload for button in asked.replies[0].buttons] == [payload("choose_place", country=c) for c in ("LT", "LV", "EE")]
    assert asked.slots == {"pending_question": question.text}
    chosen = turn("", "uk", question.text, entities=[{"entity": "country", "value": "LV"}])
    answered = await choose_place(advisor, chosen)
    assert answered.replies[0].entry == "lv/family-doctor"
    assert answered.slots == {"pending_question": None}
    assert advisor.memory.place == ("LV", None)  # type: ignore[attr-defined]


async def test_a_place_named_in_the_question_decides_the_country(answering: Answering) -> None:
    advisor = Advisor(answering, Memory())  # type: ignore[arg-type]
    question = turn("I live in Tartu, how do I find a family doctor?", entities=[{"entity": "municipality", "value": "tartu"}])
    outcome = await answer(advisor, question)
    assert outcome.replies[0].entry == "ee/family-doctor"
    assert advisor.memory.place == ("EE", "tartu")  # type: ignore[attr-defined]


async def test_a_message_that_only_names_a_place_changes_the_place(answering: Answering, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering.index, "weights", dataclasses.replace(answering.index.weights, threshold=2.0))
    advisor = Advisor(answering, Memory())  # type: ignore[arg-type]
    message = turn("and what about Riga", country="LT", entities=[{"entity": "municipality", "value": "riga"}])
    outcome = await answer(advisor, message)
    assert (outcome.replies[0].kind, advisor.memory.place) == ("command", ("LV", "riga"))  # type: ignore[attr-defined]


async def test_not_knowing_offers_topics_and_a_person(answering: Answering) -> None:
    reply = await answering.answer("Kokia rytoj bus oda saulei?", Situation(language="lt", country="LT"))
    assert (reply.kind, reply.entry) == ("abstain", None)
    assert len(reply.buttons) == 4
    assert reply.buttons[-1].payload == payload("human_wanted")
    topic = read_payload(reply.buttons[0].payload)[1]["entry"]
    shown = await choose_entry(Advisor(answering, Memory()), turn("", "lt", country="LT", entities=[{"entity": "entry", "value": topic}]))  # type: ignore[arg-type]
    assert shown.replies[0].entry == topic


async def test_every_payload_fits_telegram(answering: Answering) -> None:
    for entry in answering.base.entries:
        assert len(payload("choose_entry", entry=entry).encode()) <= 64


async def test_notices_say_outdated_expired_and_fallback(content) -> None:
    path = content / "lt" / "family-doctor"
    (path / "lt.md").write_text((path / "lt.md").read_text("utf-8") + "\nPapildoma.\n", "utf-8")
    (path / "et.md").unlink()
    base = load(content)
    entry = base.entries["lt/family-doctor"]
    assert "outdated" in render(base, entry, entry.text_for("uk"), "uk").notices
    fallback = render(base, entry, entry.text_for("et"), "et")
    assert fallback.text_language == "en" and "fallback" in fallback.notices


async def test_an_expired_figure_is_said_to_be_so(base) -> None:
    entry = base.entries["lt/health-insurance-self-paid"]
    later = render(base, entry, entry.text_for("en"), "en", datetime.date(2028, 1, 1))
    assert "expired_figure" in later.notices
    assert "expired_figure" not in render(base, entry, entry.text_for("en"), "en", datetime.date(2026, 11, 21)).notices


def test_every_entry_can_be_shown_in_every_language(base) -> None:
    for entry in base.entries.values():
        for language in LANGUAGES:
            reply = render(base, entry, entry.text_for(language), language)
            assert reply.text_language == language
            assert "{" not in reply.text + "".join(section.text for section in reply.sections), entry.id


@pytest.mark.parametrize("text", ["choose_place", "/Choose", "/a{", "hello", "/x{1}"])
def test_what_is_no_payload_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_payload(text)
