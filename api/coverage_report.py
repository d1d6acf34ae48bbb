"""The coverage table for the terminal, as a page and as CSV."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, select_autoescape
from rich.table import Table
from rich.text import Text

from knowledge.coverage import Cell, totals
from knowledge.languages import COUNTRIES, LANGUAGES

#: How a cell is shown where there is room for one letter.
_SIGN = {"current": "●", "outdated": "◐", "missing": "·"}
_STYLE = {"current": "green", "outdated": "yellow", "missing": "red"}

LEGEND = "● current  ◐ outdated  · missing   (s) signpost   number: days since review or last check of the sources"


def as_table(cells: Sequence[Cell]) -> Table:
    """Topics down, countries across, one sign per language in the order lt lv et uk ru en."""
    table = Table(*("topic", *(f"{country} {' '.join(LANGUAGES)}" for country in COUNTRIES)), box=None, pad_edge=False)
    for topic, rows in _by_topic(cells).items():
        columns = []
        for country in COUNTRIES:
            column = Text()
            for cell in rows[country]:
                column.append(f"{_SIGN[cell.state]}  ", _STYLE[cell.state])
            age = rows[country][0].age
            column.append(f"{'' if age is None else age}{' s' if rows[country][0].depth == 'signpost' else ''}", "dim")
            columns.append(column)
        table.add_row(topic, *columns)
    return table


def summary(cells: Sequence[Cell]) -> list[str]:
    """A line per country: how many cells are filled, and how many entries are full and how many signposts."""
    return [
        f"{country}: {n['current']} current, {n['outdated']} outdated, {n['missing']} missing texts; "
        f"{n['full']} full entries, {n['signpost']} signposts"
        for country, n in totals(cells).items()
    ]


def write_csv(cells: Sequence[Cell], path: Path) -> None:
    """One line per cell."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(Cell)])
        writer.writeheader()
        writer.writerows(asdict(cell) for cell in cells)


def write_html(cells: Sequence[Cell], path: Path, today: datetime.date) -> None:
    """A page that stands on its own."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=select_autoescape(["html"]), trim_blocks=True
    )
    html = environment.get_template("coverage.html").render(
        topics=_by_topic(cells), countries=COUNTRIES, languages=LANGUAGES, totals=totals(cells), today=today, sign=_SIGN
    )
    path.write_text(html, "utf-8")


def _by_topic(cells: Sequence[Cell]) -> dict[str, dict[str, list[Cell]]]:
    table: dict[str, dict[str, list[Cell]]] = {}
    for cell in cells:
        table.setdefault(cell.topic, {}).setdefault(cell.country, []).append(cell)
    return table
