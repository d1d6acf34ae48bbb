from __future__ import annotations

import json

from actions.desk import Left
from api.desk import DeskStorage
from api.desk_cli import said_by_person
from api.redaction import contact_in
from api.storage import Storage
from tests.api.conftest import FakeDialogue


def left(conversation: str, entry: str = "lt/family-doctor") -> Left:
    return Left(conversation=conversation, entry=entry, country="LT", municipality=None, language="uk")


async def test_a_message_keeps_the_contact_and_goes_with_its_conversation(start, storage: Storage, desk: DeskStorage) -> None:
    talk = await start(country="LT")
    await desk.note_contact(talk.id, "olena@example.org")
    await desk.add_message(left(talk.id), "I need help", "municipality", by_contact=True)
    (letter,) = await desk.letters()
    assert (letter.question, letter.contact, letter.state) == ("I need help", "olena@example.org", "open")
    await desk.add_feedback(left(talk.id), helpful=True)
    await desk.add_correction(left(talk.id), "The number is old")
    await storage.delete(talk.id)
    assert await desk.letters() == await desk.feedback() == await desk.corrections() == []


async def test_a_contact_that_was_withdrawn_is_gone(start, desk: DeskStorage) -> None:
    talk = await start()
    await desk.note_contact(talk.id, "olena@example.org")
    await desk.withdraw(talk.id)
    await desk.add_message(left(talk.id), "I need help", None, by_contact=True)
    assert (await desk.letters())[0].contact is None


async def test_a_later_judgement_takes_the_place_of_the_earlier(start, desk: DeskStorage) -> None:
    talk = await start()
    await desk.add_feedback(left(talk.id), helpful=True)
    await desk.add_feedback(left(talk.id), helpful=False, reason="outdated")
    await desk.add_feedback(left(talk.id, "lt/rent-flat"), helpful=True)
    assert [(f["entry"], f["helpful"], f["reason"]) for f in await desk.feedback()] == [
        ("lt/family-doctor", False, "outdated"),
        ("lt/rent-flat", True, None),
    ]


async def test_while_a_person_talks_the_assistant_keeps_silent(start, desk: DeskStorage, dialogue: FakeDialogue) -> None:
    talk = await start(country="LT")
    await desk.add_message(left(talk.id), "I need help", None, by_contact=False)
    (letter,) = await desk.letters()
    await desk.reply(letter, said_by_person(letter, "Hello, I am Rasa from the welcome centre."))
    assert (await talk.history())[-1]["kind"] == "human"
    assert (await talk.post(text="Thank you, where do I come?")).json()["messages"] == []
    assert (await talk.say("my husband is beating me"))["kind"] == "crisis"
    assert (await talk.say("he say he is my husband so i cant say no, and he hold me down every time"))["kind"] == "crisis"
    assert [message["role"] for message in await talk.history()] == ["human", "user", "user", "bot", "user", "bot"]
    await desk.close(letter)
    assert await talk.say("How do I register with a family doctor?")
    assert await desk.letters() == [] and [found.id for found in await desk.letters("closed")] == [letter.id]


async def test_a_contact_never_reaches_the_dialogue_or_the_history(start, desk: DeskStorage, dialogue: FakeDialogue) -> None:
    dialogue.down = False
    dialogue.reply.messages = [{"custom": {"kind": "handoff", "text": "How can you be reached?", "asks": "contact"}}]
    talk = await start(country="LT")
    await talk.say("I want to write a message")
    await talk.say("call me at +370 612 34567 or olena@example.org")
    sent = json.dumps(dialogue.sent[-1][1:], ensure_ascii=False, default=str)
    assert "34567" not in sent and "olena" not in sent
    assert {"entity": "contact", "value": "given"} in dialogue.sent[-1][2]["entities"]
    assert "olena" not in json.dumps(await talk.history())
    await desk.add_message(left(talk.id), "I need help", None, by_contact=True)
    assert "olena@example.org" in str((await desk.letters())[0].contact)


def test_what_says_how_somebody_can_be_reached() -> None:
    assert all(contact_in(text) for text in ("olena@example.org", "mano tel. +37061234567", "t.me/olena_k", "пишіть @olena_k"))
    assert not any(contact_in(text) for text in ("I do not know", "у мене двоє дітей", "@home"))
