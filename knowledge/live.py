"""The content folder as it is served: the last good version of every entry, while files change and now and then break."""

from __future__ import annotations

import datetime
import operator
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge.check import check_entry, check_guide
from knowledge.figures import named, named_in_guides
from knowledge.findings import ContentError, Finding
from knowledge.guide import Guide
from knowledge.languages import COUNTRIES
from knowledge.loader import read
from knowledge.model import CountryKnowledge, Entry, KnowledgeBase
from knowledge.parsing import Reader


@dataclass(frozen=True)
class Loaded:
    """What is served, and the findings for which something on disk is not."""

    base: KnowledgeBase
    refused: tuple[Finding, ...]


@dataclass(frozen=True)
class _Checked:
    """The errors of an entry, and what they were found with."""

    entry: Entry
    national: Entry | None
    shared: tuple[object, ...]
    errors: tuple[Finding, ...]


class LiveContent:
    """Loads a content folder and the guides again and again; files that have not changed are neither parsed nor checked twice.

    What cannot be served (an entry with errors, an unreadable figures file, a figure removed that a text still names) stays as it was
    when it was last good. An entry that never was good is left out: the bot then says that it does not know.
    """

    def __init__(self, folder: str | Path, guides: str | Path | None = None) -> None:
        self._reader = Reader(Path(folder), Path(guides) if guides else None)
        self._base: KnowledgeBase | None = None
        self._checked: dict[str, _Checked] = {}
        self._checked_guides: dict[str, tuple[tuple[object, ...], list[Finding]]] = {}

    def load(self, today: datetime.date | None = None) -> Loaded:
        """The knowledge base of now. Raises ContentError where there is nothing to fall back to: topics, languages or a country's own
        files are not readable at the first load."""
        reader, before = self._reader, self._base
        reader.findings.clear()
        base = read(reader)
        if base is None:
            if before is None:
                raise ContentError(list(reader.findings))
            return Loaded(before, tuple(reader.findings))
        findings = list(reader.findings)
        for code in COUNTRIES:
            findings += self._country(base, before, code)
        for served, last in ((base.entries, before.entries if before else {}), (base.municipal, before.municipal if before else {})):
            findings += self._entries(base, served, last, today or datetime.date.today())
        findings += self._guides(base, before.guides if before else {})
        if before is not None and not base.entities.model_fields_set:
            base.entities = before.entities
        if before is None and len(base.countries) < len(COUNTRIES):
            raise ContentError(findings)
        if before is not None and _same_base(base, before):
            base = before
        self._base = base
        return Loaded(base, tuple(sorted({finding for finding in findings if finding.level == "error"})))

    def _country(self, base: KnowledgeBase, before: KnowledgeBase | None, code: str) -> list[Finding]:
        """Put back what of a country's own files is not readable, and figures that texts still name."""
        last = before.countries.get(code) if before else None
        if last is None:
            return []
        now = base.countries.get(code)
        if now is None:
            base.countries[code] = last
            return []
        broken = {finding.file for finding in self._reader.findings}
        places = self._reader.root / code.lower() / "places"
        lost = {name: place for name, place in last.places.items() if self._reader.name(places / f"{name}.yml") in broken}
        entries = (*base.entries.values(), *base.municipal.values())
        used = {n for e in entries if e.country == code for t in e.texts.values() for s in t.sections for n in named(s.text)}
        used |= named_in_guides(base.guides.values(), code)
        gone = {name: figure for name, figure in last.figures.items() if name in used and name not in now.figures}
        if lost or gone:
            now = now.model_copy(update={"places": {**now.places, **lost}, "figures": {**now.figures, **gone}})
        base.countries[code] = last if _same_country(now, last) else now
        file = self._reader.root / code.lower() / "figures.yml"
        mend = "take it out of the texts first; until then its last value goes on serving"
        return [self._reader.finding(file, 1, "figure-undefined", f"texts still name the figure {name}", mend) for name in sorted(gone)]

    def _entries(self, base: KnowledgeBase, served: dict[str, Entry], last: dict[str, Entry], today: datetime.date) -> list[Finding]:
        """Put back the entries that are broken."""
        findings: list[Finding] = []
        for name in sorted(served.keys() | last.keys()):
            entry, good = served.get(name), last.get(name)
            folder = self._reader.root / name
            prefix = self._reader.name(folder) + "/"
            # A text that is not readable is missing from the entry that the loader made of the rest.
            unreadable = any(f.file.startswith(prefix) and "/" not in f.file[len(prefix) :] for f in self._reader.findings)
            if entry is not None and good is not None and _same_entry(entry, good):
                entry = served[name] = good
            if entry is not None:
                errors = self._errors(base, entry, today)
                findings += errors
                if not errors and not unreadable:
                    continue
            elif not unreadable:
                continue
            if good is not None and folder.is_dir():
                served[name] = good
            else:
                served.pop(name, None)
        return findings

    def _guides(self, base: KnowledgeBase, last: Mapping[str, Guide]) -> list[Finding]:
        """Put back the guides that are broken."""
        findings: list[Finding] = []
        if self._reader.guides is None:
            return findings
        for name in sorted(base.guides.keys() | last.keys()):
            guide, good = base.guides.get(name), last.get(name)
            errors = self._guide_errors(base, name, guide) if guide is not None else []
            findings += errors
            if errors:
                del base.guides[name]
            if name not in base.guides and good is not None and (self._reader.guides / f"{name}.yml").exists():
                base.guides[name] = good
        return findings

    def _guide_errors(self, base: KnowledgeBase, name: str, guide: Guide) -> list[Finding]:
        """The errors of a guide; looked for again only where it, its country or its country's entries have changed."""
        entries = [entry for entry in base.entries.values() if entry.country == guide.country]
        made_of = (guide, base.countries.get(guide.country), *(entry.about for entry in entries))
        known = self._checked_guides.get(name)
        if known is not None and len(known[0]) == len(made_of) and all(map(operator.is_, known[0], made_of)):
            return known[1]
        errors = [finding for finding in check_guide(self._reader, base, name, guide) if finding.level == "error"]
        self._checked_guides[name] = (made_of, errors)
        return errors

    def _errors(self, base: KnowledgeBase, entry: Entry, today: datetime.date) -> tuple[Finding, ...]:
        """The errors of an entry; looked for again only where something that they depend on has changed."""
        country = base.countries.get(entry.country)
        figures = country.figures if country is not None else {}
        used = {name: figures.get(name) for t in entry.texts.values() for s in t.sections for name in named(s.text)}
        national = base.entries.get(f"{entry.country.lower()}/{entry.topic}") if entry.municipality else None
        shared = (used, base.official, base.municipal_sites, base.topics.keys(), country and country.places.keys())
        known = self._checked.get(entry.id)
        if known is not None and known.entry is entry and known.national is national and known.shared == shared:
            return known.errors
        errors = tuple(finding for finding in check_entry(self._reader, base, entry, today) if finding.level == "error")
        self._checked[entry.id] = _Checked(entry, national, shared, errors)
        return errors


def _same_base(one: KnowledgeBase, other: KnowledgeBase) -> bool:
    """Whether nothing of what is served has changed."""
    return (
        (one.themes, one.topics, one.languages, one.official) == (other.themes, other.topics, other.languages, other.official)
        and one.entities == other.entities
        and one.guides == other.guides
        and _same_objects(one.countries, other.countries)
        and _same_objects(one.entries, other.entries)
        and _same_objects(one.municipal, other.municipal)
    )


def _same_objects(one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    return one.keys() == other.keys() and all(one[name] is other[name] for name in one)


def _same_entry(one: Entry, other: Entry) -> bool:
    """Whether two entries were made of the same parsed files."""
    return one.about is other.about and _same_objects(one.texts, other.texts)


def _same_country(one: CountryKnowledge, other: CountryKnowledge) -> bool:
    """Whether what two countries hold besides entries was made of the same parsed files."""
    return (
        one.about is other.about
        and one.crisis_lines == other.crisis_lines
        and one.figures.items() == other.figures.items()
        and one.places.items() == other.places.items()
    )
