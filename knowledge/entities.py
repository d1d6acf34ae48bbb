"""Finding what a message names (places, languages, legal status, occupation, documents, institutions), by spaCy's phrase matcher over the
names in the content files.

Names are compared folded, so that ``vilniuje``, ``Vilniuje`` and ``VILNIUJE`` are one, in every language at once. Where a message names no
place that way, a word that is a slip of the finger away from one municipality's name, and no word of the content, stands for it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.model import KnowledgeBase, Term
from knowledge.normalise import fold

# spaCy's thinc imports torch wherever it is installed: seconds and hundreds of megabytes for a phrase matcher that never uses it.
_hide_torch = "torch" not in sys.modules
if _hide_torch:
    sys.modules["torch"] = None  # type: ignore[assignment]
try:
    import spacy
    from spacy.matcher import PhraseMatcher
    from spacy.tokens import Doc, Span
    from spacy.util import filter_spans
finally:
    if _hide_torch:
        del sys.modules["torch"]

#: Letters from which a word one slip away leaves little doubt what was meant: of one with a capital, and of any.
_LONG_ENOUGH, _LONG = 6, 9
#: What may stand between a negation and what it denies.
_ARTICLES = ("a", "an", "the")
_WORD = re.compile(r"[^\W\d_][\w'’]*")


Kind = Literal["country", "municipality", "language", "status", "occupation", "relative", "document", "institution"]


@dataclass(frozen=True)
class Entity:
    """Something a message names; ``value`` is a country code, a language code, or the id of a municipality or of a term in
    ``entities.yml``."""

    entity: Kind
    value: str
    text: str
    #: Set for municipalities: the country they are in.
    country: str | None = None


class EntityMatcher:
    """Finds the places and languages of a knowledge base."""

    def __init__(self, base: KnowledgeBase, words: Container[str] = frozenset()) -> None:
        """``words``: folded words that people write on purpose, so that they are no slips of a place's name."""
        self._vocab = spacy.blank("xx").vocab
        self._matcher = PhraseMatcher(self._vocab, attr="ORTH")
        self._meaning: dict[str, tuple[Kind, str, str | None]] = {}
        for country, knowledge in base.countries.items():
            self._add("country", country, None, (*knowledge.about.names.values(), *knowledge.about.forms))
            for name, place in knowledge.places.items():
                self._add("municipality", name, country, (*place.names.values(), *place.forms))
        for language, names in base.languages.items():
            # Not the name itself: "Eesti" alone is the country.
            self._add("language", language, None, names.forms)
        terms: dict[Kind, Mapping[str, Term]] = {
            "status": base.entities.statuses,  # type: ignore[dict-item]
            "occupation": base.entities.occupations,  # type: ignore[dict-item]
            "relative": base.entities.relatives,
            "document": base.entities.documents,
            "institution": base.entities.institutions,
        }
        for kind, named in terms.items():
            for name, term in named.items():
                self._add(kind, name, None, tuple(form for forms in term.forms.values() for form in forms))
        self._spellings = _single_words(base)
        self._words = words
        self._negations = {fold(word) for negations in base.entities.negations.values() for word in negations}

    def find(self, message: str) -> list[Entity]:
        """The entities of a message in their order; of overlapping ones the longest."""
        doc = self._doc(message)
        spans = [span for span in filter_spans(self._matcher(doc, as_spans=True)) if not self._denied(span)]
        found = [self._entity(span.label_, span.text) for span in spans]
        if not any(entity.entity == "municipality" for entity in found):
            taken = {token.i for span in spans for token in span}
            capitals = {fold(word) for word in _WORD.findall(message) if word[0].isupper()}
            found += [slip for token in doc if token.i not in taken and (slip := self._slip(token.text, token.text in capitals))]
        return found

    def _denied(self, span: Span) -> bool:
        """Whether somebody says that they are not, or no longer, that: "I am not a student any more"."""
        if not span.label_.startswith(("status:", "occupation:")):
            return False
        before = next((token.text for token in reversed(span.doc[: span.start]) if token.text not in _ARTICLES), None)
        return before in self._negations

    def _slip(self, word: str, capital: bool) -> Entity | None:
        """The one municipality whose name the word may be a slip of; ``capital``: whether it is written as a name."""
        if len(word) < (_LONG_ENOUGH if capital else _LONG) or word in self._words:
            return None
        near = process.extract(word, self._spellings.keys(), scorer=OSA.distance, score_cutoff=1, limit=None)
        # A slip is hardly ever in the first letter, and a word as near to two places names neither.
        nearest = {self._spellings[str(found[0])] for found in near if str(found[0])[0] == word[0]}
        if len(nearest) != 1:
            return None
        country, name = nearest.pop()
        return Entity("municipality", name, word, country)

    def _add(self, kind: Kind, value: str, country: str | None, names: tuple[str, ...]) -> None:
        key = f"{kind}:{value}"
        self._meaning[key] = (kind, value, country)
        if docs := list(self._docs(names)):
            self._matcher.add(key, docs)

    def _docs(self, names: tuple[str, ...]) -> Iterator[Doc]:
        for name in sorted({fold(name) for name in names}):
            yield self._doc(name)

    def _doc(self, text: str) -> Doc:
        return Doc(self._vocab, words=fold(text).split())

    def _entity(self, key: str, text: str) -> Entity:
        kind, value, country = self._meaning[key]
        return Entity(kind, value, text, country)


def _single_words(base: KnowledgeBase) -> dict[str, tuple[str, str]]:
    """Every name of one long enough word, and the country and municipality it stands for."""
    return {
        folded: (country, name)
        for country, knowledge in base.countries.items()
        for name, place in knowledge.places.items()
        for form in (*place.names.values(), *place.forms)
        if len(folded := fold(form)) >= _LONG_ENOUGH and " " not in folded
    }
