"""What is known of the person when an action runs, and what actions may store."""

from __future__ import annotations

from typing import Any, Protocol

from pydantic import BaseModel


class Situation(BaseModel):
    """Comes with every message, as Rasa's metadata; nothing here says who the person is."""

    language: str
    #: Languages that the person has used before in this conversation, latest first.
    used_languages: list[str] = []
    country: str | None = None
    municipality: str | None = None
    #: Legal status and occupation, where the person said so; they choose an entry's variant.
    status: str | None = None
    occupation: str | None = None
    channel: str = "api"
    #: A question that waits for a country, as the API remembers it.
    pending_question: str | None = None
    #: The entry that the person was last answered with.
    previous_entry: str | None = None
    #: The kind of the last reply.
    previous_kind: str | None = None
    #: How probable it is (0 to 1) that the search has an answer to the message.
    sureness: float | None = None
    entities: list[dict[str, Any]] = []

    def entity(self, name: str) -> str | None:
        """The value of the first entity of this name."""
        return next((e["value"] for e in self.entities if e["entity"] == name), None)


class ConversationMemory(Protocol):
    """What actions store about a conversation; handed to them at start."""

    async def set_place(self, conversation: str, country: str | None, municipality: str | None) -> None:
        """Remember where the person lives."""
        ...

    async def set_language(self, conversation: str, language: str) -> None:
        """Remember the language that the person chose."""
        ...

    async def start_over(self, conversation: str) -> None:
        """Forget place and chosen language; the history stays."""
        ...

    async def delete(self, conversation: str) -> None:
        """Forget the conversation for good."""
        ...

    async def transcript(self, conversation: str) -> list[tuple[str, str]]:
        """Everything that was said, oldest first: who (``user``, ``bot``, ``human``) and what."""
        ...
