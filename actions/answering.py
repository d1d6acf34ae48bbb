"""Answering from the knowledge base: an answer, three countries to choose from, or an honest "I don't know" with ways on."""

from __future__ import annotations

import asyncio
import datetime

import knowledge.model
from actions.directory import service_lines
from actions.payload import payload
from actions.reply import Button, Notice, Reply, Section, Source
from actions.situation import Situation
from knowledge.figures import fill
from knowledge.languages import COUNTRIES
from knowledge.local import Chosen, is_outdated, local_entry, sections_for
from knowledge.model import Entry, KnowledgeBase, Place, Text
from knowledge.search import Hit, Index
from translations.catalog import translate

#: How many other entries are named beside an answer, and how many topics are offered where there is none.
ALTERNATIVES = 4
OFFERED_TOPICS = 3


class Answering:
    """Turns questions into replies. ``degraded`` replies say that only the search is at work."""

    def __init__(self, index: Index) -> None:
        #: Replaced as a whole when the content changes; an answer under way keeps to the one it began with.
        self.index = index

    @property
    def base(self) -> KnowledgeBase:
        """The knowledge base that answers come from."""
        return self.index.base

    async def answer(self, question: str, situation: Situation) -> Reply:
        """The reply to a question in the person's situation. The search runs on another thread: it takes a core for about 10 ms."""
        index = self.index
        result = await asyncio.to_thread(
            index.search,
            question,
            situation.country,
            situation.language,
            situation.municipality,
            ALTERNATIVES + 1,
            situation.previous_entry,
        )
        if not result.answered:
            return self._abstain(index.base, result.hits, situation)
        if situation.country is None:
            return self._ask_country(result.hits, situation)
        return show(index.base, result.hits[0].entry, situation, result.hits)

    def show(self, entry_id: str, situation: Situation) -> Reply:
        """An entry in the person's language, or in the one they most likely read; raises KeyError for an unknown entry."""
        return show(self.base, entry_id, situation)

    def _ask_country(self, hits: tuple[Hit, ...], situation: Situation) -> Reply:
        return Reply(
            kind="clarify",
            text=translate(situation.language, "ask-country"),
            text_language=situation.language,
            entry=hits[0].entry,
            score=hits[0].score,
            alternatives=[hit.entry for hit in hits[1:]],
            buttons=self.country_buttons(situation.language),
        )

    def _abstain(self, base: KnowledgeBase, hits: tuple[Hit, ...], situation: Situation) -> Reply:
        language = situation.language
        nearest = [base.entries[hit.entry] for hit in hits]
        # Without a country the three entries of one topic would fill the list.
        offered = list({entry.topic: entry for entry in reversed(nearest)}.values())[::-1][:OFFERED_TOPICS]
        buttons = [
            Button(
                title=entry.text_for(language, *situation.used_languages).title,
                payload=payload("choose_entry", entry=entry.id if situation.country else entry.topic),
            )
            for entry in offered
        ]
        buttons.append(Button(title=translate(language, "button-human"), payload=payload("human_wanted")))
        return Reply(
            kind="abstain",
            text=translate(language, "abstain"),
            text_language=language,
            score=hits[0].score if hits else None,
            alternatives=[hit.entry for hit in hits],
            buttons=buttons,
        )

    def country_buttons(self, language: str) -> list[Button]:
        """One button per country, named in the person's language."""
        return [
            Button(title=self.base.countries[c].about.names[language], payload=payload("choose_place", country=c))  # type: ignore[index]
            for c in COUNTRIES
        ]


def show(base: KnowledgeBase, entry_id: str, situation: Situation, hits: tuple[Hit, ...] = ()) -> Reply:
    """An entry for a person in this situation, in their language or the one they most likely read; raises KeyError for an unknown entry."""
    entry = local_entry(base, base.entries[entry_id], situation.municipality, situation.used_languages)
    text = entry.text_for(situation.language, *situation.used_languages)
    chosen = sections_for(entry, text, situation.status, situation.occupation)
    reply = render(base, entry, text, situation.language, chosen=chosen)
    reply.score = hits[0].score if hits else None
    reply.alternatives = [hit.entry for hit in hits[1:]]
    place = base.countries[entry.country].places.get(situation.municipality or "")
    if entry.about.lists_services and place is not None and place.newcomer_services:
        _add_services(base, reply, place)
    return reply


def _add_services(base: KnowledgeBase, reply: Reply, place: Place) -> None:
    """Name the municipality's newcomer services at the end of the answer, and whose word that is."""
    language = reply.text_language
    heading = f"**{place.names[language]}**"  # type: ignore[index]
    reply.text = "\n\n".join((reply.text, heading, "\n".join(service_lines(base, place.newcomer_services, language))))
    known = {source.url for source in reply.sources}
    reply.sources += [_source(s.source) for s in place.newcomer_services if str(s.source.url) not in known]


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
        sources=[_source(source) for source in sources],
        checked_on=entry.checked_on,
        reviewed_on=entry.about.reviewed_on,
        sections=[
            Section(name=name, title=translate(text.language, f"section-{name}"), text=content)
            for name, content in prose.items()
            if name != "answer"
        ],
        notices=notices,
    )


def _source(source: knowledge.model.Source) -> Source:
    return Source(title=source.title, url=str(source.url), checked_on=source.checked_on, official=source.kind == "official")
