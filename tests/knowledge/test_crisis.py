"""The crisis layer on messages that were written without knowing its patterns."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import pytest

from knowledge.crisis import CrisisPatterns, PatternError
from knowledge.evaluation.questions import SETS, read
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
    harmless = sum(case["expected"] == "none" for case in cases)
    assert sum(map(len, flagged.values())) <= harmless * 0.01, dict(flagged)


def test_ordinary_questions_of_the_measuring_sets_are_not_flagged(patterns: CrisisPatterns) -> None:
    # What is asked about these may be danger itself.
    dangerous = {
        "child-safety",
        "domestic-violence",
        "emergency-112",
        "exploitation-trafficking",
        "mental-health-crisis",
        "sexual-violence",
        "work-accident",
    }
    questions = [q for name in ("questions", "report_questions") for q in read(name) if q.topic not in dangerous]
    flagged = [q.text for q in questions if _clear(patterns, q.text)]
    assert len(flagged) <= len(questions) * 0.005, flagged


@pytest.mark.parametrize(
    "text",
    [
        "landlord beat me and kicked me out",
        "after the stroke mama fell and is not breathing",
        "после инсульта мама упала и не дышит",
        "муж не бьет но угрожает убить",
        "чоловік не б'є але замкнув мене",
        "po insulto močiutė nekvėpuoja",
        "prieš metus mane mušė ir dabar vėl muša",
        "viņš man draud ja aiziešu",
        "sieva dzemdē mājās",
        "pärast insulti vanaema ei hinga",
        "poeg läks kooli ja pole koju tulnud",
    ],
)
def test_danger_next_to_harmless_words_is_caught(patterns: CrisisPatterns, text: str) -> None:
    assert _clear(patterns, text)


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
