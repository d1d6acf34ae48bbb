"""The encoder's vector of a message as a feature for the intent classifier, beside character n-grams.

In service the sveiki process has encoded the message already and sends the vector along (``bot/channel.py``), so that nothing is encoded
twice; training encodes the examples here, with the same file.
"""

from __future__ import annotations

import os
from contextvars import ContextVar
from functools import cached_property
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from knowledge.encoder import Encoder, Vectors, load_encoder

#: The folder of the encoder, or the name of another model.
ENCODER = "SVEIKI_RASA_ENCODER"

#: The vector of the message that is being handled. Not in its metadata: trackers and calls of actions would carry it on and on.
vector_at_hand: ContextVar[Vectors | None] = ContextVar("vector_at_hand", default=None)


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER], is_trainable=False)
class EncoderFeaturizer(GraphComponent):
    """Sentence features, shape (1, dimensions): the vector of length ``scale``, which makes up for how small its components are."""

    def __init__(self, config: dict[str, Any], name: str) -> None:
        self._scale, self._name = float(config["scale"]), name

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Rasa's defaults."""
        return {"scale": 10.0}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> EncoderFeaturizer:
        """Rasa's factory."""
        return cls(config, execution_context.node_name)

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the features to messages of a conversation."""
        given = vector_at_hand.get()
        for message in messages:
            text = message.get(TEXT)
            if text:
                self._add(message, given if given is not None else self._encoder.encode([text], "query")[0])
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the features to the examples."""
        examples = [message for message in training_data.training_examples if message.get(TEXT)]
        vectors = self._encoder.encode([message.get(TEXT) for message in examples], "query")
        for message, vector in zip(examples, vectors, strict=True):
            self._add(message, vector)
        return training_data

    @cached_property
    def _encoder(self) -> Encoder:
        return load_encoder(os.environ[ENCODER], threads=os.cpu_count() or 1)

    def _add(self, message: Message, vector: Vectors) -> None:
        scaled = (self._scale * np.asarray(vector, dtype=np.float32))[None, :]
        message.add_features(Features(scaled, FEATURE_TYPE_SENTENCE, TEXT, self._name))
