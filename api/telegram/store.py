"""What the channel remembers: chats, updates until they are answered, messages until Telegram has taken them.

An update is recorded before Telegram is told that we have it; its replies are recorded together with the note that it is answered; a
reply is forgotten when Telegram has taken it. So a crash at any moment loses nothing, and repeats a message only where it falls between
Telegram's taking it and our forgetting it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable

import sqlalchemy as sa
from pydantic import BaseModel
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from api.storage import CONVERSATION_ID, now
from api.telegram.outgoing import Outgoing
from api.telegram.updates import Received

META = sa.MetaData()

_CHATS = sa.Table(
    "telegram_chats",
    META,
    sa.Column("chat", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("conversation", sa.String(32), sa.ForeignKey(CONVERSATION_ID, ondelete="CASCADE"), nullable=False, index=True),
    #: The latest message of a coordinator that was handed on.
    sa.Column("from_people", sa.Integer, nullable=False),
    #: A reminder that waits for its day (see ``reminders``).
    sa.Column("draft", sa.Text),
)

_UPDATES = sa.Table(
    "telegram_updates",
    META,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    #: Null once the chat is forgotten: the number alone still tells that the update was answered.
    sa.Column("chat", sa.BigInteger, index=True),
    sa.Column("answered", sa.Boolean, nullable=False),
    sa.Column("urgent", sa.Boolean, nullable=False),
    sa.Column("received_at", sa.DateTime, nullable=False, index=True),
    #: The conversation in which it is being answered.
    sa.Column("conversation", sa.String(32)),
    #: Null once it is answered.
    sa.Column("body", sa.Text),
)

_OUTBOX = sa.Table(
    "telegram_outbox",
    META,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("chat", sa.BigInteger, nullable=False, index=True),
    sa.Column("body", sa.Text, nullable=False),
)

BLOCKED = sa.Table(
    "telegram_blocked",
    META,
    sa.Column("chat", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("since", sa.DateTime, nullable=False),
)


class Chat(BaseModel):
    """What is remembered of a chat."""

    chat: int
    conversation: str
    from_people: int
    draft: str | None


class Store:
    """Every method may raise SQLAlchemyError; each is one transaction."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def open(self) -> None:
        """Create the tables where they are missing; those of conversations exist."""
        async with self._engine.begin() as connection:
            await connection.run_sync(META.create_all)

    async def accept(self, received: Received) -> bool:
        """Record an update; False for one that was recorded before."""
        values = {"id": received.update, "chat": received.chat, "urgent": received.urgent, "body": received.model_dump_json()}
        try:
            async with self._engine.begin() as connection:
                await connection.execute(_UPDATES.insert().values(**values, answered=False, received_at=now()))
        except IntegrityError:
            return False
        return True

    async def waiting(self, chat: int) -> tuple[Received, str | None] | None:
        """The update of a chat to answer next, and the conversation in which it was begun to be answered before a crash."""
        mine = (_UPDATES.c.chat == chat) & ~_UPDATES.c.answered
        query = sa.select(_UPDATES.c.body, _UPDATES.c.conversation).where(mine).order_by(_UPDATES.c.urgent.desc(), _UPDATES.c.id).limit(1)
        async with self._engine.connect() as connection:
            row = (await connection.execute(query)).first()
        return None if row is None else (Received.model_validate_json(row.body), row.conversation)

    async def begin(self, update: int, conversation: str) -> None:
        """Note in which conversation an update is being answered."""
        await self._execute(_UPDATES.update().where(_UPDATES.c.id == update).values(conversation=conversation))

    async def answered(self, received: Received, replies: Iterable[Outgoing]) -> None:
        """Record the replies to an update, to be sent, and that it is answered."""
        async with self._engine.begin() as connection:
            known = await connection.scalar(sa.select(_CHATS.c.chat).where(_CHATS.c.chat == received.chat))
            done = _UPDATES.update().where(_UPDATES.c.id == received.update)
            await connection.execute(done.values(answered=True, body=None, conversation=None, chat=known))
            await put(connection, received.chat, replies)

    async def count_since(self, received: Received, seconds: float) -> int:
        """How many updates of the chat came in the time before this one, itself included."""
        since = now() - datetime.timedelta(seconds=seconds)
        mine = (_UPDATES.c.chat == received.chat) & (_UPDATES.c.id <= received.update) & (_UPDATES.c.received_at > since)
        async with self._engine.connect() as connection:
            return int((await connection.execute(sa.select(sa.func.count()).select_from(_UPDATES).where(mine))).scalar_one())

    async def send(self, chat: int, messages: Iterable[Outgoing]) -> None:
        """Record messages to be sent."""
        async with self._engine.begin() as connection:
            await put(connection, chat, messages)

    async def outgoing(self, chat: int) -> tuple[int, Outgoing] | None:
        """The number and content of what is to be sent to a chat next."""
        query = sa.select(_OUTBOX.c.id, _OUTBOX.c.body).where(_OUTBOX.c.chat == chat).order_by(_OUTBOX.c.id).limit(1)
        async with self._engine.connect() as connection:
            row = (await connection.execute(query)).first()
        return None if row is None else (row.id, Outgoing.model_validate_json(row.body))

    async def sent(self, number: int) -> None:
        """Forget a message that Telegram has taken."""
        await self._execute(_OUTBOX.delete().where(_OUTBOX.c.id == number))

    async def busy(self) -> list[int]:
        """The chats where something is to be answered or sent."""
        query = sa.union(sa.select(_UPDATES.c.chat).where(~_UPDATES.c.answered), sa.select(_OUTBOX.c.chat))
        async with self._engine.connect() as connection:
            return [row[0] for row in await connection.execute(query)]

    async def chat(self, chat: int) -> Chat | None:
        """The chat, None where it has no conversation."""
        async with self._engine.connect() as connection:
            row = (await connection.execute(sa.select(_CHATS).where(_CHATS.c.chat == chat))).mappings().first()
        return None if row is None else Chat.model_validate(dict(row))

    async def chats_of(self, conversations: Iterable[str]) -> dict[str, Chat]:
        """The chats that can be written to, by their conversations."""
        reached = _CHATS.c.conversation.in_(list(conversations)) & _CHATS.c.chat.not_in(sa.select(BLOCKED.c.chat))
        async with self._engine.connect() as connection:
            rows = (await connection.execute(sa.select(_CHATS).where(reached))).mappings()
            return {row["conversation"]: Chat.model_validate(dict(row)) for row in rows}

    async def connect(self, chat: int, conversation: str) -> None:
        """Give a chat a conversation, instead of the one before."""
        async with self._engine.begin() as connection:
            await connection.execute(_CHATS.delete().where(_CHATS.c.chat == chat))
            await connection.execute(_CHATS.insert().values(chat=chat, conversation=conversation, from_people=0))

    async def draft(self, chat: int, draft: str | None) -> None:
        """Keep a reminder that waits for its day, or drop it."""
        await self._execute(_CHATS.update().where(_CHATS.c.chat == chat).values(draft=draft))

    async def hand_on(self, chat: Chat, number: int, messages: Iterable[Outgoing]) -> None:
        """Record a coordinator's message (its id is ``number``) to be sent, once."""
        async with self._engine.begin() as connection:
            mine = (_CHATS.c.chat == chat.chat) & (_CHATS.c.from_people < number)
            noted = await connection.execute(_CHATS.update().where(mine).values(from_people=number))
            if noted.rowcount:
                await put(connection, chat.chat, messages)

    async def block(self, chat: int) -> None:
        """Remember that a chat does not take messages; what was to be sent is dropped."""
        async with self._engine.begin() as connection:
            await connection.execute(_OUTBOX.delete().where(_OUTBOX.c.chat == chat))
            await connection.execute(BLOCKED.delete().where(BLOCKED.c.chat == chat))
            await connection.execute(BLOCKED.insert().values(chat=chat, since=now()))

    async def unblock(self, chat: int) -> bool:
        """Note that a chat takes messages; whether it did not before."""
        async with self._engine.begin() as connection:
            return bool((await connection.execute(BLOCKED.delete().where(BLOCKED.c.chat == chat))).rowcount)

    async def forget(self, chat: int) -> None:
        """Forget a chat; the numbers of its updates stay for a while, without it."""
        async with self._engine.begin() as connection:
            for table in (_CHATS, _OUTBOX, BLOCKED):
                await connection.execute(table.delete().where(table.c.chat == chat))
            await connection.execute(_UPDATES.update().where((_UPDATES.c.chat == chat) & _UPDATES.c.answered).values(chat=None))

    async def move(self, chat: int, to: int) -> None:
        """A group has got another id."""
        async with self._engine.begin() as connection:
            await connection.execute(_CHATS.delete().where(_CHATS.c.chat == to))
            for table in (_CHATS, _UPDATES, _OUTBOX):
                await connection.execute(table.update().where(table.c.chat == chat).values(chat=to))

    async def purge(self, days: int) -> None:
        """Forget the numbers of updates that Telegram, which keeps them for a day, cannot deliver again."""
        await self._execute(_UPDATES.delete().where(_UPDATES.c.answered & (_UPDATES.c.received_at < now() - datetime.timedelta(days=days))))

    async def _execute(self, statement: sa.Executable) -> None:
        async with self._engine.begin() as connection:
            await connection.execute(statement)


async def put(connection: AsyncConnection, chat: int, messages: Iterable[Outgoing]) -> None:
    """Add messages to what is to be sent to a chat."""
    for message in messages:
        await connection.execute(_OUTBOX.insert().values(chat=chat, body=message.model_dump_json()))
