"""Messages as they were meant."""

from __future__ import annotations

import json

import pytest

from knowledge.evaluation.damage import in_latin_letters, on_the_wrong_layout
from knowledge.evaluation.questions import SETS as FOLDER
from knowledge.keyboard import cyrillic
from knowledge.normalise import fold
from knowledge.vocabulary import Meant, Vocabulary


@pytest.fixture(scope="module")
def vocabulary(base) -> Vocabulary:
    return Vocabulary(base)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("kak zapisatsya k semeynomu vrachu", Meant("как записаться к семейному врачу", "ru")),
        ("kak poluchit strahovku?", Meant("как получить страховку?", "ru")),
        ("de zareyestruvaty mistse prozhyvannya", Meant("де зареєструвати місце проживання", "uk")),
        ("yak zapysatysia do simeinoho likaria", Meant("як записатися до сімейного лікаря", "uk")),
        ("rfr pfgbcfnmcz r dhfxe", Meant("как записаться к врачу")),
        ("ыщсшфд руфдер штыгкфтсу", Meant("social health insurance")),
    ],
)
def test_other_letters_and_layouts_are_read(vocabulary: Vocabulary, typed: str, meant: Meant) -> None:
    assert vocabulary.read(typed) == meant, vocabulary.read(typed)


@pytest.mark.parametrize(
    "message",
    [
        "labas",
        "ok",
        "yes",
        "da",
        "no thanks",
        "DVS",
        "asdfgh qwerty zxcvb",
        "Wo kann ich mich anmelden?",
        "Gdzie znajdę lekarza rodzinnego?",
        "123",
    ],
)
def test_what_is_no_message_of_ours_is_left_alone(vocabulary: Vocabulary, message: str) -> None:
    read = vocabulary.read(message)
    assert (read.text, read.language) == (message, None)


def test_well_typed_questions_are_left_alone(vocabulary: Vocabulary) -> None:
    lines = [json.loads(line)["text"] for line in (FOLDER / "questions.jsonl").read_text("utf-8").splitlines()]
    assert [text for text in lines if vocabulary.read(text).text != text] == []


@pytest.mark.parametrize("language", ["ru", "uk"])
def test_damaged_questions_are_mostly_read_again(vocabulary: Vocabulary, language: str) -> None:
    questions = [json.loads(line) for line in (FOLDER / "questions.jsonl").read_text("utf-8").splitlines()]
    texts = [question["text"] for question in questions if question["language"] == language]
    latin = [vocabulary.read(in_latin_letters(language)(text)) for text in texts]
    assert sum(meant.language == language for meant in latin) >= 0.9 * len(texts)
    read = [(fold(vocabulary.read(on_the_wrong_layout(language)(text)).text).split(), fold(text).split()) for text in texts]
    assert sum(meant == text for found, words in read for meant, text in zip(found, words, strict=False)) >= 0.85 * sum(
        len(w) for _, w in read
    )


def test_words_that_the_content_lacks_are_spelled_out() -> None:
    assert cyrillic("moy zhenikh", "ru") == "мой жених"
    assert cyrillic("miy cholovik", "uk") == "мій чоловік"
