from __future__ import annotations

import json
import os
import subprocess

import pytest

from api.settings import ROOT
from tests.e2e.conftest import Sveiki

pytestmark = pytest.mark.e2e


def ask(environment: dict[str, str], *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / ".venv/bin/sveiki", "ask", *arguments],
        env=environment,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )


def test_a_batch_keeps_its_order_and_its_form(sveiki: Sveiki) -> None:
    questions = [
        {"id": "a", "text": "Kaip užsiregistruoti pas šeimos gydytoją?", "country": "LT"},
        {"id": "b", "text": "hello", "language": "auto"},
        {"id": "c", "text": "How do I register with a family doctor?"},
        {"id": "d", "text": ""},
        {"id": "e", "text": "муж меня бьёт"},
        {"id": "f", "text": "Eesti", "after": "Kuidas perearsti nimistusse saada?"},
        {"id": 7, "text": "What skin will the sun have tomorrow?", "country": "EE", "language": "en"},
    ]
    done = ask(sveiki.environment, "--batch", "-", stdin="\n".join(json.dumps(q) for q in questions))
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["id"] for line in lines] == [q["id"] for q in questions], done.stderr
    assert [line.get("kind") for line in lines] == ["answer", "smalltalk", "clarify", None, "crisis", "answer", "abstain"]
    assert lines[0].keys() >= set("id kind language intent entry score alternatives text sources reviewed_on ms".split())
    assert lines[0]["entry"] == "lt/family-doctor" and lines[0]["sources"][0].keys() >= {"title", "url", "checked_on"}
    assert lines[2]["entry"].endswith("/family-doctor")
    assert lines[3]["error"]["code"] == "empty_message"
    assert lines[5]["entry"] == "ee/family-doctor"


def test_one_question_as_text_and_as_json(sveiki: Sveiki) -> None:
    shown = ask(sveiki.environment, "Как записаться к семейному врачу?", "--country", "LV")
    assert shown.returncode == 0 and "lv/family-doctor" in shown.stdout and "https://" in shown.stdout
    as_json = ask(sveiki.environment, "Как записаться к семейному врачу?", "--country", "LV", "--json")
    assert json.loads(as_json.stdout)["language"] == "ru"


def test_direct_leaves_rasa_out() -> None:
    done = ask({**os.environ, "SVEIKI_PORT": "1"}, "How do I register with a family doctor?", "--country", "EE", "--direct", "--json")
    reply = json.loads(done.stdout)
    assert (reply["kind"], reply["entry"], reply["intent"]) == ("answer", "ee/family-doctor", None)


def test_without_a_server_ask_starts_what_it_needs_and_ends_it(sveiki: Sveiki) -> None:
    environment = {**sveiki.environment, "SVEIKI_PORT": "8999"}
    done = ask(environment, "Labas", "--json")
    assert json.loads(done.stdout)["intent"] == "greet", done.stderr
    assert not _asks_with_a_server()


def test_ask_that_is_told_to_end_ends_what_it_started(sveiki: Sveiki) -> None:
    environment = {**sveiki.environment, "SVEIKI_PORT": "8999"}
    asking = subprocess.Popen([ROOT / ".venv/bin/sveiki", "ask", "Labas"], env=environment, stdout=subprocess.DEVNULL)
    sveiki.wait(_asks_with_a_server, 60)
    asking.terminate()
    assert asking.wait(60) != 0
    assert not _asks_with_a_server()


def _asks_with_a_server() -> bool:
    return subprocess.run(["pgrep", "-f", "sveiki-ask-"], capture_output=True, check=False).returncode == 0


def test_a_wrong_question_file_and_wrong_settings_say_what_to_do(sveiki: Sveiki) -> None:
    assert "Field required" in ask(sveiki.environment, "--batch", "-", stdin='{"id": 1}').stderr
    wrong = ask({**sveiki.environment, "SVEIKI_PORT": "http"}, "hello")
    assert wrong.returncode == 2 and "SVEIKI_PORT" in wrong.stderr and "Traceback" not in wrong.stderr


def test_a_second_run_says_that_the_port_is_taken(sveiki: Sveiki) -> None:
    done = subprocess.run(
        [ROOT / ".venv/bin/sveiki", "run"], env=sveiki.environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 1 and "SVEIKI_PORT" in done.stderr
