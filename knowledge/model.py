"""The knowledge model: entries with their texts, figures, places, crisis lines.

The classes mirror the files of ``content/`` (described in ``knowledge/README.md``); pydantic checks what a file holds.
"""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Iterable
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, HttpUrl

from knowledge.guide import Guide
from knowledge.languages import STATE_LANGUAGE, Country, Language

SourceKind = Literal["official", "semi-official", "secondary"]
Responsible = Literal["municipality", "state", "ngo"]
TranslationState = Literal["current", "outdated", "missing"]
SectionName = Literal["answer", "simple", "steps", "documents", "cost", "where", "deadlines", "if-refused"]
Unit = Literal["EUR", "percent", "phone", "date", "year", "month", "week", "day", "hour", "minute", "number"]
LegalStatus = Literal[
    "citizen",
    "eu-citizen",
    "permanent-resident",
    "temporary-permit-work",
    "temporary-permit-study",
    "temporary-permit-family",
    "temporary-permit-business",
    "national-visa",
    "temporary-protection",
    "international-protection",
    "asylum-seeker",
    "humanitarian-permit",
    "stateless",
    "non-citizen",
    "no-status",
    "unknown",
]
Occupation = Literal["employed", "self-employed", "studying", "child", "pensioner", "none"]
CrisisCategory = Literal["violence", "sexual-violence", "suicide", "overdose", "medical", "fire", "child-danger", "trafficking"]

#: The order in which sections are shown.
SECTIONS: tuple[SectionName, ...] = ("answer", "simple", "steps", "documents", "cost", "where", "deadlines", "if-refused")

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
NonEmpty = Annotated[str, Field(min_length=1)]
#: Two revisions of a source text: ``3f2a9c81d0e4 -> 90c1b2d3e4f5``.
MinorEdit = Annotated[str, Field(pattern=r"^[0-9a-f]{12} -> [0-9a-f]{12}$")]


def _checked_origin(origin: str) -> str:
    if not re.fullmatch(r"https://[a-z0-9-]+(\.[a-z0-9-]+)+(:[0-9]{1,5})?", origin) or origin.endswith(":443"):
        raise ValueError("an origin is https:// and the host in lower case, without a path: https://www.vilnius.lt")
    return origin


#: A website as browsers name it: ``https://www.vilnius.lt``.
Origin = Annotated[str, AfterValidator(_checked_origin)]


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
    """One section of a text: Markdown with figures named in braces; ``variant`` names whom it is for, None for everybody."""

    name: SectionName
    variant: str | None = None
    sources: tuple[str, ...]
    text: str
    line: int
    language: Language
    #: Set where a municipality's section follows the national one.
    added: bool = False

    @property
    def heading(self) -> str:
        """The section as its heading names it, the same in every language."""
        return self.name if self.variant is None else f"{self.name} [{self.variant}]"


class FrontMatter(_File):
    """The head of a text file. A municipality's text may leave title and questions to the national one."""

    title: NonEmpty | None = None
    questions: tuple[NonEmpty, ...] = ()
    translated_from: str | None = None


class Text(BaseModel):
    """An entry in one language. ``title`` is empty only in a municipality's text that leaves it to the national one."""

    language: Language
    title: str
    questions: tuple[str, ...]
    translated_from: str | None
    sections: tuple[Section, ...]

    @property
    def revision(self) -> str:
        """Hash of the normalised title and sections: what a translation must follow. Questions are not part of it."""
        parts = [self.title, *(f"{s.heading} {' '.join(s.sources)} {s.text}" for s in self.sections)]
        normalised = "\n".join(re.sub(r"\s+", " ", part).strip() for part in parts)
        return hashlib.sha256(normalised.encode()).hexdigest()[:12]

    def section(self, heading: str) -> Section | None:
        """The section with this heading (``cost``, ``cost [temporary-protection]``), if the text has it."""
        return next((s for s in self.sections if s.heading == heading), None)


class Audience(_File):
    """Whom something is for; a list left empty sets no condition."""

    statuses: tuple[LegalStatus, ...] = ()
    occupations: tuple[Occupation, ...] = ()

    def includes(self, status: str | None, occupation: str | None) -> bool:
        """Whether a person of this legal status and occupation (None: not known) is meant."""
        return (not self.statuses or status in self.statuses) and (not self.occupations or occupation in self.occupations)


class Scope(Audience):
    """Whom and where an entry is for."""

    municipalities: tuple[Slug, ...] = ()


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
    applies_to: Scope = Scope()
    #: Whom the sections named after a variant are for; the first that fits a person counts.
    variants: dict[Slug, Audience] = {}
    #: Whether the answer names the newcomer services of the person's municipality, as ``places/`` has them.
    lists_services: bool = False
    #: In a municipality's entry: the sections that follow the national ones instead of taking their place.
    adds_to: tuple[SectionName, ...] = ()
    #: Revisions of the source text, before and after a change of wording that left its meaning.
    minor_edits: tuple[MinorEdit, ...] = ()
    sources: dict[Slug, Source]

    def same_meaning(self, one: str | None, other: str) -> bool:
        """Whether two revisions of the source text differ at most by minor edits, in either direction."""
        if one is None:
            return False
        edits = [set(edit.split(" -> ")) for edit in self.minor_edits]
        reached = {one}
        while new := {revision for edit in edits if edit & reached for revision in edit} - reached:
            reached |= new
        return other in reached


class Entry(BaseModel):
    """What the bot knows about one topic in one country, or what a municipality adds to it."""

    id: str
    country: Country
    topic: str
    theme: str
    #: Set for a municipality's entry, and for a national one that has been localised.
    municipality: str | None = None
    about: EntryFile
    texts: dict[str, Text]

    def state(self, language: str) -> TranslationState:
        """Whether the text in this language is current, outdated (the source moved on) or missing."""
        text = self.texts.get(language)
        if text is None:
            return "missing"
        if language == self.about.source_language:
            return "current"
        source = self.texts[self.about.source_language]
        return "current" if self.about.same_meaning(text.translated_from, source.revision) else "outdated"

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
    """Where newcomers reach people who help; what is not known of it is absent."""

    names: dict[Language, NonEmpty]
    url: HttpUrl
    address: NonEmpty | None = None
    phone: NonEmpty | None = None
    email: NonEmpty | None = None
    hours: NonEmpty | None = None
    languages: tuple[NonEmpty, ...] = ()
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
    kind: Literal["city", "district", "town", "municipality"]
    website: HttpUrl | None = None
    #: Whether the municipality takes part in the integration coordinators' project.
    partner: bool = False
    #: The websites that may embed the widget with this municipality.
    origins: tuple[Origin, ...] = ()
    newcomer_services: tuple[NewcomerService, ...] = ()


class LanguageFile(_File):
    """How a language is called: by itself, and by anybody writing in any of the six."""

    name: NonEmpty
    forms: tuple[NonEmpty, ...]


class Term(_File):
    """Something that messages name: how it is called, as on a button, and the forms in which people write it, per language."""

    names: dict[Language, NonEmpty]
    forms: dict[Language, tuple[NonEmpty, ...]] = {}


class Institution(Term):
    """An institution of one country (of all without one)."""

    country: Country | None = None
    url: HttpUrl | None = None


class EntitiesFile(_File):
    """``entities.yml``: what is found in messages besides places and languages."""

    statuses: dict[LegalStatus, Term] = {}
    occupations: dict[Occupation, Term] = {}
    #: People whom somebody asks for: what is said of them is not true of the person who writes.
    relatives: dict[Slug, Term] = {}
    documents: dict[Slug, Term] = {}
    institutions: dict[Slug, Institution] = {}
    #: Words after which a status or an occupation is denied.
    negations: dict[Language, tuple[NonEmpty, ...]] = {}


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
    #: Whether somebody could be in danger if others saw what was asked: channels then show it in no title or notification.
    private: bool = False


class CountryKnowledge(BaseModel):
    """Everything of a country besides its entries."""

    about: CountryFile
    figures: dict[str, Figure]
    places: dict[str, Place]
    crisis_lines: tuple[CrisisLine, ...]


class OfficialFile(_File):
    """``official.yml``: the domains of public bodies, and others that a text may link to."""

    official: tuple[NonEmpty, ...]
    trusted: tuple[NonEmpty, ...] = ()


class KnowledgeBase(BaseModel):
    """The whole content folder."""

    themes: tuple[str, ...]
    topics: dict[str, Topic]
    countries: dict[str, CountryKnowledge]
    languages: dict[str, LanguageFile]
    official: OfficialFile
    entities: EntitiesFile = EntitiesFile()
    #: National entries by id, such as ``lt/family-doctor``.
    entries: dict[str, Entry]
    #: What municipalities add or say otherwise, by id, such as ``lt/family-doctor/vilnius``.
    municipal: dict[str, Entry] = {}
    #: Guided explanations by id, such as ``lt-health-insurance``.
    guides: dict[str, Guide] = {}

    def is_official(self, host: str | None) -> bool:
        """Whether a host is, or belongs to, a public body's domain or a municipality's site."""
        return _belongs(host, (*self.official.official, *self.municipal_sites))

    def may_link(self, host: str | None) -> bool:
        """Whether any text may link there."""
        return self.is_official(host) or _belongs(host, self.official.trusted)

    @cached_property
    def municipal_sites(self) -> tuple[str, ...]:
        """The hosts of the municipalities' websites."""
        websites = [place.website for knowledge in self.countries.values() for place in knowledge.places.values()]
        return tuple(site.host.removeprefix("www.") for site in websites if site is not None and site.host)

    def entries_of(self, country: str | None) -> list[Entry]:
        """The entries of a country (all without one) in the order of the topics."""
        order = {topic: i for i, topic in enumerate(self.topics)}
        chosen = [e for e in self.entries.values() if country in (None, e.country)]
        return sorted(chosen, key=lambda e: (e.country, order[e.topic]))


def _belongs(host: str | None, domains: Iterable[str]) -> bool:
    return host is not None and any(host == domain or host.endswith(f".{domain}") for domain in domains)
