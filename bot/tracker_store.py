"""Trackers: live in memory, trimmed, and written through to a database so that a restart loses nothing.

Rasa's SQL store re-reads every event of a talk at every message; here the cost of a message does not grow with the talk.
"""

from __future__ import annotations

import json
import logging
import os
from collections import OrderedDict
from collections.abc import Iterable
from typing import Any, NoReturn

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

logger = logging.getLogger(__name__)

#: A talk keeps at least its last events, cut before a message of the person: two or three messages with what came of them. Rules look at
#: the last one, slots and an open form stand at the head, and each kept event is looked at again with every message.
KEPT_EVENTS = 16

#: Trackers kept in memory; the longest unused leaves first and is read again when needed.
LIVE_TRACKERS = 2000

_TABLE = sa.Table(
    "trackers",
    sa.MetaData(),
    sa.Column("conversation", sa.String(64), primary_key=True),
    sa.Column("events", sa.Text, nullable=False),
)


class LiveTrackerStore(TrackerStore):
    """See the module's docstring. ``host`` is an SQLAlchemy address.

    Rasa wraps every store so that an error falls back to an empty memory store and goes on. A talk without its memory is worse than
    no talk: on a database error this store ends the process, loudly; the supervisor starts it again, and meanwhile the API answers
    by search alone and says so.
    """

    def __init__(self, domain: Domain, host: str, event_broker: EventBroker | None = None, **kwargs: Any) -> None:
        self._live: OrderedDict[str, DialogueStateTracker] = OrderedDict()
        try:
            self._engine = _engine(host)
            _TABLE.create(self._engine, checkfirst=True)
        except sa.exc.SQLAlchemyError as error:
            _end(error)
        super().__init__(domain, event_broker, **kwargs)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Trim the tracker, keep it live and write it to the database."""
        if len(tracker.events) > 2 * KEPT_EVENTS:
            tracker = self._trimmed(tracker)
        self._keep(tracker)
        row = {"conversation": tracker.sender_id, "events": json.dumps([event.as_dict() for event in tracker.events])}
        try:
            with self._engine.begin() as connection:
                same = _TABLE.c.conversation == tracker.sender_id
                if not connection.execute(_TABLE.update().where(same).values(events=row["events"])).rowcount:
                    connection.execute(_TABLE.insert().values(row))
        except sa.exc.SQLAlchemyError as error:
            _end(error)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The live tracker, else the stored one, else None."""
        live = self._live.get(sender_id)
        if live is not None:
            self._live.move_to_end(sender_id)
            return live
        try:
            with self._engine.connect() as connection:
                row = connection.execute(sa.select(_TABLE.c.events).where(_TABLE.c.conversation == sender_id)).first()
        except sa.exc.SQLAlchemyError as error:
            _end(error)
        if row is None:
            return None
        tracker = DialogueStateTracker.from_dict(sender_id, json.loads(row[0]), self.domain.slots)
        self._keep(tracker)
        return tracker

    async def retrieve_full_tracker(self, conversation_id: str) -> DialogueStateTracker | None:
        """The same as ``retrieve``: what was trimmed is gone."""
        return await self.retrieve(conversation_id)

    async def keys(self) -> Iterable[str]:
        """The ids of all stored conversations."""
        with self._engine.connect() as connection:
            return [row[0] for row in connection.execute(sa.select(_TABLE.c.conversation))]

    async def forget(self, sender_id: str) -> None:
        """Remove a conversation from memory and database."""
        self._live.pop(sender_id, None)
        try:
            with self._engine.begin() as connection:
                connection.execute(_TABLE.delete().where(_TABLE.c.conversation == sender_id))
        except sa.exc.SQLAlchemyError as error:
            _end(error)

    def _keep(self, tracker: DialogueStateTracker) -> None:
        self._live[tracker.sender_id] = tracker
        self._live.move_to_end(tracker.sender_id)
        while len(self._live) > LIVE_TRACKERS:
            self._live.popitem(last=False)

    def _trimmed(self, tracker: DialogueStateTracker) -> DialogueStateTracker:
        """The tracker with its last events; slots set and a form opened earlier stand at its head."""
        events = list(tracker.events)
        cut = len(events) - KEPT_EVENTS
        while cut > 0 and not isinstance(events[cut], UserUttered):
            cut -= 1
        before = DialogueStateTracker.from_events(tracker.sender_id, events[:cut], self.domain.slots)
        head: list[Event] = [SlotSet(name, slot.value) for name, slot in before.slots.items() if slot.value != slot.initial_value]
        if before.active_loop_name:
            head += [ActionExecuted(before.active_loop_name), ActiveLoop(before.active_loop_name)]
        head.append(ActionExecuted(ACTION_LISTEN_NAME))
        return DialogueStateTracker.from_events(tracker.sender_id, head + events[cut:], self.domain.slots)


def _engine(url: str) -> sa.engine.Engine:
    if not url.startswith("sqlite:///"):
        return sa.create_engine(url)
    # SQLAlchemy 1.4 opens a file anew for each use, which takes longer than the use.
    engine = sa.create_engine(url, poolclass=sa.pool.QueuePool, connect_args={"check_same_thread": False})
    sa.event.listen(engine, "connect", _use_wal)
    return engine


def _use_wal(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")


def _end(error: Exception) -> NoReturn:
    logger.critical("The tracker database failed (%s). Rasa ends; it is started again.", error)
    logging.shutdown()
    os._exit(70)
