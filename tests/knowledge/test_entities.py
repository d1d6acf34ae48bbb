from __future__ import annotations

import pytest

from knowledge.entities import EntityMatcher


@pytest.fixture(scope="module")
def matcher(base) -> EntityMatcher:
    return EntityMatcher(base)


@pytest.mark.parametrize(
    ("text", "entity", "value"),
    [
        ("esu Vilniuje", "municipality", "vilnius"),
        ("gyvenu vilniaus rajone", "municipality", "vilnius-district"),
        ("Я живу в Вільнюсі", "municipality", "vilnius"),
        ("я живу в Риге", "municipality", "riga"),
        ("dzivoju Daugavpili", "municipality", "daugavpils"),
        ("elan Tartus", "municipality", "tartu"),
        ("Latvija", "country", "LV"),
        ("Эстония", "country", "EE"),
        ("in Lithuania", "country", "LT"),
        ("Eesti", "country", "EE"),
        ("in English please", "language", "en"),
        ("можна українською?", "language", "uk"),
        ("palun eesti keeles", "language", "et"),
    ],
)
def test_places_and_languages_are_found_however_they_are_written(matcher: EntityMatcher, text: str, entity: str, value: str) -> None:
    assert [(found.entity, found.value) for found in matcher.find(text)] == [(entity, value)]


def test_a_municipality_brings_its_country(matcher: EntityMatcher) -> None:
    assert matcher.find("Narva")[0].country == "EE"


def test_an_ordinary_question_names_nothing(matcher: EntityMatcher) -> None:
    assert matcher.find("How much does a language course cost?") == []
