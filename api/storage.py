"""Conversations and their messages, in SQLite or any database that SQLAlchemy reaches."""

from __future__ import annotations

import datetime
import json
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

_META = sa.MetaData()

_CONVERSATIONS = sa.Table(
    "conversations",
    _META,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("country", sa.String(2)),
    sa.Column("municipality", sa.String(64)),
    sa.Column("chosen_language", sa.String(2)),
    sa.Column("languages", sa.String(32), nullable=False),
    sa.Column("used_at", sa.DateTime, nullable=False, index=True),
)

_MESSAGES = sa.Table(
    "messages",
    _META,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("conversation", sa.String(32), sa.ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("role", sa.String(8), nullable=False),
    sa.Column("client_id", sa.String(64)),
    sa.Column("answers", sa.Integer),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.UniqueConstraint("conversation", "client_id"),
)

#: What tables of other modules refer to, so that their rows go with the conversation.
CONVERSATION_ID = _CONVERSATIONS.c.id

#: Conversations that are gone here and still to be forgotten by Rasa, which may be down when they are deleted.
_FORGOTTEN = sa.Table("forgotten", _META, sa.Column("conversation", sa.String(32), primary_key=True))


class Conversation(BaseModel):
    """What is remembered of a conversation besides its messages."""

    id: str
    country: str | None
    municipality: str | None
    #: The person's explicit choice, which wins over what they type.
    chosen_language: str | None
    #: Languages typed so far, latest first.
    languages: list[str]


class StoredMessage(BaseModel):
    """A message as it was sent or shown; ``answers`` is the id of the person's message that a reply belongs to."""

    id: int
    role: str
    client_id: str | None
    answers: int | None
    created_at: datetime.datetime
    body: dict[str, Any]


class Storage:
    """Implements ``actions.situation.ConversationMemory`` besides what the API needs. Every method may raise SQLAlchemyError."""

    def __init__(self, url: str) -> None:
        # SQLite has one writer at a time anyway; one connection spares it from "database is locked".
        alone = {"pool_size": 1, "max_overflow": 0} if url.startswith("sqlite") else {}
        #: The database itself, for modules that keep tables of their own in it.
        self.engine: AsyncEngine = create_async_engine(url, poolclass=sa.AsyncAdaptedQueuePool, **alone)
        if self.engine.dialect.name == "sqlite":
            sa.event.listen(self.engine.sync_engine, "connect", _prepare_sqlite)

    async def open(self) -> None:
        """Create the tables where they are missing."""
        async with self.engine.begin() as connection:
            await connection.run_sync(_META.create_all)

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()

    async def ping(self) -> None:
        """Raise SQLAlchemyError where the database does not answer."""
        async with self.engine.connect() as connection:
            await connection.execute(sa.select(_CONVERSATIONS.c.id).limit(1))

    async def create(self, conversation: Conversation) -> None:
        """Store a new conversation."""
        async with self.engine.begin() as connection:
            await connection.execute(
                _CONVERSATIONS.insert().values(
                    id=conversation.id,
                    country=conversation.country,
                    municipality=conversation.municipality,
                    chosen_language=conversation.chosen_language,
                    languages=" ".join(conversation.languages),
                    used_at=now(),
                )
            )

    async def conversation(self, conversation: str) -> Conversation | None:
        """The conversation, or None."""
        async with self.engine.connect() as connection:
            row = (await connection.execute(sa.select(_CONVERSATIONS).where(_CONVERSATIONS.c.id == conversation))).mappings().first()
        if row is None:
            return None
        return Conversation.model_validate({**row, "languages": row["languages"].split()})

    async def set_place(self, conversation: str, country: str | None, municipality: str | None) -> None:
        """Remember where the person lives."""
        await self._update(conversation, country=country, municipality=municipality)

    async def set_language(self, conversation: str, language: str) -> None:
        """Remember the language that the person chose."""
        await self._update(conversation, chosen_language=language)

    async def note_language(self, conversation: Conversation, language: str) -> None:
        """Remember that a message was typed in this language."""
        if conversation.languages[:1] != [language]:
            languages = [language, *(x for x in conversation.languages if x != language)]
            await self._update(conversation.id, languages=" ".join(languages))

    async def start_over(self, conversation: str) -> None:
        """Forget place and chosen language."""
        await self._update(conversation, country=None, municipality=None, chosen_language=None, languages="")

    async def delete(self, conversation: str) -> None:
        """Forget a conversation and its messages; nothing happens when it is gone already."""
        async with self.engine.begin() as connection:
            await connection.execute(_MESSAGES.delete().where(_MESSAGES.c.conversation == conversation))
            gone = await connection.execute(_CONVERSATIONS.delete().where(_CONVERSATIONS.c.id == conversation))
            if gone.rowcount:
                await connection.execute(_FORGOTTEN.insert().values(conversation=conversation))

    async def forgotten(self) -> list[str]:
        """The ids of deleted conversations that Rasa may still remember."""
        async with self.engine.connect() as connection:
            return [row[0] for row in await connection.execute(sa.select(_FORGOTTEN.c.conversation))]

    async def tracker_forgotten(self, conversation: str) -> None:
        """Note that Rasa has forgotten a deleted conversation."""
        async with self.engine.begin() as connection:
            await connection.execute(_FORGOTTEN.delete().where(_FORGOTTEN.c.conversation == conversation))

    async def expired(self, days: int) -> list[str]:
        """The ids of conversations whose last message is older than this many days."""
        limit = now() - datetime.timedelta(days=days)
        async with self.engine.connect() as connection:
            rows = await connection.execute(sa.select(_CONVERSATIONS.c.id).where(_CONVERSATIONS.c.used_at < limit))
            return [row[0] for row in rows]

    async def add_question(self, conversation: str, body: dict[str, Any], client_id: str | None) -> StoredMessage:
        """Store a message of the person; one with the same ``client_id`` is not stored again but returned."""
        async with self.engine.begin() as connection:
            if client_id is not None:
                same = (_MESSAGES.c.conversation == conversation) & (_MESSAGES.c.client_id == client_id)
                row = (await connection.execute(sa.select(_MESSAGES).where(same))).mappings().first()
                if row is not None:
                    return _message(row)
            values = {"conversation": conversation, "role": "user", "client_id": client_id, "body": json.dumps(body)}
            created = now()
            result = await connection.execute(_MESSAGES.insert().values(**values, created_at=created))
            await connection.execute(_CONVERSATIONS.update().where(_CONVERSATIONS.c.id == conversation).values(used_at=created))
            number = result.inserted_primary_key[0]  # type: ignore[index]
        return StoredMessage(id=number, role="user", client_id=client_id, answers=None, created_at=created, body=body)

    async def add_replies(self, conversation: str, question: int, bodies: list[dict[str, Any]]) -> list[StoredMessage]:
        """Store the replies to a message, all or none."""
        stored = []
        async with self.engine.begin() as connection:
            for body in bodies:
                created = now()
                values = {"conversation": conversation, "role": "bot", "answers": question, "body": json.dumps(body)}
                result = await connection.execute(_MESSAGES.insert().values(**values, created_at=created))
                number = result.inserted_primary_key[0]  # type: ignore[index]
                stored.append(StoredMessage(id=number, role="bot", client_id=None, answers=question, created_at=created, body=body))
        return stored

    async def add_human(self, conversation: str, body: dict[str, Any]) -> None:
        """Store what a coordinator says; nothing happens where the conversation is gone."""
        async with self.engine.begin() as connection:
            here = (await connection.execute(sa.select(_CONVERSATIONS.c.id).where(_CONVERSATIONS.c.id == conversation))).first()
            if here is not None:
                values = {"conversation": conversation, "role": "human", "body": json.dumps(body), "created_at": now()}
                await connection.execute(_MESSAGES.insert().values(**values))
                await connection.execute(_CONVERSATIONS.update().where(_CONVERSATIONS.c.id == conversation).values(used_at=now()))

    async def replies(self, question: int) -> list[StoredMessage]:
        """The stored replies to a message."""
        return await self._messages(_MESSAGES.c.answers == question)

    async def history(self, conversation: str, after: int = 0) -> list[StoredMessage]:
        """The messages of a conversation with ids above ``after``, oldest first."""
        return await self._messages((_MESSAGES.c.conversation == conversation) & (_MESSAGES.c.id > after))

    async def from_people(self, after: int) -> list[tuple[str, StoredMessage]]:
        """Messages that a person wrote from the desk, with ids above ``after``, oldest first; each with its conversation's id."""
        found = (_MESSAGES.c.id > after) & (_MESSAGES.c.role == "human")
        async with self.engine.connect() as connection:
            rows = (await connection.execute(sa.select(_MESSAGES).where(found).order_by(_MESSAGES.c.id))).mappings()
            return [(row["conversation"], _message(row)) for row in rows]

    async def newest(self) -> int:
        """The id of the newest message, 0 without one."""
        async with self.engine.connect() as connection:
            return int((await connection.execute(sa.select(sa.func.max(_MESSAGES.c.id)))).scalar() or 0)

    async def recent(self, conversation: str, limit: int) -> list[StoredMessage]:
        """The last messages of a conversation, oldest first: what a reply depends on, however long the talk is."""
        chosen = sa.select(_MESSAGES).where(_MESSAGES.c.conversation == conversation).order_by(_MESSAGES.c.id.desc()).limit(limit)
        async with self.engine.connect() as connection:
            return [_message(row) for row in (await connection.execute(chosen)).mappings()][::-1]

    async def transcript(self, conversation: str) -> list[tuple[str, str]]:
        """Everything that was said, oldest first: who (``user``, ``bot``, ``human``) and what."""
        return [(message.role, str(message.body.get("text", ""))) for message in await self.history(conversation)]

    async def _messages(self, condition: sa.ColumnElement[bool]) -> list[StoredMessage]:
        async with self.engine.connect() as connection:
            rows = (await connection.execute(sa.select(_MESSAGES).where(condition).order_by(_MESSAGES.c.id))).mappings()
            return [_message(row) for row in rows]

    async def _update(self, conversation: str, **values: Any) -> None:
        async with self.engine.begin() as connection:
            await connection.execute(_CONVERSATIONS.update().where(_CONVERSATIONS.c.id == conversation).values(**values))


def _message(row: RowMapping) -> StoredMessage:
    return StoredMessage.model_validate({**row, "body": json.loads(row["body"])})


def now() -> datetime.datetime:
    """The time in UTC, as databases store it."""
    return datetime.datetime.now(datetime.UTC).replace(tzinfo=None)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=5000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
