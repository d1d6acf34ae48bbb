from __future__ import annotations

import unittest

import numpy as np
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.training_data.message import Message
from rasa.utils.endpoints import EndpointConfig

from bot import remote_action
from bot.channel import SveikiInput
from bot.entities import MetadataEntities
from bot.featurizer import EncoderFeaturizer, vector_at_hand
from bot.nlg import CatalogNLG
from bot.questions import SureQuestions

DOMAIN = Domain.load("bot/domain.yml")


class Texts(unittest.IsolatedAsyncioTestCase):
    async def test_responses_are_in_the_language_of_the_person(self) -> None:
        nlg = CatalogNLG(EndpointConfig(), DOMAIN)
        texts = set()
        for language in ("lt", "lv", "et", "uk", "ru", "en"):
            tracker = DialogueStateTracker.from_events("c", [UserUttered("x", metadata={"language": language})])
            response = await nlg.generate("utter_ask_delete", tracker, "sveiki")
            said = response["custom"]
            texts.add((said["text"], said["buttons"][0]["title"]))
            self.assertEqual([b["payload"] for b in said["buttons"]], ["/affirm", "/deny"])
            self.assertEqual((said["kind"], said["text_language"]), ("command", language))
        self.assertEqual(len(texts), 6)

    async def test_a_language_chosen_with_this_message_counts_at_once(self) -> None:
        said = UserUttered("x", metadata={"language": "lt"})
        tracker = DialogueStateTracker.from_events("c", [SlotSet("spoken", "ru"), said, SlotSet("spoken", "uk")])
        response = await CatalogNLG(EndpointConfig(), DOMAIN).generate("utter_thank", tracker, "sveiki")
        self.assertEqual((response["custom"]["text_language"], response["custom"]["kind"]), ("uk", "smalltalk"))
        before = DialogueStateTracker.from_events("c", [SlotSet("spoken", "ru"), said])
        response = await CatalogNLG(EndpointConfig(), DOMAIN).generate("utter_thank", before, "sveiki")
        self.assertEqual(response["custom"]["text_language"], "lt")


class Features(unittest.TestCase):
    def test_the_vector_that_came_along_is_used_and_nothing_is_encoded(self) -> None:
        featurizer = EncoderFeaturizer({"scale": 2.0}, "e")
        given = vector_at_hand.set(np.array([0.6, 0.8], dtype=np.float32))
        message = Message({"text": "x"})
        featurizer.process([message])
        vector_at_hand.reset(given)
        _, sentence = message.get_dense_features("text")
        np.testing.assert_allclose(sentence.features, [[1.2, 1.6]], rtol=1e-6)


class Entities(unittest.TestCase):
    def test_what_was_found_outside_becomes_entities(self) -> None:
        message = Message({"text": "x", "metadata": {"entities": [{"entity": "country", "value": "LT"}]}})
        MetadataEntities().process([message, Message({"text": "y"})])
        self.assertEqual([(e["entity"], e["value"]) for e in message.get("entities")], [("country", "LT")])


class Questions(unittest.TestCase):
    def test_what_the_search_is_sure_of_is_a_question_and_nothing_else_changes(self) -> None:
        guard = SureQuestions({"threshold": 0.9, "intents": ["know_about_me"]})

        def told(intent: str, sureness: float | None) -> str:
            message = Message({"text": "x", "metadata": {"sureness": sureness}, "intent": {"name": intent, "confidence": 0.7}})
            return guard.process([message])[0].get("intent")["name"]

        self.assertEqual(told("know_about_me", 0.95), "ask_question")
        self.assertEqual(told("know_about_me", 0.6), "know_about_me")
        self.assertEqual(told("know_about_me", None), "know_about_me")
        self.assertEqual(told("human_wanted", 0.95), "human_wanted")


class Validation(unittest.TestCase):
    def test_results_of_actions_are_still_validated(self) -> None:
        remote_action.install()
        action = RemoteAction("action_answer", None)
        self.assertTrue(action._validate_action_result({"events": [], "responses": [{"text": "a"}]}))
        with self.assertRaises(ValidationError):
            action._validate_action_result({"events": "none", "responses": []})


class Channel(unittest.TestCase):
    def test_without_a_secret_the_channel_does_not_open(self) -> None:
        for credentials in (None, {}, {"secret": ""}, {"secret": "${SVEIKI_RASA_SECRET}"}):
            with self.assertRaises(ValueError):
                SveikiInput.from_credentials(credentials)
