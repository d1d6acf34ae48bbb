"""What a reply depends on of what was said last: what was offered, asked and answered."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from actions.payload import read_payload
from api.errors import ApiError
from api.storage import StoredMessage

#: Messages that are looked at. Not the whole talk: its length must not matter.
RECENT = 40


class Recent:
    """The last messages of a conversation, oldest first."""

    def __init__(self, messages: Sequence[StoredMessage]) -> None:
        self._messages = messages
        self._replies = [message for message in messages if message.role == "bot"]

    def offered(self, payload: str) -> str:
        """The title of the button with this payload; raises ApiError ``unknown_payload`` for one that was not offered."""
        try:
            read_payload(payload)
        except ValueError:
            raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "unknown_payload") from None
        for message in reversed(self._messages):
            for button in (*message.body.get("buttons", []), *message.body.get("feedback", [])):
                if button["payload"] == payload:
                    return str(button["title"])
        raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "unknown_payload")

    @property
    def kind(self) -> str | None:
        """The kind of the last reply."""
        return self._last.get("kind")

    @property
    def asks(self) -> str | None:
        """What the last reply asked for that only the desk may see."""
        return self._last.get("asks")

    @property
    def pending_question(self) -> str | None:
        """The question that the last reply asked the country for."""
        buttons = self._last.get("buttons", [])
        if self.kind != "clarify" or not any(button["payload"].startswith("/choose_place") for button in buttons):
            return None
        questions = {message.id: message.body["text"] for message in self._messages if message.role == "user"}
        return questions.get(self._replies[-1].answers or 0)

    @property
    def entry(self) -> str | None:
        """The entry of the latest answer, unless the person has started over since."""
        bodies = (message.body for message in reversed(self._replies))
        return next((b for b in bodies if b.get("kind") in ("answer", "clarify") or b.get("intent") == "start_over"), {}).get("entry")

    @property
    def _last(self) -> dict[str, Any]:
        return self._replies[-1].body if self._replies else {}
