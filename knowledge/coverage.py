"""Coverage: what the knowledge base has, topic by country by language, in what state and how old."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from knowledge.languages import COUNTRIES, LANGUAGES
from knowledge.model import KnowledgeBase, TranslationState


@dataclass(frozen=True)
class Cell:
    """A topic in a country and a language. Without an entry, ``state`` is missing and the rest None."""

    topic: str
    theme: str
    tier: int
    country: str
    language: str
    state: TranslationState
    depth: Literal["full", "signpost"] | None
    reviewed_on: datetime.date | None
    #: The oldest day on which one of the entry's sources was checked.
    checked_on: datetime.date | None
    #: Days since the review, or else since that check.
    age: int | None


def coverage(base: KnowledgeBase, today: datetime.date) -> list[Cell]:
    """Every cell of the table, by topic, country, language."""
    cells = []
    for topic in base.topics.values():
        for country in COUNTRIES:
            entry = base.entries.get(f"{country.lower()}/{topic.id}")
            last = (entry.about.reviewed_on or entry.checked_on) if entry else None
            cells += [
                Cell(
                    topic=topic.id,
                    theme=topic.theme,
                    tier=topic.tier,
                    country=country,
                    language=language,
                    state=entry.state(language) if entry else "missing",
                    depth=entry.about.depth if entry else None,
                    reviewed_on=entry.about.reviewed_on if entry else None,
                    checked_on=entry.checked_on if entry else None,
                    age=(today - last).days if last else None,
                )
                for language in LANGUAGES
            ]
    return cells


def totals(cells: Sequence[Cell]) -> dict[str, dict[str, int]]:
    """Per country: cells by state, and entries by depth."""
    result: dict[str, dict[str, int]] = {}
    for country in COUNTRIES:
        here = [cell for cell in cells if cell.country == country]
        states = Counter(str(cell.state) for cell in here)
        depths = Counter(cell.depth for cell in here if cell.language == LANGUAGES[0] and cell.depth)
        result[country] = {name: states[name] for name in ("current", "outdated", "missing")} | {
            name: depths[name] for name in ("full", "signpost")
        }
    return result
