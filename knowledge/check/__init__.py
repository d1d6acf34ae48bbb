"""Checking the content folder and the guides: everything that would make an answer wrong, unsourced, stale or unreadable."""

from __future__ import annotations

import datetime
from pathlib import Path

from knowledge import crisis
from knowledge.check.collisions import check_collisions
from knowledge.check.country import check_country
from knowledge.check.entry import check_entry
from knowledge.check.guide import check_guide
from knowledge.findings import Finding
from knowledge.loader import read
from knowledge.parsing import Reader

__all__ = ["check", "check_entry", "check_guide"]


def check(folder: str | Path, today: datetime.date, crisis_folder: Path = crisis.FOLDER, guides: str | Path | None = None) -> list[Finding]:
    """Every finding in the content folder (in the guides, where a folder is named, and in the crisis patterns), errors and warnings, sorted
    by file and line."""
    reader = Reader(Path(folder), Path(guides) if guides else None)
    base = read(reader)
    findings = list(reader.findings)
    if base is not None:
        for country in base.countries:
            findings += check_country(reader, base, country, today)
        for entry in (*base.entries.values(), *base.municipal.values()):
            findings += check_entry(reader, base, entry, today)
        findings += check_collisions(reader, base)
        for name, guide in base.guides.items():
            findings += check_guide(reader, base, name, guide)
    try:
        crisis.check_patterns(crisis_folder)
    except crisis.PatternError as error:
        findings.append(Finding(error.file, 1, "error", "crisis-pattern", str(error), "see the pattern language in knowledge/crisis.py"))
    return sorted(set(findings))
