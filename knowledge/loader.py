"""Loading the content folder into a knowledge base."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from knowledge.findings import ContentError
from knowledge.guide import Guide
from knowledge.languages import LANGUAGES, STATE_LANGUAGE, Country
from knowledge.model import (
    CountryFile,
    CountryKnowledge,
    CrisisLine,
    EntitiesFile,
    Entry,
    EntryFile,
    Figure,
    KnowledgeBase,
    LanguageFile,
    OfficialFile,
    Place,
    Slug,
    Text,
    Topic,
)
from knowledge.parsing import Reader

#: The guided explanations that come with the program.
GUIDES = Path(__file__).parent / "guides"


def load(folder: str | Path, guides: str | Path | None = None) -> KnowledgeBase:
    """Load the content folder, and the folder of guides where one is named; raises ContentError with every finding when a file cannot
    be understood."""
    reader = Reader(Path(folder), Path(guides) if guides else None)
    base = read(reader)
    if reader.findings or base is None:
        raise ContentError(reader.findings)
    return base


def read(reader: Reader) -> KnowledgeBase | None:
    """Read everything below ``reader.root`` and the guides, leaving out what is broken and noting why; None when what all share is not
    readable."""
    root = reader.root
    topics = reader.yaml(root / "topics.yml", dict[str, list[str] | list[Topic]])
    languages = reader.yaml(root / "languages.yml", dict[str, LanguageFile])
    official = reader.yaml(root / "official.yml", OfficialFile)
    if topics is None or languages is None or official is None:
        return None
    named = root / "entities.yml"
    entities = reader.yaml(named, EntitiesFile) if named.exists() else None
    base = KnowledgeBase(
        themes=topics["themes"],
        topics={topic.id: topic for topic in topics["topics"]},
        countries={},
        languages=languages,
        official=official,
        entities=entities or EntitiesFile(),
        entries={},
    )
    for country in STATE_LANGUAGE:
        folder = root / country.lower()
        knowledge = _country(reader, folder)
        if knowledge is not None:
            base.countries[country] = knowledge
        for path in _folders(folder):
            if path.name != "places":
                _topic(reader, path, country, base)
    for path in sorted(reader.guides.glob("*.yml")) if reader.guides else ():
        guide = reader.yaml(path, Guide)
        if guide is not None:
            base.guides[path.stem] = guide
    return base


def _folders(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []


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


def _topic(reader: Reader, folder: Path, country: Country, base: KnowledgeBase) -> None:
    """Read a topic's national entry, and those of municipalities in its subfolders."""
    topic = base.topics.get(folder.name)
    if topic is None:
        reader.error(folder / "entry.yml", 1, "unknown-topic", f"{folder.name} is not a topic of topics.yml", "rename the folder")
        return
    national = _entry(reader, folder, country, topic)
    if national is not None:
        base.entries[national.id] = national
    places = base.countries[country].places if country in base.countries else {}
    for path in _folders(folder):
        if path.name not in places:
            mend = f"use the name of a file in {country.lower()}/places"
            reader.error(path / "entry.yml", 1, "unknown-place", f"{path.name} is not a municipality", mend)
        elif (entry := _entry(reader, path, country, topic, path.name)) is not None:
            base.municipal[entry.id] = entry


def _entry(reader: Reader, folder: Path, country: Country, topic: Topic, municipality: str | None = None) -> Entry | None:
    file = folder / "entry.yml"
    about: EntryFile | None = reader.yaml(file, EntryFile)
    texts = {text.language: text for text in _texts(reader, folder, municipality is not None)}
    if about is None:
        return None
    if about.source_language not in texts:
        reader.error(file, 1, "source-missing", f"{about.source_language}.md is missing", "the source language needs its text")
        return None
    return Entry(
        id=folder.relative_to(reader.root).as_posix(),
        country=country,
        topic=topic.id,
        theme=topic.theme,
        municipality=municipality,
        about=about,
        texts=texts,
    )


def _texts(reader: Reader, folder: Path, municipal: bool) -> Iterator[Text]:
    for language in LANGUAGES:
        path = folder / f"{language}.md"
        if path.is_file():
            text = reader.text(path, language, municipal)
            if text is not None:
                yield text
