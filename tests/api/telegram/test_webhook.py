from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy.exc import OperationalError

from api.app import create_app
from api.conversations import ConversationService
from api.health import DialogueState
from api.settings import Settings
from api.telegram.channel import Channel
from tests.api.telegram.bot_api import BotApi
from tests.api.telegram.conftest import Bot


@pytest.fixture
def telegram_settings(telegram_settings: Settings) -> Settings:
    return telegram_settings.model_copy(update={"telegram_webhook": "https://sveiki.example/"})


@pytest.fixture
async def telegram(bot: Bot, service: ConversationService, telegram_settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """What Telegram does, which knows the address and the secret that it was told."""
    app = create_app(telegram_settings, service, DialogueState(), bot.channel)
    await bot.until(lambda: bot.api.webhook["url"])
    headers = {"X-Telegram-Bot-Api-Secret-Token": bot.api.webhook["secret"]}
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="https://sveiki.example", headers=headers) as client:
        yield client


async def test_updates_come_to_an_address_that_nobody_can_guess(telegram: httpx.AsyncClient, bot: Bot) -> None:
    address = bot.api.webhook["url"]
    assert address.startswith("https://sveiki.example/telegram/") and len(address.rsplit("/", 1)[1]) >= 32
    assert (await telegram.post(address, json=bot.api.say(1, "/help"))).status_code == 200
    await bot.idle()
    assert len(bot.api.chats[1]) == 1
    assert "getUpdates" not in [method for method, _ in bot.api.calls]


async def test_an_update_delivered_twice_is_answered_once(telegram: httpx.AsyncClient, bot: Bot) -> None:
    update = bot.api.say(1, "/help")
    for _ in range(3):
        assert (await telegram.post(bot.api.webhook["url"], json=update)).status_code == 200
    await bot.idle()
    assert len(bot.api.chats[1]) == 1


async def test_whoever_does_not_know_both_secrets_finds_nothing(telegram: httpx.AsyncClient, bot: Bot) -> None:
    address, update = bot.api.webhook["url"], bot.api.say(1, "/help")
    name = "X-Telegram-Bot-Api-Secret-Token"
    for url, headers in ((address, {name: "guess"}), (address, {name: ""}), (address[:-1] + "ą", {}), (address[:-10], {})):
        response = await telegram.post(url, json=update, headers=headers)
        assert (response.status_code, response.json()["code"]) == (404, "not_found")
    await bot.idle()
    assert bot.api.chats[1] == []


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"{}", b'{"update_id": "x", "message": 5}', b'{"update_id": 1, "message": {}}', b"\xff"]
)
async def test_what_is_no_update_is_refused(telegram: httpx.AsyncClient, bot: Bot, body: bytes) -> None:
    response = await telegram.post(bot.api.webhook["url"], content=body)
    assert (response.status_code, response.json()["code"]) == (400, "invalid_json")


async def test_what_cannot_be_kept_is_sent_again_by_telegram(
    telegram: httpx.AsyncClient, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*arguments: Any) -> Any:
        raise OperationalError("", {}, Exception("the database is away"))

    update = bot.api.say(1, "/help")
    with monkeypatch.context() as down:
        down.setattr(bot.channel.store, "accept", away)
        assert (await telegram.post(bot.api.webhook["url"], json=update)).status_code == 503
    assert (await telegram.post(bot.api.webhook["url"], json=update)).status_code == 200
    await bot.idle()
    assert len(bot.api.chats[1]) == 1


async def test_without_a_bot_there_is_no_such_address(client: httpx.AsyncClient) -> None:
    response = await client.post("/telegram/anything", json={"update_id": 1})
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


async def test_an_address_that_telegram_refuses_is_said(service: ConversationService, telegram_settings: Settings, bot_api: BotApi) -> None:
    said: list[str] = []
    wrong = telegram_settings.model_copy(update={"telegram_webhook": "ftp://sveiki.example"})
    await Channel(wrong, service, "secret", said.append).run()
    assert len(said) == 1 and "https url must be provided" in said[0].lower()
