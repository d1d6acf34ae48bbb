"""The messages that search compares questions with, and how far they are from the questions it is measured on."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from knowledge.elsewhere import ELSEWHERE
from knowledge.evaluation.questions import SETS
from knowledge.follow_ups import ASKS, FOLLOW_UPS
from knowledge.languages import COUNTRIES, LANGUAGES
from knowledge.messages import FOLDER as MESSAGES
from knowledge.messages import typed
from knowledge.normalise import fold


def lines(path: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_topic_has_messages_in_every_language(base, language: str) -> None:
    messages = lines(MESSAGES / f"{language}.jsonl")
    assert min(Counter(message["topic"] for message in messages)[topic] for topic in base.topics) >= 10
    assert {message["topic"] for message in messages} == set(base.topics)
    assert {message["country"] for message in messages} == set(COUNTRIES)
    assert {message["language"] for message in messages} == {language}


@pytest.mark.parametrize("language", LANGUAGES)
def test_follow_ups_and_messages_about_other_things_say_what_they_are(base, language: str) -> None:
    assert {line["asks"] for line in typed(language, FOLLOW_UPS)} == set(ASKS)
    assert {line["kind"] for line in typed(language, ELSEWHERE)} == {"near", "daily", "nonsense"}


@pytest.mark.parametrize(
    "name", ["questions", "report_questions", "out_of_scope", "report_out_of_scope", "follow_ups", "mixed", "several", "languages"]
)
def test_nothing_that_is_measured_on_is_among_the_messages(name: str) -> None:
    folders = (MESSAGES, FOLLOW_UPS, ELSEWHERE)
    known = {fold(line["text"]) for language in LANGUAGES for folder in folders for line in typed(language, folder)}
    assert [question["text"] for question in lines(SETS / f"{name}.jsonl") if fold(question["text"]) in known] == []
