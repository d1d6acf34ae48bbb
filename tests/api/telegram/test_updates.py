"""Every kind of update, as a person sends it."""

from __future__ import annotations

from typing import Any

import pytest

from api.redaction import PLACEHOLDER
from tests.api.telegram.bot_api import NAME, BotApi, titles
from tests.api.telegram.conftest import Bot

FILE = {"file_id": "f", "file_unique_id": "u"}
PICTURE = {"width": 10, "height": 10}
BAND = {"id": -5, "type": "supergroup", "title": "Neighbours"}
ATTACHMENTS: dict[str, tuple[dict[str, Any], str]] = {
    "voice": ({"voice": {**FILE, "duration": 3}}, "voice messages"),
    "video": ({"video": {**FILE, **PICTURE, "duration": 3}}, "voice messages"),
    "video note": ({"video_note": {**FILE, "length": 10, "duration": 3}}, "voice messages"),
    "photo": ({"photo": [{**FILE, **PICTURE}]}, "pictures"),
    "sticker": ({"sticker": {**FILE, **PICTURE, "type": "regular", "is_animated": False, "is_video": False}}, "Nice!"),
    "document": ({"document": {**FILE, "file_name": "letter.pdf"}}, "files"),
    "location": ({"location": {"longitude": 25.28, "latitude": 54.69}}, "Where do you live?"),
    "contact": ({"contact": {"phone_number": "+37061234567", "first_name": "Ona"}}, "no contacts"),
    "poll": (
        {
            "poll": {
                "id": "1",
                "question": "?",
                "options": [],
                "total_voter_count": 0,
                "is_closed": False,
                "is_anonymous": True,
                "type": "regular",
                "allows_multiple_answers": False,
                "allows_revoting": False,
                "members_only": False,
            }
        },
        "this kind of message",
    ),
}


@pytest.mark.parametrize("kind", ATTACHMENTS)
async def test_what_is_no_text_gets_a_kind_answer(bot: Bot, kind: str) -> None:
    attachment, said = ATTACHMENTS[kind]
    answers = await bot.send(1, user={"language_code": "en"}, **attachment)
    assert len(answers) == 1 and said in answers[0]
    assert "61234567" not in answers[0]


async def test_a_location_offers_the_countries_and_takes_a_town(bot: Bot) -> None:
    await bot.send(1, user={"language_code": "en"}, location={"longitude": 25.28, "latitude": 54.69})
    assert titles(bot.api.chats[1][-1]) == ["Lithuania", "Latvia", "Estonia"]
    await bot.press(1, "Latvia")
    assert "Latvia" in bot.api.texts(1)[-1]


async def test_the_text_under_a_photo_is_answered_and_the_photo_owned_up_to(bot: Bot) -> None:
    await bot.send(1, "/start LT_en")
    said = await bot.send(1, caption="How do I register with a family doctor?", photo=[{**FILE, **PICTURE}])
    assert len(said) == 2 and "pictures" in said[0] and "family doctor" in said[1]


async def test_a_forwarded_message_is_looked_up(bot: Bot) -> None:
    await bot.send(1, "/start LT_en")
    origin = {"type": "hidden_user", "sender_user_name": "Somebody", "date": 1_790_000_000}
    said = await bot.send(1, "How do I register with a family doctor?", forward_origin=origin)
    assert len(said) == 2 and "forwarded" in said[0] and "family doctor" in said[1]


async def test_an_edited_message_is_answered_anew(bot: Bot) -> None:
    await bot.send(1, "/start LT_en")
    said = await bot.send(1, "How do I register with a family doctor?", kind="edited_message", edit_date=1_790_000_100)
    assert len(said) == 2 and "changed" in said[0] and "family doctor" in said[1]
    moving = {"longitude": 25.28, "latitude": 54.69, "live_period": 900}
    assert await bot.send(1, kind="edited_message", edit_date=1_790_000_100, location=moving) == []


@pytest.mark.parametrize(
    "text",
    [f"@{NAME} How do I register with a family doctor?", "/help", f"/help@{NAME}"],
)
async def test_a_group_that_addresses_the_bot_gets_a_reply(bot: Bot, text: str) -> None:
    bot.api.known.add(-5)
    said = await bot.send(-5, text, chat=BAND, user={"language_code": "en"})
    assert len(said) == 1
    sent = bot.api.chats[-5][-1]["values"]
    assert '"message_id"' in sent["reply_parameters"]


@pytest.mark.parametrize("text", ["Hi all, who is a doctor?", "@somebody_else hello", "/help@another_bot", f"mail me at x@{NAME}.lt"])
async def test_the_talk_of_a_group_is_none_of_the_bots_business(bot: Bot, text: str) -> None:
    assert await bot.send(-5, text, chat=BAND) == []
    assert await bot.channel.store.chat(-5) is None


async def test_a_reply_to_the_bot_in_a_group_is_addressed_to_it(bot: Bot) -> None:
    bot.api.known.add(-5)
    earlier = {"message_id": 5, "date": 1_790_000_000, "chat": BAND, "from": bot.api.me, "text": "Hello"}
    assert len(await bot.send(-5, "thank you", chat=BAND, reply_to_message=earlier)) == 1


async def test_a_topic_of_a_group_is_answered_in_that_topic(bot: Bot) -> None:
    bot.api.known.add(-5)
    await bot.send(-5, "/help", chat={**BAND, "is_forum": True}, is_topic_message=True, message_thread_id=77)
    assert bot.api.chats[-5][-1]["values"]["message_thread_id"] == "77"


async def test_a_channel_that_calls_the_bot_is_told_where_to_write(bot: Bot) -> None:
    channel = {"id": -6, "type": "channel", "title": "News"}
    bot.api.known.add(-6)
    assert await bot.send(-6, "News of today", kind="channel_post", chat=channel) == []
    said = await bot.send(-6, f"Ask @{NAME}", kind="channel_post", chat=channel)
    assert len(said) == 1 and f"@{NAME}" in said[0]


def member(chat: dict[str, Any], before: str, now: str, user: dict[str, Any]) -> dict[str, Any]:
    about = {"id": 123456, "is_bot": True, "first_name": "Sveiki", "username": NAME}
    more = {"until_date": 0} if now == "kicked" else {}
    changed = {
        "old_chat_member": {"status": before, "user": about, "until_date": 0},
        "new_chat_member": {"status": now, "user": about, **more},
    }
    return {"my_chat_member": {"chat": chat, "from": user, "date": 1_790_000_000, **changed}}


async def test_a_group_that_adds_the_bot_is_told_how_to_address_it(bot: Bot) -> None:
    bot.api.known.add(-5)
    bot.api.push(member(BAND, "left", "member", {"id": 1, "is_bot": False, "first_name": "T", "language_code": "lv"}))
    await bot.idle()
    assert len(bot.api.texts(-5)) == 1 and f"@{NAME}" in bot.api.texts(-5)[0] and "Grupā" in bot.api.texts(-5)[0]


async def test_what_does_not_concern_people_is_passed_over(bot: Bot) -> None:
    bot.api.push({"poll_answer": {"poll_id": "1", "user": bot.api.me, "option_ids": [0], "option_persistent_ids": []}})
    bot.api.push({"something_of_next_year": {"x": 1}})
    assert await bot.send(1, new_chat_title="New") == []
    assert len(await bot.send(1, "/help")) == 1


async def test_personal_data_are_not_kept_while_a_message_waits(stopped_bot: Bot, bot_api: BotApi, dialogue: Any, storage: Any) -> None:
    kept: list[str] = []

    async def send(conversation: str, text: str, *rest: Any) -> Any:
        async with storage.engine.connect() as connection:
            kept.extend(str(row) for row in (await connection.exec_driver_sql("SELECT body FROM telegram_updates")).all())
        return dialogue.reply

    dialogue.send = send
    await stopped_bot.start()
    await stopped_bot.send(1, "my code is 38703181745, call +370 612 34567", user={"language_code": "en", "last_name": "Petrauskas"})
    assert any(PLACEHOLDER in row for row in kept)
    assert not any(said in row for row in kept for said in ("38703181745", "612 34567", "Petrauskas"))
    async with storage.engine.connect() as connection:
        assert (await connection.exec_driver_sql("SELECT body FROM telegram_updates")).all() == [(None,)]
