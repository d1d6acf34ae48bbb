"""What a message means, before anything is searched: its words as they were meant, its language, and what it names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from knowledge.entities import Entity, EntityMatcher
from knowledge.identify import identify
from knowledge.model import KnowledgeBase
from knowledge.vocabulary import Vocabulary


@dataclass(frozen=True)
class Understood:
    """A message as it was meant."""

    text: str
    language: str
    #: Whether Sveiki speaks the language.
    supported: bool = True


class Understanding:
    """Reads messages by the words of a knowledge base."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._base = base
        self.vocabulary = Vocabulary(base)

    def read(self, message: str, remembered: str | None = None, chosen: str | None = None) -> Understood:
        """The message as it was meant, in the language that the person ``chosen``, or else by what is typed and the conversation's
        language so far (``remembered``)."""
        meant = self.vocabulary.read(message)
        if chosen is not None:
            return Understood(meant.text, chosen)
        if meant.unsupported is not None:
            return Understood(message, meant.unsupported, supported=False)
        language = meant.language or identify(meant.text, remembered, self.vocabulary.of_language, meant.likely).language
        return Understood(meant.text, language)

    def named(self, message: str) -> list[Entity]:
        """The places, languages, statuses and other things that a message names."""
        return self._matcher.find(message)

    @cached_property
    def _matcher(self) -> EntityMatcher:
        return EntityMatcher(self._base, self.vocabulary.words)
