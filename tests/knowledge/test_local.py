"""What a municipality adds, and what a person's status or occupation changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from actions.answering import show
from actions.situation import Situation
from knowledge.check import check
from knowledge.loader import load
from tests.knowledge.test_check import TODAY, change, errors

ENTRY = "lt/family-doctor"
HEAD = """source_language: lt
responsible: municipality
depth: full
owner: null
review_every: 6
reviewed_on: null
reviewed_by: null
{extra}sources:
  vilnius:
    title: Vilniaus miesto savivaldybė
    url: https://vilnius.lt/
    checked_on: 2026-11-21
    kind: official
"""


@pytest.fixture
def vilnius(content: Path) -> Path:
    """A municipality's entry: what to do, in Lithuanian and English."""
    folder = content / ENTRY / "vilnius"
    folder.mkdir()
    (folder / "entry.yml").write_text(HEAD.format(extra=""), "utf-8")
    (folder / "lt.md").write_text("---\nquestions: []\n---\n\n## steps (vilnius)\n\nVilniaus poliklinikoje.\n", "utf-8")
    (folder / "en.md").write_text("---\nquestions: []\n---\n\n## steps (vilnius)\n\nAt a clinic in Vilnius.\n", "utf-8")
    return folder


def steps(content: Path, language: str, municipality: str | None) -> str:
    reply = show(load(content), ENTRY, Situation(language=language, country="LT", municipality=municipality))
    return next(section.text for section in reply.sections if section.name == "steps")


def test_a_municipalitys_section_takes_the_national_ones_place_only_there(content: Path, vilnius: Path) -> None:
    assert errors(content) == []
    national = steps(content, "en", None)
    assert steps(content, "en", "vilnius") == "At a clinic in Vilnius."
    assert steps(content, "en", "kaunas") == national != "At a clinic in Vilnius."
    reply = show(load(content), ENTRY, Situation(language="en", country="LT", municipality="vilnius"))
    assert (reply.entry, reply.municipality) == (ENTRY, "vilnius")
    assert reply.text == show(load(content), ENTRY, Situation(language="en", country="LT")).text
    assert "https://vilnius.lt/" in [source.url for source in reply.sources]


def test_adding_follows_the_national_text(content: Path, vilnius: Path) -> None:
    national = steps(content, "en", None)
    (vilnius / "entry.yml").write_text(HEAD.format(extra="adds_to: [steps]\n"), "utf-8")
    assert steps(content, "en", "vilnius") == f"{national}\n\nAt a clinic in Vilnius."


def test_an_untranslated_municipal_section_keeps_its_language_and_says_so(content: Path, vilnius: Path) -> None:
    reply = show(load(content), ENTRY, Situation(language="uk", country="LT", municipality="vilnius"))
    assert reply.text_language == "uk"
    assert steps(content, "uk", "vilnius") == "At a clinic in Vilnius."
    assert "fallback" in reply.notices
    assert {finding.code for finding in check(content, TODAY) if "vilnius" in finding.file} == {
        "translation-missing",
        "translation-outdated",
    }


def test_a_municipal_folder_must_be_a_municipality(content: Path, vilnius: Path) -> None:
    vilnius.rename(vilnius.with_name("atlantis"))
    assert [finding.code for finding in errors(content)] == ["unknown-place"]


def test_a_variant_is_for_its_people_only(content: Path) -> None:
    change(
        content / ENTRY / "entry.yml",
        lambda t: t.replace(
            "sources:", "variants:\n  ukraine:\n    statuses: [temporary-protection]\n  work:\n    occupations: [employed]\nsources:", 1
        ),
    )
    key = next(iter(load(content).entries[ENTRY].about.sources))
    for path in (content / ENTRY).glob("*.md"):
        section = f"\n## cost [ukraine] ({key})\n\nUA {path.stem}\n\n## cost [work] ({key})\n\nWork {path.stem}\n"
        change(path, lambda t, section=section: t + section)  # type: ignore[misc]
    assert errors(content) == []

    def cost(**situation: str) -> str:
        reply = show(load(content), ENTRY, Situation(language="en", country="LT", **situation))  # type: ignore[arg-type]
        return next((section.text for section in reply.sections if section.name == "cost"), "")

    general = cost()
    assert cost(status="temporary-protection") == "UA en"
    assert cost(status="temporary-protection", occupation="employed") == "UA en"
    assert cost(occupation="employed") == "Work en"
    assert cost(status="eu-citizen", occupation="child") == general
    assert not {"UA en", "Work en"} & {general}


def test_a_variant_nobody_knows_is_found(content: Path) -> None:
    key = next(iter(load(content).entries[ENTRY].about.sources))
    change(content / ENTRY / "en.md", lambda t: t + f"\n## cost [martians] ({key})\n\nText.\n")
    assert "unknown-variant" in {finding.code for finding in errors(content)}
    change(content / ENTRY / "entry.yml", lambda t: t.replace("sources:", "variants:\n  x:\n    statuses: [martian]\nsources:", 1))
    assert "invalid" in {finding.code for finding in errors(content)}
