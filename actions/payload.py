"""Button payloads, in the form that Rasa reads: ``/intent{"entity": "value"}``."""

from __future__ import annotations

import json
import re

_PAYLOAD = re.compile(r"^/(?P<intent>[a-z_]+)(?P<entities>\{.*\})?$")


def payload(intent: str, **entities: str) -> str:
    """Write a payload; Telegram allows 64 bytes."""
    return f"/{intent}{json.dumps(entities, separators=(',', ':')) if entities else ''}"


def read_payload(text: str) -> tuple[str, dict[str, str]]:
    """The intent and entities of a payload; raises ValueError for anything else."""
    match = _PAYLOAD.match(text)
    if match is None:
        raise ValueError(f"not a payload: {text!r}")
    return match["intent"], json.loads(match["entities"] or "{}")
