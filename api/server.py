"""The ``sveiki`` process: public port, actions port, and a look at Rasa now and then."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import signal
from collections.abc import Callable

import uvicorn
from sqlalchemy.exc import SQLAlchemyError
from starlette.types import ASGIApp
from watchfiles import awatch

from actions.answering import Answering
from actions.dialogue import executor
from actions.turn import Advisor
from api.actions_server import create_actions_app
from api.app import create_app
from api.conversations import ConversationService
from api.desk import DeskStorage
from api.health import DialogueState
from api.knowledge_source import KnowledgeSource
from api.rasa import Dialogue
from api.secret import derived, installation_secret
from api.settings import Settings
from api.storage import Storage
from api.telegram.channel import Channel

logger = logging.getLogger(__name__)

_LOOK = 1.0
_HOUSEKEEPING = 600.0
#: Milliseconds.
_LOOK_AT_CONTENT = 10_000


async def serve(settings: Settings, announce: Callable[[str], None]) -> None:
    """Serve until interrupted; ``announce`` is called with a line for the person at the terminal."""
    announce("loading the knowledge")
    source = await asyncio.to_thread(KnowledgeSource, settings)
    # The knowledge is a million objects that stay: looked through for garbage again and again, they cost a fifth of the time.
    gc.freeze()
    secret = installation_secret(settings.var)
    rasa_secret = derived(secret, "rasa")
    dialogue = Dialogue(f"http://127.0.0.1:{settings.rasa_port}", rasa_secret, settings.rasa_timeout)
    storage = Storage(settings.database_url)
    await storage.open()
    desk = DeskStorage(storage)
    await desk.open()
    advisor = Advisor(Answering(source.index), storage, desk)
    service = ConversationService(
        advisor, storage, desk, dialogue, derived(secret, "tokens"), settings.message_limit, shares_encoder=settings.encoder is None
    )
    service.refused = source.refused
    state = DialogueState()
    telegram = Channel(settings, service, secret, announce) if settings.telegram_token else None
    public = _server(create_app(settings, service, state, telegram), settings.host, settings.port)
    actions = _server(create_actions_app(executor(advisor), rasa_secret), "127.0.0.1", settings.actions_port)
    watches = [
        asyncio.create_task(_watch_dialogue(dialogue, state, settings, announce)),
        asyncio.create_task(_watch_content(source, service)),
        asyncio.create_task(_keep_house(service, settings)),
    ]
    chatting = asyncio.create_task(telegram.run()) if telegram else None
    stopped = asyncio.create_task(actions.serve())
    try:
        await public.serve()
    finally:
        actions.should_exit = True
        await stopped
        for watch in watches:
            watch.cancel()
        if chatting is not None:
            chatting.cancel()
            await asyncio.gather(chatting, return_exceptions=True)
        await dialogue.close()
        await storage.close()


class _Server(uvicorn.Server):
    """Two servers share the process: only the first one's signal handling may stand."""

    @contextlib.contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def]
        if self.config.port:
            loop = asyncio.get_running_loop()
            for name in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(name, self._stop)
        yield

    def _stop(self) -> None:
        for server in _SERVERS:
            server.should_exit = True


_SERVERS: list[_Server] = []


def _server(app: ASGIApp, host: str, port: int) -> _Server:
    config = uvicorn.Config(app, host=host, port=port, log_level="warning", access_log=False, timeout_graceful_shutdown=3)
    server = _Server(config)
    _SERVERS.append(server)
    return server


async def _watch_dialogue(dialogue: Dialogue, state: DialogueState, settings: Settings, announce: Callable[[str], None]) -> None:
    """Note whether Rasa answers, and say so when it changes."""
    announce("waiting for the dialogue")
    while True:
        ready = await dialogue.ready()
        if ready and not state.was_ready:
            announce(f"ready: open {settings.url}/ in a browser, stop with Ctrl-C")
            announce(f"on other websites: {settings.url}/embed, all entries: {settings.url}/e/")
        elif ready and not state.ready:
            announce("the dialogue is back")
        elif state.ready and not ready:
            announce("the dialogue does not answer; search alone answers until it is back")
        state.note(ready)
        await asyncio.sleep(_LOOK)


async def _watch_content(source: KnowledgeSource, service: ConversationService) -> None:
    """Take up changes of the content folder as they are saved; look every ten seconds where the system does not tell of them."""
    while True:
        try:
            await asyncio.to_thread(_take_up, source, service)
            async for _ in awatch(*source.folders, yield_on_timeout=True, rust_timeout=_LOOK_AT_CONTENT):
                await asyncio.to_thread(_take_up, source, service)
        except OSError:
            logger.exception("the content folder cannot be watched; trying again")
            await asyncio.sleep(_LOOK)


def _take_up(source: KnowledgeSource, service: ConversationService) -> None:
    changed = source.reload()
    service.refused = source.refused
    if changed:
        service.adopt(source.index)
        logger.warning("the content has changed and is served as it is now")


async def _keep_house(service: ConversationService, settings: Settings) -> None:
    """Delete conversations past their term, here and in Rasa."""
    while True:
        try:
            for conversation in await service.storage.expired(settings.keep_days):
                await service.storage.delete(conversation)
            await service.forget_trackers()
        except SQLAlchemyError:
            logger.exception("old conversations could not be deleted; trying again later")
        await asyncio.sleep(_HOUSEKEEPING)
