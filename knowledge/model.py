"""The knowledge model: entries with their texts, figures, places, crisis lines.

The classes mirror the files of ``content/`` (described in ``knowledge/README.md``); pydantic checks what a file holds.
"""

from __future__ import annotations

import datetime
import hashlib
import re
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, HttpUrl

from knowledge.languages import STATE_LANGUAGE, Country, Language

SourceKind = Literal["official", "semi-official", "secondary"]
Responsible = Literal["municipality", "state", "ngo"]
TranslationState = Literal["current", "outdated", "missing"]
SectionName = Literal["answer", "steps", "documents", "cost", "where", "deadlines", "if-refused"]
Unit = Literal["EUR", "percent", "phone", "date", "year", "month", "week", "day", "hour", "minute", "number"]
CrisisCategory = Literal["violence", "sexual-violence", "suicide", "overdose", "medical", "fire", "child-danger", "trafficking"]

#: The order in which sections are shown.
SECTIONS: tuple[SectionName, ...] = ("answer", "steps", "documents", "cost", "where", "deadlines", "if-refused")

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
NonEmpty = Annotated[str, Field(min_length=1)]


class _File(BaseModel):
    """A part of a content file: unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(_File):
    """Where a statement comes from."""

    title: NonEmpty
    url: HttpUrl
    checked_on: datetime.date
    kind: SourceKind


class Figure(_File):
    """An amount, deadline or phone number that texts name."""

    value: datetime.date | Decimal | str
    unit: Unit
    valid_from: datetime.date | None = None
    valid_until: datetime.date | None = None
    source: Source

    def expired(self, today: datetime.date) -> bool:
        """Whether the figure's validity ended before today."""
        return self.valid_until is not None and self.valid_until < today


class Section(BaseModel):
    """One section of a text: Markdown with figures named in braces."""

    name: SectionName
    sources: tuple[str, ...]
    text: str
    line: int


class FrontMatter(_File):
    """The head of a text file."""

    title: NonEmpty
    questions: tuple[NonEmpty, ...]
    translated_from: str | None = None


class Text(BaseModel):
    """An entry in one language."""

    language: Language
    title: str
    questions: tuple[str, ...]
    translated_from: str | None
    sections: tuple[Section, ...]

    @property
    def revision(self) -> str:
        """Hash of the normalised title and sections: what a translation must follow. Questions are not part of it."""
        parts = [self.title, *(f"{s.name} {' '.join(s.sources)} {s.text}" for s in self.sections)]
        normalised = "\n".join(re.sub(r"\s+", " ", part).strip() for part in parts)
        return hashlib.sha256(normalised.encode()).hexdigest()[:12]

    def section(self, name: SectionName) -> Section | None:
        """The section of this name, if the text has it."""
        return next((s for s in self.sections if s.name == name), None)


class EntryFile(_File):
    """``entry.yml``."""

    source_language: Language
    responsible: Responsible
    depth: Literal["full", "signpost"]
    owner: str | None
    review_every: Annotated[int, Field(ge=1, le=36, description="months")]
    reviewed_on: datetime.date | None
    reviewed_by: str | None
    related: tuple[Slug, ...] = ()
    sources: dict[Slug, Source]


class Entry(BaseModel):
    """What the bot knows about one topic in one country."""

    id: str
    country: Country
    topic: str
    theme: str
    about: EntryFile
    texts: dict[str, Text]

    def state(self, language: str) -> TranslationState:
        """Whether the text in this language is current, outdated (the source moved on) or missing."""
        text = self.texts.get(language)
        if text is None:
            return "missing"
        if language == self.about.source_language:
            return "current"
        return "current" if text.translated_from == self.texts[self.about.source_language].revision else "outdated"

    def text_for(self, *preferred: str) -> Text:
        """The text in the first preferred language that exists, then English, then the state language, then any but Russian for
        somebody who did not ask for it."""
        for language in (*preferred, "en", STATE_LANGUAGE[self.country], *sorted(self.texts, key=lambda x: x == "ru")):
            if language in self.texts:
                return self.texts[language]
        raise LookupError(f"{self.id} has no text")

    @property
    def checked_on(self) -> datetime.date:
        """The oldest day on which one of the entry's sources was checked."""
        return min(source.checked_on for source in self.about.sources.values())


class NewcomerService(_File):
    """Where newcomers reach people who help, anywhere in the country."""

    names: dict[Language, NonEmpty]
    url: HttpUrl
    source: Source


class CountryFile(_File):
    """``country.yml``."""

    names: dict[Language, NonEmpty]
    forms: tuple[NonEmpty, ...]
    locative: dict[Language, NonEmpty]
    state_language: Language
    newcomer_services: tuple[NewcomerService, ...] = ()


class Place(_File):
    """A municipality."""

    names: dict[Language, NonEmpty]
    forms: tuple[NonEmpty, ...]
    kind: Literal["city", "district", "town"]
    website: HttpUrl | None = None
    partner: bool


class LanguageFile(_File):
    """How a language is called: by itself, and by anybody writing in any of the six."""

    name: NonEmpty
    forms: tuple[NonEmpty, ...]


class CrisisLine(_File):
    """A help line: shown only on crisis cards, with its evidence."""

    id: Slug
    categories: tuple[CrisisCategory, ...]
    number: NonEmpty
    name: dict[Language, NonEmpty]
    hours: str | None
    languages: tuple[str, ...]
    source: Source


class Topic(_File):
    """A topic of ``topics.yml``."""

    id: Slug
    theme: Slug
    tier: Literal[1, 2]
    must_answer: str


class CountryKnowledge(BaseModel):
    """Everything of a country besides its entries."""

    about: CountryFile
    figures: dict[str, Figure]
    places: dict[str, Place]
    crisis_lines: tuple[CrisisLine, ...]


class KnowledgeBase(BaseModel):
    """The whole content folder."""

    themes: tuple[str, ...]
    topics: dict[str, Topic]
    countries: dict[str, CountryKnowledge]
    languages: dict[str, LanguageFile]
    entries: dict[str, Entry]

    def entries_of(self, country: str | None) -> list[Entry]:
        """The entries of a country (all without one) in the order of the topics."""
        order = {topic: i for i, topic in enumerate(self.topics)}
        chosen = [e for e in self.entries.values() if country in (None, e.country)]
        return sorted(chosen, key=lambda e: (e.country, order[e.topic]))
