"""The flows of the dialogue, each in all six languages, through web API, Rasa, actions, search and knowledge files."""

from __future__ import annotations

import json
import re
import subprocess
from typing import Any

import pytest

from api.settings import ROOT
from tests.e2e import phrases
from tests.e2e.conftest import Sveiki, Talk

pytestmark = [pytest.mark.e2e, pytest.mark.parametrize("language", phrases.LANGUAGES)]


def begin(sveiki: Sveiki, language: str) -> Talk:
    return sveiki.talk(country=phrases.COUNTRY[language])


def payloads(reply: dict[str, Any], of: str = "") -> list[str]:
    return [button["payload"] for button in reply["buttons"] if button["payload"].startswith(f"/{of}")]


def press(talk: Talk, reply: dict[str, Any], of: str, which: int = 0) -> list[dict[str, Any]]:
    return talk.send(payload=payloads(reply, of)[which])


def command(sveiki: Sveiki, *arguments: str) -> str:
    done = subprocess.run([ROOT / ".venv/bin/sveiki", *arguments], env=sveiki.environment, capture_output=True, text=True, check=True)
    return done.stdout


def test_two_taps_begin_a_conversation(sveiki: Sveiki, language: str) -> None:
    talk = sveiki.talk()
    greeted = talk.say(
        {"lt": "Sveiki", "lv": "Labdien!", "et": "Tere!", "uk": "Вітаю", "ru": "Здравствуйте", "en": "Hello there"}[language]
    )
    assert greeted["kind"] == "smalltalk" and len(payloads(greeted, "choose_place")) == 3
    offered = press(talk, greeted, "change_language")[0]
    assert len(offered["buttons"]) == 6
    chosen = talk.send(payload=f'/change_language{{"language":"{language}"}}')[0]
    placed = press(talk, chosen, "choose_place", 1)[0]
    assert (chosen["language"], placed["language"], placed["kind"]) == (language, language, "command")


def test_an_answer_and_what_is_asked_about_it(sveiki: Sveiki, language: str) -> None:
    talk = begin(sveiki, language)
    entry = f"{phrases.COUNTRY[language].lower()}/driving-licence"
    first = talk.say(phrases.LICENCE[language])
    if first["kind"] == "clarify":
        first = press(talk, first, "skip")[0]
    assert (first["kind"], first["entry"], first["language"]) == ("answer", entry, language)
    assert first["title"] and first["sources"] and len(first["feedback"]) == 2
    cost = talk.say(phrases.COST[language])
    assert cost["entry"] == entry and cost["text"] != first["text"]
    clerk = talk.say(phrases.CLERK[language])
    state = {"LT": "lt", "LV": "lv", "EE": "et"}[phrases.COUNTRY[language]]
    assert (clerk["intent"], clerk["entry"], clerk["clerk"]["language"]) == ("show_clerk", entry, state)
    simpler = talk.say(phrases.SIMPLER[language])
    assert (simpler["intent"], simpler["entry"], simpler["sections"]) == ("simpler", entry, [])


def test_the_last_answer_is_said_again_in_another_language(sveiki: Sveiki, language: str) -> None:
    talk = begin(sveiki, language)
    first = talk.say(phrases.LICENCE[language])
    if first["kind"] == "clarify":
        press(talk, first, "skip")
    other = "uk" if language != "uk" else "en"
    replies = talk.send(text={"uk": "а українською?", "en": "and in English?"}[other])
    assert [reply["text_language"] for reply in replies] == [other, other]
    assert (replies[-1]["kind"], replies[-1]["entry"]) == ("answer", first["entry"])


def test_what_the_answer_depends_on_is_asked_remembered_shown_and_forgotten(sveiki: Sveiki, language: str) -> None:
    talk = begin(sveiki, language)
    entry = f"{phrases.COUNTRY[language].lower()}/health-insurance-cover"
    title = {
        "lt": "Ar aš apdraustas privalomuoju sveikatos draudimu?",
        "lv": "Vai man pienākas valsts apmaksāta veselības aprūpe?",
        "et": "Kas mul on ravikindlustus?",
        "uk": "Чи я застрахована медичним страхуванням?",
        "ru": "Застрахован ли я, есть ли у меня медицинская страховка?",
        "en": "Do I have health insurance here?",
    }[language]
    asked = talk.say(title)
    assert (asked["kind"], asked["entry"]) == ("clarify", entry)
    chosen = press(talk, asked, "choose_")[0]
    assert (chosen["kind"], chosen["entry"], chosen["language"]) == ("answer", entry, language)
    known = talk.say(phrases.ABOUT_ME[language])
    assert known["intent"] == "know_about_me"
    forgotten = press(talk, known, "forget_fact")[0]
    assert not payloads(forgotten, "forget_fact")
    again = talk.say(title)
    assert again["kind"] == "clarify"
    assert press(talk, again, "skip")[0]["kind"] == "answer"


def test_a_guide_is_walked_left_for_a_question_and_resumed(sveiki: Sveiki, language: str) -> None:
    talk = begin(sveiki, language)
    first = talk.say(phrases.GUIDE[language])
    if payloads(first, "start_guide"):
        wanted = f'{phrases.COUNTRY[language].lower()}-health-insurance"'
        first = talk.send(payload=next(p for p in payloads(first, "start_guide") if wanted in p))[0]
    way = payloads(first, "guide_step") or payloads(first, "next_step")
    second = talk.send(payload=way[0])[0]
    assert second["text"] != first["text"] and payloads(second, "previous_step")
    detour = talk.say(phrases.LICENCE[language])
    assert payloads(detour, "resume_guide")
    resumed = press(talk, detour, "resume_guide")[0]
    assert resumed["text"] == second["text"]
    assert press(talk, resumed, "previous_step")[0]["text"] == first["text"]
    left = talk.say(phrases.STOP[language])
    assert left["intent"] == "stop" and not payloads(talk.say(phrases.LICENCE[language]), "resume_guide")


def test_a_message_reaches_a_coordinator_and_the_answer_comes_back(sveiki: Sveiki, language: str) -> None:
    talk = begin(sveiki, language)
    offered = talk.say(phrases.PERSON[language])
    assert offered["kind"] == "handoff"
    asked = press(talk, offered, "write_message")[0]
    assert asked["kind"] == "handoff"
    contact = talk.send(text=phrases.MESSAGE[language])[-1]
    assert payloads(contact, "skip")
    nonsense = talk.send(text=phrases.NONSENSE[language])
    assert [reply["kind"] for reply in nonsense] == ["abstain", "handoff"] and nonsense[-1]["text"] == contact["text"]
    consent = talk.send(text="olena@example.org")[-1]
    assert payloads(consent, "affirm") and payloads(consent, "deny")
    sent = talk.say(phrases.YES[language])
    assert (sent["kind"], sent["language"]) == ("handoff", language)
    listed = command(sveiki, "messages")
    number = re.findall(r"^│ +(\d+) ", listed, re.MULTILINE)[-1]
    command(sveiki, "reply", number, "I can help you on Monday.")
    answer = talk.history()[-1]
    assert (answer["kind"], answer["role"], answer["text"]) == ("human", "human", "I can help you on Monday.")
    assert talk.send(text=phrases.LICENCE[language]) == []
    assert press(talk, answer, "back_to_assistant")[0]["language"] == language
    assert talk.say(phrases.LICENCE[language])["kind"] in ("answer", "clarify")
    assert "olena" not in json.dumps(talk.history())


def test_the_language_changes_in_the_middle_of_a_message(sveiki: Sveiki, language: str) -> None:
    talk = begin(sveiki, language)
    press(talk, talk.say(phrases.PERSON[language]), "write_message")
    talk.send(text=phrases.MESSAGE[language])
    other = "uk" if language != "uk" else "en"
    replies = talk.send(text={"uk": "можна українською?", "en": "can we speak English?"}[other])
    assert replies[-1]["text_language"] == other and payloads(replies[-1], "skip")
    consent = press(talk, replies[-1], "skip")[0]
    assert consent["text_language"] == other
    assert press(talk, consent, "deny")[0]["kind"] == "handoff"


def test_feedback_reason_and_correction(sveiki: Sveiki, language: str) -> None:
    talk = begin(sveiki, language)
    first = talk.say(phrases.LICENCE[language])
    if first["kind"] == "clarify":
        first = press(talk, first, "skip")[0]
    assert talk.send(payload=first["feedback"][0]["payload"])[0]["kind"] == "command"
    why = talk.say(phrases.UNHELPFUL[language])
    assert why["intent"] == "feedback_bad" and len(payloads(why, "feedback_reason")) == 4
    noted = press(talk, why, "feedback_reason", 1)[0]
    asked = press(talk, noted, "suggest_correction")[0]
    assert payloads(asked, "stop")
    thanked = talk.say(phrases.NONSENSE[language])
    assert (thanked["kind"], thanked["language"]) == ("command", language)
    assert talk.say(phrases.LICENCE[language])["kind"] in ("answer", "clarify")


def test_my_data_are_shown_after_a_yes(sveiki: Sveiki, language: str) -> None:
    talk = begin(sveiki, language)
    talk.say(phrases.NONSENSE[language])
    asked = talk.say(phrases.EXPORT[language])
    assert asked["intent"] == "export_data" and len(asked["buttons"]) == 2
    shown = talk.say(phrases.YES[language])
    assert phrases.NONSENSE[language] in shown["text"] and shown["language"] == language


def test_a_greeting_or_thanks_with_a_question_is_a_question(sveiki: Sveiki, language: str) -> None:
    hello = {"lt": "Laba diena!", "lv": "Sveiki!", "et": "Tere päevast!", "uk": "Добрий день!", "ru": "Здравствуйте!", "en": "Hi!"}[
        language
    ]
    reply = begin(sveiki, language).say(f"{hello} {phrases.LICENCE[language]}")
    assert (reply["kind"] in ("answer", "clarify"), reply["entry"]) == (True, f"{phrases.COUNTRY[language].lower()}/driving-licence")


def test_insults_are_met_calmly(sveiki: Sveiki, language: str) -> None:
    reply = begin(sveiki, language).say(phrases.INSULT[language])
    assert (reply["kind"], reply["intent"], reply["language"]) == ("smalltalk", "insult", language)


def test_the_second_dead_end_in_a_row_leads_to_people(sveiki: Sveiki, language: str) -> None:
    talk = begin(sveiki, language)
    first, second = talk.say(phrases.NONSENSE[language]), talk.say(phrases.NONSENSE[language])
    assert first["kind"] == second["kind"] == "abstain"
    assert first["text"] != second["text"] and "https://" in second["text"]
