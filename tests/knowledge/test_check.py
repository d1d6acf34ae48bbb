"""A coordinator's mistakes, and what the check says of each."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.check import check
from knowledge.findings import ContentError, Finding
from knowledge.loader import load
from knowledge.translation import mark_translated

TODAY = datetime.date(2026, 11, 21)


def errors(content: Path) -> list[Finding]:
    return [finding for finding in check(content, TODAY) if finding.level == "error"]


def change(path: Path, edit: Callable[[str], str]) -> None:
    before = path.read_text("utf-8")
    after = edit(before)
    assert after != before, "the edit changed nothing"
    path.write_text(after, "utf-8")


def test_the_shipped_content_has_no_errors(settings) -> None:
    assert errors(settings.content) == []


def test_the_shipped_translations_are_current(base) -> None:
    assert {
        entry.id: entry.state(language) for entry in base.entries.values() for language in entry.texts if entry.state(language) != "current"
    } == {}


@pytest.mark.parametrize(
    ("file", "edit", "code"),
    [
        ("en.md", lambda t: t.replace("## answer (", "## answer (no-such-source, "), "unknown-source"),
        ("en.md", lambda t: t.replace("## answer", "## anser"), "heading"),
        ("en.md", lambda t: t + "\n<script>alert(1)</script>\n", "html"),
        ("en.md", lambda t: t + "\n[link](javascript:alert(1))\n", "link"),
        ("en.md", lambda t: t + "\nYou pay {no-such-figure}.\n", "figure-undefined"),
        ("lt.md", lambda t: t + "\nMokate {emergency-number: one eurą, other eurų}.\n", "plural"),
        ("uk.md", lambda t: t.replace("лікар", "лiкар", 1), "mixed-letters"),
        ("en.md", lambda t: t.removeprefix("---"), "front-matter"),
        ("en.md", lambda t: t.replace("questions:", "questons:"), "invalid"),
        ("entry.yml", lambda t: t.replace("reviewed_by: null", "reviewed_by: Somebody"), "review"),
        ("entry.yml", lambda t: t.replace("responsible:", "responsible: [", 1), "yaml"),
        ("entry.yml", lambda t: t + "\nowner: null\n", "doubled-key"),
        ("entry.yml", lambda t: t.replace("reviewed_on: null", "reviewed_on: 2030-01-01"), "review"),
        ("entry.yml", lambda t: t.replace("related: [", "related: [no-such-topic, "), "related"),
        ("entry.yml", lambda t: t.replace("url: https://ligoniukasa.lrv.lt", "url: https://blog.example.com", 1), "not-official"),
        ("en.md", lambda t: t + "\n[a blog](https://blog.example.com/x)\n", "link-not-official"),
        ("en.md", lambda t: t + "\n[old](http://www.sodra.lt/)\n", "link"),
        ("en.md", lambda t: t + "\n[odd](https://)\n", "link"),
        ("en.md", lambda t: t + "\nJei esate apdraustas, galite pasirinkti gydymo įstaigą ir šeimos gydytoją patys.\n", "wrong-language"),
        ("uk.md", lambda t: t + "\nЕсли Вы застрахованы, можете сами выбрать врача и поликлинику рядом с домом.\n", "wrong-language"),
        ("et.md", lambda t: t + "\nYou can choose the clinic and the doctor for yourself when you are insured.\n", "wrong-language"),
        ("en.md", lambda t: t.replace("questions:\n", "questions:\n  - Who is it?\n  - Who is it?\n"), "questions"),
    ],
)
def test_a_mistake_is_found_in_its_file(content: Path, file: str, edit: Callable[[str], str], code: str) -> None:
    path = content / "lt" / "family-doctor" / file
    change(path, edit)
    found = [finding for finding in errors(content) if finding.code == code and finding.file.endswith(f"family-doctor/{file}")]
    assert found, errors(content)
    assert found[0].mend


def test_the_same_sentence_in_two_languages_is_untranslated(content: Path) -> None:
    sentence = "\nKontora dirba kasdien nuo ryto iki vakaro be pietų pertraukos.\n"
    for language in ("lt", "lv"):
        change(content / "lt" / "family-doctor" / f"{language}.md", lambda t: t + sentence)
    assert {finding.file for finding in errors(content)} == {"content/lt/family-doctor/lv.md"}


def test_amounts_and_phones_belong_into_figures(content: Path) -> None:
    change(content / "lt" / "family-doctor" / "en.md", lambda t: t + "\nYou pay €25 or 30 EUR, call +370 5 123 4567.\n")
    found = [finding for finding in check(content, TODAY) if finding.code == "bare-figure"]
    assert len(found) == 3 and {finding.level for finding in found} == {"warning"}


def test_a_figure_past_its_validity_is_named_with_its_line(content: Path) -> None:
    change(
        content / "lt" / "figures.yml", lambda t: t.replace("psd-month:\n", "psd-month:\n  # here\n", 1).replace("2026-12-31", "2025-12-31")
    )
    found = next(finding for finding in check(content, TODAY) if finding.code == "figure-expired" and "psd-month" in finding.what)
    line = (content / "lt" / "figures.yml").read_text("utf-8").splitlines().index("psd-month:") + 1
    assert (found.level, found.line) == ("warning", line)


def test_an_entry_past_its_review_date_is_named(content: Path) -> None:
    later = TODAY + datetime.timedelta(days=200)
    assert [finding.code for finding in check(content, later) if "entry.yml" in finding.file] == ["review-due"]


def test_entries_that_search_cannot_tell_apart_are_named_with_the_score(content: Path) -> None:
    shutil.copytree(content / "lt" / "family-doctor", content / "lt" / "taxes")
    found = [finding for finding in errors(content) if finding.code == "question-collides"]
    assert found and all("likeness 1.00" in finding.what and "lt/" in finding.what for finding in found)
    assert "doubled-entry" in {finding.code for finding in errors(content)}


def test_a_finding_names_the_line(content: Path) -> None:
    path = content / "lt" / "family-doctor" / "en.md"
    change(path, lambda t: t.replace("## answer", "## anser"))
    wrong = next(i for i, line in enumerate(path.read_text("utf-8").splitlines(), 1) if "anser" in line)
    assert next(finding for finding in errors(content) if finding.code == "heading").line == wrong


def test_a_section_that_one_language_lacks_is_found(content: Path) -> None:
    change(content / "lt" / "family-doctor" / "et.md", lambda t: t[: t.rindex("\n## ")] + "\n")
    assert {finding.code for finding in errors(content)} == {"section-missing"}


def test_broken_content_is_not_loaded(content: Path) -> None:
    (content / "lt" / "figures.yml").write_text("x: [", "utf-8")
    with pytest.raises(ContentError, match=r"figures\.yml:\d"):
        load(content)


def test_changing_the_source_text_outdates_the_translations_and_marking_them_mends_it(content: Path) -> None:
    change(content / "lt" / "family-doctor" / "lt.md", lambda t: t + "\nPapildomas sakinys.\n")
    entry = load(content).entries["lt/family-doctor"]
    assert [entry.state(x) for x in ("lt", "lv", "et", "uk", "ru", "en")] == ["current", *["outdated"] * 5]
    assert mark_translated(content, entry, "uk")
    assert not mark_translated(content, load(content).entries["lt/family-doctor"], "uk")
    assert load(content).entries["lt/family-doctor"].state("uk") == "current"


def test_changing_questions_or_spacing_does_not_outdate_translations(content: Path) -> None:
    change(
        content / "lt" / "family-doctor" / "lt.md",
        lambda t: t.replace("questions:", "questions:\n  - Dar vienas klausimas?").replace(". ", ".  "),
    )
    assert load(content).entries["lt/family-doctor"].state("en") == "current"


def test_a_missing_text_is_a_warning_and_falls_back_without_russian_for_ukrainian(content: Path) -> None:
    (content / "lt" / "family-doctor" / "uk.md").unlink()
    assert errors(content) == []
    entry = load(content).entries["lt/family-doctor"]
    assert entry.state("uk") == "missing"
    assert entry.text_for("uk").language == "en"
    assert entry.text_for("uk", "ru").language == "ru"
