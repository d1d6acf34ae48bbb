"""The web application: everything that the public port serves."""

from __future__ import annotations

import logging
import secrets
from http import HTTPStatus
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from api import chat, embedding, health, pages
from api.conversations import ConversationService
from api.errors import ApiError, preferred_language
from api.health import DialogueState
from api.settings import Settings
from api.telegram import webhook
from api.telegram.channel import Channel

logger = logging.getLogger(__name__)

_SECURITY = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def create_app(settings: Settings, service: ConversationService, dialogue_state: DialogueState, telegram: Channel | None = None) -> FastAPI:
    """The application on a conversation service; whoever makes it opens and closes the service's storage, and runs the Telegram channel."""
    app = FastAPI(title="Sveiki", version="1", openapi_url="/api/v1/openapi.json", docs_url=None, redoc_url=None)
    app.state.settings = settings
    app.state.service = service
    app.state.dialogue_state = dialogue_state
    app.state.telegram = telegram
    app.include_router(chat.router)
    app.include_router(health.router)
    app.include_router(pages.router)
    app.include_router(webhook.router)
    app.include_router(embedding.router)
    app.add_middleware(embedding.EmbeddingPolicy, settings=settings, service=service)
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")

    @app.middleware("http")
    async def secure(request: Request, call_next):  # type: ignore[no-untyped-def]
        response: Response = await call_next(request)
        for name, value in _SECURITY.items():
            response.headers.setdefault(name, value)
        return response

    @app.exception_handler(ApiError)
    async def api_error(request: Request, error: ApiError) -> Response:
        return _respond(request, error)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        problem = error.errors()[0]
        if problem["type"] == "json_invalid":
            return _respond(request, ApiError(HTTPStatus.BAD_REQUEST, "invalid_json"))
        fields = [str(part) for part in problem["loc"] if part not in ("body", "query", "header", "path")]
        if fields and problem["loc"][0] == "body" and fields[0] in ("country", "municipality"):
            return _respond(request, ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "unknown_place", field=fields[0]))
        return _respond(request, ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_request", field=".".join(fields)))

    @app.exception_handler(HTTPException)
    async def http_error(request: Request, error: HTTPException) -> Response:
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            return _respond(request, ApiError(HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed"))
        if error.status_code == HTTPStatus.NOT_FOUND:
            return _respond(request, ApiError(HTTPStatus.NOT_FOUND, "not_found"))
        return _respond(request, ApiError(HTTPStatus(error.status_code), "invalid_request", field=""))

    @app.exception_handler(SQLAlchemyError)
    async def storage_error(request: Request, error: SQLAlchemyError) -> Response:
        logger.error("the database failed", exc_info=error)
        return _respond(request, ApiError(HTTPStatus.SERVICE_UNAVAILABLE, "storage_unavailable"))

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> Response:
        number = secrets.token_hex(4)
        logger.error("error %s", number, exc_info=error)
        response = _respond(request, ApiError(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", id=number))
        embedding.expose_error(request, response)
        return response

    return app


def _respond(request: Request, error: ApiError) -> Response:
    if request.url.path.startswith(("/e/", "/privacy")):
        return pages.error_page(request, error)
    language = getattr(request.state, "language", None) or preferred_language(request.headers.get("accept-language"))
    headers = {"WWW-Authenticate": "Bearer"} if error.status == HTTPStatus.UNAUTHORIZED else None
    return JSONResponse(error.body(language), error.status, headers)
