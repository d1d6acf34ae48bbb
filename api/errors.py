"""Errors of the API: a stable code, and a message in the person's language that says what to do next."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from knowledge.languages import LANGUAGES
from translations.catalog import translate


class ApiError(Exception):
    """An error that a person is told about. ``data`` fills the message's placeholders and is part of the response."""

    def __init__(self, status: HTTPStatus, code: str, **data: Any) -> None:
        self.status = status
        self.code = code
        self.data = data
        super().__init__(code)

    def body(self, language: str) -> dict[str, Any]:
        """The response: ``{"code", "message", "data"}``."""
        return {"code": self.code, "message": translate(language, f"error-{self.code}", **self.data), "data": self.data}


def preferred_language(header: str | None) -> str:
    """The first of our languages in an Accept-Language header, English without one."""
    wanted = []
    for i, part in enumerate((header or "").split(",")):
        tag, _, quality = part.strip().partition(";q=")
        language = tag.split("-")[0].lower()
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            weight = 0.0
        if language in LANGUAGES and weight > 0:
            wanted.append((-weight, i, language))
    return min(wanted)[2] if wanted else "en"
