"""Is it alive, is it ready, and how is it doing."""

from __future__ import annotations

import ipaddress
import secrets
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from api.conversations import ConversationService
from api.errors import ApiError

router = APIRouter(tags=["health"])

#: More findings than this say nothing more about the state of the content.
_FINDINGS = 20


class DialogueState:
    """Whether Rasa answers now, and whether it ever did since the start."""

    def __init__(self) -> None:
        self.ready = False
        self.was_ready = False

    def note(self, ready: bool) -> None:
        """Note the outcome of a look at Rasa."""
        self.ready = ready
        self.was_ready = self.was_ready or ready


@router.get("/healthz")
async def alive() -> dict[str, str]:
    """The process answers."""
    return {"status": "alive"}


@router.get("/readyz")
async def ready(request: Request) -> JSONResponse:
    """503 until knowledge, database and the first start of Rasa are there; later 200, ``degraded`` while Rasa is away or something in
    the content folder is refused (its last good version is served)."""
    dialogue: DialogueState = request.app.state.dialogue_state
    service: ConversationService = request.app.state.service
    refused = [finding.as_json() for finding in service.refused[:_FINDINGS]]
    parts: dict[str, Any] = {"knowledge": True, "database": True, "dialogue": dialogue.ready, "refused": refused}
    try:
        await service.storage.ping()
    except SQLAlchemyError:
        parts["database"] = False
    if not parts["database"] or not dialogue.was_ready:
        return JSONResponse({"status": "starting" if parts["database"] else "unavailable", **parts}, HTTPStatus.SERVICE_UNAVAILABLE)
    return JSONResponse({"status": "ready" if dialogue.ready and not refused else "degraded", **parts})


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Prometheus metrics, from this machine or with the token of SVEIKI_METRICS_TOKEN."""
    token = request.app.state.settings.metrics_token
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not _is_local(request) and not (token and secrets.compare_digest(given, token)):
        raise ApiError(HTTPStatus.NOT_FOUND, "not_found")
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def _is_local(request: Request) -> bool:
    # Behind a reverse proxy every request comes from this machine: then only the token counts.
    if request.client is None or "x-forwarded-for" in request.headers or "forwarded" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
