"""What a chat gets unasked: a coordinator's messages, reminders that are due, notices of a municipality."""

from __future__ import annotations

from collections.abc import Mapping

from api.conversations import ConversationService, public
from api.telegram.consents import Consents
from api.telegram.markup import escape, pack, to_html
from api.telegram.outgoing import Outgoing
from api.telegram.personal import reminder_message
from api.telegram.render import message
from api.telegram.store import Store
from translations.catalog import translate

#: A message of a coordinator may be committed after a later one: so many are looked at again.
_OVERLAP = 100


class Unasked:
    """Puts what is due among the messages to be sent, each once."""

    def __init__(self, service: ConversationService, store: Store, consents: Consents) -> None:
        self._service = service
        self._store = store
        self._consents = consents
        self._seen = 0

    async def due(self) -> list[int]:
        """The chats for which something has been put there. Raises SQLAlchemyError."""
        chats = await self._from_people()
        chats += await self._consents.send_reminders(reminder_message)
        return chats + await self._consents.send_notices(self._notice)

    def look_back(self) -> None:
        """Look at all messages again: somebody is back to whom some could not be sent."""
        self._seen = 0

    async def _from_people(self) -> list[int]:
        newest = await self._service.storage.newest()
        if newest == self._seen:
            return []
        written = await self._service.storage.from_people(max(0, self._seen - _OVERLAP))
        chats = await self._store.chats_of({conversation for conversation, _ in written}) if written else {}
        for conversation, said in written:
            if (chat := chats.get(conversation)) is not None and said.id > chat.from_people:
                texts, keyboard = message(public(said))
                shown = [Outgoing(action="send", text=text, keyboard=keyboard if text is texts[-1] else []) for text in texts]
                await self._store.hand_on(chat, said.id, shown)
        self._seen = newest
        return [chat.chat for chat in chats.values()]

    def _notice(self, municipality: str, language: str, texts: Mapping[str, str]) -> list[Outgoing]:
        said = texts.get(language) or texts.get("en") or next(iter(texts.values()), "")
        places = (knowledge.places.get(municipality) for knowledge in self._service.advisor.answering.base.countries.values())
        name = next((place.names[language] for place in places if place is not None), municipality)  # type: ignore[index]
        head = f"📣 <b>{escape(translate(language, 'telegram-notice', place=name))}</b>"
        return [
            Outgoing(action="send", text=text) for text in pack([head, to_html(said), escape(translate(language, "telegram-notice-end"))])
        ]
