"""Finding places and languages that a message names, by spaCy's phrase matcher over the names in the content files.

Names are compared folded, so that ``vilniuje``, ``Vilniuje`` and ``VILNIUJE`` are one, in every language at once.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from knowledge.model import KnowledgeBase
from knowledge.normalise import fold

# spaCy's thinc imports torch wherever it is installed: seconds and hundreds of megabytes for a phrase matcher that never uses it.
_hide_torch = "torch" not in sys.modules
if _hide_torch:
    sys.modules["torch"] = None  # type: ignore[assignment]
try:
    import spacy
    from spacy.matcher import PhraseMatcher
    from spacy.tokens import Doc
    from spacy.util import filter_spans
finally:
    if _hide_torch:
        del sys.modules["torch"]


@dataclass(frozen=True)
class Entity:
    """Something a message names; ``value`` is a country code, a municipality's id or a language code."""

    entity: Literal["country", "municipality", "language"]
    value: str
    text: str
    #: Set for municipalities: the country they are in.
    country: str | None = None


class EntityMatcher:
    """Finds the places and languages of a knowledge base."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._vocab = spacy.blank("xx").vocab
        self._matcher = PhraseMatcher(self._vocab, attr="ORTH")
        self._meaning: dict[str, tuple[Literal["country", "municipality", "language"], str, str | None]] = {}
        for country, knowledge in base.countries.items():
            self._add("country", country, None, (*knowledge.about.names.values(), *knowledge.about.forms))
            for name, place in knowledge.places.items():
                self._add("municipality", name, country, (*place.names.values(), *place.forms))
        for language, names in base.languages.items():
            # Not the name itself: "Eesti" alone is the country.
            self._add("language", language, None, names.forms)

    def find(self, message: str) -> list[Entity]:
        """The entities of a message in their order; of overlapping ones the longest."""
        doc = self._doc(message)
        spans = filter_spans(self._matcher(doc, as_spans=True))
        return [self._entity(span.label_, span.text) for span in spans]

    def _add(self, kind: Literal["country", "municipality", "language"], value: str, country: str | None, names: tuple[str, ...]) -> None:
        key = f"{kind}:{value}"
        self._meaning[key] = (kind, value, country)
        self._matcher.add(key, list(self._docs(names)))

    def _docs(self, names: tuple[str, ...]) -> Iterator[Doc]:
        for name in sorted({fold(name) for name in names}):
            yield self._doc(name)

    def _doc(self, text: str) -> Doc:
        return Doc(self._vocab, words=fold(text).split())

    def _entity(self, key: str, text: str) -> Entity:
        kind, value, country = self._meaning[key]
        return Entity(kind, value, text, country)
