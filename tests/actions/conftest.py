from __future__ import annotations

from typing import Any

import pytest

from actions.answering import Answering
from actions.desk import Left
from actions.situation import Situation
from actions.turn import Advisor, Turn


class Memory:
    """Remembers what actions store."""

    def __init__(self) -> None:
        self.place: tuple[str | None, str | None] | None = None
        self.language: str | None = None

    async def set_place(self, conversation: str, country: str | None, municipality: str | None) -> None:
        self.place = (country, municipality)

    async def set_language(self, conversation: str, language: str) -> None:
        self.language = language

    async def start_over(self, conversation: str) -> None:
        self.place = self.language = None

    async def delete(self, conversation: str) -> None:
        self.place = None

    async def transcript(self, conversation: str) -> list[tuple[str, str]]:
        return [("user", "How much is it?"), ("bot", "It is free."), ("human", "I can help.")]


class Desk:
    """Keeps what people leave."""

    def __init__(self) -> None:
        self.left: list[tuple[str, Left, dict[str, Any]]] = []

    async def add_message(self, left: Left, question: str, responsible: str | None, by_contact: bool) -> None:
        self.left.append(("message", left, {"question": question, "responsible": responsible, "by_contact": by_contact}))

    async def withdraw(self, conversation: str) -> None: ...

    async def add_feedback(self, left: Left, helpful: bool, reason: str | None = None) -> None:
        self.left.append(("feedback", left, {"helpful": helpful, "reason": reason}))

    async def add_correction(self, left: Left, text: str) -> None:
        self.left.append(("correction", left, {"text": text}))

    async def resume(self, conversation: str) -> None: ...


@pytest.fixture
def advisor(answering: Answering) -> Advisor:
    return Advisor(answering, Memory(), Desk())


def turn(text: str, language: str = "en", slots: dict[str, Any] | None = None, **situation: object) -> Turn:
    return Turn(conversation="c", text=text, situation=Situation.model_validate({"language": language, **situation}), slots=slots or {})


def entity(name: str, value: str) -> list[dict[str, str]]:
    return [{"entity": name, "value": value}]
