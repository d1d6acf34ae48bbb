from __future__ import annotations

import pytest

from knowledge.identify import identify


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Kaip užsiregistruoti pas šeimos gydytoją?", "lt"),
        ("kaip uzsiregistruoti pas seimos gydytoja", "lt"),
        ("Kā pieteikties pie ģimenes ārsta?", "lv"),
        ("ka pieteikties pie gimenes arsta", "lv"),
        ("Kuidas perearsti nimistusse saada?", "et"),
        ("Як записатися до сімейного лікаря?", "uk"),
        ("Как записаться к семейному врачу?", "ru"),
        ("How do I register with a family doctor?", "en"),
        ("labas", "lt"),
        ("labdien", "lv"),
        ("tere", "et"),
        ("привіт", "uk"),
        ("привет", "ru"),
        ("hello", "en"),
        ("kak poluchit strahovku", "ru"),
        ("yak otrymaty strakhuvannia", "uk"),
    ],
)
def test_the_language_of_a_message(text: str, language: str) -> None:
    assert identify(text).language == language


@pytest.mark.parametrize(
    ("word", "language"),
    [
        ("sveikata", "lt"),
        ("skaists", "lv"),
        ("vihmavari", "et"),
        ("подзвонити", "uk"),
        ("цветок", "ru"),
        ("tenant", "en"),
        ("bottle", "en"),
    ],
)
def test_one_word_that_only_one_language_has(word: str, language: str) -> None:
    assert identify(word).language == language


def test_a_short_message_stays_in_the_language_of_the_conversation() -> None:
    assert identify("ok", "uk").language == "uk"
    assert identify("PSD?", "ru").language == "ru"
    assert identify("112", "et").language == "et"


def test_a_clear_change_of_language_wins_over_memory() -> None:
    assert identify("Як записатися до сімейного лікаря?", "ru").language == "uk"
    assert identify("How do I register with a family doctor?", "lt").language == "en"


@pytest.mark.parametrize("text", ["", "😀", "12345", "?!"])
def test_without_letters_nothing_is_claimed(text: str) -> None:
    assert identify(text, "lv").language == "lv"
    assert identify(text).confidence == 0.0


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("napi6i pozhalujsta kogda mozhno prijti", "ru"),
        ("4omu vy meni ne vidpovidajete", "uk"),
        ("segodnya horoshaya pogoda", "ru"),
        ("sjogodni harna pogoda, pidemo gulyaty", "uk"),
        ("tas man loti vajadzigs", "lv"),
        ("man labai to reikia", "lt"),
        ("mul on seda vaga vaja", "et"),
    ],
)
def test_damaged_messages_keep_their_language(text: str, language: str) -> None:
    assert identify(text).language == language
