"""What can be wrong with a guided explanation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from knowledge.check.prose import check_prose, mixed_letters
from knowledge.figures import named
from knowledge.findings import Finding
from knowledge.guide import Guide, Step, Texts
from knowledge.languages import LANGUAGES
from knowledge.model import KnowledgeBase, Section
from knowledge.parsing import Reader

#: Characters: a step is read on a phone without scrolling, a button's title in one line.
LONGEST_STEP, LONGEST_TITLE = 700, 60
_LEAST_QUESTIONS = 3


def check_guide(reader: Reader, base: KnowledgeBase, name: str, guide: Guide) -> Iterator[Finding]:
    """The findings in the guide with this id."""
    if reader.guides is None:
        return
    file = reader.guides / f"{name}.yml"
    if not name.startswith(f"{guide.country.lower()}-"):
        mend = f"call it {guide.country.lower()}-..."
        yield reader.finding(file, "country", "guide-name", f"{name} is not named after its country", mend)
    if (guide.reviewed_on is None) != (guide.reviewed_by is None):
        yield reader.finding(file, "reviewed_on", "review", "reviewed_on and reviewed_by belong together", "set both or neither")
    yield from _in_all_languages(reader, file, "title", guide.title, LONGEST_TITLE)
    for language in LANGUAGES:
        if len(guide.questions.get(language, ())) < _LEAST_QUESTIONS:
            what = f"fewer than {_LEAST_QUESTIONS} questions in {language}"
            yield reader.finding(file, "questions", "questions", what, "write what people say who want this explained")
    for topic in (*guide.topics, *(step.topic for step in guide.steps.values() if step.topic)):
        if f"{guide.country.lower()}/{topic}" not in base.entries:
            yield reader.finding(file, topic, "unknown-topic", f"there is no entry on {topic}", "name a topic of this country")
    yield from _ways(reader, file, guide)
    for key, step in guide.steps.items():
        yield from _step(reader, base, file, guide, key, step)


def _ways(reader: Reader, file: Path, guide: Guide) -> Iterator[Finding]:
    """Steps that lead nowhere known, are never reached, or lead in a circle."""
    for key, step in guide.steps.items():
        for target in (*(option.next for option in step.options), *([step.next] if step.next else [])):
            if target not in guide.steps:
                yield reader.finding(file, key, "unknown-step", f"{key} leads to {target}, which is no step", "name a step of this guide")
        if step.options and step.next:
            yield reader.finding(file, key, "two-ways", f"{key} has options and next", "keep one of them")
        if guide.kind == "checklist" and (step.options or step.next):
            yield reader.finding(file, key, "checklist-way", f"{key}: a checklist goes from item to item", "remove options and next")
        if (step.title is None) == (guide.kind == "checklist"):
            yield reader.finding(file, key, "step-title", f"{key}: items of a checklist have a title, other steps none", "correct that")
    if guide.kind == "checklist":
        return
    reached, path = set[str](), list[str]()

    def walk(key: str) -> Iterator[Finding]:
        if key in path:
            yield reader.finding(file, key, "circle", f"the way comes back to {key}", "let each way end")
            return
        if key in reached or key not in guide.steps:
            return
        reached.add(key)
        path.append(key)
        step = guide.steps[key]
        for target in (*(option.next for option in step.options), *([step.next] if step.next else [])):
            yield from walk(target)
        path.pop()

    yield from walk(guide.first)
    for key in guide.steps.keys() - reached:
        yield reader.finding(file, key, "unreached", f"no way leads to {key}", "lead to it or remove it")


def _step(reader: Reader, base: KnowledgeBase, file: Path, guide: Guide, key: str, step: Step) -> Iterator[Finding]:
    sources = []
    for reference in step.sources:
        topic, _, source = reference.partition("/")
        entry = base.entries.get(f"{guide.country.lower()}/{topic}")
        if entry is None or source not in entry.about.sources:
            yield reader.finding(file, key, "unknown-source", f"{reference} is not topic/source of an entry", "correct the key")
        else:
            sources.append(entry.about.sources[source])
    figures = base.countries[guide.country].figures if guide.country in base.countries else {}
    names = {language: set(named(text)) for language, text in step.text.items()}
    if len({frozenset(found) for found in names.values()}) > 1:
        yield reader.finding(file, key, "figures-differ", f"{key}: the languages name different figures", "make them agree")
    if any(names.values()) and not step.sources:
        yield reader.finding(file, key, "unsourced", f"{key} names figures and no source", "name topic/source under sources")
    yield from _in_all_languages(reader, file, key, step.text, LONGEST_STEP)
    for title in (*([step.title] if step.title else []), *(option.title for option in step.options)):
        yield from _in_all_languages(reader, file, key, title, LONGEST_TITLE)
    for language, text in step.text.items():
        section = Section(name="answer", sources=step.sources, text=text, line=reader.line_with(file, key), language=language)
        yield from check_prose(reader, file, base, sources, section, figures)


def _in_all_languages(reader: Reader, file: Path, key: str, texts: Texts, longest: int) -> Iterator[Finding]:
    missing = [language for language in LANGUAGES if not texts.get(language, "").strip()]
    if missing:
        yield reader.finding(file, key, "translation-missing", f"{key}: no text in {', '.join(missing)}", "write it")
    for language, text in texts.items():
        if len(text) > longest:
            yield reader.finding(file, key, "too-long", f"{key}: {len(text)} characters in {language}", f"at most {longest}")
        for word in mixed_letters(text):
            yield reader.finding(file, key, "mixed-letters", f"{word!r} mixes Latin and Cyrillic letters", "type it again")
