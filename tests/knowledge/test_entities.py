from __future__ import annotations

import pytest

from knowledge.entities import EntityMatcher
from knowledge.vocabulary import Vocabulary


@pytest.fixture(scope="module")
def matcher(base) -> EntityMatcher:
    return EntityMatcher(base, Vocabulary(base).words)


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


@pytest.mark.parametrize(
    ("text", "value"),
    [("Gyvenu Ukmergeje", "ukmerge"), ("Живу в Телшяй", "telsiai"), ("Daugavplis", "daugavpils"), ("I live in Vilnus", "vilnius")],
)
def test_every_municipality_is_known_and_slips_are_understood(matcher: EntityMatcher, text: str, value: str) -> None:
    assert [found.value for found in matcher.find(text)] == [value]


@pytest.mark.parametrize(
    "text", ["kur išmesti senas padangas", "saldus sapņus", "Tagasi algusesse", "как приготовить плов на костре", "Kā sadedzināt kalorijas"]
)
def test_words_that_look_like_places_are_none(matcher: EntityMatcher, text: str) -> None:
    assert matcher.find(text) == []


def test_the_directory_has_every_municipality_and_the_partners(base) -> None:
    assert {code: len(knowledge.places) for code, knowledge in base.countries.items()} == {"LT": 60, "LV": 42, "EE": 79}
    assert sum(place.partner for place in base.countries["LT"].places.values()) == 16
