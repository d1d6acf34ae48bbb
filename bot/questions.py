"""A question stays a question: where the search is sure of an answer, an intent that the classifier mistook it for gives way.

"Do I have health insurance?" is worded much like "What do you have about me?"; but the search, which knows what the knowledge base is
about, tells them apart: of 30 examples of each intent that config.yml lists it was sure of an answer to hardly any. So does a greeting
with a question.
"""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT
from rasa.shared.nlu.training_data.message import Message

QUESTION = "ask_question"


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER], is_trainable=False)
class SureQuestions(GraphComponent):
    """Reads ``metadata["sureness"]``: how probable it is (0 to 1) that the search has the answer to the message."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._threshold, self._intents = float(config["threshold"]), frozenset(config["intents"])

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Rasa's defaults."""
        return {"threshold": 0.9, "intents": []}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SureQuestions:
        """Rasa's factory."""
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Make a question of each message that is one for sure."""
        for message in messages:
            sureness = (message.get("metadata") or {}).get("sureness") or 0.0
            if sureness >= self._threshold and (message.get(INTENT) or {}).get("name") in self._intents:
                message.set(INTENT, {"name": QUESTION, "confidence": sureness}, add_to_output=True)
        return messages
