"""Answering from the knowledge base: an answer, three countries to choose from, or an honest "I don't know" with ways on."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Iterable

from actions.payload import payload
from actions.reply import Button, Notice, Reply, Section, Source
from actions.situation import Situation
from knowledge.figures import fill
from knowledge.languages import COUNTRIES
from knowledge.model import Entry, KnowledgeBase, Text
from knowledge.search import Hit, Index
from translations.catalog import translate

#: How many other entries are named beside an answer, and how many topics are offered where there is none.
ALTERNATIVES = 4
OFFERED_TOPICS = 3


class Answering:
    """Turns questions into replies. ``degraded`` replies say that only the search is at work."""

    def __init__(self, index: Index) -> None:
        self.index = index

    @property
    def base(self) -> KnowledgeBase:
        """The knowledge base that answers come from."""
        return self.index.base

    async def answer(self, question: str, situation: Situation) -> Reply:
        """The reply to a question in the person's situation. The search runs on another thread: it takes a core for about 10 ms."""
        result = await asyncio.to_thread(self.index.search, question, situation.country, situation.language, ALTERNATIVES + 1)
        if not result.answered:
            return self._abstain(result.hits, situation)
        if situation.country is None:
            return self._ask_country(result.hits, situation)
        return self.show(result.hits[0].entry, situation, result.hits)

    def show(self, entry_id: str, situation: Situation, hits: Iterable[Hit] = ()) -> Reply:
        """An entry in the person's language, or in the one they most likely read; raises KeyError for an unknown entry."""
        entry = self.base.entries[entry_id]
        text = entry.text_for(situation.language, *situation.used_languages)
        hits = tuple(hits)
        reply = render(self.base, entry, text, situation.language)
        reply.score = hits[0].score if hits else None
        reply.alternatives = [hit.entry for hit in hits[1:]]
        return reply

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

    def _abstain(self, hits: tuple[Hit, ...], situation: Situation) -> Reply:
        language = situation.language
        nearest = [self.base.entries[hit.entry] for hit in hits]
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


def render(base: KnowledgeBase, entry: Entry, text: Text, language: str, today: datetime.date | None = None) -> Reply:
    """An entry's text as a reply: figures filled in, sources listed, and what the reader should know about its state."""
    today = today or datetime.date.today()
    figures = base.countries[entry.country].figures
    filled = {section.name: fill(section.text, figures, text.language, today) for section in text.sections}
    notices: list[Notice] = []
    if entry.about.reviewed_on is None:
        notices.append("not_reviewed")
    if entry.state(text.language) == "outdated":
        notices.append("outdated")
    if any(rendered.expired for rendered in filled.values()):
        notices.append("expired_figure")
    if text.language != language:
        notices.append("fallback")
    named = dict.fromkeys(key for section in text.sections for key in section.sources)
    sources = [entry.about.sources[key] for key in named]
    return Reply(
        kind="answer",
        text=filled["answer"].text,
        text_language=text.language,
        entry=entry.id,
        sources=[Source(title=s.title, url=str(s.url), checked_on=s.checked_on, official=s.kind == "official") for s in sources],
        checked_on=entry.checked_on,
        reviewed_on=entry.about.reviewed_on,
        sections=[
            Section(name=name, title=translate(text.language, f"section-{name}"), text=rendered.text)
            for name, rendered in filled.items()
            if name != "answer"
        ],
        notices=notices,
    )
