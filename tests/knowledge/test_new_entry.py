from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.live import LiveContent
from knowledge.loader import load
from knowledge.new_entry import new_entry
from tests.knowledge.test_check import errors


def test_a_new_entry_is_served_only_when_it_is_filled_in(content: Path) -> None:
    written = new_entry(content, load(content), "ee/taxes")
    assert [path.name for path in written] == ["entry.yml", "et.md"]
    assert {finding.file for finding in errors(content)} == {"content/ee/taxes/entry.yml", "content/ee/taxes/et.md"}
    assert "ee/taxes" not in LiveContent(content).load().base.entries
    entry = written[0].read_text("utf-8").replace('title: ""', "title: Maksuamet").replace('url: ""', "url: https://www.emta.ee/")
    written[0].write_text(entry, "utf-8")
    questions = "".join(f"  - Küsimus number {n}?\n" for n in range(6))
    text = f"---\ntitle: Maksud\nquestions:\n{questions}---\n\n## answer (source-key)\n\nMakse kogub Maksu- ja Tolliamet.\n"
    written[1].write_text(text, "utf-8")
    assert errors(content) == []
    assert LiveContent(content).load().base.entries["ee/taxes"].texts["et"].title == "Maksud"


def test_what_a_municipality_adds_starts_with_its_own_section(content: Path) -> None:
    written = new_entry(content, load(content), "lt/family-doctor/vilnius")
    assert [str(path.relative_to(content)) for path in written] == [
        "lt/family-doctor/vilnius/entry.yml",
        "lt/family-doctor/vilnius/lt.md",
    ]


def test_a_new_topic_needs_a_theme_and_joins_the_topics(content: Path) -> None:
    with pytest.raises(LookupError, match="name its theme"):
        new_entry(content, load(content), "lt/beekeeping")
    new_entry(content, load(content), "lt/beekeeping", "daily-life")
    (content / "lt" / "beekeeping").rename(content / "elsewhere")
    assert load(content).topics["beekeeping"].theme == "daily-life"


@pytest.mark.parametrize("name", ["beekeeping", "xx/taxes", "lt", "lt/taxes/vilnius", "lt/family-doctor/atlantis"])
def test_an_impossible_name_writes_nothing(content: Path, name: str) -> None:
    before = sorted(content.rglob("*"))
    with pytest.raises(LookupError):
        new_entry(content, load(content), name)
    assert sorted(content.rglob("*")) == before


def test_an_entry_is_never_overwritten(content: Path) -> None:
    with pytest.raises(FileExistsError):
        new_entry(content, load(content), "lt/family-doctor")
