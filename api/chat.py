"""The chat API: conversations, messages, history, events, deletion."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sse_starlette import EventSourceResponse, ServerSentEvent

from api.conversations import ConversationService, Incoming
from api.errors import ApiError
from api.schemas import ConversationCreated, Error, Messages, NewConversation, NewMessage

router = APIRouter(
    prefix="/api/v1",
    tags=["chat"],
    responses={status: {"model": Error} for status in (400, 401, 404, 422, 503)},
)

#: Seconds between looks for new messages of a conversation that somebody listens to.
_POLL = 0.5


def service(request: Request) -> ConversationService:
    """The conversation service of this process."""
    result: ConversationService = request.app.state.service
    return result


Service = Annotated[ConversationService, Depends(service)]
Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(HTTPBearer(auto_error=False))]


async def authorised(request: Request, conversation: str, service: Service, bearer: Bearer) -> str:
    """The conversation's id, once its token is checked; errors are then told in the conversation's language."""
    await service.authorise(conversation, bearer.credentials if bearer else None)
    request.state.language = await service.language_of(conversation)
    return conversation


Conversation = Annotated[str, Depends(authorised)]


@router.post("/conversations", status_code=HTTPStatus.CREATED, response_model=ConversationCreated)
async def create(service: Service, body: NewConversation | None = None) -> Any:
    """Start a conversation."""
    body = body or NewConversation()
    number, token = await service.create(body.country, body.municipality, body.language)
    return ConversationCreated(id=number, token=token)


@router.post("/conversations/{conversation}/messages", response_model=Messages)
async def send(request: Request, conversation: Conversation, body: NewMessage, service: Service) -> Any:
    """Send a message and get the replies."""
    request.state.language = body.language or request.state.language
    return {"messages": await service.handle(conversation, Incoming.model_validate(body.model_dump()))}


@router.get("/conversations/{conversation}/messages", response_model=Messages)
async def history(conversation: Conversation, service: Service, after: int = 0) -> Any:
    """The messages with ids above ``after``."""
    return {"messages": await service.history(conversation, after)}


@router.get("/conversations/{conversation}/events", response_class=EventSourceResponse)
async def events(
    request: Request, conversation: Conversation, service: Service, last_event_id: Annotated[str, Header()] = "0"
) -> EventSourceResponse:
    """New messages as server-sent events; each event's id is the message's, so that ``Last-Event-ID`` resumes."""
    if not last_event_id.isdecimal():
        raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_request", field="Last-Event-ID")
    await service.history(conversation, int(last_event_id))

    async def stream() -> AsyncIterator[ServerSentEvent]:
        last = int(last_event_id)
        while not await request.is_disconnected():
            try:
                messages = await service.history(conversation, last)
            except ApiError:
                return
            for message in messages:
                last = message["id"]
                yield ServerSentEvent(json.dumps(message, ensure_ascii=False), event="message", id=str(last))
            await asyncio.sleep(_POLL)

    return EventSourceResponse(stream())


@router.delete("/conversations/{conversation}", status_code=HTTPStatus.NO_CONTENT)
async def delete(conversation: Conversation, service: Service) -> Response:
    """Forget the conversation, here and in the dialogue."""
    await service.delete(conversation)
    return Response(status_code=HTTPStatus.NO_CONTENT)
