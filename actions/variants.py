"""Asking the one question that changes the answer: legal status, occupation or municipality, where an entry reads otherwise for a group."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from actions.payload import payload
from actions.reply import Button, Reply
from actions.situation import Situation
from knowledge.model import Entry, KnowledgeBase
from translations.catalog import translate

Fact = Literal["status", "occupation", "municipality"]

#: Municipalities that are offered as buttons; any other can be typed.
_OFFERED_PLACES = 6


def missing_fact(base: KnowledgeBase, entry: Entry, situation: Situation, skipped: Collection[str] = ()) -> tuple[Fact, list[str]] | None:
    """The fact that would change what this person reads, with the values that make a difference; None where nothing would, or the person
    does not want to say."""
    known = {"status": situation.status, "occupation": situation.occupation, "municipality": situation.municipality}
    audiences = entry.about.variants.values()
    possible = [a for a in audiences if _fits(a.statuses, known["status"]) and _fits(a.occupations, known["occupation"])]
    values: dict[Fact, list[str]] = {
        "status": list(dict.fromkeys(value for audience in possible for value in audience.statuses)),
        "occupation": list(dict.fromkeys(value for audience in possible for value in audience.occupations)),
        "municipality": [name.rsplit("/", 1)[1] for name in base.municipal if name.rsplit("/", 1)[0] == entry.id],
    }
    return next(((fact, found) for fact, found in values.items() if found and known[fact] is None and fact not in skipped), None)


def _fits(named: Collection[str], known: str | None) -> bool:
    return not named or known is None or known in named


def ask(base: KnowledgeBase, entry: Entry, fact: Fact, values: list[str], situation: Situation) -> Reply:
    """The question, with a button for each value and one for who does not know or want to say."""
    language = situation.language
    skip = Button(title=translate(language, "button-skip"), payload=payload("skip"))
    return Reply(
        kind="clarify",
        text=translate(language, f"ask-{fact}"),
        text_language=language,
        entry=entry.id,
        buttons=[*choices(base, entry, fact, values, language), skip],
    )


def choices(base: KnowledgeBase, entry: Entry, fact: Fact, values: list[str], language: str) -> list[Button]:
    """A button for each value of a fact."""
    if fact == "municipality":
        places = base.countries[entry.country].places
        return [
            Button(title=places[name].names[language], payload=payload("choose_place", municipality=name))  # type: ignore[index]
            for name in values[:_OFFERED_PLACES]
            if name in places
        ]
    return [Button(title=name_of(base, fact, value, language), payload=payload(f"choose_{fact}", **{fact: value})) for value in values]


def name_of(base: KnowledgeBase, fact: Literal["status", "occupation"], value: str, language: str) -> str:
    """A status or occupation as the person's language calls it."""
    terms = base.entities.statuses if fact == "status" else base.entities.occupations
    term = terms.get(value)  # type: ignore[call-overload]
    return str(term.names[language]) if term is not None and language in term.names else translate(language, f"{fact}-{value}")
