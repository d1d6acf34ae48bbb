"""What the chat API takes and gives, for validation and OpenAPI."""

from __future__ import annotations

import datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from actions.reply import Button, Clerk, Kind, Notice, Section, Source
from knowledge.languages import Country, Language


class NewConversation(BaseModel):
    """All optional: what the channel knows of the person."""

    model_config = ConfigDict(extra="forbid", strict=True)

    country: Country | None = None
    municipality: str | None = Field(None, max_length=64)
    language: Language | None = Field(None, description="The person's explicit choice; leave it out to go by what they type.")


class ConversationCreated(BaseModel):
    """The token goes into the header ``Authorization: Bearer``; it never stands in an address."""

    id: str
    token: str


class NewMessage(BaseModel):
    """Either typed text or the payload of an offered button."""

    model_config = ConfigDict(extra="forbid", strict=True)

    text: str | None = None
    payload: str | None = Field(None, max_length=200)
    client_id: str | None = Field(None, min_length=1, max_length=64, description="The same one again returns the stored reply.")
    language: Language | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.text is None) == (self.payload is None):
            raise ValueError("give either text or payload")
        return self


class Message(BaseModel):
    """A message of the person (role user; only text and language are set) or of the bot."""

    id: int
    role: str
    created_at: datetime.datetime | None
    kind: Kind | None = None
    language: str | None = Field(None, description="The person's (ISO 639-1), also one that we do not speak; `text_language` differs then.")
    text_language: Language | None = None
    intent: str | None = None
    title: str | None = Field(None, description="The entry's title; none where the matter must not show in titles or notifications.")
    entry: str | None = None
    score: float | None = None
    alternatives: list[str] = []
    text: str
    sources: list[Source] = []
    checked_on: datetime.date | None = None
    reviewed_on: datetime.date | None = None
    buttons: list[Button] = []
    sections: list[Section] = []
    feedback: list[Button] = Field([], description="What the person may say of the answer; smaller than the buttons.")
    clerk: Clerk | None = Field(None, description="The same answer in the state's language, to be shown at a counter.")
    private: bool = Field(False, description="Offer a quick exit; show nothing of it in titles, notifications or previews.")
    quick_exit: bool = Field(False, description="Leave the conversation at once.")
    notices: list[Notice] = []
    ms: float | None = None


class Messages(BaseModel):
    """Messages, oldest first."""

    messages: list[Message]


class Error(BaseModel):
    """Every error has this form; ``message`` is in the person's language and says what to do next."""

    code: str
    message: str
    data: dict[str, Any]
