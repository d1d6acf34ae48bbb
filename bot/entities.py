"""Making Rasa entities of what the sveiki process found in the message (places, languages) and passed on as metadata."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR], is_trainable=False)
class MetadataEntities(GraphComponent):
    """Reads ``metadata["entities"]``: a list of objects with ``entity`` and ``value``."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> MetadataEntities:
        """Rasa's factory."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the entities to each message."""
        for message in messages:
            metadata = message.get("metadata") or {}
            entities = [
                {
                    "entity": entity["entity"],
                    "value": entity["value"],
                    "start": 0,
                    "end": len(message.get(TEXT) or ""),
                    "extractor": type(self).__name__,
                }
                for entity in metadata.get("entities", [])
            ]
            if entities:
                message.set(ENTITIES, message.get(ENTITIES, []) + entities, add_to_output=True)
        return messages
