"""The channel as a person meets it: commands, buttons, order, once-only, what Telegram refuses."""

from __future__ import annotations

import asyncio
import datetime
import json
import random
from collections import Counter
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from api.conversations import ConversationService
from api.settings import Settings
from api.storage import Storage
from api.telegram.channel import Channel
from api.telegram.consents import Consents
from knowledge.languages import LANGUAGES
from tests.api.conftest import FakeDialogue
from tests.api.telegram.bot_api import BotApi, RefusalError, titles
from tests.api.telegram.conftest import Bot

FAMILY_DOCTOR = {
    "lt": "Kaip užsiregistruoti pas šeimos gydytoją?",
    "lv": "Kā pieteikties pie ģimenes ārsta?",
    "et": "Kuidas perearsti nimistusse saada?",
    "uk": "Як записатися до сімейного лікаря?",
    "ru": "Как записаться к семейному врачу?",
    "en": "How do I register with a family doctor?",
}
EN = {"language_code": "en"}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_newcomer_is_greeted_and_answered_in_their_language(bot: Bot, language: str) -> None:
    greeting = await bot.send(1, "/start", user={"language_code": f"{language}-XX"})
    assert len(greeting) == 1 and "Sveiki" in greeting[0] and "/privacy" in greeting[0]
    title = bot.channel._service.advisor.answering.base.countries["EE"].about.names[language]  # type: ignore[index]
    await bot.press(1, title)
    answer = await bot.send(1, FAMILY_DOCTOR[language])
    assert len(answer) == 1
    entry = bot.channel._service.advisor.answering.base.entries["ee/family-doctor"]
    assert answer[0].startswith(entry.texts[language].title)
    assert json.loads(bot.api.chats[1][-1]["values"]["link_preview_options"]) == {"is_disabled": True}


async def test_somebody_whose_language_we_do_not_speak_chooses_one(bot: Bot) -> None:
    await bot.send(1, "/start", user={"language_code": "be"})
    assert titles(bot.api.chats[1][-1]) == ["Lietuvių", "Latviešu", "Eesti", "Українська", "Русский", "English"]
    await bot.press(1, "Latviešu")
    assert len(bot.api.chats[1]) == 1 and "Kur Jūs dzīvojat?" in bot.api.texts(1)[0]
    assert "Lietuva" in titles(bot.api.chats[1][0])


async def test_a_deep_link_says_place_language_and_topic(bot: Bot) -> None:
    said = await bot.send(1, "/start vilnius_uk_family-doctor", user=EN)
    assert len(said) == 2 and "Вітаю" in said[0] and "Як записатися до сімейного лікаря" in said[1]
    said = await bot.send(2, "/start LV_ru", user=EN)
    assert len(said) == 1 and titles(bot.api.chats[2][-1]) == ["🌐 Язык"]
    said = await bot.send(3, "/start ee_et_language-courses", user=EN)
    assert len(said) == 2
    said = await bot.send(4, "/start lt", user=EN)
    assert "Esu Sveiki" in said[0] and "Lietuva" in titles(bot.api.chats[4][-1])
    said = await bot.send(5, "/start nothing_of_ours", user=EN)
    assert len(said) == 1 and "I am Sveiki" in said[0]
    said = await bot.send(6, "/start family-doctor", user=EN)
    assert len(said) == 2 and titles(bot.api.chats[6][-1]) == ["Lithuania", "Latvia", "Estonia"]


async def test_the_question_is_replaced_by_the_answer_when_a_country_is_pressed(bot: Bot) -> None:
    await bot.send(1, FAMILY_DOCTOR["en"], user=EN)
    assert titles(bot.api.chats[1][-1]) == ["Lithuania", "Latvia", "Estonia"]
    said = await bot.press(1, "Latvia")
    assert said == ("", []) and len(bot.api.chats[1]) == 1
    assert "family doctor" in bot.api.texts(1)[0] and "Cost" in titles(bot.api.chats[1][0])


async def test_folded_sections_open_in_place_and_every_press_is_answered(bot: Bot) -> None:
    await bot.send(1, "/start LT_en_family-doctor")
    answer = bot.api.texts(1)[-1]
    assert await bot.press(1, "Documents") == ("", [])
    assert "Documents" in bot.api.texts(1)[-1] and bot.api.texts(1)[-1] != answer
    assert await bot.press(1, "‹ Answer") == ("", [])
    assert bot.api.texts(1)[-1] == answer
    # Pressed twice in a row: Telegram says that nothing has changed, and that is no error.
    shown = dict(bot.api.chats[1][-1])
    await bot.press(1, "Documents", shown)
    await bot.press(1, "Documents", shown)
    assert [reason for _, reason in bot.api.refused] == ["Bad Request: message is not modified"]
    bot.api.refused.clear()


async def test_menus_lead_to_every_topic(bot: Bot) -> None:
    await bot.send(1, "/start EE_en")
    await bot.send(1, "/topics")
    await bot.press(1, "Housing")
    assert len(bot.api.chats[1]) == 2 and len(titles(bot.api.chats[1][-1])) == 7
    topic = titles(bot.api.chats[1][-1])[0]
    _, said = await bot.press(1, topic)
    assert len(said) == 1 and said[0].startswith(topic)
    await bot.press(1, "‹ All topics")
    assert "Safety" in titles(bot.api.chats[1][1])


async def test_an_old_button_says_so(bot: Bot) -> None:
    await bot.send(1, FAMILY_DOCTOR["en"], user=EN)
    asked = dict(bot.api.chats[1][-1])
    await bot.send(1, "/delete")
    await bot.press(1, "Yes, delete it")
    said = await bot.press(1, "Latvia", asked)
    assert "earlier answer" in said[0] and said[1] == []


async def test_a_judgement_thanks_and_takes_its_buttons_away(bot: Bot) -> None:
    await bot.send(1, "/start LT_en_family-doctor")
    answer = bot.api.texts(1)[-1]
    helpful = titles(bot.api.chats[1][-1])[-2]
    toast, said = await bot.press(1, helpful)
    assert "Thank" in toast and said == []
    assert helpful not in titles(bot.api.chats[1][-1]) and bot.api.texts(1)[-1] == answer
    await bot.press(1, "Documents")
    assert helpful not in titles(bot.api.chats[1][-1])


async def test_every_command_answers_in_every_language_and_is_listed(bot: Bot) -> None:
    await bot.until(lambda: len(bot.api.descriptions) == 12)
    assert set(bot.api.commands) == {"", "lt", "lv", "et", "uk", "ru"}
    for chat, language in enumerate(LANGUAGES, 1):
        await bot.send(chat, f"/start LT_{language}")
        for command in bot.api.commands["" if language == "en" else language]:
            assert await bot.send(chat, f"/{command['command']}"), command
    assert len(await bot.send(1, "/nonsense")) == 1
    # Nothing has changed since, so nothing is set at the next start: Telegram allows few such calls.
    before = Counter(method for method, _ in bot.api.calls)
    await bot.stop()
    await bot.start()
    await bot.until(lambda: Counter(method for method, _ in bot.api.calls)["getMyShortDescription"] == 12)
    after = Counter(method for method, _ in bot.api.calls)
    assert all(after[method] == before[method] for method in after if method.startswith("setMy"))


async def test_an_export_holds_everything_and_a_deletion_leaves_nothing(bot: Bot, storage: Storage) -> None:
    await bot.send(1, "/start vilnius_en")
    await bot.send(1, FAMILY_DOCTOR["en"])
    await bot.send(1, "/remind 2027-05-31 renew my permit")
    await bot.send(1, "/subscribe Kaunas")
    await bot.send(1, "/export")
    content = json.loads(bot.api.chats[1][-1]["file"]["content"])
    assert [m["text"] for m in content["messages"] if m["role"] == "user"][-1] == FAMILY_DOCTOR["en"]
    assert content["reminders"][0]["text"] == "2027-05-31 renew my permit" and content["subscriptions"] == ["kaunas"]
    await bot.send(1, "/delete")
    await bot.press(1, "Yes, delete it")
    assert "deleted" in bot.api.texts(1)[-1]
    async with storage.engine.connect() as connection:
        for table in ("chats", "outbox", "reminders", "subscriptions", "blocked"):
            assert (await connection.exec_driver_sql(f"SELECT * FROM telegram_{table}")).all() == [], table  # noqa: S608
        assert set((await connection.exec_driver_sql("SELECT chat, body FROM telegram_updates")).all()) == {(None, None)}
        assert (await connection.exec_driver_sql("SELECT * FROM messages")).all() == []


async def test_a_conversation_past_its_term_takes_the_chat_along_but_not_what_was_given_on_purpose(bot: Bot, storage: Storage) -> None:
    await bot.send(1, "/start vilnius_en")
    await bot.send(1, "/remind 2027-05-31 renew my permit")
    chat = await bot.channel.store.chat(1)
    assert chat is not None
    await storage.delete(chat.conversation)
    assert await bot.channel.store.chat(1) is None
    assert len(await bot.channel.consents.reminders(1)) == 1
    assert "renew my permit" in (await bot.send(1, "/reminders", user=EN))[0]


async def test_a_reminder_is_asked_for_in_words_and_comes_once_also_after_a_restart(bot: Bot, storage: Storage) -> None:
    await bot.send(1, "/start LT_en")
    assert "Which day" in (await bot.send(1, "remind me 4 months before my <permit> ends"))[0]
    year = datetime.date.today().year + 1
    assert f"30 April {year}" in (await bot.send(1, f"31.08.{year}"))[0]
    assert "4 months before my <permit> ends" in (await bot.send(1, "/reminders"))[0]
    await bot.stop()
    async with storage.engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE telegram_reminders SET due_at = '2020-01-01 07:00:00.000000'")
    before = len(bot.api.chats[1])
    await bot.start()
    await bot.until(lambda: len(bot.api.chats[1]) > before)
    await bot.stop()
    await bot.start()
    await asyncio.sleep(1.5)
    assert bot.api.texts(1)[before:] == ["⏰ You asked me to remind you:\n4 months before my <permit> ends"]
    assert "no reminders" in (await bot.send(1, "/reminders"))[0]


async def test_a_reminder_without_a_day_offers_some_and_can_be_ended(bot: Bot) -> None:
    await bot.send(1, "/start LT_en")
    await bot.send(1, "/remind call the school")
    await bot.press(1, "In a month")
    assert "I will remind you on" in bot.api.texts(1)[-1]
    await bot.send(1, "/reminders")
    await bot.press(1, "✕ 1")
    assert "no reminders" in bot.api.texts(1)[-1]
    assert "has passed" in (await bot.send(1, "/remind 2020-01-01 too late"))[0]


async def test_a_day_that_nobody_asked_for_is_a_message_like_any_other(bot: Bot) -> None:
    await bot.send(1, "/start LT_en")
    await bot.send(1, "/remind call the school")
    await bot.send(1, FAMILY_DOCTOR["en"])
    assert "I will remind you" not in (await bot.send(1, "31.08.2030"))[0]


async def test_notices_come_once_to_each_subscriber_and_to_nobody_else(bot: Bot) -> None:
    consents = bot.channel.consents
    await bot.send(1, "/start vilnius_uk")
    await bot.send(1, "/subscribe")
    await bot.press(1, "Так, надсилайте")
    await bot.send(2, "/subscribe вільнюс", user={"language_code": "uk"})
    await bot.send(3, "/subscribe Kaunas", user=EN)
    await bot.send(4, "/start vilnius_en")
    assert "Write, for example" in (await bot.send(5, "/subscribe Atlantis", user=EN))[0]
    before = {chat: len(bot.api.chats[chat]) for chat in range(1, 5)}
    await consents.publish("vilnius", {"lt": "Žinia", "uk": "**Новина** міста", "en": "News"})
    await bot.until(lambda: len(bot.api.chats[2]) > before[2] and len(bot.api.chats[1]) > before[1])
    await asyncio.sleep(1.2)
    assert {chat: len(bot.api.chats[chat]) - before[chat] for chat in before} == {1: 1, 2: 1, 3: 0, 4: 0}
    assert "Новина міста" in bot.api.texts(1)[-1] and "/unsubscribe" in bot.api.texts(1)[-1]
    await bot.send(1, "/unsubscribe")
    await bot.press(1, "✕ Вільнюс")
    assert await consents.subscriptions(1) == []


async def test_what_a_coordinator_writes_arrives_once(bot: Bot, storage: Storage) -> None:
    await bot.send(1, "/start LT_en")
    chat = await bot.channel.store.chat(1)
    assert chat is not None
    before = len(bot.api.chats[1])
    await storage.add_human(chat.conversation, {"kind": "human", "text": "Come on *Monday*.", "text_language": "en", "language": "en"})
    await bot.until(lambda: len(bot.api.chats[1]) > before)
    await bot.stop()
    await bot.start()
    await asyncio.sleep(1.5)
    assert bot.api.texts(1)[before:] == ["A coordinator writes to you:\n\nCome on Monday."]


async def test_two_hundred_chats_at_once_get_one_answer_each(bot: Bot) -> None:
    languages = [random.choice(LANGUAGES) for _ in range(200)]
    bot.api.push_together(*(bot.api.say(chat, FAMILY_DOCTOR[language]) for chat, language in enumerate(languages, 1)))
    await bot.idle()
    for chat, language in enumerate(languages, 1):
        names = bot.channel._service.advisor.answering.base.countries["LT"].about.names
        assert len(bot.api.chats[chat]) == 1
        assert titles(bot.api.chats[chat][0])[0] == names[language]  # type: ignore[index]


async def test_updates_of_a_chat_that_wait_together_are_answered_in_their_order(bot: Bot) -> None:
    first, second, third = (bot.api.say(1, text, user=EN) for text in ("/help", "/topics", "/reminders"))
    bot.api.push_together(third, first, second)
    await bot.idle()
    said = bot.api.texts(1)
    assert [text.split()[0] for text in said] == ["Ask", "Choose", "You"]


async def test_an_update_delivered_twice_is_answered_once_also_after_a_restart(bot: Bot) -> None:
    update = bot.api.say(1, "/help", user=EN)
    bot.api.push_together(update, update)
    await bot.idle()
    bot.api.push_together(update)
    await bot.idle()
    await bot.stop()
    bot.api.push_together(update)
    await bot.start()
    await bot.idle()
    assert len(bot.api.chats[1]) == 1


async def test_an_answer_that_a_stop_cut_short_is_given_after_the_restart(bot: Bot, dialogue: FakeDialogue) -> None:
    under_way, go_on = asyncio.Event(), asyncio.Event()

    async def send(*arguments: Any) -> Any:
        under_way.set()
        await go_on.wait()
        return dialogue.reply

    dialogue.down = False
    dialogue.send = send  # type: ignore[method-assign]
    bot.api.push(bot.api.say(1, "Labas rytas", user={"language_code": "lt"}))
    await under_way.wait()
    await bot.until(lambda: ("sendChatAction", {"chat_id": "1", "action": "typing"}) in bot.api.calls)
    await bot.stop()
    assert bot.api.waiting == [] and bot.api.chats[1] == []
    go_on.set()
    await bot.start()
    await bot.idle()
    assert len(bot.api.chats[1]) == 1


async def test_a_deletion_that_a_stop_cut_short_is_said_after_the_restart(bot: Bot) -> None:
    await bot.send(1, "/start LT_en")
    await bot.send(1, "/delete")
    original = bot.channel.store.forget

    async def dies(chat: int) -> None:
        raise OperationalError("", {}, Exception("the machine went down"))

    bot.channel.store.forget = dies  # type: ignore[method-assign]
    query = bot.api.press(1, "Yes, delete it")
    await asyncio.sleep(1)
    await bot.stop()
    del original
    await bot.start()
    await bot.idle()
    assert query in bot.api.toasts and "deleted" in bot.api.texts(1)[-1]


async def test_a_storm_of_refusals_loses_and_repeats_nothing(bot: Bot) -> None:
    left = {"sendMessage": 60, "getUpdates": 3, "editMessageText": 2, "answerCallbackQuery": 2}
    chance = random.Random(7)

    def before(method: str, values: dict[str, Any]) -> None:
        if left.get(method, 0) > 0 and chance.random() < 0.6:
            left[method] -= 1
            if chance.random() < 0.5:
                raise RefusalError(429, "Too Many Requests: retry after 1", retry_after=1)
            raise RefusalError(chance.choice([500, 502, 504]), "Bad Gateway")

    bot.api.before = before
    bot.api.push_together(*(bot.api.say(chat, "/help", user=EN) for chat in range(1, 31) for _ in range(2)))
    await bot.idle()
    assert left["sendMessage"] < 40
    assert {chat: len(bot.api.chats[chat]) for chat in range(1, 31)} == dict.fromkeys(range(1, 31), 2)
    await bot.send(1, "/topics")
    assert await bot.press(1, "Housing") == ("", [])


async def test_telegram_out_of_reach_for_a_while(bot: Bot, stopped_bot: Bot) -> None:
    port = int(bot.api.url.rsplit(":", 1)[1])
    bot.api.stop()
    await asyncio.sleep(1)
    bot.api.start(port)
    assert len(await bot.send(1, "/help")) == 1


async def test_somebody_who_blocked_the_bot_is_remembered_until_they_come_back(bot: Bot, storage: Storage) -> None:
    await bot.send(1, "/start vilnius_en")
    await bot.send(1, "/subscribe Vilnius")
    bot.api.blocked.add(1)
    await bot.send(1, "/help")
    chat = await bot.channel.store.chat(1)
    assert chat is not None and await bot.channel.store.chats_of([chat.conversation]) == {}
    tried = len(bot.api.calls)
    await bot.channel.consents.publish("vilnius", {"en": "News"})
    await storage.add_human(chat.conversation, {"kind": "human", "text": "Are you there?", "text_language": "en"})
    await asyncio.sleep(2.5)
    assert [method for method, _ in bot.api.calls[tried:] if method != "getUpdates"] == []
    bot.api.blocked.clear()
    await bot.send(1, "/help")
    await bot.until(lambda: any("Are you there?" in text for text in bot.api.texts(1)))


async def test_one_chat_that_takes_no_messages_does_not_hold_up_the_others(bot: Bot) -> None:
    def before(method: str, values: dict[str, Any]) -> None:
        if method == "sendMessage" and values["chat_id"] == "1":
            raise RefusalError(429, "Too Many Requests: retry after 30", retry_after=30)

    bot.api.before = before
    bot.api.push(bot.api.say(1, "/help"))
    bot.api.push(bot.api.say(2, "/help"))
    await bot.until(lambda: bot.api.chats[2])
    assert bot.api.chats[1] == []
    bot.api.before = lambda method, values: None


async def test_a_group_that_became_a_supergroup_is_followed(bot: Bot) -> None:
    group = {"id": -7, "type": "group", "title": "Neighbours"}
    bot.api.known |= {-7, -1007}

    def before(method: str, values: dict[str, Any]) -> None:
        if method == "sendMessage" and values["chat_id"] == "-7":
            raise RefusalError(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-1007)

    bot.api.before = before
    bot.api.push(bot.api.say(-7, "/help", chat=group))
    await bot.until(lambda: bot.api.chats[-1007])
    await bot.idle()
    assert await bot.channel.store.chat(-7) is None and await bot.channel.store.chat(-1007) is not None
    bot.api.refused.clear()


async def test_markup_that_telegram_does_not_read_is_sent_as_text(bot: Bot) -> None:
    from api.telegram.outgoing import Outgoing

    bot.api.known.add(1)
    await bot.channel.store.send(1, [Outgoing(action="send", text="<b>5 &lt; 6")])
    bot.channel.wake(1)
    await bot.idle()
    assert bot.api.texts(1) == ["5 < 6"]
    assert len(bot.api.refused) == 1
    bot.api.refused.clear()


async def test_five_thousand_characters_are_answered(bot: Bot) -> None:
    await bot.send(1, "/start LT_en")
    long = (FAMILY_DOCTOR["en"] + " I have lived here for some time and do not know whom to ask. ") * 60
    assert len(await bot.send(1, long[:5000])) == 1
    assert len(await bot.send(1, long[:4096])) == 1
    said = await bot.send(1, "word " * 2000)
    assert len(said) == 1 and "6,000" in said[0].replace("6000", "6,000")


async def test_too_many_messages_get_one_kind_notice_and_danger_is_never_held_back(
    bot: Bot, telegram_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telegram_settings, "telegram_limit", 3)
    for _ in range(6):
        await bot.send(1, "/help", user=EN)
    assert len(bot.api.chats[1]) == 4 and "wait a minute" in bot.api.texts(1)[-1]
    assert "112" in (await bot.send(1, "my husband is beating me", user=EN))[0]
    assert len(await bot.send(2, "/help", user=EN)) == 1


async def test_danger_goes_before_what_waits(bot: Bot, dialogue: FakeDialogue) -> None:
    under_way, go_on = asyncio.Event(), asyncio.Event()

    async def send(*arguments: Any) -> Any:
        under_way.set()
        await go_on.wait()
        return dialogue.reply

    dialogue.down = False
    dialogue.send = send  # type: ignore[method-assign]
    for chat in range(1, 30):
        bot.api.push(bot.api.say(chat, "hello there"))
    await under_way.wait()
    bot.api.push_together(bot.api.say(99, "hello there"), bot.api.say(99, "my husband is beating me", user=EN))
    await bot.until(lambda: bot.api.chats[99])
    assert "112" in bot.api.texts(99)[0]
    go_on.set()
    await bot.idle()


async def test_help_in_danger_needs_no_database(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*arguments: Any) -> Any:
        raise OperationalError("", {}, Exception("the database is away"))

    store, storage = bot.channel.store, bot.channel._service.storage
    with monkeypatch.context() as down:
        for owner, names in ((store, ("accept", "outgoing", "chat")), (storage, ("conversation", "recent"))):
            for name in names:
                down.setattr(owner, name, away)
        bot.api.push(bot.api.say(1, "my husband is beating me"))
        await bot.until(lambda: bot.api.chats[1])
    await bot.idle()
    assert len(bot.api.chats[1]) == 1 and "112" in bot.api.texts(1)[0]


async def test_a_mistake_of_ours_is_owned_up_to_and_does_not_stop_the_chat(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*arguments: Any) -> Any:
        raise RuntimeError("a mistake")

    with monkeypatch.context() as wrong:
        wrong.setattr(bot.channel._service, "handle", broken)
        said = await bot.send(1, "hello", user=EN)
        assert len(said) == 1 and "Something went wrong" in said[0]
    assert "Something" not in (await bot.send(1, "/help", user=EN))[0]


async def test_a_wrong_token_is_said_without_naming_it_and_everything_else_goes_on(
    service: ConversationService, telegram_settings: Settings, bot_api: BotApi, caplog: pytest.LogCaptureFixture
) -> None:
    bot_api.token = "another"
    said: list[str] = []
    await Channel(telegram_settings, service, "secret", said.append).run()
    assert len(said) == 1 and "does not accept the token" in said[0]
    assert telegram_settings.telegram_token is not None
    assert telegram_settings.telegram_token.get_secret_value() not in caplog.text + said[0]


async def test_rows_past_their_term_are_forgotten(storage: Storage, bot: Bot) -> None:
    await bot.send(1, "/start vilnius_en")
    await bot.send(1, "/subscribe Vilnius")
    await bot.channel.store.block(1)
    consents: Consents = bot.channel.consents
    await consents.purge(30)
    assert await consents.subscriptions(1) == ["vilnius"]
    async with storage.engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE telegram_blocked SET since = '2020-01-01 00:00:00.000000'")
        await connection.exec_driver_sql("UPDATE telegram_updates SET received_at = '2020-01-01 00:00:00.000000'")
    await consents.purge(30)
    await bot.channel.store.purge(2)
    assert await consents.subscriptions(1) == []
    async with storage.engine.connect() as connection:
        assert (await connection.exec_driver_sql("SELECT * FROM telegram_updates")).all() == []
