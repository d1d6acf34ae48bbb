from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.evaluation.questions import Question, QuestionSetError, read_file


def test_unknown_fields_and_empty_lines_are_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text('{"text": "labas", "language": "lt", "country": "LT", "topic": "taxes", "note": 1}\n\n', "utf-8")
    assert read_file(file) == [Question("labas", "lt", "LT", "taxes")]


@pytest.mark.parametrize("line", ["{", "[]", '{"text": ""}', '{"text": "labas"}'])
def test_a_bad_line_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text(f'{{"text": "a", "language": "lt"}}\n{line}\n', "utf-8")
    with pytest.raises(QuestionSetError, match=r"questions\.jsonl:2: "):
        read_file(file)
