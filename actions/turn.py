"""One turn of the dialogue: what an action is given, and what comes of it."""

from __future__ import annotations

from pydantic import BaseModel

from actions.answering import Answering
from actions.reply import Reply
from actions.situation import ConversationMemory, Situation


class Turn(BaseModel):
    """A message of the person, as an action sees it."""

    conversation: str
    text: str
    situation: Situation
    #: The question that waits for a country.
    pending_question: str | None = None


class Outcome(BaseModel):
    """Replies in their order, and slots of the dialogue to set."""

    replies: list[Reply]
    slots: dict[str, str | None] = {}


class Advisor:
    """What actions work with: the knowledge, and the memory of conversations."""

    def __init__(self, answering: Answering, memory: ConversationMemory) -> None:
        self.answering = answering
        self.memory = memory
