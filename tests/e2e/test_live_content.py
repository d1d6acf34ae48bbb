"""A coordinator saves a file: newcomers read it at once, or are spared what is broken."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from knowledge.languages import LANGUAGES
from tests.e2e.conftest import Sveiki

pytestmark = pytest.mark.e2e

PICKED_UP = 2.0


@contextmanager
def edited(path: Path, old: str, new: str) -> Iterator[None]:
    before = path.read_text("utf-8")
    assert old in before
    path.write_text(before.replace(old, new, 1), "utf-8")
    yield
    path.write_text(before, "utf-8")


def page(sveiki: Sveiki, entry: str, language: str) -> str:
    response = httpx.get(f"{sveiki.url}/e/{entry}/{language}", timeout=30)
    assert response.status_code == 200, response.text
    return response.text


def readiness(sveiki: Sveiki) -> dict[str, object]:
    body: dict[str, object] = httpx.get(f"{sveiki.url}/readyz", timeout=30).json()
    return body


def test_a_saved_text_is_served_within_two_seconds_and_no_question_is_lost(sveiki: Sveiki) -> None:
    text = sveiki.content / "lt" / "family-doctor" / "en.md"
    heading = next(line for line in text.read_text("utf-8").splitlines() if line.startswith("## answer"))
    stop, failures = threading.Event(), []

    def ask() -> None:
        while not stop.is_set():
            reply = sveiki.talk(country="LT", language="en").say("How do I register with a family doctor?")
            if reply["entry"] != "lt/family-doctor":
                failures.append(reply)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        with edited(text, heading, f"{heading}\n\nBring a smile."):
            saved = time.monotonic()
            sveiki.wait(lambda: "Bring a smile." in page(sveiki, "lt/family-doctor", "en"), 30)
            # The machine that runs the tests is busy with the questions as well: the promise is made for one that is not.
            assert time.monotonic() - saved < PICKED_UP * 5
            assert "Bring a smile." in sveiki.talk(country="LT").say("How do I register with a family doctor?")["text"]
    finally:
        stop.set()
        asking.join()
    assert not failures
    sveiki.wait(lambda: "Bring a smile." not in page(sveiki, "lt/family-doctor", "en"), 30)


def test_a_broken_file_is_refused_with_its_finding_and_the_last_good_version_stays(sveiki: Sveiki) -> None:
    before = page(sveiki, "lv/family-doctor", "uk")
    with edited(sveiki.content / "lv" / "family-doctor" / "uk.md", "## answer", "## anser"):
        sveiki.wait(lambda: sveiki.ready() == "degraded", 30)
        findings: Any = readiness(sveiki)["refused"]
        assert {finding["file"] for finding in findings} == {"content/lv/family-doctor/uk.md"}
        assert "heading" in {finding["code"] for finding in findings} and all(finding["mend"] for finding in findings)
        assert page(sveiki, "lv/family-doctor", "uk") == before
        assert "not served: content/lv/family-doctor/uk.md" in sveiki.log.read_text("utf-8")
    sveiki.wait(lambda: sveiki.ready() == "ready", 30)


def test_one_changed_figure_changes_six_answers(sveiki: Sveiki) -> None:
    figures = sveiki.content / "lt" / "figures.yml"
    lines = figures.read_text("utf-8").splitlines()
    start = lines.index("psd-month:")
    value = next(line for line in lines[start:] if line.startswith("  value:"))
    before = {language: page(sveiki, "lt/health-insurance-self-paid", language) for language in LANGUAGES}
    with edited(figures, f"psd-month:\n{value}", "psd-month:\n  value: 1234.56"):
        sveiki.wait(lambda: "€1,234.56" in page(sveiki, "lt/health-insurance-self-paid", "en"), 30)
        after = {language: page(sveiki, "lt/health-insurance-self-paid", language) for language in LANGUAGES}
        assert all("234,56" in after[language] or "234.56" in after[language] for language in LANGUAGES)
        assert not any(after[language] == before[language] for language in LANGUAGES)
    sveiki.wait(lambda: page(sveiki, "lt/health-insurance-self-paid", "en") == before["en"], 30)


def test_editing_the_source_text_marks_five_translations_outdated_and_the_answer_says_so(sveiki: Sveiki) -> None:
    source = sveiki.content / "lt" / "family-doctor" / "lt.md"
    heading = next(line for line in source.read_text("utf-8").splitlines() if line.startswith("## answer"))
    with edited(source, heading, f"{heading}\n\nŠis sakinys yra naujas."):
        sveiki.wait(lambda: "Šis sakinys yra naujas." in page(sveiki, "lt/family-doctor", "lt"), 30)
        questions = {
            "lt": "Kaip prisirašyti prie šeimos gydytojo?",
            "uk": "Як записатися до сімейного лікаря?",
            "en": "How do I register with a family doctor?",
        }
        for language, question in questions.items():
            reply = sveiki.talk(country="LT", language=language).say(question)
            assert ("outdated" in reply["notices"]) == (language != "lt"), reply
    sveiki.wait(lambda: "Šis sakinys yra naujas." not in page(sveiki, "lt/family-doctor", "lt"), 30)
