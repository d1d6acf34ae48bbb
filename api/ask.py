"""Asking from the command line, through the same code as a channel's message."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn, Protocol

import httpx
from pydantic import BaseModel, ConfigDict, Field

from actions.answering import Answering
from actions.turn import Advisor
from api.conversations import ConversationService, Incoming
from api.desk import DeskStorage
from api.errors import ApiError
from api.knowledge_source import open_index
from api.processes import command_and_environment
from api.settings import Settings
from api.storage import Storage

#: Questions in flight at once, and seconds to wait for a server that is starting.
_IN_FLIGHT = 8
_START = 180.0

#: The fields of a line of `sveiki ask --batch`, besides the id.
_FIELDS = (
    "kind language text_language intent entry score alternatives text sources reviewed_on checked_on sections notices buttons ms"
).split()


class Question(BaseModel):
    """A line of a batch: a new person's new conversation. ``after`` is an earlier message of the same person."""

    model_config = ConfigDict(extra="ignore")

    id: str | int | None = None
    text: str
    country: str | None = None
    municipality: str | None = None
    language: str | None = Field(None, description="None or 'auto' goes by what is typed")
    after: str | None = None


class Asker(Protocol):
    """Asks one question after another, each in a conversation of its own."""

    async def ask(self, question: Question) -> dict[str, Any]:
        """The line for a question: the fields of its first reply, or ``error``."""
        ...


class HttpAsker:
    """Asks a running server."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def ask(self, question: Question) -> dict[str, Any]:
        """See ``Asker.ask``."""
        place = {"country": question.country, "municipality": question.municipality, "language": _language(question)}
        created = await self._client.post("/conversations", json={k: v for k, v in place.items() if v is not None})
        if not created.is_success:
            return {"id": question.id, "error": created.json()}
        address = f"/conversations/{created.json()['id']}"
        headers = {"Authorization": f"Bearer {created.json()['token']}"}
        try:
            for text in [question.after, question.text] if question.after else [question.text]:
                response = await self._client.post(f"{address}/messages", json={"text": text}, headers=headers)
            if not response.is_success:
                return {"id": question.id, "error": response.json()}
            return _line(question, response.json()["messages"][0])
        finally:
            await self._client.delete(address, headers=headers)


class DirectAsker:
    """Asks the conversation service in this process, without Rasa."""

    def __init__(self, service: ConversationService) -> None:
        self._service = service

    async def ask(self, question: Question) -> dict[str, Any]:
        """See ``Asker.ask``."""
        try:
            conversation, _ = await self._service.create(question.country, question.municipality, _language(question))
            replies: list[dict[str, Any]] = []
            for text in [question.after, question.text] if question.after else [question.text]:
                replies = await self._service.handle(conversation, Incoming(text=text))
            return _line(question, replies[0])
        except ApiError as error:
            return {"id": question.id, "error": error.body(_language(question) or "en")}


@contextlib.asynccontextmanager
async def asker(settings: Settings, direct: bool) -> AsyncIterator[Asker]:
    """Something to ask: without Rasa in this process, else the running server, else one started for the purpose."""
    if direct:
        storage = Storage("sqlite+aiosqlite://")
        await storage.open()
        desk = DeskStorage(storage)
        await desk.open()
        index = await asyncio.to_thread(open_index, settings)
        yield DirectAsker(
            ConversationService(Advisor(Answering(index), storage, desk), storage, desk, None, "not needed", settings.message_limit)
        )
        await storage.close()
        return
    with contextlib.ExitStack() as stack:
        url = settings.url if is_running(settings) else stack.enter_context(temporary_server(settings)).url
        # On this thread: one beside it would go on waiting when the process is told to end.
        wait_until_ready(url)
        async with httpx.AsyncClient(base_url=f"{url}/api/v1", timeout=60, trust_env=False) as client:
            yield HttpAsker(client)


async def ask_all(asking: Asker, questions: list[Question]) -> AsyncIterator[dict[str, Any]]:
    """The lines for all questions, in their order; several are asked at once."""
    gate = asyncio.Semaphore(_IN_FLIGHT)

    async def one(question: Question) -> dict[str, Any]:
        async with gate:
            return await asking.ask(question)

    tasks = [asyncio.create_task(one(question)) for question in questions]
    for task in tasks:
        yield await task


def _language(question: Question) -> str | None:
    return None if question.language in (None, "auto") else question.language


def _line(question: Question, reply: dict[str, Any]) -> dict[str, Any]:
    return {"id": question.id, **{field: reply.get(field) for field in _FIELDS}}


def is_running(settings: Settings) -> bool:
    """Whether a server answers at the address of the settings."""
    try:
        return httpx.get(f"{settings.url}/healthz", timeout=2, trust_env=False).is_success
    except httpx.HTTPError:
        return False


def wait_until_ready(url: str) -> None:
    """Wait for the first start of Rasa; raises TimeoutError."""
    deadline = time.monotonic() + _START
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{url}/readyz", timeout=5, trust_env=False).is_success:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.3)
    raise TimeoutError(f"the server at {url} is not ready after {_START:.0f} s")


@contextlib.contextmanager
def temporary_server(settings: Settings) -> Iterator[Settings]:
    """Both processes on free ports, with databases that are thrown away; the settings under which they run.

    They end with this process, also when it is told to end (SIGTERM).
    """
    before = signal.signal(signal.SIGTERM, _leave)
    with tempfile.TemporaryDirectory(prefix="sveiki-ask-") as scratch:
        ports = free_ports(3)
        temporary = settings.model_copy(update={"host": "127.0.0.1", "port": ports[0], "actions_port": ports[1], "rasa_port": ports[2]})
        command, environment = command_and_environment(temporary)
        environment["SVEIKI_DATABASE"] = f"sqlite+aiosqlite:///{scratch}/sveiki.sqlite"
        environment["SVEIKI_RASA_TRACKERS"] = f"sqlite:///{scratch}/trackers.sqlite"
        environment["SVEIKI_RASA_TIMEOUT"] = "30"
        command += ["--pidfile", str(Path(scratch) / "supervisord.pid")]
        with (Path(scratch) / "log").open("w") as log:
            process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
            try:
                yield temporary
            finally:
                os.kill(process.pid, signal.SIGTERM)
                process.wait(30)
                signal.signal(signal.SIGTERM, before)


def _leave(number: int, _: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nothing listens on now."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports
