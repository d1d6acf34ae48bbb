"""Languages that Sveiki does not speak."""

from __future__ import annotations

import pytest

from knowledge.evaluation.questions import read
from knowledge.understanding import Understanding


@pytest.fixture(scope="module")
def understanding(base) -> Understanding:
    return Understanding(base)


@pytest.mark.parametrize(
    ("message", "language"),
    [
        ("Gdzie mogę zapisać dziecko do przedszkola?", "pl"),
        ("Wo kann ich mich beim Hausarzt anmelden?", "de"),
        ("Дзе я магу атрымаць дазвол на пражыванне?", "be"),
        ("Къде мога да запиша детето си на детска градина?", "bg"),
        ("Où puis-je inscrire mon enfant à l'école ?", "fr"),
        ("Missä voin rekisteröityä asukkaaksi?", "fi"),
        ("როგორ მივიღო ბინადრობის ნებართვა?", "ka"),
        ("كيف أحصل على تصريح إقامة؟", "ar"),
    ],
)
def test_other_languages_are_recognised(understanding: Understanding, message: str, language: str) -> None:
    read_as = understanding.read(message)
    assert (read_as.language, read_as.supported) == (language, False)


@pytest.mark.parametrize(
    ("message", "language"),
    [
        ("kak vstat' v ochered' v bērnudārzs esli mi v rige ne zadeklarirovani", "ru"),
        ("dali alternatīvais statuss, kakoye posobiye polozyeno dalshye", "ru"),
        ("u mamy insult perekosylo lyce", "uk"),
        ("duje pe4e za grudinoiu, viddaye v livu ruku", "uk"),
        ("write a python script to rename files", "en"),
    ],
)
def test_words_that_nobody_listed_make_a_message_no_other_language(understanding: Understanding, message: str, language: str) -> None:
    read_as = understanding.read(message)
    assert (read_as.language, read_as.supported) == (language, True)


def test_a_language_that_was_chosen_is_not_doubted(understanding: Understanding) -> None:
    assert understanding.read("Gdzie mogę zapisać dziecko do przedszkola?", chosen="en").language == "en"


def test_our_languages_are_never_taken_for_others(understanding: Understanding) -> None:
    assert [q.text for q in read("questions") if not understanding.read(q.text).supported] == []
