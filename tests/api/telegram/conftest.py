from __future__ import annotations

import asyncio
import copy
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from actions.answering import Answering
from actions.turn import Advisor
from api.conversations import ConversationService
from api.desk import DeskStorage
from api.settings import Settings
from api.storage import Storage
from api.telegram.channel import Channel
from tests.api.conftest import FakeDialogue
from tests.api.telegram.bot_api import TOKEN, BotApi


@pytest.fixture
def bot_api() -> Iterator[BotApi]:
    server = BotApi()
    server.start()
    yield server
    server.stop()


class Bot:
    """A running channel and the Bot API that it talks with."""

    def __init__(self, api: BotApi, make: Callable[[Callable[[str], None]], Channel]) -> None:
        self.api, self._make = api, make
        #: What the person at the terminal is told.
        self.said: list[str] = []
        self.channel = make(self.said.append)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self.channel = self._make(self.said.append)
        self._task = asyncio.create_task(self.channel.run())
        await self.until(lambda: self.channel.started)

    async def stop(self) -> None:
        assert self._task is not None
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def until(self, condition: Callable[[], Any], seconds: float = 60) -> None:
        for _ in range(int(seconds * 50)):
            if condition():
                return
            await asyncio.sleep(0.02)
        raise AssertionError("it did not come")

    async def idle(self) -> None:
        """Until everything that was pushed has been taken, answered and sent."""
        for _ in range(6000):
            if not self.api.waiting and not self.channel._workers and not await self.channel.store.busy():
                return
            await asyncio.sleep(0.02)
        raise AssertionError("the bot does not come to an end")

    async def send(self, chat: int, text: str = "", /, **more: Any) -> list[str]:
        """Say something; what the bot has said since."""
        before = len(self.api.chats[chat])
        self.api.push(self.api.say(chat, text, **more))
        await self.idle()
        return self.api.texts(chat)[before:]

    async def press(self, chat: int, title: str, message: dict[str, Any] | None = None) -> tuple[str, list[str]]:
        """Press a button: what its small window says, and what the bot has said since."""
        before = len(self.api.chats[chat])
        query = self.api.press(chat, title, message)
        await self.idle()
        assert query in self.api.toasts, "the query was not answered"
        return self.api.toasts[query], self.api.texts(chat)[before:]


@pytest.fixture(scope="session")
def prepared(answering: Answering, tmp_path_factory: pytest.TempPathFactory) -> ConversationService:
    """A service of which tests make theirs: what it understands messages with takes seconds to build, and no test changes it."""
    storage = Storage(f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('prepared') / 'unused.sqlite'}")
    desk = DeskStorage(storage)
    return ConversationService(Advisor(answering, storage, desk), storage, desk, None, "secret", 6000)


@pytest.fixture
async def service(
    prepared: ConversationService, answering: Answering, storage: Storage, desk: DeskStorage, dialogue: FakeDialogue
) -> ConversationService:
    made = copy.copy(prepared)
    made.storage, made.desk, made.advisor = storage, desk, Advisor(answering, storage, desk)
    made._dialogue, made._locks = dialogue, OrderedDict()  # type: ignore[assignment]
    return made


@pytest.fixture
def telegram_settings(settings: Settings, bot_api: BotApi) -> Settings:
    return Settings.model_validate({**settings.model_dump(), "telegram_token": TOKEN, "telegram_api": bot_api.url, "telegram_limit": 1000})


@pytest.fixture
async def stopped_bot(service: ConversationService, telegram_settings: Settings, bot_api: BotApi) -> AsyncIterator[Bot]:
    made = Bot(bot_api, lambda announce: Channel(telegram_settings, service, "secret", announce))
    yield made
    if made._task is not None:
        await made.stop()


@pytest.fixture
async def bot(stopped_bot: Bot, bot_api: BotApi) -> AsyncIterator[Bot]:
    await stopped_bot.start()
    yield stopped_bot
    # Whatever a test does, the bot sends nothing that the Bot API would refuse, unless the test is about that.
    assert not bot_api.refused
