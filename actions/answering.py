"""Entries as replies: found for a question, fitted to the person, with figures filled in and sources named."""

from __future__ import annotations

import asyncio
import datetime

import knowledge.model
from actions.directory import service_lines
from actions.payload import payload
from actions.reply import Button, Notice, Reply, Section, Source
from actions.situation import Situation
from knowledge.crisis import Signal
from knowledge.encoder import Vectors
from knowledge.figures import fill
from knowledge.languages import COUNTRIES, STATE_LANGUAGE
from knowledge.local import Chosen, is_outdated, local_entry, sections_for
from knowledge.model import Entry, KnowledgeBase, Place, Text
from knowledge.search import Hit, Index, Result
from translations.catalog import translate

#: How many other entries are named beside an answer, and how many guides are offered with it.
ALTERNATIVES = 4
OFFERED_GUIDES = 2


class Answering:
    """The knowledge as actions use it."""

    def __init__(self, index: Index) -> None:
        #: Replaced as a whole when the content changes; an answer under way keeps to the one it began with.
        self.index = index

    @property
    def base(self) -> KnowledgeBase:
        """The knowledge base that answers come from."""
        return self.index.base

    async def find(self, question: str, situation: Situation, about: str | None = None) -> Result:
        """What the search finds for a question in the person's situation, in a conversation about the entry ``about``. It runs on another
        thread, since it takes a core for about 10 ms."""
        place = (situation.country, situation.language, situation.municipality)
        return await asyncio.to_thread(self.index.search, question, *place, ALTERNATIVES + 1, about)

    def show(self, entry_id: str, situation: Situation, hits: tuple[Hit, ...] = ()) -> Reply:
        """See the function of this name."""
        return show(self.base, entry_id, situation, hits)

    async def vector(self, message: str) -> Vectors:
        """What the encoder makes of a message; searching for it next costs no second encoding."""
        return await asyncio.to_thread(self.index.vector, message)

    async def danger_in(self, message: str, supported: bool) -> Signal | None:
        """The danger that a message tells of although no pattern sees it, or None."""
        return await asyncio.to_thread(self.index.danger_in, message, supported)

    async def guide_for(self, words: str, country: str | None) -> str | None:
        """The id of the guide that these words ask for, of a country or of all; None where they name none clearly."""
        return await asyncio.to_thread(self.index.guide_for, words, country)

    def fitted(self, entry_id: str, situation: Situation) -> tuple[Entry, Text]:
        """See the function of this name."""
        return fitted(self.base, entry_id, situation)

    def country_buttons(self, language: str) -> list[Button]:
        """One button per country, named in the person's language."""
        return [
            Button(title=self.base.countries[c].about.names[language], payload=payload("choose_place", country=c))  # type: ignore[index]
            for c in COUNTRIES
        ]


def show(base: KnowledgeBase, entry_id: str, situation: Situation, hits: tuple[Hit, ...] = ()) -> Reply:
    """An entry for a person in this situation, in their language or the one they most likely read, with what can be done with it.

    Raises KeyError for an unknown entry.
    """
    language = situation.language
    entry, text = fitted(base, entry_id, situation)
    chosen = sections_for(entry, text, situation.status, situation.occupation)
    simple = chosen.pop("simple", None)
    reply = render(base, entry, text, language, chosen=chosen)
    reply.private = base.topics[entry.topic].private
    reply.title = None if reply.private else text.title
    reply.found_by(hits)
    place = base.countries[entry.country].places.get(situation.municipality or "")
    if entry.about.lists_services and place is not None and place.newcomer_services:
        _add_services(base, reply, place)
    if reply.text_language != STATE_LANGUAGE[entry.country]:
        reply.buttons.append(Button(title=translate(language, "button-clerk"), payload=payload("show_clerk")))
    if simple:
        reply.buttons.append(Button(title=translate(language, "button-simpler"), payload=payload("simpler")))
    guides = [(name, guide) for name, guide in base.guides.items() if guide.country == entry.country and entry.topic in guide.topics]
    reply.buttons += [
        Button(title=guide.title[language], payload=payload("start_guide", guide=name))  # type: ignore[index]
        for name, guide in guides[:OFFERED_GUIDES]
    ]
    reply.feedback = judgements(entry.id, language)
    return reply


def fitted(base: KnowledgeBase, entry_id: str, situation: Situation) -> tuple[Entry, Text]:
    """An entry as it stands in the person's municipality, and its text for them; raises KeyError for an unknown entry."""
    entry = local_entry(base, base.entries[entry_id], situation.municipality, situation.used_languages)
    return entry, entry.text_for(situation.language, *situation.used_languages)


def judgements(entry_id: str, language: str) -> list[Button]:
    """The two things that somebody can say of an answer."""
    return [
        Button(title=translate(language, f"button-feedback_{verdict}"), payload=payload(f"feedback_{verdict}", entry=entry_id))
        for verdict in ("good", "bad")
    ]


def _add_services(base: KnowledgeBase, reply: Reply, place: Place) -> None:
    """Name the municipality's newcomer services at the end of the answer, and whose word that is."""
    language = reply.text_language
    heading = f"**{place.names[language]}**"  # type: ignore[index]
    reply.text = "\n\n".join((reply.text, heading, "\n".join(service_lines(base, place.newcomer_services, language))))
    known = {source.url for source in reply.sources}
    reply.sources += [shown_source(s.source) for s in place.newcomer_services if str(s.source.url) not in known]


def render(
    base: KnowledgeBase,
    entry: Entry,
    text: Text,
    language: str,
    today: datetime.date | None = None,
    chosen: Chosen | None = None,
) -> Reply:
    """The chosen sections of an entry (without a choice those for everybody) as a reply: figures filled in, sources listed, and what the
    reader should know about its state."""
    today = today or datetime.date.today()
    chosen = sections_for(entry, text) if chosen is None else chosen
    figures = base.countries[entry.country].figures
    parts = [part for sections in chosen.values() for part in sections]
    filled = {name: [fill(part.text, figures, part.language, today) for part in sections] for name, sections in chosen.items()}
    notices: list[Notice] = []
    if entry.about.reviewed_on is None:
        notices.append("not_reviewed")
    if is_outdated(base, entry, text.language):
        notices.append("outdated")
    if any(part.expired for rendered in filled.values() for part in rendered):
        notices.append("expired_figure")
    if any(part.language != language for part in parts):
        notices.append("fallback")
    named = dict.fromkeys(key for part in parts for key in part.sources)
    sources = [entry.about.sources[key] for key in named]
    prose = {name: "\n\n".join(part.text for part in rendered) for name, rendered in filled.items()}
    return Reply(
        kind="answer",
        text=prose["answer"],
        text_language=text.language,
        entry=entry.id,
        municipality=entry.municipality,
        sources=[shown_source(source) for source in sources],
        checked_on=entry.checked_on,
        reviewed_on=entry.about.reviewed_on,
        sections=[
            Section(name=name, title=translate(text.language, f"section-{name}"), text=content)
            for name, content in prose.items()
            if name != "answer"
        ],
        notices=notices,
    )


def shown_source(source: knowledge.model.Source) -> Source:
    """A source as replies name it."""
    return Source(title=source.title, url=str(source.url), checked_on=source.checked_on, official=source.kind == "official")
