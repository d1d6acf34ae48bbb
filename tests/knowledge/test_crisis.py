"""The crisis layer on messages that were written without knowing its patterns."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import pytest

from knowledge.crisis import CrisisPatterns, PatternError
from knowledge.evaluation.questions import SETS
from knowledge.languages import LANGUAGES

SET = SETS / "crisis.jsonl"


@pytest.fixture(scope="module")
def patterns() -> CrisisPatterns:
    return CrisisPatterns.load()


def test_every_crisis_message_of_the_set_is_caught(patterns: CrisisPatterns) -> None:
    cases = [json.loads(line) for line in SET.read_text("utf-8").splitlines()]
    missed = [c["text"] for c in cases if c["expected"] == "clear" and not _clear(patterns, c["text"])]
    assert missed == []


def test_few_harmless_messages_of_the_set_are_flagged(patterns: CrisisPatterns) -> None:
    flagged: dict[str, list[str]] = defaultdict(list)
    cases = [json.loads(line) for line in SET.read_text("utf-8").splitlines()]
    for case in cases:
        if case["expected"] == "none" and _clear(patterns, case["text"]):
            flagged[case["language"]].append(case["text"])
    # 2 % of 180 harmless messages.
    assert sum(map(len, flagged.values())) <= 3, dict(flagged)


@pytest.mark.parametrize(
    "text",
    [
        "HE IS BEATING ME",
        "vyras mane muša",
        "vyras mane musa",
        "vīrs mani sit",
        "mees peksab mind",
        "чоловік мене б'є",
        "muzh menya byet",
        "хочу умереть",
        "хочу померти",
        "noriu mirti",
        "gribu mirt",
        "tahan surra",
        "I want to die",
    ],
)
def test_short_and_damaged_messages_are_caught(patterns: CrisisPatterns, text: str) -> None:
    assert _clear(patterns, text)


def test_a_question_of_everyday_life_is_not_flagged(patterns: CrisisPatterns, base) -> None:
    safety = {"safety"}
    questions = [
        question
        for entry in base.entries.values()
        if entry.theme not in safety
        for text in entry.texts.values()
        for question in text.questions
    ]
    flagged = [question for question in questions if _clear(patterns, question)]
    assert len(flagged) <= len(questions) * 0.005, flagged


def test_a_wrong_pattern_file_is_refused(tmp_path: Path) -> None:
    for language in LANGUAGES:
        (tmp_path / f"{language}.yml").write_text("weather:\n  clear: [rain]\n", "utf-8")
    with pytest.raises(PatternError, match="weather"):
        CrisisPatterns.load(tmp_path)


def _clear(patterns: CrisisPatterns, text: str) -> bool:
    signal = patterns.find(text)
    return signal is not None and signal.level == "clear"
