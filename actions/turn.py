"""One turn of the dialogue: what an action is given, and what comes of it."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from actions.answering import Answering
from actions.desk import Desk
from actions.reply import Reply
from actions.situation import ConversationMemory, Situation


class Turn(BaseModel):
    """A message of the person, as an action sees it."""

    conversation: str
    text: str
    situation: Situation
    #: The dialogue's slots (``bot/domain.yml``), as far as they are set.
    slots: dict[str, Any] = {}

    @property
    def pending_question(self) -> str | None:
        """The question that waits for a country."""
        return self.slots.get("pending_question") or self.situation.pending_question

    @property
    def entry(self) -> str | None:
        """The entry that the conversation is about."""
        return self.slots.get("entry") or self.situation.previous_entry


class Outcome(BaseModel):
    """Replies in their order, and slots of the dialogue to set."""

    replies: list[Reply]
    slots: dict[str, Any] = {}


class Advisor:
    """What actions work with: the knowledge, the memory of conversations, and the coordinators' desk."""

    def __init__(self, answering: Answering, memory: ConversationMemory, desk: Desk) -> None:
        self.answering = answering
        self.memory = memory
        self.desk = desk
