"""What an action replies: data that every channel can render."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Literal, Self

from pydantic import BaseModel

from knowledge.search import Hit
from translations.catalog import translate

Kind = Literal["answer", "clarify", "abstain", "crisis", "smalltalk", "command", "handoff", "human"]
Notice = Literal["not_reviewed", "outdated", "expired_figure", "fallback", "degraded"]


class Button(BaseModel):
    """A choice offered to the person; ``payload`` comes back when it is pressed."""

    title: str
    payload: str


class Source(BaseModel):
    """A source shown under an answer."""

    title: str
    url: str
    checked_on: datetime.date
    official: bool


class Section(BaseModel):
    """A further part of an answer, as Markdown."""

    name: str
    title: str
    text: str


class Clerk(BaseModel):
    """An answer in the state's language, to be shown at a counter."""

    language: str
    title: str
    text: str
    sections: list[Section]


class Reply(BaseModel):
    """One message of the bot. ``text`` is a CommonMark subset without HTML."""

    kind: Kind
    text: str
    text_language: str
    #: The entry's title; none where the matter must not show in a title or a notification (``private``).
    title: str | None = None
    entry: str | None = None
    #: The municipality that added to the answer or says otherwise.
    municipality: str | None = None
    score: float | None = None
    alternatives: list[str] = []
    sources: list[Source] = []
    checked_on: datetime.date | None = None
    reviewed_on: datetime.date | None = None
    buttons: list[Button] = []
    sections: list[Section] = []
    notices: list[Notice] = []
    #: What the person may say of the answer.
    feedback: list[Button] = []
    clerk: Clerk | None = None
    private: bool = False
    #: The channel leaves the conversation at once and shows something harmless.
    quick_exit: bool = False
    #: Set where the next message holds what only the desk may see.
    asks: Literal["contact"] | None = None

    def found_by(self, hits: Sequence[Hit]) -> Self:
        """Note how good the search thinks the first hit, which this reply is about, and what came next."""
        self.score = hits[0].score if hits else None
        self.alternatives = [hit.entry for hit in hits[1:]]
        return self


def say(kind: Kind, language: str, key: str, **values: str) -> Reply:
    """A text of the catalogs as a reply, with its placeholders filled in."""
    return Reply(kind=kind, text=translate(language, key, **values), text_language=language)
