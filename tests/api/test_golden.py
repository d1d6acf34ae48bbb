"""Golden answers per language: which entry, which sections, which sources; not the prose, which people go on mending."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from actions.answering import Answering
from actions.situation import Situation
from knowledge.languages import LANGUAGES

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("language", LANGUAGES)
async def test_golden_answers(answering: Answering, language: str) -> None:
    for expected in json.loads((GOLDEN / f"{language}.json").read_text("utf-8")):
        situation = Situation(language=language, country=expected["country"], status=expected["status"])
        found = await answering.find(expected["question"], situation)
        reply = answering.show(found.hits[0].entry, situation, found.hits)
        got = {
            "entry": reply.entry,
            "sections": [section.name for section in reply.sections],
            "sources": [source.url for source in reply.sources],
        }
        assert found.answered and got == {key: expected[key] for key in got}, expected["question"]
