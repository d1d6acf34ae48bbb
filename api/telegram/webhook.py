"""The address to which Telegram sends updates, where one is set."""

from __future__ import annotations

import json
import secrets
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Header, Request, Response

from api.errors import ApiError
from api.telegram.channel import Channel

router = APIRouter(include_in_schema=False)

#: Longer than any update, in bytes.
_LONGEST = 1_000_000


@router.post("/telegram/{path}")
async def updates(path: str, request: Request, header: Annotated[str, Header(alias="X-Telegram-Bot-Api-Secret-Token")] = "") -> Response:
    """Take in an update. Whoever does not know both secrets finds nothing here; 503 makes Telegram send it again."""
    channel: Channel | None = getattr(request.app.state, "telegram", None)
    # Both comparisons always run, so that the time tells nothing about either.
    known = channel is not None and all(
        [secrets.compare_digest(path.encode(), channel.path.encode()), secrets.compare_digest(header.encode(), channel.header.encode())]
    )
    if channel is None or not known:
        raise ApiError(HTTPStatus.NOT_FOUND, "not_found")
    if not channel.started:
        raise ApiError(HTTPStatus.SERVICE_UNAVAILABLE, "storage_unavailable")
    body = await request.body()
    try:
        await channel.take(json.loads(body[:_LONGEST]))
    except ValueError:
        raise ApiError(HTTPStatus.BAD_REQUEST, "invalid_json") from None
    return Response()
