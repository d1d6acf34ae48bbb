from __future__ import annotations

import unittest

from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.training_data.message import Message
from rasa.utils.endpoints import EndpointConfig

from bot import validation
from bot.channel import SveikiInput
from bot.entities import MetadataEntities
from bot.nlg import CatalogNLG

DOMAIN = Domain.load("bot/domain.yml")


class Texts(unittest.IsolatedAsyncioTestCase):
    async def test_responses_are_in_the_language_of_the_person(self) -> None:
        nlg = CatalogNLG(EndpointConfig(), DOMAIN)
        texts = set()
        for language in ("lt", "lv", "et", "uk", "ru", "en"):
            tracker = DialogueStateTracker.from_events("c", [UserUttered("x", metadata={"language": language})])
            response = await nlg.generate("utter_ask_delete", tracker, "sveiki")
            texts.add((response["text"], response["buttons"][0]["title"]))
            self.assertEqual([b["payload"] for b in response["buttons"]], ["/affirm", "/deny"])
        self.assertEqual(len(texts), 6)


class Entities(unittest.TestCase):
    def test_what_was_found_outside_becomes_entities(self) -> None:
        message = Message({"text": "x", "metadata": {"entities": [{"entity": "country", "value": "LT"}]}})
        MetadataEntities().process([message, Message({"text": "y"})])
        self.assertEqual([(e["entity"], e["value"]) for e in message.get("entities")], [("country", "LT")])


class Validation(unittest.TestCase):
    def test_results_of_actions_are_still_validated(self) -> None:
        validation.install()
        action = RemoteAction("action_answer", None)
        self.assertTrue(action._validate_action_result({"events": [], "responses": [{"text": "a"}]}))
        with self.assertRaises(ValidationError):
            action._validate_action_result({"events": "none", "responses": []})


class Channel(unittest.TestCase):
    def test_without_a_secret_the_channel_does_not_open(self) -> None:
        for credentials in (None, {}, {"secret": ""}, {"secret": "${SVEIKI_RASA_SECRET}"}):
            with self.assertRaises(ValueError):
                SveikiInput.from_credentials(credentials)
