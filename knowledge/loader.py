"""Loading the content folder into a knowledge base."""

from __future__ import annotations

from pathlib import Path

from knowledge.findings import ContentError
from knowledge.languages import LANGUAGES, STATE_LANGUAGE, Country
from knowledge.model import (
    CountryFile,
    CountryKnowledge,
    CrisisLine,
    Entry,
    EntryFile,
    Figure,
    KnowledgeBase,
    LanguageFile,
    Place,
    Slug,
    Text,
    Topic,
)
from knowledge.parsing import Reader


def load(folder: str | Path) -> KnowledgeBase:
    """Load the content folder; raises ContentError with every finding when a file cannot be understood."""
    reader = Reader(Path(folder))
    base = read(reader)
    if reader.findings or base is None:
        raise ContentError(reader.findings)
    return base


def read(reader: Reader) -> KnowledgeBase | None:
    """Read everything below ``reader.root``, leaving out what is broken and noting why; None when the topics are not readable."""
    root = reader.root
    topics = reader.yaml(root / "topics.yml", dict[str, list[str] | list[Topic]])
    languages = reader.yaml(root / "languages.yml", dict[str, LanguageFile])
    if topics is None or languages is None:
        return None
    base = KnowledgeBase(
        themes=topics["themes"],
        topics={topic.id: topic for topic in topics["topics"]},
        countries={},
        languages=languages,
        entries={},
    )
    for country in STATE_LANGUAGE:
        folder = root / country.lower()
        knowledge = _country(reader, folder)
        if knowledge is not None:
            base.countries[country] = knowledge
        for path in sorted(folder.iterdir()) if folder.is_dir() else []:
            if path.is_dir() and path.name != "places":
                entry = _entry(reader, path, country, base)
                if entry is not None:
                    base.entries[entry.id] = entry
    return base


def _country(reader: Reader, folder: Path) -> CountryKnowledge | None:
    about = reader.yaml(folder / "country.yml", CountryFile)
    figures = reader.yaml(folder / "figures.yml", dict[Slug, Figure])
    crisis = reader.yaml(folder / "crisis.yml", dict[str, tuple[CrisisLine, ...]])
    places = {path.stem: reader.yaml(path, Place) for path in sorted((folder / "places").glob("*.yml"))}
    if about is None or figures is None or crisis is None:
        return None
    return CountryKnowledge(
        about=about,
        figures=figures,
        places={name: place for name, place in places.items() if place is not None},
        crisis_lines=crisis.get("lines", ()),
    )


def _entry(reader: Reader, folder: Path, country: Country, base: KnowledgeBase) -> Entry | None:
    file = folder / "entry.yml"
    topic = base.topics.get(folder.name)
    if topic is None:
        reader.error(file, 1, "unknown-topic", f"{folder.name} is not a topic of topics.yml", "rename the folder")
        return None
    about = reader.yaml(file, EntryFile)
    texts: dict[str, Text] = {}
    for language in LANGUAGES:
        path = folder / f"{language}.md"
        text = reader.text(path, language) if path.is_file() else None
        if text is not None:
            texts[language] = text
    if about is None:
        return None
    if about.source_language not in texts:
        reader.error(file, 1, "source-missing", f"{about.source_language}.md is missing", "the source language needs its text")
        return None
    return Entry(
        id=f"{country.lower()}/{topic.id}",
        country=country,
        topic=topic.id,
        theme=topic.theme,
        about=about,
        texts=texts,
    )
