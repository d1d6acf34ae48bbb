"""What people leave for the coordinators: messages, judgements of answers, corrections."""

from __future__ import annotations

from typing import Literal, Protocol

from pydantic import BaseModel

Reason = Literal["wrong", "outdated", "unclear", "other-question"]


class Left(BaseModel):
    """Where something that a person leaves comes from; nothing here says who the person is."""

    conversation: str
    entry: str | None
    country: str | None
    municipality: str | None
    language: str


class Desk(Protocol):
    """What actions store for coordinators; handed to them at start."""

    async def add_message(self, left: Left, question: str, responsible: str | None, by_contact: bool) -> None:
        """Store a message for a person, with the contact that was given in the conversation where ``by_contact``."""
        ...

    async def withdraw(self, conversation: str) -> None:
        """Forget a contact that was given for a message that is not sent."""
        ...

    async def add_feedback(self, left: Left, helpful: bool, reason: Reason | None = None) -> None:
        """Store whether an answer helped; a later judgement of the same answer takes the earlier one's place."""
        ...

    async def add_correction(self, left: Left, text: str) -> None:
        """Store what somebody says is wrong with an entry."""
        ...

    async def resume(self, conversation: str) -> None:
        """The person talks with the assistant again instead of with a coordinator."""
        ...
