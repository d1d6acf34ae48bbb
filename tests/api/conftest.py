from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from actions.answering import Answering
from actions.turn import Advisor
from api.app import create_app
from api.conversations import ConversationService
from api.desk import DeskStorage
from api.health import DialogueState
from api.rasa import DialogueReply, DialogueUnavailableError
from api.settings import Settings
from api.storage import Storage
from knowledge.crisis import CrisisPatterns
from knowledge.model import KnowledgeBase
from knowledge.understanding import Understanding


class FakeDialogue:
    """Stands in for Rasa: answers what a test tells it to, or is down."""

    def __init__(self) -> None:
        self.down = True
        self.reply = DialogueReply(messages=[{"custom": {"kind": "smalltalk", "text": "Labas!"}}], intent="greet", confidence=0.9)
        self.sent: list[tuple[str, str, dict[str, Any]]] = []
        self.forgotten: list[str] = []

    async def send(self, conversation: str, text: str, metadata: dict[str, Any], vector: Any = None) -> DialogueReply:
        if self.down:
            raise DialogueUnavailableError("down")
        self.sent.append((conversation, text, metadata))
        return self.reply

    async def forget(self, conversation: str) -> None:
        if self.down:
            raise DialogueUnavailableError("down")
        self.forgotten.append(conversation)


@pytest.fixture
def dialogue() -> FakeDialogue:
    return FakeDialogue()


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    opened = Storage(f"sqlite+aiosqlite:///{tmp_path / 'test.sqlite'}")
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
async def desk(storage: Storage) -> DeskStorage:
    opened = DeskStorage(storage)
    await opened.open()
    return opened


@pytest.fixture(scope="session")
def reading(base: KnowledgeBase) -> tuple[CrisisPatterns, Understanding]:
    """What takes seconds to make, once for all tests."""
    return CrisisPatterns.load(), Understanding(base)


@pytest.fixture
async def service(
    answering: Answering, storage: Storage, desk: DeskStorage, dialogue: FakeDialogue, reading: tuple[CrisisPatterns, Understanding]
) -> ConversationService:
    return ConversationService(Advisor(answering, storage, desk), storage, desk, dialogue, "secret", 6000, *reading)  # type: ignore[arg-type]


@pytest.fixture
async def client(service: ConversationService, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    state = DialogueState()
    state.note(True)
    transport = httpx.ASGITransport(create_app(settings, service, state), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as opened:
        yield opened


class Talk:
    """A conversation over HTTP."""

    def __init__(self, client: httpx.AsyncClient, created: dict[str, str]) -> None:
        self.client, self.id = client, created["id"]
        self.headers = {"Authorization": f"Bearer {created['token']}"}
        self.path = f"/api/v1/conversations/{self.id}"

    async def post(self, **body: Any) -> httpx.Response:
        return await self.client.post(f"{self.path}/messages", json=body, headers=self.headers)

    async def say(self, text: str, **body: Any) -> dict[str, Any]:
        response = await self.post(text=text, **body)
        assert response.status_code == 200, response.text
        reply: dict[str, Any] = response.json()["messages"][0]
        return reply

    async def press(self, payload: str) -> dict[str, Any]:
        response = await self.post(payload=payload)
        assert response.status_code == 200, response.text
        reply: dict[str, Any] = response.json()["messages"][0]
        return reply

    async def history(self) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = (await self.client.get(f"{self.path}/messages", headers=self.headers)).json()["messages"]
        return messages


@pytest.fixture
def start(client: httpx.AsyncClient):  # type: ignore[no-untyped-def]
    async def begin(**body: Any) -> Talk:
        response = await client.post("/api/v1/conversations", json=body)
        assert response.status_code == 201, response.text
        return Talk(client, response.json())

    return begin
