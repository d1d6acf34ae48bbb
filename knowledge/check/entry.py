"""What can be wrong with an entry: its head, its sources, and how its texts agree."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

from knowledge.check.country import check_source
from knowledge.check.prose import check_prose, mixed_letters
from knowledge.check.wording import check_wording
from knowledge.figures import named
from knowledge.findings import Finding
from knowledge.languages import LANGUAGES
from knowledge.model import Entry, KnowledgeBase, Section, Text
from knowledge.parsing import Reader

#: Sections that secondary sources alone must not carry.
_ELIGIBILITY = ("deadlines",)
_LEAST_QUESTIONS = 6
_MONTH = 30.5


def check_entry(reader: Reader, base: KnowledgeBase, entry: Entry, today: datetime.date) -> list[Finding]:
    """The findings in an entry's files, errors and warnings."""
    return [
        *_head(reader, base, entry, today),
        *_translations(reader, entry),
        *(finding for text in entry.texts.values() for finding in _text(reader, base, entry, text)),
        *check_wording(reader, entry),
    ]


def _head(reader: Reader, base: KnowledgeBase, entry: Entry, today: datetime.date) -> Iterator[Finding]:
    file, about = reader.root / entry.id / "entry.yml", entry.about
    places = base.countries[entry.country].places if entry.country in base.countries else {}
    if (about.reviewed_on is None) != (about.reviewed_by is None):
        yield reader.finding(file, "reviewed_on", "review", "reviewed_on and reviewed_by belong together", "set both or neither")
    if about.reviewed_on is not None and about.reviewed_on > today:
        yield reader.finding(file, "reviewed_on", "review", f"{about.reviewed_on} is in the future", "set the day of the review")
    last = about.reviewed_on or entry.checked_on
    if (today - last).days > about.review_every * _MONTH:
        mend = "read it against its sources and note the date"
        yield reader.finding(file, "review_every", "review-due", f"last checked on {last}", mend, "warning")
    for topic in about.related:
        if topic not in base.topics:
            yield reader.finding(file, "related", "related", f"{topic} is not a topic", "use an id of topics.yml")
    for place in about.applies_to.municipalities:
        if place not in places:
            yield reader.finding(file, "applies_to", "unknown-place", f"{place} is not a municipality", "use the name of a file in places")
    if entry.municipality is None and about.adds_to:
        yield reader.finding(file, "adds_to", "adds-to", "only a municipality's entry adds to another", "remove adds_to")
    national = base.entries.get(f"{entry.country.lower()}/{entry.topic}")
    if entry.municipality is not None and national is None:
        yield reader.finding(
            file, "source_language", "no-national", "there is no national entry that this could add to", "write that first"
        )
    elif entry.municipality is not None and national is not None:
        for key in about.sources.keys() & national.about.sources.keys():
            yield reader.finding(file, key, "source-key", f"the national entry calls another source {key}", "use another key")
    sections = [section for text in entry.texts.values() for section in text.sections]
    for key in sorted(about.sources.keys() - {key for section in sections for key in section.sources}):
        yield reader.finding(file, key, "source-unused", f"source {key} carries no section", "name it in a section or remove it", "warning")
    for key in sorted(about.variants.keys() - {section.variant for section in sections}):
        yield reader.finding(file, key, "variant-unused", f"no section is for variant {key}", f"write ## answer [{key}] (source)")
    for key, audience in about.variants.items():
        if not audience.statuses and not audience.occupations:
            yield reader.finding(file, key, "variant-empty", f"variant {key} is for nobody", "name statuses or occupations")
    for key, source in about.sources.items():
        yield from check_source(reader, base, file, key, source)


def _translations(reader: Reader, entry: Entry) -> Iterator[Finding]:
    for language in LANGUAGES:
        file, state = reader.root / entry.id / f"{language}.md", entry.state(language)
        if state == "missing":
            yield reader.finding(file, None, "translation-missing", "there is no text in this language", "translate it", "warning")
        elif state == "outdated":
            mend = f"bring it up to date, then run sveiki translated {entry.id} {language}"
            yield reader.finding(file, None, "translation-outdated", "the source text has changed since", mend, "warning")


def _text(reader: Reader, base: KnowledgeBase, entry: Entry, text: Text) -> Iterator[Finding]:
    file, source = reader.root / entry.id / f"{text.language}.md", entry.texts[entry.about.source_language]
    figures = base.countries[entry.country].figures if entry.country in base.countries else {}
    if entry.municipality is None:
        if text.section("answer") is None:
            yield reader.finding(file, None, "no-answer", "the section answer is missing", "write ## answer (source)")
        if len(text.questions) < _LEAST_QUESTIONS:
            what = f"fewer than {_LEAST_QUESTIONS} questions"
            yield reader.finding(file, "questions", "questions", what, "write questions as people ask them")
    seen: set[str] = set()
    for question in text.questions:
        if question.casefold() in seen:
            yield reader.finding(file, "questions", "questions", f"stands twice: {question}", "remove one")
        seen.add(question.casefold())
    for part in (text.title, *text.questions):
        for word in mixed_letters(part):
            yield reader.finding(file, None, "mixed-letters", f"{word!r} mixes Latin and Cyrillic letters", "type it again")
    for section in text.sections:
        yield from _section(reader, file, entry, section)
        yield from check_prose(reader, file, base, entry.about.sources.values(), section, figures)
        yield from _agreement(reader, file, section, source)
    for section in source.sections:
        if text.section(section.heading) is None:
            what = f"{section.heading} is in {source.language}.md only"
            yield reader.finding(file, None, "section-missing", what, "translate it")


def _section(reader: Reader, file: Path, entry: Entry, section: Section) -> Iterator[Finding]:
    if not section.text:
        yield reader.finding(file, section.line, "empty", f"{section.heading} is empty", "write it or remove the heading")
    if not section.sources:
        yield reader.finding(
            file, section.line, "unsourced", f"{section.heading} names no source", f"write ## {section.heading} (source key)"
        )
    for key in section.sources:
        if key not in entry.about.sources:
            what = f"{key} is not a source of entry.yml"
            yield reader.finding(file, section.line, "unknown-source", what, "add it there or correct the key")
    kinds = {entry.about.sources[key].kind for key in section.sources if key in entry.about.sources}
    if section.name in _ELIGIBILITY and kinds == {"secondary"}:
        what = f"{section.heading} rests on secondary sources"
        yield reader.finding(file, section.line, "secondary", what, "find an official page or leave it out")
    if section.variant is not None and section.variant not in entry.about.variants:
        what = f"{section.variant} is not a variant of entry.yml"
        yield reader.finding(file, section.line, "unknown-variant", what, "add it there or correct the name")


def _agreement(reader: Reader, file: Path, section: Section, source: Text) -> Iterator[Finding]:
    """How a section differs from that of the source language in what must not differ."""
    same = source.section(section.heading)
    if same is None:
        what = f"{section.heading} is not in {source.language}.md"
        yield reader.finding(file, section.line, "section-extra", what, "add it there or remove it here")
        return
    if set(section.sources) != set(same.sources):
        what = f"{section.heading} names other sources than {source.language}.md"
        yield reader.finding(file, section.line, "sources-differ", what, "make them agree")
    if set(named(section.text)) != set(named(same.text)):
        differ = ", ".join(sorted(set(named(section.text)) ^ set(named(same.text))))
        what = f"{section.heading} names other figures than {source.language}.md: {differ}"
        yield reader.finding(file, section.line, "figures-differ", what, "make them agree")
