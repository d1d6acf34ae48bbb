"""The Telegram channel in the real processes, with the real dialogue behind it."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator

import pytest

from api.settings import ROOT
from tests.api.telegram.bot_api import BotApi, titles
from tests.e2e.conftest import Sveiki
from tests.e2e.telegram_kills import installation, storm
from tests.e2e.test_conversations import CRISIS, FAMILY_DOCTOR, GREETINGS

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def api() -> Iterator[BotApi]:
    server = BotApi()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, api: BotApi) -> Iterator[Sveiki]:
    sveiki = installation(tmp_path_factory.mktemp("var"), api)
    sveiki.start()
    yield sveiki
    sveiki.stop()


@pytest.mark.parametrize("language", FAMILY_DOCTOR)
def test_a_talk_in_every_language(running: Sveiki, api: BotApi, language: str) -> None:
    question, country = FAMILY_DOCTOR[language]
    chat = 9000 + list(FAMILY_DOCTOR).index(language)

    def say(text: str) -> str:
        before = len(api.chats[chat])
        api.push(api.say(chat, text))
        running.wait(lambda: len(api.chats[chat]) > before, 30)
        return api.texts(chat)[-1]

    assert "/privacy" in say(f"/start {country}_{language}")
    assert say(GREETINGS[language])
    answer = say(question)
    assert "https://" in api.chats[chat][-1]["html"] or len(titles(api.chats[chat][-1])) > 3
    assert len(answer) > 200
    assert "112" in say(CRISIS[language])
    assert not api.refused


def test_the_check_finds_it_well(running: Sveiki, api: BotApi) -> None:
    running.wait(lambda: len(api.descriptions) == 12, 60)
    command = [ROOT / ".venv/bin/sveiki", "telegram", "check"]
    done = subprocess.run(command, cwd=ROOT, env=running.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "@sveiki_test_bot" in done.stdout
    wrong = {**running.environment, "SVEIKI_TELEGRAM_TOKEN": "1:wrong"}
    done = subprocess.run(command, cwd=ROOT, env=wrong, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "@BotFather" in done.stdout and "1:wrong" not in done.stdout + done.stderr


def test_after_kills_every_message_is_answered(running: Sveiki, api: BotApi) -> None:
    outcome = storm(running, api, messages=60, kills=2, chance=random.Random(1))
    assert outcome.lost == 0
    assert outcome.twice == outcome.explained


def test_the_log_never_names_the_token(running: Sveiki, api: BotApi) -> None:
    assert api.token not in running.log.read_text("utf-8", "replace")
