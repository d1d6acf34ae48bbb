"""The commands of people who look after the content, as they are typed."""

from __future__ import annotations

import csv
import json
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from tests.knowledge.test_check import change


@pytest.fixture
def run(content: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.setenv("SVEIKI_CONTENT", str(content))

    def invoke(*arguments: str, code: int = 0) -> Result:
        result = CliRunner().invoke(app, arguments)
        assert result.exit_code == code, result.output
        return result

    return invoke


def test_check_prints_findings_and_ends_with_1(run, content: Path) -> None:  # type: ignore[no-untyped-def]
    assert "0 errors" in run("check").output
    change(content / "lt" / "family-doctor" / "en.md", lambda t: t.replace("## answer", "## anser"))
    assert "content/lt/family-doctor/en.md:" in run("check", code=1).output
    lines = [json.loads(line) for line in run("check", "--json", code=1).stdout.splitlines()]
    assert {"file", "line", "level", "code", "what", "mend"} == lines[0].keys()
    run("check", "/no/such/folder", code=2)


def test_preview_prints_what_a_newcomer_reads(run) -> None:  # type: ignore[no-untyped-def]
    shown = run("preview", "lt/family-doctor", "uk").output
    assert "сімейного лікаря" in shown and "{" not in shown and "https://" in shown
    run("preview", "lt/family-doctor", "xx", code=2)
    run("preview", "lt/no-such-entry", "uk", code=2)
    run("preview", "lt/family-doctor", "uk", "--municipality", "riga", code=2)


def test_coverage_is_printed_and_written(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    page, table = tmp_path / "coverage.html", tmp_path / "coverage.csv"
    shown = run("coverage", "--html", str(page), "--csv", str(table)).output
    assert "LT: 6 current, 0 outdated, 402 missing texts; 1 full entries, 0 signposts" in shown
    rows = list(csv.DictReader(table.open(encoding="utf-8")))
    assert len(rows) == 68 * 3 * 6
    found = next(r for r in rows if (r["topic"], r["country"], r["language"]) == ("family-doctor", "LT", "uk"))
    assert (found["state"], found["depth"]) == ("current", "full")
    assert page.read_text("utf-8").count('class="current"') == 6


def test_new_writes_files_and_names_them(run, content: Path) -> None:  # type: ignore[no-untyped-def]
    assert str(content / "lv" / "taxes" / "lv.md") in run("new", "lv/taxes").output.replace("\n", "")
    run("new", "lv/taxes", code=2)
    run("new", "lv/beekeeping", code=2)
    run("new", "lv/beekeeping", "--theme", "work")


def test_a_minor_edit_keeps_translations_current_with_what_git_knows(run, content: Path) -> None:  # type: ignore[no-untyped-def]
    def outdated() -> int:
        return run("check").output.count("(translation-outdated)")

    def git(*arguments: str) -> None:
        subprocess.run(["git", "-c", "user.name=x", "-c", "user.email=x@x", *arguments], cwd=content, check=True, capture_output=True)

    source = content / "lt" / "family-doctor" / "lt.md"
    run("minor", "lt/family-doctor", code=2)
    git("init")
    git("add", ".")
    git("commit", "-m", "x")
    change(source, lambda t: t + "\nVienas.\n")
    assert outdated() == 5
    assert "noted" in run("minor", "lt/family-doctor").output
    assert outdated() == 0
    git("commit", "-a", "-m", "y")
    change(source, lambda t: t.replace("Vienas.", "Du."))
    git("commit", "-a", "-m", "z")
    run("minor", "lt/family-doctor")
    assert outdated() == 0
    change(source, lambda t: t.replace("Du.", "Trys."))
    assert outdated() == 5
    run("translated", "lt/family-doctor", "uk")
    assert outdated() == 4
