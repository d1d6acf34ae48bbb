"""What goes wrong in real life: processes killed, restarted, interrupted."""

from __future__ import annotations

import psutil
import pytest

from tests.e2e.conftest import Sveiki

pytestmark = pytest.mark.e2e

QUESTION = "Kuidas perearsti nimistusse saada?"


def test_with_rasa_killed_search_answers_and_says_so_until_it_is_back(sveiki: Sveiki) -> None:
    talk = sveiki.talk()
    asked = talk.say(QUESTION)
    sveiki.kill("bin/rasa")
    sveiki.wait(lambda: sveiki.ready() == "degraded", 20)
    reply = talk.send(payload=asked["buttons"][2]["payload"])[0]
    assert (reply["entry"], "degraded" in reply["notices"]) == ("ee/family-doctor", True)
    assert "degraded" in talk.say(QUESTION)["notices"]
    assert sveiki.talk(country="LT").say("vyras mane muša")["kind"] == "crisis"
    sveiki.wait(lambda: sveiki.ready() == "ready", 120)
    assert "the dialogue is back" in sveiki.log.read_text("utf-8")
    assert talk.say("Tere")["intent"] == "greet"
    assert talk.say(QUESTION)["notices"] == ["not_reviewed"]


def test_with_the_api_killed_conversations_are_there_after_the_restart(sveiki: Sveiki) -> None:
    talk = sveiki.talk()
    asked = talk.say(QUESTION)
    before = talk.history()
    sveiki.kill("sveiki serve")
    sveiki.wait(lambda: sveiki.ready() == "ready", 120)
    assert talk.history() == before
    assert talk.send(payload=asked["buttons"][0]["payload"])[0]["entry"] == "lt/family-doctor"


def test_ctrl_c_ends_both_processes_and_a_restart_keeps_conversations_and_trackers(sveiki: Sveiki) -> None:
    talk = sveiki.talk()
    talk.say(QUESTION)
    children = sveiki.children()
    assert len(children) >= 2
    sveiki.stop()
    assert not [pid for pid in children if psutil.pid_exists(pid)]
    sveiki.start()
    assert talk.say("Eesti")["entry"] == "ee/family-doctor"
    assert "degraded" not in talk.history()[-1]["notices"]
