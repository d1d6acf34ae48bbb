from __future__ import annotations

from collections.abc import Sequence

import pytest

from api.settings import Settings
from knowledge.encoder import Vectors
from knowledge.model import KnowledgeBase
from knowledge.search import Index
from knowledge.shard import PassageCache

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


def test_a_follow_up_stays_with_the_entry_of_the_conversation(index: Index) -> None:
    previous = "lt/family-doctor"
    for language, follow_up in {
        "lt": "o kiek tai kainuoja?",
        "lv": "un cik tas maksā?",
        "et": "ja palju see maksab?",
        "uk": "а скільки це коштує?",
        "ru": "а сколько это стоит?",
        "en": "and how much is it?",
    }.items():
        result = index.search(follow_up, "LT", language, previous=previous)
        assert (result.hits[0].entry, result.answered) == (previous, True), follow_up


@pytest.mark.parametrize("language", FAMILY_DOCTOR)
def test_a_question_of_its_own_leaves_the_entry_of_the_conversation(index: Index, language: str) -> None:
    result = index.search(FAMILY_DOCTOR[language], "LV", language, previous="lv/bank-account")
    assert result.hits[0].entry == "lv/family-doctor"


def test_a_start_encodes_nothing_that_a_build_has_encoded(index: Index, base: KnowledgeBase, settings: Settings) -> None:
    class Idle:
        identity = index.cache.encoder.identity

        def encode(self, texts: Sequence[str], kind: str) -> Vectors:
            raise AssertionError(f"{len(texts)} texts are encoded anew, among them {texts[0]!r}")

    started = Index(base, PassageCache(settings.var / "vectors", Idle()))
    assert len(started.shards) == 3
