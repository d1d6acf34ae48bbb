from __future__ import annotations

from pathlib import Path

from knowledge.evaluation.measure import Figure, Outcome
from knowledge.evaluation.questions import Question
from knowledge.evaluation.report import page, record, rows, worse


def test_the_worst_language_decides_whether_a_goal_is_met() -> None:
    good, bad = Figure("plain, recall@1", "lt", 0.95, 100), Figure("plain, recall@1", "uk", 0.5, 100)
    assert [row.met for row in rows([good])] == [True]
    (row,) = rows([good, bad])
    assert (row.met, row.worst) == (False, 0.5)
    assert [row.met for row in rows([Figure("answered outside", "lt", 0.2, 100)])] == [False]


def test_a_drop_beyond_the_margin_is_reported(tmp_path: Path) -> None:
    file = tmp_path / "figures.yml"
    record([Figure("plain, recall@1", "lt", 0.95, 100), Figure("answered outside", "lt", 0.02, 100)], file)
    assert worse([Figure("plain, recall@1", "lt", 0.94, 100)], file) == []
    assert worse([Figure("plain, recall@1", "lt", 0.85, 100)], file) == ["plain, recall@1 (lt): 0.850, was 0.950"]
    assert worse([Figure("answered outside", "lt", 0.2, 100)], file) == ["answered outside (lt): 0.200, was 0.020"]


def test_the_page_shows_figures_and_runs_nothing() -> None:
    question = Question("<script>alert(1)</script>", "lt", "LT", "taxes")
    outcome = Outcome("answer", "lt", "lt/find-job", (), 0.8)
    html = page([Figure("plain, recall@1", "lt", 0.5, 2)], [(question, outcome)], "Quality <b>")
    assert "0.500" in html
    assert "find-job" in html
    assert "<script" not in html
    assert "Quality &lt;b&gt;" in html
