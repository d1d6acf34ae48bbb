from __future__ import annotations

import pytest

from knowledge.danger import EITHER
from knowledge.evaluation.questions import read
from knowledge.search import Index


def test_most_crises_are_seen_without_any_pattern_and_ordinary_questions_are_left_alone(index: Index) -> None:
    crises = [q.text for q in read("crisis_report") if q.expected != "none"]
    ordinary = [q.text for q in (*read("report_questions"), *read("smalltalk")) if q.topic not in EITHER]
    assert sum(clear(index, text) for text in crises) >= 0.8 * len(crises)
    assert sum(index.danger_in(text) is not None for text in crises) >= 0.9 * len(crises)
    assert sum(clear(index, text) for text in ordinary[::4]) <= 0.005 * len(ordinary[::4])


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("I can't go on anymore, goodbye to everybody", "suicide"),
        ("mama guli ant grindų ir neatsako", "medical"),
        ("у подъезде воняет газом", "fire"),
    ],
)
def test_the_danger_is_told_or_left_open_and_never_another(index: Index, text: str, category: str) -> None:
    signal = index.danger_in(text)
    assert signal is not None and signal.category in (category, None)


@pytest.mark.parametrize("text", ["Mein Mann schlägt mich, Hilfe", "mio figlio non respira più", "Mąż mnie bije, pomóżcie", "Муж мяне б'е"])
def test_danger_is_seen_in_languages_that_sveiki_does_not_speak(index: Index, text: str) -> None:
    assert clear(index, text, supported=False)


def test_other_messages_in_such_languages_are_left_alone(index: Index) -> None:
    asked = [q.text for q in read("unsupported")]
    assert sum(clear(index, text, supported=False) for text in asked) <= 0.02 * len(asked)


def clear(index: Index, text: str, supported: bool = True) -> bool:
    signal = index.danger_in(text, supported)
    return signal is not None and signal.level == "clear"
