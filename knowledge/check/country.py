"""What can be wrong with a country's figures, places and lines."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

from knowledge.figures import format_figure, named, named_in_guides
from knowledge.findings import Finding
from knowledge.languages import LANGUAGES
from knowledge.model import KnowledgeBase, Source
from knowledge.parsing import Reader


def check_country(reader: Reader, base: KnowledgeBase, country: str, today: datetime.date) -> Iterator[Finding]:
    """The findings in a country's own files."""
    folder = reader.root / country.lower()
    yield from _figures(reader, base, country, folder / "figures.yml", today)
    knowledge = base.countries[country]
    file = folder / "country.yml"
    for service in knowledge.about.newcomer_services:
        yield from check_source(reader, base, file, str(service.url), service.source)
    for line in knowledge.crisis_lines:
        yield from check_source(reader, base, folder / "crisis.yml", line.id, line.source)
    for name, place in knowledge.places.items():
        file = folder / "places" / f"{name}.yml"
        missing = [language for language in LANGUAGES if language not in place.names]
        if missing:
            yield reader.finding(
                file, "names", "place-name", f"no name in {', '.join(missing)}", "say how people writing that language call it"
            )
        for service in place.newcomer_services:
            yield from check_source(reader, base, file, "source", service.source)


def check_source(reader: Reader, base: KnowledgeBase, file: Path, key: str, source: Source) -> Iterator[Finding]:
    """Findings about a source that stands in ``file`` under ``key``."""
    if source.kind == "official" and not base.is_official(source.url.host):
        mend = "correct the address or its kind; if it is a public body, add its domain to official.yml"
        yield reader.finding(file, key, "not-official", f"{source.url.host} is not the site of a public body we know", mend)


def _figures(reader: Reader, base: KnowledgeBase, country: str, file: Path, today: datetime.date) -> Iterator[Finding]:
    entries = [e for e in (*base.entries.values(), *base.municipal.values()) if e.country == country]
    used = {name for entry in entries for text in entry.texts.values() for section in text.sections for name in named(section.text)}
    used |= named_in_guides(base.guides.values(), country)
    for name, figure in base.countries[country].figures.items():
        try:
            format_figure(figure, "en")
        except ValueError as error:
            yield reader.finding(file, name, "figure-value", f"{name}: {error}", f"give a value of unit {figure.unit}")
        if figure.unit == "phone" and figure.source.kind == "secondary":
            yield reader.finding(file, name, "phone-source", f"{name}: a phone number from a secondary source", "find the operator's page")
        yield from check_source(reader, base, file, name, figure.source)
        if figure.valid_from and figure.valid_until and figure.valid_from > figure.valid_until:
            yield reader.finding(file, name, "figure-validity", f"{name}: valid_from is after valid_until", "correct the dates")
        if figure.expired(today):
            what = f"{name}: was valid until {figure.valid_until}; answers that name it say so"
            yield reader.finding(file, name, "figure-expired", what, "set the new value, validity and source", "warning")
        elif figure.valid_from is not None and figure.valid_from > today:
            what = f"{name}: is valid only from {figure.valid_from}"
            yield reader.finding(file, name, "figure-not-yet", what, "keep the value of today until then", "warning")
        if name not in used and name != "emergency-number":
            yield reader.finding(file, name, "figure-unused", f"{name} is named by no text", "remove it, or name it in a text", "warning")
