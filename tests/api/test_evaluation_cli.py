"""The commands that measure."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from api.cli import app


def test_a_file_of_questions_is_scored(tmp_path: Path, monkeypatch) -> None:
    questions = [
        {"text": "Kaip užsiregistruoti pas šeimos gydytoją?", "language": "lt", "country": "LT", "topic": "family-doctor"},
        {"text": "Kuidas perearsti nimistusse saada?", "language": "et", "country": "EE", "topic": "family-doctor"},
    ]
    file = tmp_path / "mine.jsonl"
    file.write_text("".join(json.dumps(question) + "\n" for question in questions), "utf-8")
    done = CliRunner().invoke(app, ["eval", "--direct", "--file", str(file)])
    assert done.exit_code == 0, done.output
    line = next(line for line in done.output.splitlines() if "plain, recall@1" in line)
    assert "1.000" in line
    assert "met" in line
    assert "mine.jsonl" in Path("var/quality.html").read_text("utf-8")


def test_a_bad_line_is_named(tmp_path: Path) -> None:
    file = tmp_path / "mine.jsonl"
    file.write_text('{"text": "labas"}\n', "utf-8")
    done = CliRunner().invoke(app, ["eval", "--file", str(file)])
    assert done.exit_code == 2
    assert "mine.jsonl:1: needs language, topic" in done.output.replace("\n", "")
