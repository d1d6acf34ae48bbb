"""Texts in the person's language, from the compiled catalogs, inside Rasa's process."""

from __future__ import annotations

from typing import Any

from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from translations.catalog import translate


class CatalogNLG(TemplatedNaturalLanguageGenerator):
    """The domain's responses name catalog keys; this looks them up in the language of the person's last message."""

    def __init__(self, endpoint_config: EndpointConfig, domain: Domain) -> None:
        super().__init__(domain.responses)

    async def generate(self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any) -> dict[str, Any] | None:
        """The response with its text and button titles translated; None for an action that the domain does not know."""
        response: dict[str, Any] | None = await super().generate(utter_action, tracker, output_channel, **kwargs)
        if response is None:
            return None
        latest = tracker.latest_message
        language = ((latest.metadata if latest else None) or {}).get("language", "en")
        response["text"] = translate(language, response["text"])
        response["buttons"] = [{**button, "title": translate(language, button["title"])} for button in response.get("buttons") or []]
        return response
