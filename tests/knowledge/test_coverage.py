from __future__ import annotations

import datetime
from pathlib import Path

from knowledge.coverage import coverage, totals
from knowledge.languages import COUNTRIES, LANGUAGES
from knowledge.loader import load
from tests.knowledge.test_check import change

TODAY = datetime.date(2026, 12, 1)


def test_every_cell_of_the_shipped_content_is_filled(base) -> None:
    cells = coverage(base, TODAY)
    assert len(cells) == len(base.topics) * len(COUNTRIES) * len(LANGUAGES)
    assert [cell for cell in cells if cell.state != "current"] == []
    assert all(n["full"] + n["signpost"] == len(base.topics) for n in totals(cells).values())


def test_a_cell_tells_state_depth_and_age(content: Path) -> None:
    (content / "lt" / "family-doctor" / "et.md").unlink()
    change(content / "lt" / "family-doctor" / "lt.md", lambda t: t + "\nDar.\n")
    cells = {(cell.country, cell.language): cell for cell in coverage(load(content), TODAY) if cell.topic == "family-doctor"}
    states = [cells["LT", language].state for language in LANGUAGES]
    assert states == ["current", "outdated", "missing", "outdated", "outdated", "outdated"]
    assert (cells["LT", "lt"].depth, cells["LT", "lt"].age) == ("full", 10)
    assert (cells["LV", "lt"].state, cells["LV", "lt"].depth, cells["LV", "lt"].age) == ("missing", None, None)
