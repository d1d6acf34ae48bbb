"""A chat while one of its updates is answered: whom it is with, in which language, and how replies become messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from telegram import User

from actions.payload import payload
from actions.reply import Button, Kind, Reply
from api.conversations import ConversationService, Incoming, public
from api.settings import Settings
from api.telegram.consents import Consents
from api.telegram.outgoing import Key, Keyboard, Outgoing
from api.telegram.render import message
from api.telegram.store import Store
from api.telegram.updates import Received
from knowledge.model import KnowledgeBase


@dataclass
class Talk:
    """Handed to whatever answers an update."""

    service: ConversationService
    store: Store
    consents: Consents
    settings: Settings
    me: User
    received: Received
    conversation: str
    language: str
    #: Whether this update was being answered before, when a crash came.
    again: bool = False

    @property
    def base(self) -> KnowledgeBase:
        """The knowledge as it is served now."""
        return self.service.advisor.answering.base

    async def place(self) -> tuple[str | None, str | None]:
        """The country and municipality of the person, as far as they are known."""
        stored = await self.service.storage.conversation(self.conversation)
        return (stored.country, stored.municipality) if stored else (None, None)

    async def handle(self, incoming: Incoming) -> list[dict[str, Any]]:
        """The service's replies to this update; those of before, if it was answered before. Raises ApiError."""
        number = f"telegram-{self.received.update}"
        return await self.service.handle(self.conversation, incoming.model_copy(update={"client_id": number}))

    async def say(self, said: str, text: str, buttons: Sequence[Button], kind: Kind = "command") -> dict[str, Any]:
        """Keep a reply of the channel's own in the conversation, so that its buttons can be pressed; ``said``: what it answers."""
        number = f"telegram-{self.received.update}-own"
        storage = self.service.storage
        question = await storage.add_question(self.conversation, {"text": said, "payload": None, "language": self.language}, number)
        kept = await storage.replies(question.id)
        if not kept:
            reply = Reply(kind=kind, text=text, text_language=self.language, buttons=list(buttons))
            body = {**reply.model_dump(mode="json"), "intent": None, "language": self.language}
            kept = await storage.add_replies(self.conversation, question.id, [body])
        return public(kept[0])

    async def choose(self, said: str, text: str, title: str, intent: str, **entities: str) -> list[dict[str, Any]]:
        """The service's replies to a choice that the channel offers by itself, such as a topic of the menu."""
        chosen = Button(title=title, payload=payload(intent, **entities))
        await self.say(said, text, [chosen])
        return await self.handle(Incoming(payload=chosen.payload))

    def shown(self, replies: Sequence[dict[str, Any]], edit: bool = False) -> list[Outgoing]:
        """Replies as messages; with ``edit`` the first takes the place of the pressed message."""
        messages = []
        for reply in replies:
            texts, keyboard = message(reply)
            messages += [self.send(text, keyboard if text is texts[-1] else []) for text in texts]
        if edit and messages:
            messages[0] = messages[0].model_copy(update={"action": "edit", "message": self.received.message})
        return messages

    def send(self, text: str, keyboard: Keyboard | None = None) -> Outgoing:
        """A message of HTML; in a group it replies to the one it answers."""
        replied = self.received.message if self.received.group or self.received.edited else None
        return Outgoing(action="send", text=text, keyboard=keyboard or [], message=replied, thread=self.received.thread)

    def edit(self, text: str, keyboard: Keyboard | None = None) -> Outgoing:
        """HTML in the place of the pressed message."""
        return Outgoing(action="edit", text=text, keyboard=keyboard or [], message=self.received.message, thread=self.received.thread)

    def toast(self, text: str = "") -> Outgoing:
        """The end of the pressed button's waiting; ``text``, at most 200 characters, is shown in a small window."""
        return Outgoing(action="toast", text=text, callback=self.received.callback)


def rows(keys: Sequence[Key], beside: int = 1) -> Keyboard:
    """Buttons in rows of so many."""
    return [list(keys[i : i + beside]) for i in range(0, len(keys), beside)]
