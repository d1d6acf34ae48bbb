"""Texts in the person's language, from the compiled catalogs, inside Rasa's process."""

from __future__ import annotations

from typing import Any

from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from translations.catalog import translate


class CatalogNLG(TemplatedNaturalLanguageGenerator):
    """The domain's responses name catalog keys; this looks them up in the language of the person's last message."""

    def __init__(self, endpoint_config: EndpointConfig, domain: Domain) -> None:
        super().__init__(domain.responses)

    async def generate(self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any) -> dict[str, Any] | None:
        """The response as the actions' replies are (``actions/reply.py``), small talk unless its ``custom`` says otherwise; None for an
        action that the domain does not know."""
        response: dict[str, Any] | None = await super().generate(utter_action, tracker, output_channel, **kwargs)
        if response is None:
            return None
        language = _language(tracker)
        buttons = [{**button, "title": translate(language, button["title"])} for button in response.get("buttons") or []]
        said = {"kind": "smalltalk", "text": translate(language, response["text"]), "text_language": language, "buttons": buttons}
        return {"custom": said | (response.get("custom") or {})}


def _language(tracker: DialogueStateTracker) -> str:
    """The language that the person has chosen with their last message, else the one they wrote it in."""
    for event in reversed(tracker.events):
        if isinstance(event, SlotSet) and event.key == "spoken" and event.value:
            return str(event.value)
        if isinstance(event, UserUttered):
            return str((event.metadata or {}).get("language", "en"))
    return "en"
