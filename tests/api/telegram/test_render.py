from __future__ import annotations

from typing import Any

import pytest

from actions.answering import Answering
from actions.situation import Situation
from api.telegram.markup import LIMIT, length, plain
from api.telegram.render import message
from knowledge.languages import LANGUAGES


def reply(**more: Any) -> dict[str, Any]:
    return {"id": 7, "role": "bot", "kind": "answer", "text": "Text.", "text_language": "en", "language": "en", **more}


def long(name: str) -> dict[str, str]:
    return {"name": name, "title": name.title(), "text": f"- {'word ' * 300}"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_fits_and_every_part_of_it_is_a_button_away(answering: Answering, language: str) -> None:
    for entry in answering.base.entries.values():
        shown = answering.show(entry.id, Situation(language=language, country=entry.country)).model_dump(mode="json")
        shown |= {"id": 2**31 - 1, "language": language}
        texts, keyboard = message(shown)
        keys = [key for row in keyboard for key in row]
        views = [message(shown, int(key.data.split(":")[2]))[0] for key in keys if key.data and key.data.startswith("v:")]
        everything = [text for found in (texts, *views) for text in found]
        assert all(0 < length(text) <= LIMIT for text in everything)
        assert all(key.data and len(key.data.encode()) <= 64 for key in keys)
        for section in shown["sections"]:
            assert any(section["title"] in plain(text) for text in everything), (entry.id, section["name"])
        for source in shown["sources"]:
            assert any(source["title"] in plain(text) for text in everything), (entry.id, source["title"])


def test_a_short_answer_is_shown_whole() -> None:
    texts, keyboard = message(reply(title="Title", sections=[{"name": "cost", "title": "Cost", "text": "Free."}]))
    assert texts == ["<b>Title</b>\n\nText.\n\n<b>Cost</b>\nFree."]
    assert keyboard == []


def test_long_sections_are_folded_and_open_in_place() -> None:
    folded = reply(sections=[long("steps"), long("cost")], feedback=[{"title": "Yes", "payload": "/y"}, {"title": "No", "payload": "/n"}])
    texts, keyboard = message(folded)
    assert texts == ["Text."]
    assert [[key.text for key in row] for row in keyboard] == [["Steps", "Cost"], ["Yes", "No"]]
    texts, keyboard = message(folded, 2)
    assert texts[0].startswith("<b>Cost</b>\n• word")
    assert [key.text for row in keyboard for key in row] == ["‹ Answer", "Steps", "Yes", "No"]


def test_after_a_judgement_its_buttons_stay_away_in_all_views() -> None:
    folded = reply(sections=[long("steps")], feedback=[{"title": "Yes", "payload": "/y"}])
    _, keyboard = message(folded, feedback=False)
    assert [key.data for row in keyboard for key in row] == ["v:7:1:-"]


def test_a_private_answer_shows_no_title() -> None:
    texts, keyboard = message(reply(title="Leaving a violent home", private=True, sections=[long("steps")]))
    assert texts == ["Text."]
    assert "violent" not in message(reply(title="Leaving a violent home", private=True, sections=[long("steps")]), 1)[0][0]
    assert keyboard


def test_the_text_for_the_clerk_is_shown_whole_in_the_state_language() -> None:
    clerk = {
        "language": "lt",
        "title": "Gydytojas",
        "text": "Tekstas.",
        "sections": [{"name": "cost", "title": "Kaina", "text": "Nemokama."}],
    }
    texts, _ = message(reply(title="Doctor", clerk=clerk))
    assert texts == ["<b>Gydytojas</b>\n\nTekstas.\n\n<b>Kaina</b>\nNemokama."]


def test_what_a_coordinator_writes_is_told_from_the_assistant() -> None:
    texts, _ = message({"id": 9, "role": "human", "kind": "human", "text": "Come <today>.", "text_language": "en"})
    assert texts == ["<b>A coordinator writes to you:</b>\n\nCome &lt;today&gt;."]


def test_long_titles_of_buttons_are_cut_and_stand_alone() -> None:
    _, keyboard = message(reply(buttons=[{"title": "x" * 90, "payload": "/a"}, {"title": "short", "payload": "/b"}]))
    assert [len(row) for row in keyboard] == [1, 1]
    assert len(keyboard[0][0].text) == 60
    _, keyboard = message(reply(buttons=[{"title": t, "payload": f"/{t}"} for t in ("a", "b", "c", "d")]))
    assert [len(row) for row in keyboard] == [3, 1]
