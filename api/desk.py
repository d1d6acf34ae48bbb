"""What people leave for coordinators, in the API's own tables: it never enters Rasa, trackers or logs, and goes with its conversation."""

from __future__ import annotations

import datetime
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel

from actions.desk import Left, Reason
from api.storage import CONVERSATION_ID, Storage, now

_META = sa.MetaData()


def _left_columns() -> list[sa.Column[Any]]:
    """Where something comes from (``actions.desk.Left``)."""
    return [
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("conversation", sa.ForeignKey(CONVERSATION_ID, ondelete="CASCADE"), nullable=False, index=True),
        sa.Column("entry", sa.String(160)),
        sa.Column("country", sa.String(2)),
        sa.Column("municipality", sa.String(64)),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
    ]


_LETTERS = sa.Table(
    "letters",
    _META,
    *_left_columns(),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("contact", sa.Text),
    sa.Column("responsible", sa.String(16)),
    sa.Column("state", sa.String(8), nullable=False),
)

#: Contacts that were given for a message that is still being written.
_CONTACTS = sa.Table(
    "contacts",
    _META,
    sa.Column("conversation", sa.ForeignKey(CONVERSATION_ID, ondelete="CASCADE"), primary_key=True),
    sa.Column("contact", sa.Text, nullable=False),
)

#: Conversations in which a coordinator is talking, and when they last did.
_TALKING = sa.Table(
    "talking",
    _META,
    sa.Column("conversation", sa.ForeignKey(CONVERSATION_ID, ondelete="CASCADE"), primary_key=True),
    sa.Column("since", sa.DateTime, nullable=False),
)

_FEEDBACK = sa.Table(
    "feedback",
    _META,
    *_left_columns(),
    sa.Column("helpful", sa.Boolean, nullable=False),
    sa.Column("reason", sa.String(16)),
    sa.UniqueConstraint("conversation", "entry"),
)

_CORRECTIONS = sa.Table("corrections", _META, *_left_columns(), sa.Column("text", sa.Text, nullable=False))

#: After this time without a word of the coordinator the assistant answers again.
_SILENCE = datetime.timedelta(hours=12)


class Letter(BaseModel):
    """A message for a person; ``state`` is open, answered or closed."""

    id: int
    conversation: str
    entry: str | None
    country: str | None
    municipality: str | None
    language: str
    created_at: datetime.datetime
    question: str
    contact: str | None
    responsible: str | None
    state: str


class DeskStorage:
    """Implements ``actions.desk.Desk`` besides what coordinators need. Every method may raise SQLAlchemyError."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._engine = storage.engine

    async def open(self) -> None:
        """Create the tables where they are missing."""
        async with self._engine.begin() as connection:
            await connection.run_sync(_META.create_all)

    async def note_contact(self, conversation: str, contact: str) -> None:
        """Keep how somebody wants to be reached until their message is sent or given up."""
        async with self._engine.begin() as connection:
            await connection.execute(_CONTACTS.delete().where(_CONTACTS.c.conversation == conversation))
            await connection.execute(_CONTACTS.insert().values(conversation=conversation, contact=contact))

    async def withdraw(self, conversation: str) -> None:
        """See ``actions.desk.Desk.withdraw``."""
        async with self._engine.begin() as connection:
            await connection.execute(_CONTACTS.delete().where(_CONTACTS.c.conversation == conversation))

    async def add_message(self, left: Left, question: str, responsible: str | None, by_contact: bool) -> None:
        """See ``actions.desk.Desk.add_message``."""
        async with self._engine.begin() as connection:
            noted = _CONTACTS.c.conversation == left.conversation
            contact = (await connection.execute(sa.select(_CONTACTS.c.contact).where(noted))).scalar() if by_contact else None
            await connection.execute(_CONTACTS.delete().where(noted))
            values = {**left.model_dump(), "question": question, "contact": contact, "responsible": responsible}
            await connection.execute(_LETTERS.insert().values(**values, state="open", created_at=now()))

    async def add_feedback(self, left: Left, helpful: bool, reason: Reason | None = None) -> None:
        """See ``actions.desk.Desk.add_feedback``."""
        same = (_FEEDBACK.c.conversation == left.conversation) & (_FEEDBACK.c.entry == left.entry)
        async with self._engine.begin() as connection:
            await connection.execute(_FEEDBACK.delete().where(same))
            await connection.execute(_FEEDBACK.insert().values(**left.model_dump(), helpful=helpful, reason=reason, created_at=now()))

    async def add_correction(self, left: Left, text: str) -> None:
        """See ``actions.desk.Desk.add_correction``."""
        async with self._engine.begin() as connection:
            await connection.execute(_CORRECTIONS.insert().values(**left.model_dump(), text=text, created_at=now()))

    async def resume(self, conversation: str) -> None:
        """See ``actions.desk.Desk.resume``."""
        async with self._engine.begin() as connection:
            await connection.execute(_TALKING.delete().where(_TALKING.c.conversation == conversation))

    async def is_talking(self, conversation: str) -> bool:
        """Whether a coordinator is talking in this conversation, so that the assistant keeps silent."""
        async with self._engine.connect() as connection:
            since = (await connection.execute(sa.select(_TALKING.c.since).where(_TALKING.c.conversation == conversation))).scalar()
        return since is not None and now() - since < _SILENCE

    async def letters(self, state: str = "open") -> list[Letter]:
        """The messages in this state, oldest first."""
        async with self._engine.connect() as connection:
            rows = await connection.execute(sa.select(_LETTERS).where(_LETTERS.c.state == state).order_by(_LETTERS.c.id))
            return [Letter.model_validate(dict(row)) for row in rows.mappings()]

    async def letter(self, number: int) -> Letter | None:
        """The message with this number, or None."""
        async with self._engine.connect() as connection:
            row = (await connection.execute(sa.select(_LETTERS).where(_LETTERS.c.id == number))).mappings().first()
        return Letter.model_validate(dict(row)) if row is not None else None

    async def reply(self, letter: Letter, body: dict[str, Any]) -> None:
        """Say something in the conversation of a message, as a person; the assistant keeps silent there from now on."""
        await self._storage.add_human(letter.conversation, body)
        async with self._engine.begin() as connection:
            await connection.execute(_TALKING.delete().where(_TALKING.c.conversation == letter.conversation))
            await connection.execute(_TALKING.insert().values(conversation=letter.conversation, since=now()))
            await connection.execute(_LETTERS.update().where(_LETTERS.c.id == letter.id).values(state="answered"))

    async def close(self, letter: Letter) -> None:
        """Note that nothing is left to do; the assistant answers again."""
        async with self._engine.begin() as connection:
            await connection.execute(_LETTERS.update().where(_LETTERS.c.id == letter.id).values(state="closed"))
        await self.resume(letter.conversation)

    async def feedback(self) -> list[dict[str, Any]]:
        """All judgements, oldest first."""
        return await self._all(_FEEDBACK)

    async def corrections(self) -> list[dict[str, Any]]:
        """All corrections, oldest first."""
        return await self._all(_CORRECTIONS)

    async def _all(self, table: sa.Table) -> list[dict[str, Any]]:
        async with self._engine.connect() as connection:
            return [dict(row) for row in (await connection.execute(sa.select(table).order_by(table.c.id))).mappings()]
