from __future__ import annotations

from knowledge.evaluation.questions import read
from knowledge.search import Index

DANGEROUS = {"domestic-violence", "sexual-violence", "mental-health-crisis", "exploitation-trafficking", "child-safety", "emergency-112"}


def test_most_crises_are_seen_without_any_pattern_and_ordinary_questions_are_left_alone(index: Index) -> None:
    crises = [q.text for q in read("crisis_report") if q.expected != "none"]
    ordinary = [q.text for q in read("report_questions") if q.topic not in DANGEROUS | {"emergency-accommodation"}]
    assert sum(map(index.may_be_danger, crises)) >= 0.8 * len(crises)
    assert sum(map(index.may_be_danger, ordinary[::4])) <= 0.01 * len(ordinary[::4])
