"""The channel through which the sveiki process talks with Rasa: one message in, its replies out; and a way to forget.

Rasa's own channels are open to anybody who reaches the port; this one checks a secret on every route.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np
from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot import remote_action
from bot.featurizer import vector_at_hand
from bot.tracker_store import LiveTrackerStore

remote_action.install()

HEADER = "X-Sveiki-Secret"


class SveikiInput(InputChannel):
    """Routes below ``/webhooks/sveiki``; each needs the secret in the header ``X-Sveiki-Secret``."""

    def __init__(self, secret: str) -> None:
        self._secret = secret

    @classmethod
    def name(cls) -> str:
        """The channel's name, and its part of the address."""
        return "sveiki"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> SveikiInput:
        """Make the channel from ``credentials.yml``; raises ValueError without a secret."""
        secret = (credentials or {}).get("secret")
        if not secret or str(secret).startswith("${"):
            raise ValueError("SVEIKI_RASA_SECRET is not set")
        return cls(str(secret))

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes: ``GET /health``, ``POST /message``, ``DELETE /conversations/<id>``."""
        routes = Blueprint("sveiki_channel")

        @routes.middleware("request")
        async def guard(request: Request) -> HTTPResponse | None:
            if not hmac.compare_digest(request.headers.get(HEADER, ""), self._secret):
                return response.json({"error": "secret"}, status=403)
            return None

        @routes.get("/health")
        async def health(request: Request) -> HTTPResponse:
            agent = request.app.ctx.agent
            ready = agent is not None and agent.is_ready() and _store(request) is not None
            return response.json({"ready": ready}, status=200 if ready else 503)

        @routes.post("/message")
        async def message(request: Request) -> HTTPResponse:
            store = _store(request)
            if store is None:
                return response.json({"error": "tracker store"}, status=503)
            body = request.json
            vector = body.get("vector")
            vector_at_hand.set(np.frombuffer(base64.b64decode(vector), "<f2").astype(np.float32) if vector else None)
            collector = CollectingOutputChannel()
            await on_new_message(
                UserMessage(body["text"], collector, body["sender"], input_channel=self.name(), metadata=body.get("metadata"))
            )
            tracker = await store.retrieve(body["sender"])
            latest = tracker.latest_message if tracker else None
            intent = (latest.intent if latest else None) or {}
            return response.json({"messages": collector.messages, "intent": intent.get("name"), "confidence": intent.get("confidence")})

        @routes.delete("/conversations/<conversation:str>")
        async def forget(request: Request, conversation: str) -> HTTPResponse:
            store = _store(request)
            if store is None:
                return response.json({"error": "tracker store"}, status=503)
            await store.forget(conversation)
            return response.empty()

        return routes


def _store(request: Request) -> LiveTrackerStore | None:
    """Our tracker store; None where Rasa fell back to another, as it does silently when the store cannot be imported."""
    store = request.app.ctx.agent.tracker_store
    store = getattr(store, "_tracker_store", store)
    return store if isinstance(store, LiveTrackerStore) else None
