from __future__ import annotations

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.tracker_store import KEPT_EVENTS, LiveTrackerStore

DOMAIN = Domain.load("bot/domain.yml")


def turn(number: int) -> list:
    return [
        UserUttered(f"message {number}", {"name": "greet"}),
        ActionExecuted("utter_greet"),
        BotUttered("hi"),
        ActionExecuted("action_listen"),
    ]


class TrackerStore(unittest.IsolatedAsyncioTestCase):
    def setUp(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.url = f"sqlite:///{self.folder.name}/trackers.sqlite"
        self.store = LiveTrackerStore(DOMAIN, self.url)

    def tearDown(self) -> None:
        self.folder.cleanup()

    async def talk(self, turns: int) -> DialogueStateTracker:
        tracker = await self.store.get_or_create_tracker("c")
        tracker.update(SlotSet("pending_question", "where?"))
        for number in range(turns):
            for event in turn(number):
                tracker.update(event)
            await self.store.save(tracker)
            tracker = await self.store.retrieve("c")
        return tracker

    async def test_a_restart_loses_nothing_that_was_kept(self) -> None:
        before = await self.talk(3)
        after = await LiveTrackerStore(DOMAIN, self.url).retrieve("c")
        self.assertEqual([e.as_dict() for e in after.events], [e.as_dict() for e in before.events])

    async def test_a_long_talk_is_trimmed_and_keeps_its_slots(self) -> None:
        tracker = await self.talk(100)
        self.assertLessEqual(len(tracker.events), 2 * KEPT_EVENTS)
        self.assertEqual(tracker.get_slot("pending_question"), "where?")
        self.assertEqual(tracker.latest_message.text, "message 99")
        stored = await LiveTrackerStore(DOMAIN, self.url).retrieve("c")
        self.assertEqual(stored.get_slot("pending_question"), "where?")

    async def test_a_form_stays_open_in_a_long_talk(self) -> None:
        tracker = await self.store.get_or_create_tracker("c")
        tracker.update(ActionExecuted("hand_over_form"))
        tracker.update(ActiveLoop("hand_over_form"))
        tracker.update(SlotSet("requested_slot", "contact"))
        await self.store.save(tracker)
        tracker = await self.talk(100)
        self.assertEqual(tracker.active_loop_name, "hand_over_form")
        self.assertEqual(tracker.get_slot("requested_slot"), "contact")

    async def test_forgetting(self) -> None:
        await self.talk(1)
        await self.store.forget("c")
        self.assertIsNone(await self.store.retrieve("c"))
        self.assertEqual(list(await LiveTrackerStore(DOMAIN, self.url).keys()), [])

    def test_a_database_that_fails_ends_the_process_loudly(self) -> None:
        code = (
            "from bot.tracker_store import LiveTrackerStore; from rasa.shared.core.domain import Domain; "
            "LiveTrackerStore(Domain.empty(), 'sqlite:////nowhere/at/all.sqlite')"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 70)
        self.assertIn("database failed", done.stderr)


class Imports(unittest.TestCase):
    def test_the_dialogue_imports_nothing_of_the_other_side(self) -> None:
        for path in Path("bot").glob("*.py"):
            source = path.read_text("utf-8")
            for package in ("api", "actions", "knowledge.search", "knowledge.model", "knowledge.loader"):
                self.assertNotIn(f"from {package}", source, path)
