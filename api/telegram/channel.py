"""Running the channel: taking updates in, answering those of a chat one after another and chats side by side, sending what is due."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from telegram import Update
from telegram.error import BadRequest, Conflict, InvalidToken, RetryAfter, TelegramError

from api.conversations import ConversationService, Incoming
from api.errors import ApiError
from api.recent import Recent
from api.redaction import redact
from api.settings import Settings
from api.telegram.answers import Answers
from api.telegram.client import make_bot, webhook_address, webhook_secrets
from api.telegram.consents import Consents
from api.telegram.delivery import Backoff, Delivery, MovedError, UnreachableError, seconds
from api.telegram.outgoing import Outgoing
from api.telegram.profile import register
from api.telegram.render import message
from api.telegram.store import Store
from api.telegram.unasked import Unasked
from api.telegram.updates import ALLOWED, Received, read

logger = logging.getLogger(__name__)

#: So many updates are answered at the same time; more wait in the database.
_AT_ONCE = 16
#: Seconds that Telegram holds a request for updates open.
_POLL = 25
#: Seconds until "typing" is shown, and until it is shown again: Telegram shows it for five.
_TYPING_AFTER, _TYPING_EVERY = 0.5, 4.0
#: Seconds between looks for what is due, and for what is past its term.
_LOOK, _HOUSEKEEPING = 1.0, 600.0
#: Seconds for a message under way when the channel stops.
_LAST_WORDS = 2.0
#: Days for which the numbers of answered updates are kept.
_KEEP_NUMBERS = 2
#: So far back is the bot's last word, where somebody writes several messages in a row.
_RECENT = 10


class Channel:
    """The bot in the ``sveiki`` process. What it takes in is in the database before Telegram is told so."""

    def __init__(self, settings: Settings, service: ConversationService, secret: str, announce: Callable[[str], None]) -> None:
        """``secret`` is the installation's; ``announce`` is called with a line for the person at the terminal."""
        self._settings = settings
        self._service = service
        self._announce = announce
        self.path, self.header = webhook_secrets(secret)
        self.bot = make_bot(settings)
        self.store = Store(service.storage.engine)
        self.consents = Consents(service.storage.engine)
        self._delivery = Delivery(self.bot)
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._poked: set[int] = set()
        self._workers: dict[int, asyncio.Task[None]] = {}
        #: Updates about danger that were answered while the database was away.
        self._answered_without: set[int] = set()
        self._unasked = Unasked(service, self.store, self.consents)
        self._stopping = False
        self._answers: Answers | None = None

    async def run(self) -> None:
        """Run until cancelled. Where the token is wrong, say so and end: everything else goes on."""
        tasks: list[asyncio.Task[None]] = []
        try:
            await self._until_it_works(self.store.open, SQLAlchemyError)
            await self._until_it_works(self.bot.initialize, TelegramError)
            self._answers = Answers(self._service, self.store, self.consents, self._settings, self.bot.bot)
            for chat in await self.store.busy():
                self.wake(chat)
            await self._until_it_works(self._set_way, TelegramError)
            self._announce(f"Telegram: https://t.me/{self.bot.username}")
            work = [self._present(), self._look(), self._keep_house()]
            tasks = [asyncio.create_task(part) for part in (work if self._settings.telegram_webhook else [*work, self._poll()])]
            await asyncio.gather(*tasks)
        except InvalidToken:
            self._announce("Telegram does not accept the token in SVEIKI_TELEGRAM_TOKEN; the bot is off (see `sveiki telegram check`)")
        except BadRequest as error:
            self._announce(f"Telegram refuses to work with these settings, the bot is off: {error.message} (see `sveiki telegram check`)")
        finally:
            self._stopping = True
            for task in tasks:
                task.cancel()
            if self._workers:
                # What Telegram is just taking is to be noted as taken, or it would be sent again at the next start.
                await asyncio.wait(self._workers.values(), timeout=_LAST_WORDS)
            tasks += self._workers.values()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            with contextlib.suppress(TelegramError):
                await self.bot.shutdown()

    @property
    def started(self) -> bool:
        """Whether updates can be taken in."""
        return self._answers is not None

    async def take(self, data: Mapping[str, Any]) -> None:
        """Take in an update that came through the webhook. Raises ValueError for what is none, SQLAlchemyError where it cannot be kept."""
        try:
            update = Update.de_json(dict(data), self.bot)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("not an update") from error
        if (chat := await self._accept(update)) is not None:
            self.wake(chat)

    def wake(self, chat: int) -> None:
        """See to a chat: something is to be answered or sent there."""
        self._poked.add(chat)
        if chat not in self._workers:
            self._workers[chat] = asyncio.create_task(self._serve(chat))

    async def _accept(self, update: Update) -> int | None:
        """Keep an update; the chat in which it is to be answered, None where it is nothing new or nothing to answer."""
        try:
            received = read(update, self.bot.bot)
        except Exception:
            # It would come again and again, before all that follow it.
            logger.exception("an update that cannot be read is passed over")
            return None
        if received is None:
            return None
        received.urgent = self._service.is_clear_danger(received.text)
        try:
            # Help in danger does not depend on the message's being kept.
            if update.update_id in self._answered_without:
                return None
            return received.chat if await self.store.accept(await self._redacted(received)) else None
        except SQLAlchemyError:
            if received.urgent:
                await self._answer_without_database(received)
                return None
            raise

    async def _redacted(self, received: Received) -> Received:
        """The update without personal codes and numbers, unless the bot has just asked how the person wants to be reached."""
        redacted = received.model_copy(update={"text": redact(received.text)})
        if redacted.text == received.text or (chat := await self.store.chat(received.chat)) is None:
            return redacted
        said = Recent(await self._service.storage.recent(chat.conversation, _RECENT))
        return received if said.asks == "contact" else redacted

    async def _answer_without_database(self, received: Received) -> None:
        self._answered_without.add(received.update)
        for reply in await self._service.handle("", Incoming(text=received.text)):
            for text in message(reply)[0]:
                with contextlib.suppress(UnreachableError, MovedError):
                    await self._delivery.deliver(received.chat, Outgoing(action="send", text=text, thread=received.thread))

    async def _poll(self) -> None:
        """Ask Telegram for updates; the next request confirms those of before, which are in the database by then."""
        offset, backoff = None, Backoff()
        while True:
            try:
                updates = await self.bot.get_updates(offset=offset, timeout=_POLL, allowed_updates=ALLOWED)
                chats = [await self._accept(update) for update in updates]
                offset = max((update.update_id + 1 for update in updates), default=offset)
                # Only now, so that what came together is answered in the right order.
                for chat in chats:
                    if chat is not None:
                        self.wake(chat)
                backoff = Backoff()
            except RetryAfter as error:
                await asyncio.sleep(seconds(error))
            except Conflict:
                logger.error("another program asks Telegram for this bot's updates; trying again")
                await backoff.wait()
            except InvalidToken:
                raise
            except Exception as error:
                # Also what the library cannot read: the other work of the channel must go on.
                logger.warning("no updates from Telegram, trying again: %s", type(error).__name__)
                await backoff.wait()

    async def _serve(self, chat: int) -> None:
        try:
            while chat in self._poked:
                self._poked.discard(chat)
                await self._drain(chat)
        except InvalidToken:
            logger.error("Telegram does not accept the token any more; what is to be sent waits for the next start")
        finally:
            self._workers.pop(chat, None)

    async def _drain(self, chat: int) -> None:
        """Send and answer until nothing is left, in this order: replies first, then the next update."""
        backoff = Backoff()
        while not self._stopping:
            try:
                item = await self.store.outgoing(chat)
                if item is not None:
                    await self._deliver(chat, *item)
                    continue
                waiting = await self.store.waiting(chat)
                if waiting is None:
                    return
                await self._answer(*waiting)
            except (SQLAlchemyError, ApiError) as error:
                logger.error("the database failed, trying again: %s", type(error).__name__)
                await backoff.wait()

    async def _answer(self, received: Received, begun: str | None) -> None:
        assert self._answers is not None  # noqa: S101
        # Danger does not queue.
        async with contextlib.nullcontext() if received.urgent else self._slots:
            typing = asyncio.create_task(self._delivery.typing(received.chat, received.thread, _TYPING_AFTER, _TYPING_EVERY))
            try:
                if received.kind != "left" and await self.store.unblock(received.chat):
                    self._unasked.look_back()
                replies = await self._answers.answer(received, begun)
            except (SQLAlchemyError, ApiError):
                raise
            except Exception:
                number = secrets.token_hex(4)
                logger.exception("error %s", number)
                replies = await self._answers.failed(received, number)
            finally:
                typing.cancel()
            await self.store.answered(received, replies)

    async def _deliver(self, chat: int, number: int, item: Outgoing) -> None:
        try:
            await self._delivery.deliver(chat, item)
        except UnreachableError:
            await self.store.block(chat)
            return
        except MovedError as error:
            await self.store.move(chat, error.to)
            await self.consents.move(chat, error.to)
            self.wake(error.to)
            return
        await self.store.sent(number)

    async def _look(self) -> None:
        """Send what comes unasked: a coordinator's messages, reminders that are due, notices."""
        while True:
            try:
                for chat in await self._unasked.due():
                    self.wake(chat)
            except SQLAlchemyError:
                logger.exception("what is due could not be looked up; trying again")
            await asyncio.sleep(_LOOK)

    async def _present(self) -> None:
        """Say in each language what the bot is and can; that it cannot be said now is no reason not to answer."""
        try:
            await self._until_it_works(lambda: register(self.bot), TelegramError)
        except BadRequest as error:
            logger.error("Telegram refuses the bot's commands or descriptions: %s", error.message)

    async def _set_way(self) -> None:
        """Tell Telegram how updates are to come: to our address, or when we ask."""
        if address := webhook_address(self._settings, self.path):
            await self.bot.set_webhook(address, allowed_updates=ALLOWED, secret_token=self.header)
        elif (await self.bot.get_webhook_info()).url:
            await self.bot.delete_webhook()

    async def _keep_house(self) -> None:
        while True:
            try:
                await self.store.purge(_KEEP_NUMBERS)
                await self.consents.purge(self._settings.keep_days)
            except SQLAlchemyError:
                logger.exception("old rows could not be deleted; trying again later")
            await asyncio.sleep(_HOUSEKEEPING)

    async def _until_it_works(self, attempt: Callable[[], Awaitable[object]], failure: type[Exception]) -> None:
        """Try until it works; raises InvalidToken and BadRequest, which trying again does not mend."""
        backoff = Backoff()
        while True:
            try:
                await attempt()
                return
            except (InvalidToken, BadRequest):
                raise
            except RetryAfter as error:
                await asyncio.sleep(seconds(error))
            except failure as error:
                logger.warning("Telegram's channel could not start yet, trying again: %s", type(error).__name__)
                await backoff.wait()
