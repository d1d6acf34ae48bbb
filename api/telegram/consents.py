"""What people gave on purpose: subscriptions to a municipality's notices, and reminders. Kept for its own term, gone with ``/delete``."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Mapping

import sqlalchemy as sa
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncEngine

from api.storage import now
from api.telegram.outgoing import Outgoing
from api.telegram.store import BLOCKED, META, put

_SUBSCRIPTIONS = sa.Table(
    "telegram_subscriptions",
    META,
    sa.Column("chat", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("municipality", sa.String(64), primary_key=True, index=True),
    sa.Column("language", sa.String(2), nullable=False),
)

_REMINDERS = sa.Table(
    "telegram_reminders",
    META,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("chat", sa.BigInteger, nullable=False, index=True),
    #: The update that asked for it, so that it is kept once.
    sa.Column("asked_by", sa.BigInteger, nullable=False, unique=True),
    sa.Column("due_at", sa.DateTime, nullable=False, index=True),
    sa.Column("language", sa.String(2), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
)

_NOTICES = sa.Table(
    "telegram_notices",
    META,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("municipality", sa.String(64), nullable=False),
    sa.Column("texts", sa.Text, nullable=False),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("sent_at", sa.DateTime),
)


class Reminder(BaseModel):
    """A text to be sent once, at ``due_at`` (UTC without a zone)."""

    id: int
    chat: int
    #: The update that asked for it.
    asked_by: int
    due_at: datetime.datetime
    language: str
    text: str


class Consents:
    """Every method may raise SQLAlchemyError; each is one transaction."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def subscribe(self, chat: int, municipality: str, language: str) -> None:
        """Send a municipality's notices to a chat from now on, in this language."""
        async with self._engine.begin() as connection:
            await connection.execute(_SUBSCRIPTIONS.delete().where(_mine(chat, municipality)))
            await connection.execute(_SUBSCRIPTIONS.insert().values(chat=chat, municipality=municipality, language=language))

    async def unsubscribe(self, chat: int, municipality: str) -> None:
        """Send a municipality's notices no more."""
        async with self._engine.begin() as connection:
            await connection.execute(_SUBSCRIPTIONS.delete().where(_mine(chat, municipality)))

    async def subscriptions(self, chat: int) -> list[str]:
        """The municipalities whose notices a chat gets."""
        query = sa.select(_SUBSCRIPTIONS.c.municipality).where(_SUBSCRIPTIONS.c.chat == chat).order_by(_SUBSCRIPTIONS.c.municipality)
        async with self._engine.connect() as connection:
            return [row[0] for row in await connection.execute(query)]

    async def publish(self, municipality: str, texts: Mapping[str, str]) -> None:
        """Give out a municipality's notice: its Markdown text by language. Every subscriber gets it once."""
        values = {"municipality": municipality, "texts": json.dumps(dict(texts)), "created_at": now()}
        async with self._engine.begin() as connection:
            await connection.execute(_NOTICES.insert().values(**values))

    async def send_notices(self, shown: Callable[[str, str, Mapping[str, str]], list[Outgoing]]) -> list[int]:
        """Record new notices to be sent, and to which chats; ``shown`` makes messages of municipality, subscriber's language and texts."""
        chats = []
        async with self._engine.begin() as connection:
            for notice in (await connection.execute(sa.select(_NOTICES).where(_NOTICES.c.sent_at.is_(None)).order_by(_NOTICES.c.id))).all():
                subscribed = (_SUBSCRIPTIONS.c.municipality == notice.municipality) & _reachable(_SUBSCRIPTIONS.c.chat)
                for subscriber in (await connection.execute(sa.select(_SUBSCRIPTIONS).where(subscribed))).all():
                    await put(connection, subscriber.chat, shown(notice.municipality, subscriber.language, json.loads(notice.texts)))
                    chats.append(subscriber.chat)
                await connection.execute(_NOTICES.update().where(_NOTICES.c.id == notice.id).values(sent_at=now()))
        return chats

    async def remind(self, chat: int, asked_by: int, due_at: datetime.datetime, language: str, text: str) -> None:
        """Keep a reminder; the same update asks for one only once."""
        async with self._engine.begin() as connection:
            await connection.execute(_REMINDERS.delete().where(_REMINDERS.c.asked_by == asked_by))
            values = {"chat": chat, "asked_by": asked_by, "due_at": due_at, "language": language, "text": text}
            await connection.execute(_REMINDERS.insert().values(**values))

    async def reminders(self, chat: int) -> list[Reminder]:
        """A chat's reminders, the next one first."""
        query = sa.select(_REMINDERS).where(_REMINDERS.c.chat == chat).order_by(_REMINDERS.c.due_at, _REMINDERS.c.id)
        async with self._engine.connect() as connection:
            return [Reminder.model_validate(dict(row)) for row in (await connection.execute(query)).mappings()]

    async def drop_reminder(self, chat: int, number: int) -> None:
        """Forget one of a chat's reminders."""
        async with self._engine.begin() as connection:
            await connection.execute(_REMINDERS.delete().where((_REMINDERS.c.chat == chat) & (_REMINDERS.c.id == number)))

    async def send_reminders(self, shown: Callable[[Reminder], list[Outgoing]]) -> list[int]:
        """Record the reminders that are due to be sent, and to which chats; they are forgotten in the same moment."""
        chats = []
        async with self._engine.begin() as connection:
            due = (_REMINDERS.c.due_at <= now()) & _reachable(_REMINDERS.c.chat)
            for row in (await connection.execute(sa.select(_REMINDERS).where(due).order_by(_REMINDERS.c.due_at))).mappings().all():
                reminder = Reminder.model_validate(dict(row))
                await put(connection, reminder.chat, shown(reminder))
                await connection.execute(_REMINDERS.delete().where(_REMINDERS.c.id == reminder.id))
                chats.append(reminder.chat)
        return chats

    async def forget(self, chat: int) -> None:
        """Forget a chat's subscriptions and reminders."""
        async with self._engine.begin() as connection:
            for table in (_SUBSCRIPTIONS, _REMINDERS):
                await connection.execute(table.delete().where(table.c.chat == chat))

    async def purge(self, days: int) -> None:
        """Forget those who blocked the bot that long ago, with what they asked for, and notices that long past."""
        limit = now() - datetime.timedelta(days=days)
        gone = sa.select(BLOCKED.c.chat).where(BLOCKED.c.since < limit)
        async with self._engine.begin() as connection:
            for table in (_SUBSCRIPTIONS, _REMINDERS):
                await connection.execute(table.delete().where(table.c.chat.in_(gone)))
            await connection.execute(BLOCKED.delete().where(BLOCKED.c.since < limit))
            await connection.execute(_NOTICES.delete().where(_NOTICES.c.sent_at < limit))

    async def move(self, chat: int, to: int) -> None:
        """A group has got another id."""
        async with self._engine.begin() as connection:
            await connection.execute(_SUBSCRIPTIONS.delete().where(_SUBSCRIPTIONS.c.chat == to))
            for table in (_SUBSCRIPTIONS, _REMINDERS):
                await connection.execute(table.update().where(table.c.chat == chat).values(chat=to))


def _mine(chat: int, municipality: str) -> sa.ColumnElement[bool]:
    return (_SUBSCRIPTIONS.c.chat == chat) & (_SUBSCRIPTIONS.c.municipality == municipality)


def _reachable(chat: sa.Column[int]) -> sa.ColumnElement[bool]:
    return chat.not_in(sa.select(BLOCKED.c.chat))
