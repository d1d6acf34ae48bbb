"""Checking the content folder: everything that would make an answer wrong, unsourced or unreadable."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from knowledge.crisis import CrisisPatterns, PatternError
from knowledge.figures import REFERENCE, format_figure, plural_categories, plural_forms
from knowledge.findings import Finding
from knowledge.languages import LANGUAGES
from knowledge.loader import read
from knowledge.model import Entry, Figure, KnowledgeBase, Section, Text
from knowledge.parsing import Reader

#: Sections that secondary sources alone must not carry.
_ELIGIBILITY = ("deadlines",)

_MIXED = re.compile(r"\b(?=\w*[A-Za-z\u0100-\u017f])(?=\w*[\u0400-\u04ff])[^\W\d_]+\b")
_LINK = re.compile(r"\]\(\s*(?P<target>[^)\s]*)")
_HTML = re.compile(r"<[a-zA-Z/!][^>]*>")
_LEAST_QUESTIONS = 6


def check(folder: str | Path, today: datetime.date, crisis_folder: Path | None = None) -> list[Finding]:
    """Every finding in the content folder (and in the crisis patterns), errors and warnings, sorted by file and line."""
    reader = Reader(Path(folder))
    base = read(reader)
    findings = list(reader.findings)
    if base is not None:
        findings += _check_figures(reader, base)
        for entry in base.entries.values():
            findings += _check_entry(reader, base, entry, today)
    try:
        CrisisPatterns.load(crisis_folder) if crisis_folder else CrisisPatterns.load()
    except PatternError as error:
        findings.append(Finding(error.file, 1, "error", "crisis-pattern", str(error), "see the pattern language in knowledge/crisis.py"))
    return sorted(set(findings))


def _check_figures(reader: Reader, base: KnowledgeBase) -> Iterator[Finding]:
    for country, knowledge in base.countries.items():
        file = reader.name(reader.root / country.lower() / "figures.yml")
        used = {
            match["name"]
            for entry in base.entries_of(country)
            for text in entry.texts.values()
            for section in text.sections
            for match in REFERENCE.finditer(section.text)
        }
        for name, figure in knowledge.figures.items():
            try:
                for language in LANGUAGES:
                    format_figure(figure, language)
            except ValueError as error:
                yield Finding(file, 1, "error", "figure-value", f"{name}: {error}", f"give a value of unit {figure.unit}")
            if figure.unit == "phone" and figure.source.kind == "secondary":
                yield Finding(
                    file, 1, "error", "phone-source", f"{name}: a phone number from a secondary source", "find the operator's page"
                )
            if name not in used and name != "emergency-number":
                yield Finding(file, 1, "warning", "figure-unused", f"{name} is named by no text", "remove it, or name it in a text")


def _check_entry(reader: Reader, base: KnowledgeBase, entry: Entry, today: datetime.date) -> Iterator[Finding]:
    folder = reader.root / entry.id
    file = reader.name(folder / "entry.yml")
    about = entry.about
    figures = base.countries[entry.country].figures if entry.country in base.countries else {}
    if (about.reviewed_on is None) != (about.reviewed_by is None):
        yield Finding(file, 1, "error", "review", "reviewed_on and reviewed_by belong together", "set both or neither")
    checked = about.reviewed_on or entry.checked_on
    if (today - checked).days > about.review_every * 30.5:
        yield Finding(file, 1, "warning", "review-due", f"last checked on {checked}", "read it against its sources and note the date")
    for topic in about.related:
        if topic not in base.topics:
            yield Finding(file, 1, "error", "related", f"{topic} is not a topic", "use an id of topics.yml")
    used = {key for text in entry.texts.values() for section in text.sections for key in section.sources}
    for key in about.sources.keys() - used:
        yield Finding(file, 1, "warning", "source-unused", f"source {key} carries no section", "name it in a section or remove it")
    source = entry.texts[about.source_language]
    for language in LANGUAGES:
        name = reader.name(folder / f"{language}.md")
        state = entry.state(language)
        if state == "missing":
            yield Finding(name, 1, "warning", "translation-missing", "there is no text in this language", "translate it")
            continue
        if state == "outdated":
            mend = f"bring it up to date, then run sveiki translated {entry.id} {language}"
            yield Finding(name, 1, "warning", "translation-outdated", "the source text has changed since", mend)
        yield from _check_text(name, entry, entry.texts[language], source, figures)


def _check_text(name: str, entry: Entry, text: Text, source: Text, figures: dict[str, Figure]) -> Iterator[Finding]:
    error = partial(_error, name)

    if text.section("answer") is None:
        yield error(1, "no-answer", "the section answer is missing", "write ## answer (source)")
    if len({q.casefold() for q in text.questions}) < max(len(text.questions), _LEAST_QUESTIONS):
        yield error(
            1,
            "questions",
            f"fewer than {_LEAST_QUESTIONS} different questions, or one stands twice",
            "write questions as people ask them",
        )
    for section in text.sections:
        if not section.text:
            yield error(section.line, "empty", f"{section.name} is empty", "write it or remove the heading")
        if not section.sources:
            yield error(section.line, "unsourced", f"{section.name} names no source", f"write ## {section.name} (source key)")
        for key in section.sources:
            if key not in entry.about.sources:
                yield error(section.line, "unknown-source", f"{key} is not a source of entry.yml", "add it there or correct the key")
        kinds = {entry.about.sources[k].kind for k in section.sources if k in entry.about.sources}
        if section.name in _ELIGIBILITY and kinds == {"secondary"}:
            yield error(section.line, "secondary", f"{section.name} rests on secondary sources", "find an official page or leave it out")
        yield from _check_prose(name, text, section, figures)
        same = source.section(section.name)
        if same is None:
            yield error(section.line, "section-extra", f"{section.name} is not in {source.language}.md", "add it there or remove it here")
            continue
        if set(section.sources) != set(same.sources):
            yield error(section.line, "sources-differ", f"{section.name} names other sources than {source.language}.md", "make them agree")
        if _names(section) != _names(same):
            yield error(section.line, "figures-differ", f"{section.name} names other figures than {source.language}.md", "make them agree")
    for section in source.sections:
        if text.section(section.name) is None:
            yield error(1, "section-missing", f"{section.name} is in {source.language}.md only", "translate it")
    for part in (text.title, *text.questions):
        for word in _MIXED.findall(part):
            yield error(1, "mixed-letters", f"{word!r} mixes Latin and Cyrillic letters", "type it again")


def _check_prose(name: str, text: Text, section: Section, figures: dict[str, Figure]) -> Iterator[Finding]:
    error = partial(_error, name)
    prose = REFERENCE.sub("", _LINK.sub("](", section.text))
    for word in _MIXED.findall(prose):
        yield error(section.line, "mixed-letters", f"{word!r} mixes Latin and Cyrillic letters", "type it again")
    if _HTML.search(section.text):
        yield error(section.line, "html", "HTML is not shown", "use Markdown: **bold**, - list, [link](https://...)")
    for match in _LINK.finditer(section.text):
        if not match["target"].startswith(("https://", "http://", "tel:", "mailto:")):
            yield error(section.line, "link", f"not a full address: {match['target']!r}", "write https://...")
    if re.search(r"[{}]", REFERENCE.sub("", section.text)):
        yield error(section.line, "braces", "braces that name no figure", "write {name} or {name: one form, other forms}")
    for match in REFERENCE.finditer(section.text):
        if match["name"] not in figures:
            yield error(section.line, "figure-undefined", f"figure {match['name']} is not in figures.yml", "define it there")
        elif match["forms"] is not None:
            try:
                missing = plural_categories(text.language) - plural_forms(match["forms"]).keys()
            except ValueError as problem:
                yield error(section.line, "plural", f"{match['name']}: {problem}", "write one month, other months")
                continue
            if missing:
                yield error(section.line, "plural", f"{match['name']}: no form for {', '.join(sorted(missing))}", "add the forms")


def _error(name: str, line: int, code: str, what: str, mend: str) -> Finding:
    return Finding(name, line, "error", code, what, mend)


def _names(section: Section) -> set[str]:
    return {match["name"] for match in REFERENCE.finditer(section.text)}
