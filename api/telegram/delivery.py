"""Handing messages to Telegram: again after a while where it is busy or out of reach, in another way where it refuses the first."""

from __future__ import annotations

import asyncio
import datetime
import logging
import random

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputFile, LinkPreviewOptions, ReplyParameters
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut

from api.telegram.markup import plain
from api.telegram.outgoing import Keyboard, Outgoing

logger = logging.getLogger(__name__)

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 60.0
_EXPORT = "sveiki.json"
#: What Telegram says of messages that need not be sent any more.
_DONE = ("message is not modified", "query is too old", "query_id_invalid")
#: What it says of chats that take none.
_CLOSED = ("chat not found", "peer_id_invalid", "not enough rights", "have no rights", "chat_write_forbidden", "user not found")
_NO_LONGER_THERE = ("message to edit not found", "message can't be edited", "message_id_invalid")


class UnreachableError(Exception):
    """The chat takes no messages: the person blocked the bot, or the group removed it."""


class MovedError(Exception):
    """The group has got another id: ``to``."""

    def __init__(self, to: int) -> None:
        self.to = to
        super().__init__(str(to))


class Backoff:
    """Pauses that grow, with some chance in them, so that many who wait do not come back at once."""

    def __init__(self) -> None:
        self._pause = _FIRST_PAUSE

    async def wait(self) -> None:
        """Wait for the next pause."""
        await asyncio.sleep(self._pause * random.uniform(0.5, 1))  # noqa: S311
        self._pause = min(2 * self._pause, _LONGEST_PAUSE)


class Delivery:
    """Sends what the outbox holds."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def deliver(self, chat: int, item: Outgoing) -> None:
        """Send until Telegram has taken it, or has said that it never will (that is logged, without its text).

        Raises UnreachableError, MovedError; InvalidToken where the token is not valid any more.
        """
        sent: Outgoing | None = item
        backoff = Backoff()
        while sent is not None:
            try:
                await self._send(chat, sent)
                return
            except RetryAfter as error:
                await asyncio.sleep(seconds(error) + random.uniform(0, 0.5))  # noqa: S311
            except BadRequest as error:
                sent = _instead(sent, error.message.casefold())
                if sent is None:
                    logger.info("not sent: %s", error.message)
            except Forbidden as error:
                raise UnreachableError(error.message) from error
            except ChatMigrated as error:
                raise MovedError(error.new_chat_id) from error
            except InvalidToken:
                raise
            except TelegramError as error:
                # Out of reach, or broken: which includes answers that are no JSON.
                logger.warning("Telegram does not take a message, trying again: %s", _kind(error))
                await backoff.wait()

    async def typing(self, chat: int, thread: int | None, after: float, every: float) -> None:
        """Show that an answer is on its way, until cancelled: first after some seconds, then every some seconds."""
        await asyncio.sleep(after)
        while True:
            try:
                await self._bot.send_chat_action(chat, ChatAction.TYPING, message_thread_id=thread)
            except TelegramError as error:
                logger.debug("no sign of typing: %s", _kind(error))
            await asyncio.sleep(every)

    async def _send(self, chat: int, item: Outgoing) -> None:
        preview, keyboard = LinkPreviewOptions(is_disabled=True), _markup(item.keyboard)
        replied = ReplyParameters(item.message, allow_sending_without_reply=True) if item.message else None
        match item.action:
            case "toast":
                await self._bot.answer_callback_query(item.callback or "", text=item.text or None, show_alert=bool(item.text))
            case "edit":
                await self._bot.edit_message_text(
                    item.text, chat, item.message, parse_mode=ParseMode.HTML, link_preview_options=preview, reply_markup=keyboard
                )
            case "file":
                file = InputFile(item.content.encode(), _EXPORT)
                await self._bot.send_document(
                    chat, file, caption=item.text, parse_mode=ParseMode.HTML, reply_parameters=replied, message_thread_id=item.thread
                )
            case "send":
                await self._bot.send_message(
                    chat,
                    item.text,
                    parse_mode=ParseMode.HTML,
                    link_preview_options=preview,
                    reply_markup=keyboard,
                    reply_parameters=replied,
                    message_thread_id=item.thread,
                )


def seconds(error: RetryAfter) -> float:
    """How long Telegram wants us to wait."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, datetime.timedelta) else float(wait)


def _instead(item: Outgoing, refusal: str) -> Outgoing | None:
    """What to send in place of what Telegram refuses, None for nothing; raises UnreachableError."""
    if any(said in refusal for said in _DONE):
        return None
    if any(said in refusal for said in _CLOSED):
        raise UnreachableError(refusal)
    if item.action == "edit" and any(said in refusal for said in _NO_LONGER_THERE):
        return item.model_copy(update={"action": "send", "message": None})
    if "thread not found" in refusal and item.thread is not None:
        return item.model_copy(update={"thread": None})
    if "can't parse entities" in refusal and item.text != (bare := plain(item.text)):
        logger.error("Telegram does not read our HTML; sending it without: %s", refusal)
        return item.model_copy(update={"text": bare.replace("&", "&amp;").replace("<", "&lt;")})
    logger.error("Telegram refuses a message (%s): %s", item.action, refusal)
    return None


def _markup(keyboard: Keyboard) -> InlineKeyboardMarkup | None:
    rows = [[InlineKeyboardButton(key.text, callback_data=key.data, url=key.url) for key in row] for row in keyboard]
    return InlineKeyboardMarkup(rows) if rows else None


def _kind(error: TelegramError) -> str:
    """What went wrong, without what the library quotes: an address holds the token."""
    if isinstance(error, TimedOut):
        return "no answer in time"
    return "out of reach or broken" if isinstance(error, NetworkError) else type(error).__name__
