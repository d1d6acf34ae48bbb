"""What to reply to an update."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from telegram import User

from api.conversations import ConversationService, Incoming
from api.errors import ApiError
from api.settings import Settings
from api.telegram import commands, personal
from api.telegram.consents import Consents
from api.telegram.markup import escape, plain, to_html
from api.telegram.outgoing import Outgoing
from api.telegram.render import message
from api.telegram.store import Store
from api.telegram.talk import Talk
from api.telegram.updates import Attachment, Received
from translations.catalog import translate

#: The time over which the messages of a chat are counted, in seconds.
_WINDOW = 60.0
#: The longest text of the small window that ends a button's waiting.
_TOAST = 200
_ATTACHED: dict[Attachment, str] = {
    "voice": "telegram-voice",
    "photo": "telegram-photo",
    "sticker": "telegram-sticker",
    "document": "telegram-document",
    "location": "telegram-location",
    "contact": "telegram-contact",
    "other": "telegram-other",
}
_MENUS: dict[str, Callable[[Talk, str], Awaitable[list[Outgoing]]]] = {
    "l": lambda talk, language: commands.language_pressed(talk, False, language),
    "g": lambda talk, language: commands.language_pressed(talk, True, language),
    "p": commands.place_pressed,
    "t": commands.theme_pressed,
    "e": commands.topic_pressed,
    "d": commands.delete_pressed,
    "r": personal.drop_pressed,
    "w": personal.span_pressed,
    "s": personal.subscribe_pressed,
    "u": personal.unsubscribe_pressed,
}


class Answers:
    """Answers updates; the same update again, after a crash, gets the same answer."""

    def __init__(self, service: ConversationService, store: Store, consents: Consents, settings: Settings, me: User) -> None:
        self._service = service
        self._store = store
        self._consents = consents
        self._settings = settings
        self._me = me

    async def answer(self, received: Received, begun: str | None) -> list[Outgoing]:
        """The messages that answer an update; ``begun`` is the conversation in which that was begun before a crash.

        Raises SQLAlchemyError, or ApiError ``storage_unavailable``, where the database does not answer.
        """
        if received.kind == "left":
            await self._store.block(received.chat)
            return []
        if received.kind == "silent" or (received.kind == "joined" and not received.group):
            return []
        talk = await self._talk(received, begun)
        if talk is None:
            return await self._deleted(received)
        if received.channel:
            return [talk.send(escape(translate(talk.language, "telegram-channel", name=self._name())))]
        if received.kind == "joined":
            return [talk.send(escape(translate(talk.language, "telegram-group", name=self._name())))]
        over = 0 if received.urgent else await self._store.count_since(received, _WINDOW) - self._settings.telegram_limit
        if over > 0:
            return self._too_many(talk, over)
        try:
            messages = await self._answer(talk)
        except ApiError as error:
            if error.status == HTTPStatus.SERVICE_UNAVAILABLE:
                raise
            messages = [talk.send(escape(error.body(talk.language)["message"]))]
        if received.kind == "pressed" and not any(item.action == "toast" for item in messages):
            messages.insert(0, talk.toast())
        if await self._service.storage.conversation(talk.conversation) is None:
            await commands.forget(talk)
        return messages

    async def failed(self, received: Received, number: str) -> list[Outgoing]:
        """What to say where answering went wrong on our side; ``number`` finds it in the log."""
        said = translate(received.language or "en", "error-internal", id=number)
        ended = [Outgoing(action="toast", callback=received.callback)] if received.callback else []
        replied = received.message if received.group else None
        return [*ended, Outgoing(action="send", text=escape(said), message=replied, thread=received.thread)]

    async def _answer(self, talk: Talk) -> list[Outgoing]:
        received = talk.received
        if received.kind == "pressed":
            return await self._pressed(talk)
        if received.kind == "command":
            return await commands.COMMANDS.get(received.command, commands.unknown)(talk)
        if not received.text:
            return await self._attached(talk)
        if not received.attachment and (kept := await personal.reminder_wanted(talk)) is not None:
            return kept
        replies = talk.shown(await talk.handle(Incoming(text=received.text)))
        noted = self._note(received)
        if noted and replies and not received.urgent:
            replies.insert(0, talk.send(escape(translate(await self._language(talk.conversation, received), noted))))
        return replies

    def _note(self, received: Received) -> str | None:
        """What to say before the answer: that only the text under a photo was read, that a message was forwarded or changed."""
        if received.attachment:
            return _ATTACHED[received.attachment]
        return "telegram-forwarded" if received.forwarded else "telegram-edited" if received.edited else None

    async def _attached(self, talk: Talk) -> list[Outgoing]:
        """An answer to something that is no text; somebody who sends where they are is asked in words."""
        text = translate(talk.language, _ATTACHED[talk.received.attachment or "other"])
        if talk.received.attachment != "location":
            return [talk.send(escape(text))]
        buttons = self._service.advisor.answering.country_buttons(talk.language)
        return talk.shown([await talk.say("📍", text, buttons)])

    async def _pressed(self, talk: Talk) -> list[Outgoing]:
        """The button's data is ``kind:argument``; of a stored reply ``kind:reply:number``, with the view that is shown."""
        kind, _, argument = talk.received.data.partition(":")
        if kind in _MENUS:
            return await _MENUS[kind](talk, argument) or [self._stale(talk)]
        number, _, rest = argument.partition(":")
        reply = await self._reply(talk, number)
        if reply is None:
            return [self._stale(talk)]
        try:
            position, _, state = rest.partition(":")
            if kind == "v":
                texts, keyboard = message(reply, int(position), feedback=not state)
                return [talk.edit(texts[-1], keyboard)]
            if kind == "f":
                return await self._feedback(talk, reply, int(position), int(state))
            return await self._button(talk, reply, int(position))
        except (IndexError, ValueError):
            return [self._stale(talk)]
        except ApiError as error:
            if error.code != "unknown_payload":
                raise
            return [self._stale(talk)]

    async def _button(self, talk: Talk, reply: dict[str, Any], position: int) -> list[Outgoing]:
        """A question of ours is replaced by what comes of it; an answer or a list of topics stays to be read."""
        replies = await talk.handle(Incoming(payload=reply["buttons"][position]["payload"]))
        return talk.shown(replies, edit=reply["kind"] in ("clarify", "command"))

    async def _feedback(self, talk: Talk, reply: dict[str, Any], position: int, view: int) -> list[Outgoing]:
        """Thanks in a small window, and the buttons are gone; a question that comes of it is asked below."""
        replies = await talk.handle(Incoming(payload=reply["feedback"][position]["payload"]))
        texts, keyboard = message(reply, view, feedback=False)
        thanks = plain(to_html(replies[0]["text"])) if replies else ""
        is_short = len(replies) == 1 and len(thanks) <= _TOAST and not replies[0].get("buttons")
        asked = [] if is_short else talk.shown(replies)
        return [talk.toast(thanks if is_short else ""), talk.edit(texts[-1], keyboard), *asked]

    async def _reply(self, talk: Talk, number: str) -> dict[str, Any] | None:
        """The stored reply of this id, None where this conversation has none."""
        if not number.isdecimal() or not 0 < int(number) < 2**31:
            return None
        found = await self._service.history(talk.conversation, int(number) - 1)
        return found[0] if found and found[0]["id"] == int(number) and found[0]["role"] != "user" else None

    def _stale(self, talk: Talk) -> Outgoing:
        return talk.toast(translate(talk.language, "telegram-stale"))

    def _too_many(self, talk: Talk, over: int) -> list[Outgoing]:
        """A notice for the first message beyond the limit, silence for the others; a pressed button always stops waiting."""
        text = translate(talk.language, "telegram-limit")
        if talk.received.kind == "pressed":
            return [talk.toast(text)]
        return [talk.send(escape(text))] if over == 1 else []

    async def _talk(self, received: Received, begun: str | None) -> Talk | None:
        """The chat with its conversation, a new one where there is none; None where answering this update has deleted it."""
        storage = self._service.storage
        if begun is not None and await storage.conversation(begun) is None:
            return None
        chat = await self._store.chat(received.chat)
        conversation = chat.conversation if chat else None
        if conversation is None:
            conversation, _ = await self._service.create(None, None, None)
            stored = await storage.conversation(conversation)
            if stored is None:
                raise ApiError(HTTPStatus.SERVICE_UNAVAILABLE, "storage_unavailable")
            if received.language:
                await storage.note_language(stored, received.language)
            await self._store.connect(received.chat, conversation)
        await self._store.begin(received.update, conversation)
        language = await self._language(conversation, received)
        settings, again = self._settings, begun is not None
        return Talk(self._service, self._store, self._consents, settings, self._me, received, conversation, language, again)

    async def _language(self, conversation: str, received: Received) -> str:
        return await self._service.language_of(conversation) or received.language or "en"

    async def _deleted(self, received: Received) -> list[Outgoing]:
        """The word after a deletion that a crash cut short."""
        await self._consents.forget(received.chat)
        await self._store.forget(received.chat)
        said = Outgoing(action="send", text=escape(translate(received.language or "en", "telegram-deleted")))
        return [Outgoing(action="toast", callback=received.callback), said] if received.callback else [said]

    def _name(self) -> str:
        return f"@{self._me.username}"
