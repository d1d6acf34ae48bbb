"""The conversation service: one message's way, whatever channel it came through.

Crisis check, language, redaction, dialogue; search alone where the dialogue does not answer in time.
"""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
import time
import unicodedata
from collections import OrderedDict
from http import HTTPStatus
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError

from actions.conversation import unsupported_language
from actions.dialogue import without_dialogue
from actions.reply import Reply
from actions.situation import Situation
from actions.turn import Advisor, Turn
from api.crisis import CrisisLayer
from api.desk import DeskStorage
from api.errors import ApiError
from api.rasa import Dialogue, DialogueReply, DialogueUnavailableError
from api.recent import RECENT, Recent
from api.redaction import contact_in, redact
from api.storage import Conversation, Storage, StoredMessage
from knowledge.crisis import CrisisPatterns, Signal
from knowledge.findings import Finding
from knowledge.model import KnowledgeBase
from knowledge.search import Index
from knowledge.understanding import Understanding, Understood

logger = logging.getLogger(__name__)

_LETTER = re.compile(r"[^\W_]")


class Incoming(BaseModel):
    """A message as a channel hands it over: typed text, or the payload of a pressed button."""

    text: str | None = None
    payload: str | None = None
    client_id: str | None = None
    language: str | None = None


class ConversationService:
    """Handles messages of conversations; messages of one conversation are handled one after another."""

    def __init__(
        self,
        advisor: Advisor,
        storage: Storage,
        desk: DeskStorage,
        dialogue: Dialogue | None,
        secret: str,
        message_limit: int,
        patterns: CrisisPatterns | None = None,
        understanding: Understanding | None = None,
        shares_encoder: bool = True,
    ) -> None:
        """``dialogue`` None leaves Rasa out for good (``sveiki ask --direct``); ``secret`` signs tokens; ``shares_encoder``: Rasa was
        trained with the encoder that the search uses, and can do with its vectors. ``patterns`` and ``understanding`` take seconds to make
        where they are not given."""
        self._shares_encoder = shares_encoder
        self.advisor = advisor
        self.storage = storage
        self.desk = desk
        self._dialogue = dialogue
        self._signer = URLSafeSerializer(secret, salt="conversation")
        self._message_limit = message_limit
        self._crises = CrisisLayer(patterns or CrisisPatterns.load(), advisor.answering)
        self._understanding = understanding or _understanding(advisor.answering.base)
        #: Why something in the content folder is not served.
        self.refused: tuple[Finding, ...] = ()
        self._locks: OrderedDict[str, asyncio.Lock] = OrderedDict()

    def adopt(self, index: Index) -> None:
        """Answer from this index from the next message on; messages under way keep to the one they began with.

        What messages are read with takes a second to make, and is made anew only where names have changed: places, statuses, institutions.
        New words of an edited text are taken up with that, or at the next start.
        """
        before = self.advisor.answering.base
        self.advisor.answering.index = index
        if _names(before) != _names(index.base):
            self._understanding = _understanding(index.base)

    async def create(self, country: str | None, municipality: str | None, language: str | None) -> tuple[str, str]:
        """Start a conversation; returns its id and token. Raises ApiError ``unknown_place``.

        Where the database is down, the conversation still gets a token: crisis messages are answered without it.
        """
        country, municipality = self._place(country, municipality)
        conversation = Conversation(
            id=secrets.token_urlsafe(16), country=country, municipality=municipality, chosen_language=language, languages=[]
        )
        try:
            await self.storage.create(conversation)
        except SQLAlchemyError:
            logger.exception("a conversation could not be stored")
        return conversation.id, str(self._signer.dumps(conversation.id))

    async def authorise(self, conversation: str, token: str | None) -> None:
        """Raise ApiError ``invalid_token`` unless the token was made for this conversation, which needs no database.

        With a token and an id that never was or is gone, the error is ``conversation_not_found``: ids cannot be guessed.
        """
        try:
            if token is not None and self._signer.loads(token) == conversation:
                return
        except BadSignature:
            logger.info("a token was refused")
        if token is not None:
            await self._stored(conversation)
        raise ApiError(HTTPStatus.UNAUTHORIZED, "invalid_token")

    async def language_of(self, conversation: str) -> str | None:
        """The language in which to tell a person about an error, if the conversation tells."""
        try:
            stored = await self.storage.conversation(conversation)
        except SQLAlchemyError:
            return None
        return (stored.chosen_language or next(iter(stored.languages), None)) if stored else None

    async def history(self, conversation: str, after: int) -> list[dict[str, Any]]:
        """The conversation's messages with ids above ``after``; raises ApiError ``conversation_not_found``."""
        await self._stored(conversation)
        return [public(message) for message in await self.storage.history(conversation, after)]

    async def delete(self, conversation: str) -> None:
        """Forget a conversation here and in Rasa; raises ApiError ``conversation_not_found``."""
        await self._stored(conversation)
        await self.storage.delete(conversation)
        await self._forget_tracker(conversation)

    async def forget_trackers(self) -> None:
        """Delete Rasa's memory of conversations that are gone, where that could not be done when they went."""
        for conversation in await self.storage.forgotten():
            if not await self._forget_tracker(conversation):
                return

    async def _forget_tracker(self, conversation: str) -> bool:
        """Delete Rasa's memory of a conversation that is gone; False where Rasa cannot do so now."""
        if self._dialogue is None:
            return False
        try:
            await self._dialogue.forget(conversation)
        except DialogueUnavailableError:
            return False
        await self.storage.tracker_forgotten(conversation)
        return True

    async def handle(self, conversation: str, incoming: Incoming) -> list[dict[str, Any]]:
        """The replies to a message. The same ``client_id`` again returns the stored replies.

        Raises ApiError: ``empty_message``, ``no_words``, ``message_too_long``, ``unknown_payload``, ``conversation_not_found``,
        ``storage_unavailable``.
        """
        started = time.perf_counter()
        text = self._readable(incoming)
        lock = self._lock(conversation)
        signal = self._crises.first_look(text, self._understanding) if incoming.payload is None else None
        if signal is not None and signal.level == "clear":
            return await self._crisis(conversation, incoming, text, signal, started)
        async with lock:
            try:
                return await self._handle(conversation, incoming, text, signal, started)
            except SQLAlchemyError as error:
                logger.exception("the database failed")
                raise ApiError(HTTPStatus.SERVICE_UNAVAILABLE, "storage_unavailable") from error

    async def _handle(
        self, conversation: str, incoming: Incoming, text: str, signal: Signal | None, started: float
    ) -> list[dict[str, Any]]:
        stored = await self._stored(conversation)
        recent = Recent(await self.storage.recent(conversation, RECENT))
        title = recent.offered(incoming.payload) if incoming.payload else None
        typed = redact(text) if incoming.payload is None else text
        understood = self._understood(stored, incoming, typed)
        language = understood.language
        body = {"text": title or typed, "payload": incoming.payload, "language": language}
        question = await self.storage.add_question(conversation, body, incoming.client_id)
        replies = await self.storage.replies(question.id)
        if replies:
            return [public(reply) for reply in replies]
        signal = await self._crises.second_look(understood, signal) if incoming.payload is None else None
        if incoming.payload is None and await self.desk.is_talking(conversation):
            # A coordinator reads this; the assistant keeps silent, unless somebody is in danger.
            bodies = []
        elif understood.supported:
            bodies = await self._answer(stored, incoming, understood, recent)
        else:
            bodies = [{**unsupported_language(self.advisor).model_dump(mode="json"), "intent": None}]
        if signal is not None:
            bodies = self._crises.with_help(bodies, signal, understood, self._understanding, stored.country)
        if not bodies:
            return []
        for reply_body in bodies:
            reply_body["language"] = reply_body["text_language"] if reply_body["kind"] == "command" else language
            reply_body["ms"] = round((time.perf_counter() - started) * 1000, 1)
        if await self.storage.conversation(conversation) is None:
            # The person had the conversation deleted: the last word is said, and not stored.
            await self._forget_tracker(conversation)
            return [unstored(reply_body) for reply_body in bodies]
        return [public(reply) for reply in await self.storage.add_replies(conversation, question.id, bodies)]

    async def _answer(self, stored: Conversation, incoming: Incoming, understood: Understood, recent: Recent) -> list[dict[str, Any]]:
        if incoming.payload is None:
            await self.storage.note_language(stored, understood.language)
        situation = self._situation(stored, understood.language, recent, understood.text if incoming.payload is None else "")
        if incoming.text is not None and recent.asks == "contact" and (contact := contact_in(incoming.text)):
            await self.desk.note_contact(stored.id, contact)
            situation.entities.append({"entity": "contact", "value": "given"})
        return await self._ask(stored.id, understood.text, incoming.payload, situation)

    async def _ask(self, conversation: str, text: str, payload: str | None, situation: Situation) -> list[dict[str, Any]]:
        """Ask the dialogue, or search alone where it does not answer."""
        if self._dialogue is not None:
            message = payload or text.lstrip("/ ")
            vector = None
            if payload is None:
                # Encoded and searched once: the action that searches again finds all of it at hand.
                found = await self.advisor.answering.find(message, situation)
                situation.sureness = found.hits[0].score if found.answered else 0.0
                vector = await self.advisor.answering.vector(message) if self._shares_encoder else None
            try:
                reply = await self._dialogue.send(conversation, message, situation.model_dump(mode="json"), vector)
                if reply.messages:
                    return _from_dialogue(reply, situation.language)
                logger.warning("the dialogue had no reply")
            except DialogueUnavailableError as error:
                logger.warning("the dialogue does not answer: %s", error)
        turn = Turn(conversation=conversation, text=text, situation=situation, pending_question=situation.pending_question)
        outcome = await without_dialogue(self.advisor, turn, payload)
        if self._dialogue is not None:
            for degraded in outcome.replies:
                degraded.notices.append("degraded")
        return [{**reply.model_dump(mode="json"), "intent": None} for reply in outcome.replies]

    async def _crisis(self, conversation: str, incoming: Incoming, text: str, signal: Signal, started: float) -> list[dict[str, Any]]:
        """The card, whatever else works; storing it is an attempt only."""
        country, understood = None, self._understanding.read(text, None, incoming.language)
        try:
            stored = await self.storage.conversation(conversation)
            if stored is not None:
                country, understood = stored.country, self._understood(stored, incoming, text)
        except SQLAlchemyError:
            logger.exception("a crisis card is shown without the database")
            stored = None
        body = self._crises.card(signal, understood, self._understanding, country)
        language = body["language"]
        body["ms"] = round((time.perf_counter() - started) * 1000, 1)
        if stored is not None:
            try:
                question = await self.storage.add_question(
                    conversation, {"text": redact(text), "payload": None, "language": language}, incoming.client_id
                )
                replies = await self.storage.replies(question.id) or await self.storage.add_replies(conversation, question.id, [body])
                return [public(reply) for reply in replies]
            except SQLAlchemyError:
                logger.exception("a crisis card could not be stored")
        return [unstored(body)]

    def _readable(self, incoming: Incoming) -> str:
        """The message without control characters; raises ApiError where nothing readable is left."""
        raw = incoming.payload if incoming.payload is not None else incoming.text or ""
        if len(raw) > self._message_limit:
            raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "message_too_long", limit=self._message_limit)
        kept = (c if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn") else " " for c in raw)
        text = "".join(kept).strip()
        if not text:
            raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "empty_message")
        if not _LETTER.search(text):
            raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "no_words")
        return text

    def is_clear_danger(self, text: str) -> bool:
        """Whether a message gets the crisis card, so that a channel with a queue lets it go first. Needs neither Rasa nor the database."""
        signal = self._crises.first_look(text, self._understanding)
        return signal is not None and signal.level == "clear"

    def _understood(self, stored: Conversation, incoming: Incoming, typed: str) -> Understood:
        """The message as it was meant; the explicit choice of a language wins, else what is typed, with the memory of the conversation."""
        chosen, remembered = incoming.language or stored.chosen_language, next(iter(stored.languages), None)
        if incoming.payload is not None:
            return Understood(typed, chosen or remembered or "en")
        return self._understanding.read(typed, remembered, chosen)

    def _situation(self, stored: Conversation, language: str, recent: Recent, text: str) -> Situation:
        entities = self._understanding.named(text) if text else []
        return Situation(
            language=language,
            used_languages=[x for x in stored.languages if x != language],
            country=stored.country,
            municipality=stored.municipality,
            pending_question=recent.pending_question,
            previous_entry=recent.entry,
            previous_kind=recent.kind,
            entities=[{"entity": e.entity, "value": e.value} for e in entities],
        )

    def _place(self, country: str | None, municipality: str | None) -> tuple[str | None, str | None]:
        countries = self.advisor.answering.base.countries
        if municipality is not None:
            homes = [code for code, knowledge in countries.items() if municipality in knowledge.places and country in (None, code)]
            if not homes:
                raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "unknown_place")
            return homes[0], municipality
        if country is not None and country not in countries:
            raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "unknown_place")
        return country, None

    async def _stored(self, conversation: str) -> Conversation:
        try:
            stored = await self.storage.conversation(conversation)
        except SQLAlchemyError as error:
            raise ApiError(HTTPStatus.SERVICE_UNAVAILABLE, "storage_unavailable") from error
        if stored is None:
            raise ApiError(HTTPStatus.NOT_FOUND, "conversation_not_found")
        return stored

    def _lock(self, conversation: str) -> asyncio.Lock:
        lock = self._locks.setdefault(conversation, asyncio.Lock())
        self._locks.move_to_end(conversation)
        while len(self._locks) > 10_000 and not next(iter(self._locks.values())).locked():
            self._locks.popitem(last=False)
        return lock


def _names(base: KnowledgeBase) -> tuple[object, ...]:
    """What messages may name."""
    places = {code: (knowledge.about, knowledge.places) for code, knowledge in base.countries.items()}
    return places, base.languages, base.entities


def _understanding(base: KnowledgeBase) -> Understanding:
    """The understanding of a knowledge base, with everything made now that would keep the first person waiting."""
    made = Understanding(base)
    made.named("")
    return made


def public(message: StoredMessage) -> dict[str, Any]:
    """A stored message as the API shows it."""
    body = {key: value for key, value in message.body.items() if key != "payload"}
    created = message.created_at.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
    return {"id": message.id, "role": message.role, "created_at": created, **body}


def unstored(body: dict[str, Any]) -> dict[str, Any]:
    """A reply of a conversation that is not stored."""
    return {"id": 0, "role": "bot", "created_at": None, **body}


def _from_dialogue(reply: DialogueReply, language: str) -> list[dict[str, Any]]:
    """The replies of actions, and those that Rasa words itself (``bot/nlg.py``), with the intent that they answer."""
    bodies = []
    for message in reply.messages:
        body = Reply.model_validate({"text_language": language, **message["custom"]})
        bodies.append({**body.model_dump(mode="json"), "intent": reply.intent})
    return bodies
