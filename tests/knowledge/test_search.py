from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable

import pytest

from knowledge.evaluation.damage import mistyped, without_diacritics
from knowledge.evaluation.questions import SETS
from knowledge.search import Index

FAMILY_DOCTOR = {
    "lt": "Kaip užsiregistruoti pas šeimos gydytoją?",
    "lv": "Kā pieteikties pie ģimenes ārsta?",
    "et": "Kuidas perearsti nimistusse saada?",
    "uk": "Як записатися до сімейного лікаря?",
    "ru": "Как записаться к семейному врачу?",
    "en": "How do I register with a family doctor?",
}


@pytest.mark.parametrize("language", FAMILY_DOCTOR)
@pytest.mark.parametrize("country", ["LT", "LV", "EE"])
def test_the_same_question_finds_the_entry_of_the_country(index: Index, language: str, country: str) -> None:
    result = index.search(FAMILY_DOCTOR[language], country, language)
    assert result.answered
    assert result.hits[0].entry == f"{country.lower()}/family-doctor"


def test_without_a_country_the_topic_is_found(index: Index) -> None:
    result = index.search(FAMILY_DOCTOR["uk"], None, "uk")
    assert result.answered
    assert result.hits[0].entry.endswith("/family-doctor")


@pytest.mark.parametrize("text", ["Kokia rytoj bus oda saulei?", "purple monkey dishwasher", "kto wygrał mecz wczoraj", "   ", "?"])
def test_nonsense_is_not_answered(index: Index, text: str) -> None:
    assert not index.search(text, "LT").answered


def test_an_unknown_country_is_an_error(index: Index) -> None:
    with pytest.raises(KeyError):
        index.search("hello", "FR")


def recall(index: Index, name: str, kind: str, damage: Callable[[str], str] = str) -> dict[str, float]:
    """The share of a set's questions of a kind whose first hit is right, per language."""
    hits: dict[str, list[bool]] = defaultdict(list)
    for line in (SETS / f"{name}.jsonl").read_text("utf-8").splitlines():
        question = json.loads(line)
        if question["kind"] == kind:
            result = index.search(damage(question["text"]), question["country"], question["language"])
            hits[question["language"]].append(result.hits[0].entry.endswith(f"/{question['topic']}"))
    return {language: sum(found) / len(found) for language, found in hits.items()}


@pytest.mark.parametrize(
    ("name", "kind", "least"),
    [
        ("questions", "plain", 0.88),
        ("questions", "situation", 0.70),
        ("report_questions", "plain", 0.94),
        ("report_questions", "situation", 0.70),
    ],
)
def test_recall_has_not_dropped(index: Index, name: str, kind: str, least: float) -> None:
    """Guards the worst language; ``report_questions`` took no part in training or tuning."""
    found = recall(index, name, kind)
    assert min(found.values()) >= least, found


@pytest.mark.parametrize("damage", [without_diacritics, mistyped])
def test_damaged_questions_are_still_found(index: Index, damage: Callable[[str], str]) -> None:
    found = recall(index, "report_questions", "plain", damage)
    assert min(found.values()) >= 0.90, found


def test_abstention_has_not_dropped(index: Index) -> None:
    answered: dict[str, list[bool]] = defaultdict(list)
    for name in ("questions", "out_of_scope"):
        for line in (SETS / f"{name}.jsonl").read_text("utf-8").splitlines():
            question = json.loads(line)
            answered[name].append(index.search(question["text"], question["country"], question["language"]).answered)
    assert sum(answered["questions"]) / len(answered["questions"]) >= 0.95
    assert sum(answered["out_of_scope"]) / len(answered["out_of_scope"]) <= 0.06
