from __future__ import annotations

import datetime

import pytest

from actions.answering import Answering, render
from actions.payload import payload, read_payload
from actions.situation import Situation
from knowledge.languages import LANGUAGES
from knowledge.loader import load


def test_an_answer_carries_text_sources_sections_and_state(answering: Answering) -> None:
    reply = answering.show("lt/family-doctor", Situation(language="en", country="LT"))
    assert (reply.kind, reply.entry, reply.text_language) == ("answer", "lt/family-doctor", "en")
    assert reply.title and reply.text and "{" not in reply.text
    assert reply.sources and all(source.url.startswith("http") for source in reply.sources)
    assert {section.name for section in reply.sections} >= {"steps"}
    assert reply.notices == ["not_reviewed"]
    assert reply.checked_on is not None
    assert [button.payload for button in reply.feedback] == [payload(f"feedback_{x}", entry="lt/family-doctor") for x in ("good", "bad")]


@pytest.mark.parametrize("topic", ["domestic-violence", "sexual-violence", "exploitation-trafficking", "child-safety"])
def test_what_must_stay_private_has_no_title(answering: Answering, topic: str) -> None:
    for country in ("lt", "lv", "ee"):
        reply = answering.show(f"{country}/{topic}", Situation(language="uk", country=country.upper()))
        assert reply.private and reply.title is None


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
