"""How figures are worked out, and that ours have not dropped."""

from __future__ import annotations

import pytest

from knowledge.evaluation.direct import direct, looking
from knowledge.evaluation.measure import (
    Figure,
    Outcome,
    calibration,
    calibration_error,
    confusions,
    everything,
    loss,
    recall,
)
from knowledge.evaluation.questions import Question
from knowledge.evaluation.report import worse
from knowledge.search import Index


def found(*entries: str, score: float = 0.5) -> Outcome:
    return Outcome("answer", "lt", entries[0], entries[1:], score)


def asked(topic: str, language: str = "lt") -> Question:
    return Question("?", language, "LT", topic)


def test_recall_counts_the_right_topic_among_the_first() -> None:
    pairs = [(asked("taxes"), found("lt/taxes")), (asked("taxes"), found("lt/rent-flat", "lt/find-job", "lt/taxes"))]
    assert recall("x", pairs) == [Figure("x, recall@1", "lt", 0.5, 2), Figure("x, recall@3", "lt", 1.0, 2)]


def test_a_loss_is_what_damage_takes_away() -> None:
    before = [(asked("taxes"), found("lt/taxes")), (asked("find-job"), found("lt/find-job"))]
    after = [(asked("taxes"), found("lt/taxes")), (asked("find-job"), found("lt/taxes"))]
    assert loss("typos", before, after) == [Figure("loss: typos", "lt", 0.5, 2)]


def test_confusions_are_counted() -> None:
    pairs = [(asked("taxes"), found("lt/find-job"))] * 2 + [(asked("taxes"), found("lt/taxes"))]
    assert confusions(pairs) == [("taxes", "find-job", 2)]


def test_a_score_that_means_what_it_says_has_no_calibration_error() -> None:
    good = [(asked("taxes"), found("lt/taxes", score=0.75))] * 3 + [(asked("taxes"), found("lt/find-job", score=0.75))]
    assert calibration_error(calibration(good)["all"]) == 0
    bad = [(asked("taxes"), found("lt/find-job", score=0.95))]
    assert calibration_error(calibration(bad)["lt"]) == pytest.approx(0.95)


def test_no_figure_is_worse_than_the_recorded_one(index: Index) -> None:
    figures, _ = everything(direct(index), looking(index))
    assert worse(figures) == []
