"""Talking with the Rasa process."""

from __future__ import annotations

import base64
from typing import Any

import httpx
from pydantic import BaseModel

from knowledge.encoder import Vectors

HEADER = "X-Sveiki-Secret"


class DialogueUnavailableError(Exception):
    """Rasa did not answer in time, or answered with an error."""


class DialogueReply(BaseModel):
    """What Rasa made of a message; each of ``messages`` holds ``custom`` (a reply of an action) or ``text`` and ``buttons``."""

    messages: list[dict[str, Any]]
    intent: str | None
    confidence: float | None


class Dialogue:
    """A client of ``bot/channel.py``."""

    def __init__(self, url: str, secret: str, timeout: float) -> None:
        """``timeout`` is in seconds, for a whole message."""
        self._client = httpx.AsyncClient(
            base_url=f"{url}/webhooks/sveiki",
            headers={HEADER: secret},
            timeout=httpx.Timeout(timeout, connect=1.0),
            trust_env=False,
        )

    async def ready(self) -> bool:
        """Whether Rasa can take messages."""
        try:
            return (await self._client.get("/health", timeout=2.0)).is_success
        except httpx.HTTPError:
            return False

    async def send(self, conversation: str, text: str, metadata: dict[str, Any], vector: Vectors | None = None) -> DialogueReply:
        """Hand a message to the dialogue, with what the encoder made of it where that is at hand; raises DialogueUnavailableError.

        A reply that comes too late is dropped.
        """
        body: dict[str, Any] = {"sender": conversation, "text": text, "metadata": metadata}
        if vector is not None:
            body["vector"] = base64.b64encode(vector.astype("<f2").tobytes()).decode("ascii")
        try:
            response = await self._client.post("/message", json=body)
            response.raise_for_status()
            return DialogueReply.model_validate(response.json())
        except (httpx.HTTPError, ValueError) as error:
            raise DialogueUnavailableError(repr(error)) from error

    async def forget(self, conversation: str) -> None:
        """Delete the conversation's tracker; raises DialogueUnavailableError."""
        try:
            (await self._client.delete(f"/conversations/{conversation}")).raise_for_status()
        except httpx.HTTPError as error:
            raise DialogueUnavailableError(repr(error)) from error

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()
