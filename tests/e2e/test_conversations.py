"""Real conversations through web API, Rasa, actions, search and knowledge files."""

from __future__ import annotations

import httpx
import pytest

from tests.e2e.conftest import Sveiki

pytestmark = pytest.mark.e2e

FAMILY_DOCTOR = {
    "lt": ("Kaip užsiregistruoti pas šeimos gydytoją?", "LT"),
    "lv": ("Kā pieteikties pie ģimenes ārsta?", "LV"),
    "et": ("Kuidas perearsti nimistusse saada?", "EE"),
    "uk": ("Як записатися до сімейного лікаря?", "LT"),
    "ru": ("Как записаться к семейному врачу?", "LV"),
    "en": ("How do I register with a family doctor?", "EE"),
}
GREETINGS = {"lt": "Labas", "lv": "Labdien", "et": "Tere", "uk": "Привіт", "ru": "Привет", "en": "Hello"}
NONSENSE = {
    "lt": "Kokia rytoj bus oda saulei?",
    "lv": "Kāda rīt būs āda saulei?",
    "et": "Mis nahk homme päikesel on?",
    "uk": "Якою завтра буде шкіра сонця?",
    "ru": "Какая завтра будет кожа у солнца?",
    "en": "What skin will the sun have tomorrow?",
}
CRISIS = {
    "lt": "vyras mane muša, bijau",
    "lv": "vīrs mani sit, man bail",
    "et": "mees peksab mind",
    "uk": "чоловік мене б'є, допоможіть",
    "ru": "муж меня бьёт, помогите",
    "en": "my husband is beating me",
}
DELETE = {
    "lt": "ištrink mano duomenis",
    "lv": "izdzēs manus datus",
    "et": "kustuta minu andmed",
    "uk": "видали мої дані",
    "ru": "удали мои данные",
    "en": "delete my data",
}
SWITCH = {
    "lt": "galima lietuviškai?",
    "lv": "vai var latviski?",
    "et": "kas saab eesti keeles?",
    "uk": "можна українською?",
    "ru": "можно по-русски?",
    "en": "can we speak English?",
}
PERSON = {
    "lt": "noriu pakalbėti su žmogumi",
    "lv": "gribu runāt ar cilvēku",
    "et": "tahan rääkida inimesega",
    "uk": "хочу поговорити з людиною",
    "ru": "хочу поговорить с человеком",
    "en": "I want to talk to a person",
}


@pytest.mark.parametrize("language", FAMILY_DOCTOR)
def test_a_question_gets_its_sourced_answer(sveiki: Sveiki, language: str) -> None:
    text, country = FAMILY_DOCTOR[language]
    reply = sveiki.talk(country=country).say(text)
    assert (reply["kind"], reply["entry"]) == ("answer", f"{country.lower()}/family-doctor")
    assert reply["language"] == reply["text_language"] == language
    assert reply["sources"] and reply["sources"][0]["checked_on"]
    assert reply["notices"] == ["not_reviewed"]


@pytest.mark.parametrize("language", GREETINGS)
def test_a_greeting_greets(sveiki: Sveiki, language: str) -> None:
    reply = sveiki.talk().say(GREETINGS[language])
    assert (reply["kind"], reply["intent"], reply["language"]) == ("smalltalk", "greet", language)


@pytest.mark.parametrize("language", NONSENSE)
def test_nonsense_is_not_answered_and_there_is_a_way_on(sveiki: Sveiki, language: str) -> None:
    reply = sveiki.talk(country="LT").say(NONSENSE[language])
    assert (reply["kind"], reply["language"], reply["entry"]) == ("abstain", language, None)
    assert len(reply["buttons"]) >= 2


@pytest.mark.parametrize("language", CRISIS)
def test_danger_gets_the_card(sveiki: Sveiki, language: str) -> None:
    reply = sveiki.talk(country="LV").say(CRISIS[language])
    assert (reply["kind"], reply["language"]) == ("crisis", language)
    assert "(tel:112)" in reply["text"]


@pytest.mark.parametrize("language", FAMILY_DOCTOR)
def test_without_a_country_three_buttons_then_the_answer(sveiki: Sveiki, language: str) -> None:
    talk = sveiki.talk()
    asked = talk.say(FAMILY_DOCTOR[language][0])
    assert (asked["kind"], len(asked["buttons"])) == ("clarify", 3)
    reply = talk.send(payload=asked["buttons"][1]["payload"])[0]
    assert (reply["entry"], reply["language"]) == ("lv/family-doctor", language)


def test_a_typed_place_answers_the_question_that_waits(sveiki: Sveiki) -> None:
    talk = sveiki.talk()
    assert talk.say("Як записатися до сімейного лікаря?")["kind"] == "clarify"
    reply = talk.say("я живу в Таллінні")
    assert (reply["entry"], reply["language"]) == ("ee/family-doctor", "uk")


def test_an_abstention_offers_topics_that_open(sveiki: Sveiki) -> None:
    talk = sveiki.talk(country="LT")
    offered = talk.say(NONSENSE["lt"])["buttons"]
    reply = talk.send(payload=offered[0]["payload"])[0]
    assert reply["kind"] == "answer" and reply["entry"] in offered[0]["payload"]
    assert talk.send(payload=offered[-1]["payload"])[0]["kind"] == "handoff"


@pytest.mark.parametrize("language", SWITCH)
def test_changing_the_language_keeps_the_conversation(sveiki: Sveiki, language: str) -> None:
    other = "en" if language != "en" else "lt"
    talk = sveiki.talk(country="LT")
    assert talk.say(FAMILY_DOCTOR[other][0])["language"] == other
    assert talk.say(SWITCH[language])["language"] == language
    reply = talk.say(FAMILY_DOCTOR[other][0])
    assert (reply["entry"], reply["text_language"]) == ("lt/family-doctor", language)


@pytest.mark.parametrize("language", DELETE)
def test_deleting_is_asked_back_and_then_done(sveiki: Sveiki, language: str) -> None:
    talk = sveiki.talk(country="LT")
    asked = talk.say(DELETE[language])
    assert asked["language"] == language and [b["payload"] for b in asked["buttons"]] == ["/affirm", "/deny"]
    assert talk.send(payload="/deny")[0]["intent"] == "deny"
    assert talk.history()
    talk.say(DELETE[language])
    assert talk.send(payload="/affirm")[0]["kind"] == "command"
    assert "messages" not in httpx.get(f"{talk.path}/messages", headers=talk.headers).json()


def test_a_yes_to_nothing_deletes_nothing(sveiki: Sveiki) -> None:
    talk = sveiki.talk(country="LT")
    talk.say("delete my data")
    talk.say(FAMILY_DOCTOR["en"][0])
    assert talk.say("yes")["kind"] == "smalltalk"
    assert len(talk.history()) == 6


@pytest.mark.parametrize("language", PERSON)
def test_a_person_is_pointed_to(sveiki: Sveiki, language: str) -> None:
    reply = sveiki.talk(country="EE").say(PERSON[language])
    assert (reply["kind"], reply["language"]) == ("handoff", language)
    assert "https://" in reply["text"]


def test_two_people_at_once_do_not_mix(sveiki: Sveiki) -> None:
    one, other = sveiki.talk(), sveiki.talk()
    asked = one.say(FAMILY_DOCTOR["uk"][0])
    assert other.say(FAMILY_DOCTOR["et"][0])["kind"] == "clarify"
    assert one.send(payload=asked["buttons"][0]["payload"])[0]["entry"] == "lt/family-doctor"
    assert other.say("Eesti")["entry"] == "ee/family-doctor"


def test_a_long_talk_does_not_become_slower_or_forget_its_place(sveiki: Sveiki) -> None:
    talk = sveiki.talk()
    asked = talk.say(FAMILY_DOCTOR["en"][0])
    talk.send(payload=asked["buttons"][2]["payload"])
    for _ in range(60):
        talk.say("hello")
    assert talk.say(FAMILY_DOCTOR["en"][0])["entry"] == "ee/family-doctor"
