"""Fitting an entry to a person: what their municipality adds or says otherwise, and what their legal status or occupation changes.

Nothing is copied in the content folder: a municipality's entry holds only the sections that differ, a variant only those of a group.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from knowledge.model import SECTIONS, Entry, KnowledgeBase, Section, SectionName, Text

#: Sections by name, in their order; more than one of a name where a municipality adds to the national one.
Chosen = dict[SectionName, list[Section]]


def local_entry(base: KnowledgeBase, entry: Entry, municipality: str | None, used_languages: Sequence[str] = ()) -> Entry:
    """The entry as it stands in a municipality: its own sections in place of the national ones, or after them (``adds_to``).

    Without a municipality, or where the municipality says nothing on the topic, the national entry itself. What the municipality has
    not translated keeps its language, one of ``used_languages`` where it can be: an old national rule would be worse.
    """
    own = base.municipal.get(f"{entry.id}/{municipality}")
    if own is None:
        return entry
    reviews = (entry.about.reviewed_on, own.about.reviewed_on)
    about = entry.about.model_copy(
        update={
            "sources": {**entry.about.sources, **own.about.sources},
            # Reviewed is what was reviewed in both parts, at the time of the older review.
            "reviewed_on": None if None in reviews else min(day for day in reviews if day is not None),
            "variants": {**entry.about.variants, **own.about.variants},
        }
    )
    texts = {language: _join(text, own.text_for(language, *used_languages), own.about.adds_to) for language, text in entry.texts.items()}
    return entry.model_copy(update={"municipality": municipality, "about": about, "texts": texts})


def is_outdated(base: KnowledgeBase, entry: Entry, language: str) -> bool:
    """Whether the text of a (possibly localised) entry, or the municipality's part of it, is behind its source."""
    parts: Iterable[Entry | None] = (base.entries[entry.id], base.municipal.get(f"{entry.id}/{entry.municipality}"))
    return any(part is not None and part.state(language) == "outdated" for part in parts)


def sections_for(entry: Entry, text: Text, status: str | None = None, occupation: str | None = None) -> Chosen:
    """The sections for a person, in their order: of each name that of the first variant that includes the person, else the one for
    everybody; after it what the municipality adds."""
    fitting = [name for name, audience in entry.about.variants.items() if audience.includes(status, occupation)]
    chosen: Chosen = {}
    for name in SECTIONS:
        candidates = {section.variant: section for section in text.sections if section.name == name and not section.added}
        found = next((candidates[variant] for variant in (*fitting, None) if variant in candidates), None)
        added = [s for s in text.sections if s.name == name and s.added and (s.variant is None or s.variant in fitting)]
        if found is not None or added:
            chosen[name] = [*([found] if found else []), *added]
    return chosen


def _join(text: Text, own: Text, adds_to: Sequence[SectionName]) -> Text:
    theirs = [section.model_copy(update={"added": section.name in adds_to}) for section in own.sections]
    replaced = {section.heading for section in theirs if not section.added}
    sections = [*(section for section in text.sections if section.heading not in replaced), *theirs]
    return text.model_copy(update={"title": own.title or text.title, "sections": tuple(sections)})
