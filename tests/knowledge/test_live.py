"""What is served while files change, break and go away."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from knowledge.findings import ContentError
from knowledge.live import LiveContent
from tests.knowledge.test_check import change

ENTRY = "lt/family-doctor"


def text(loaded, language: str = "en") -> str:  # type: ignore[no-untyped-def]
    return str(loaded.base.entries[ENTRY].texts[language].sections[0].text)


def add(sentence: str):  # type: ignore[no-untyped-def]
    return lambda t: t.replace("\n## simple", f"\n{sentence}\n\n## simple", 1)


def test_nothing_changed_is_the_same_base(content: Path) -> None:
    live = LiveContent(content)
    assert live.load().base is live.load().base


def test_a_change_is_served_and_other_entries_are_the_same_objects(content: Path) -> None:
    shutil.copytree(content.parent / "content" / ENTRY, content / "lt" / "taxes")
    live = LiveContent(content)
    before = live.load()
    assert before.refused == ()
    change(content / ENTRY / "en.md", add("One more sentence."))
    after = live.load()
    assert "One more sentence." in text(after)
    assert after.base.entries["lt/taxes"] is before.base.entries["lt/taxes"]


@pytest.mark.parametrize("broken", ["## anser (x)\n\nText", "You pay {no-such-figure}.", "<b>bold</b>"])
def test_a_broken_text_is_refused_and_its_last_good_version_stays(content: Path, broken: str) -> None:
    live = LiveContent(content)
    good = text(live.load())
    change(content / ENTRY / "en.md", add(broken))
    refused = live.load()
    assert text(refused) == good
    assert {finding.file for finding in refused.refused} == {"content/lt/family-doctor/en.md"}
    change(content / ENTRY / "en.md", lambda t: t.replace(broken, "Mended."))
    mended = live.load()
    assert mended.refused == ()
    assert "Mended." in text(mended)


def test_an_entry_that_never_was_good_is_left_out_and_named(content: Path) -> None:
    (content / ENTRY / "entry.yml").write_text("sources: [", "utf-8")
    loaded = LiveContent(content).load()
    assert ENTRY not in loaded.base.entries
    assert [finding.file for finding in loaded.refused] == ["content/lt/family-doctor/entry.yml"]


def test_a_deleted_entry_is_gone(content: Path) -> None:
    live = LiveContent(content)
    live.load()
    shutil.rmtree(content / ENTRY)
    assert live.load().base.entries == {}


def test_unreadable_figures_leave_the_old_ones(content: Path) -> None:
    live = LiveContent(content)
    before = live.load().base.countries["LT"].figures
    (content / "lt" / "figures.yml").write_text("emergency-number: [", "utf-8")
    loaded = live.load()
    assert loaded.base.countries["LT"].figures == before
    assert [finding.file for finding in loaded.refused] == ["content/lt/figures.yml"]


def test_a_figure_that_texts_name_cannot_be_removed_under_them(content: Path) -> None:
    live = LiveContent(content)
    number = live.load().base.countries["LT"].figures["emergency-number"]
    change(content / "lt" / "figures.yml", lambda t: t.replace("emergency-number:", "another-number:", 1))
    loaded = live.load()
    assert loaded.base.countries["LT"].figures["emergency-number"] == number
    assert ENTRY in loaded.base.entries
    assert "emergency-number" in loaded.refused[0].what
    assert live.load().base is loaded.base


def test_with_nothing_to_fall_back_to_the_start_fails(content: Path) -> None:
    (content / "topics.yml").write_text("themes: [", "utf-8")
    with pytest.raises(ContentError, match=r"topics\.yml:\d"):
        LiveContent(content).load()


def test_topics_that_break_later_change_nothing(content: Path) -> None:
    live = LiveContent(content)
    before = live.load().base
    (content / "topics.yml").write_text("themes: [", "utf-8")
    loaded = live.load()
    assert loaded.base is before
    assert loaded.refused
