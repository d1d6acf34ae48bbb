"""The quality report: the figures beside their goals, as a table for the terminal and as a page with plots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader

from knowledge.evaluation.measure import Figure, Pairs, calibration, calibration_error, confusions
from knowledge.languages import LANGUAGES

HERE = Path(__file__).parent
FIGURES = HERE / "figures.yml"

#: Measures of which less is better.
_LOSSES = ("loss: ", "answered outside", "harmless flagged")

#: The side of a calibration plot, in pixels.
_SIDE = 220


@dataclass(frozen=True)
class Row:
    """One measure in every language."""

    measure: str
    values: Mapping[str, float]
    goal: str
    #: Whether the worst language meets the goal; None where there is none.
    met: bool | None

    @property
    def worst(self) -> float:
        """The value of the language that comes off worst."""
        return (max if self.measure.startswith(_LOSSES) else min)(self.values.values())


def rows(figures: Sequence[Figure]) -> list[Row]:
    """The figures as rows, in their order."""
    goals: Mapping[str, Mapping[str, float]] = yaml.safe_load((HERE / "goals.yml").read_text("utf-8"))["goals"]
    found = []
    for measure in dict.fromkeys(figure.measure for figure in figures):
        values = {figure.language: figure.value for figure in figures if figure.measure == measure}
        row, goal = Row(measure, values, "", None), goals.get(measure)
        if goal is not None:
            kind, value = next(iter(goal.items()))
            met = row.worst >= value - 1e-9 if kind == "least" else row.worst <= value + 1e-9
            row = Row(measure, values, f"{'≥' if kind == 'least' else '≤'} {value:g}", met)
        found.append(row)
    return found


def columns_of(figures: Sequence[Figure]) -> list[str]:
    """The languages that there are figures for, in the order in which they are shown."""
    return [column for column in (*LANGUAGES, "others") if any(figure.language == column for figure in figures)]


def record(figures: Sequence[Figure], path: Path = FIGURES) -> None:
    """Write the figures that later ones are compared with."""
    found: dict[str, dict[str, float]] = {}
    for figure in figures:
        found.setdefault(figure.measure, {})[figure.language] = round(figure.value, 4)
    head = "# Measured by `sveiki eval --direct --record`; the tests fail where a figure gets worse than this by more than the margin.\n"
    path.write_text(head + yaml.safe_dump(found, sort_keys=False), "utf-8")


def worse(figures: Sequence[Figure], path: Path = FIGURES) -> list[str]:
    """The figures that are worse than the recorded ones by more than the margin, each as a line."""
    recorded: Mapping[str, Mapping[str, float]] = yaml.safe_load(path.read_text("utf-8"))
    margin: float = yaml.safe_load((HERE / "goals.yml").read_text("utf-8"))["margin"]
    found = []
    for figure in figures:
        before = recorded.get(figure.measure, {}).get(figure.language)
        if before is not None:
            drop = figure.value - before if figure.measure.startswith(_LOSSES) else before - figure.value
            # One message of a small set is no drop.
            if drop > max(margin, 1.5 / figure.count):
                found.append(f"{figure.measure} ({figure.language}): {figure.value:.3f}, was {before:.3f}")
    return found


def page(figures: Sequence[Figure], found: Pairs, title: str) -> str:
    """The report as one HTML page without outside resources; ``found`` are the outcomes that confusions and calibration are read from."""
    plots = [
        {"language": language, "points": _points(bins), "error": calibration_error(bins), "count": sum(b["count"] for b in bins)}
        for language, bins in calibration(found).items()
    ]
    environment = Environment(loader=FileSystemLoader(HERE), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    template = environment.get_template("report.html")
    return template.render(
        title=title, rows=rows(figures), columns=columns_of(figures), plots=plots, confusions=confusions(found), side=_SIDE
    )


def _points(bins: Sequence[Mapping[str, Any]]) -> list[dict[str, float]]:
    most = max((b["count"] for b in bins), default=1)
    return [
        {"x": b["score"] * _SIDE, "y": (1 - b["right"]) * _SIDE, "r": 3 + 7 * (b["count"] / most) ** 0.5, "count": b["count"]} for b in bins
    ]
