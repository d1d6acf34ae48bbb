"""Starting a new entry: the files to fill in. Until they are, ``sveiki check`` says what is missing and nobody is shown any of it."""

from __future__ import annotations

import datetime
from pathlib import Path

from knowledge.languages import STATE_LANGUAGE
from knowledge.model import KnowledgeBase

_TEMPLATES = Path(__file__).parent / "scaffold"


def new_entry(
    content: str | Path, base: KnowledgeBase, name: str, theme: str | None = None, today: datetime.date | None = None
) -> list[Path]:
    """Write the files of a new entry (``lt/some-topic``) or of a municipality's part of one (``lt/some-topic/vilnius``).

    A topic that ``topics.yml`` does not have is added to it under ``theme``. Returns the files written, for the source language: texts in
    the other languages follow it. Raises LookupError with a hint where the name or theme is not known, FileExistsError where the entry
    exists.
    """
    country, _, rest = name.partition("/")
    topic, _, municipality = rest.partition("/")
    knowledge = base.countries.get(country.upper())
    if knowledge is None or not topic:
        raise LookupError(f"{name}: begin with lt/, lv/ or ee/ and a topic")
    if municipality and (municipality not in knowledge.places or f"{country}/{topic}" not in base.entries):
        raise LookupError(f"{name}: needs the entry {country}/{topic} and the file {country}/places/{municipality}.yml")
    folder = Path(content) / name
    if folder.exists():
        raise FileExistsError(f"{name} exists")
    if topic not in base.topics:
        if theme not in base.themes:
            raise LookupError(f"{topic} is not a topic of topics.yml: name its theme, one of {', '.join(base.themes)}")
        with (Path(content) / "topics.yml").open("a", encoding="utf-8") as topics:
            topics.write(f'  - {{id: {topic}, theme: {theme}, tier: 2, must_answer: ""}}\n')
    language = STATE_LANGUAGE[country.upper()]  # type: ignore[index]
    day = today or datetime.date.today()
    folder.mkdir(parents=True)
    files = {
        "entry.yml": (_TEMPLATES / "entry.yml").read_text("utf-8").format(language=language, today=day),
        f"{language}.md": (_TEMPLATES / ("municipal.md" if municipality else "text.md")).read_text("utf-8"),
    }
    for file, text in files.items():
        (folder / file).write_text(text, "utf-8")
    return [folder / file for file in files]
