"""Cutting entries into passages: the pieces of text that search compares a question with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from knowledge.figures import REFERENCE
from knowledge.model import Entry

PassageKind = Literal["title", "question", "section"]

_MARKUP = re.compile(r"\[([^\]]*)\]\([^)]*\)|[*_#`]|^\s*(?:-|\d+\.)\s+", re.MULTILINE)


@dataclass(frozen=True)
class Passage:
    """A piece of an entry in one language."""

    entry: str
    country: str
    language: str
    kind: PassageKind
    text: str
    #: Set where only people of one municipality are to find it.
    municipality: str | None = None


def passages(entry: Entry) -> list[Passage]:
    """The title, each question, and each section (with the title for context) of every text of an entry.

    The passages of a municipality's entry belong to the national one, which is what search finds.
    """
    result: list[Passage] = []
    owner = f"{entry.country.lower()}/{entry.topic}"
    for language, text in entry.texts.items():

        def piece(kind: PassageKind, content: str, language: str = language) -> None:
            result.append(Passage(owner, entry.country, language, kind, content, entry.municipality))

        if text.title:
            piece("title", text.title)
        for question in text.questions:
            piece("question", question)
        for section in text.sections:
            piece("section", f"{text.title}. {plain(section.text)}".lstrip(". "))
    return result


def plain(markdown: str) -> str:
    """Markdown as running text: without markup, addresses and figures."""
    text = _MARKUP.sub(lambda m: m[1] or "", REFERENCE.sub("", markdown))
    return re.sub(r"\s+", " ", text).strip()
