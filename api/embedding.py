"""The widget on other websites: its files, its texts and settings, the origins that may embed it, and the page that builds the snippet."""

from __future__ import annotations

import hashlib
import ipaddress
import json
from functools import cached_property
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from api.conversations import ConversationService
from api.errors import ApiError
from api.pages import page, page_language
from api.settings import Settings
from knowledge.languages import COUNTRIES, LANGUAGES, STATE_LANGUAGE, Country
from knowledge.model import KnowledgeBase, Place
from translations.catalog import translate

router = APIRouter(include_in_schema=False)

_DIST = Path(__file__).parent / "widget" / "dist"

#: What the widget's script needs of the catalog once it is opened.
_KEYS = (
    "chat-title chat-intro chat-label chat-placeholder chat-send chat-you chat-bot chat-thinking chat-retry chat-more chat-language "
    "chat-new chat-delete chat-privacy page-all page-trial ask-delete button-delete button-keep deleted sources official reviewed checked "
    "notice-not_reviewed notice-not_reviewed-semi notice-outdated notice-expired_figure notice-fallback notice-degraded "
    "widget-close widget-menu widget-larger widget-copy widget-copied widget-print widget-read widget-stop widget-clerk "
    "widget-back widget-exit widget-waiting widget-offline widget-topics widget-ended widget-person widget-undeleted"
).split()

#: The topics offered first where the municipality names none.
_TOPICS = ("declare-residence", "family-doctor", "language-courses", "health-insurance-cover")

#: Paths that listed pages may use.
_EMBEDDED = ("/api/v1/conversations", "/widget")

_HOUR, _YEAR = 3_600, 31_536_000


class EmbeddingPolicy(CORSMiddleware):
    """Lets the pages of listed origins, and nobody else's, use the chat API and the widget's files; cookies never travel."""

    def __init__(self, app: ASGIApp, settings: Settings, service: ConversationService) -> None:
        super().__init__(
            app, allow_methods=("GET", "POST", "DELETE"), allow_headers=("Authorization", "Content-Type", "Last-Event-ID"), max_age=7200
        )
        self._settings, self._service = settings, service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Other paths (pages, the desk) are for our own origin only."""
        embedded = scope["type"] == "http" and scope["path"].startswith(_EMBEDDED)
        await (super().__call__ if embedded else self.app)(scope, receive, send)

    def is_allowed_origin(self, origin: str) -> bool:
        """Whether any municipality lists the origin; the settings of each are then for its own origins only."""
        return _listed(self._settings, self._service, origin)


def expose_error(request: Request, response: Response) -> None:
    """Let a listed page read an answer that never came back to the policy, as that to an unexpected error."""
    origin, state = request.headers.get("origin"), request.app.state
    if origin is not None and request.url.path.startswith(_EMBEDDED) and _listed(state.settings, state.service, origin):
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Vary"] = "Origin"


class Files:
    """The built files (``make widget``), read once."""

    @cached_property
    def chat(self) -> bytes:
        """The chat, loaded when somebody opens it."""
        return (_DIST / "chat.js").read_bytes()

    @cached_property
    def styles(self) -> bytes:
        """The styles, for browsers without constructable stylesheets."""
        return (_DIST / "widget.css").read_bytes()

    @cached_property
    def version(self) -> str:
        """Changes with every build, so that browsers may keep the chat for good."""
        return hashlib.sha256(self.chat + self.styles).hexdigest()[:12]

    @cached_property
    def loader(self) -> bytes:
        """The script that the municipality embeds, with the few texts that it shows before anything else is loaded."""
        texts = {x: [translate(x, "chat-title"), translate(x, "widget-unavailable"), translate(x, "chat-retry")] for x in LANGUAGES}
        data = json.dumps({"version": self.version, "texts": texts}, ensure_ascii=False, separators=(",", ":"))
        return f"{{const SVEIKI={data};{(_DIST / 'widget.js').read_text('utf-8')}}}".encode()


_FILES = Files()


@router.get("/widget.js")
async def loader(request: Request) -> Response:
    """The embed."""
    return _file(request, _FILES.loader, "text/javascript", _HOUR)


@router.get("/widget/chat.js")
async def chat_script(request: Request) -> Response:
    """The chat itself."""
    return _file(request, _FILES.chat, "text/javascript", _YEAR if request.query_params.get("v") == _FILES.version else 0)


@router.get("/widget/widget.css")
async def styles(request: Request) -> Response:
    """The chat's styles."""
    return _file(request, _FILES.styles, "text/css", _YEAR if request.query_params.get("v") == _FILES.version else 0)


@router.get("/widget/{language}.json")
async def texts(
    request: Request, language: str, municipality: str | None = None, country: Country | None = None, topics: str | None = None
) -> dict[str, Any]:
    """The texts of one language, and what a municipality's widget is to know; ``topics`` are ids, parted by spaces.

    Raises ApiError ``not_found`` (no such language), ``unknown_place``, ``embedding_not_allowed``.
    """
    if language not in LANGUAGES:
        raise ApiError(HTTPStatus.NOT_FOUND, "not_found")
    request.state.language = language
    base = _base(request)
    place: Place | None = None
    if municipality is not None:
        country = next(
            (c for c in COUNTRIES if c in base.countries and municipality in base.countries[c].places and country in (None, c)), None
        )
        if country is None:
            raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "unknown_place")
        place = base.countries[country].places[municipality]
    _check_origin(request, place)
    settings: Settings = request.app.state.settings
    chosen = {key: translate(language, key, date="{date}") for key in _KEYS}
    offered = _titles(base, language, country, _TOPICS if topics is None else topics.split())
    if country is None and topics is None:
        # Titles differ from country to country, so that is the first thing to know.
        chosen["widget-topics"] = translate(language, "which-place")
        offered = [base.countries[code].about.names[language] for code in COUNTRIES if code in base.countries]
    return {
        "texts": chosen,
        "languages": {code: base.languages[code].name for code in LANGUAGES},
        "state_language": STATE_LANGUAGE[country] if country else None,
        "place": place.names[language] if place else None,
        "topics": offered,
        "limit": settings.message_limit,
        "days": settings.keep_days,
        "trial": settings.is_trial,
    }


@router.get("/embed", response_class=HTMLResponse)
async def embed(request: Request, lang: str | None = None) -> HTMLResponse:
    """Builds the snippet, with a live preview."""
    base, language = _base(request), page_language(request, lang)
    places = {
        code: sorted(((name, place.names[language]) for name, place in knowledge.places.items()), key=lambda pair: pair[1])  # type: ignore[index]
        for code, knowledge in base.countries.items()
    }
    named = {topic: {code: base.entries.get(f"{code.lower()}/{topic}") for code in COUNTRIES} for topic in base.topics}
    topics = {
        topic: {code: entry.text_for(language).title for code, entry in entries.items() if entry is not None}
        for topic, entries in named.items()
    }
    origin = str(request.base_url).rstrip("/")
    return page(request, "embed.html", language, places=places, topics=topics, first=_TOPICS, origin=origin)


def _check_origin(request: Request, place: Place | None) -> None:
    """A browser names the origin only where it is not ours."""
    origin = request.headers.get("origin")
    if origin is None or place is None or origin in place.origins or _on_trial(request.app.state.settings, origin):
        return
    raise ApiError(HTTPStatus.FORBIDDEN, "embedding_not_allowed")


def _listed(settings: Settings, service: ConversationService, origin: str) -> bool:
    countries = service.advisor.answering.base.countries.values()
    return _on_trial(settings, origin) or any(origin in place.origins for country in countries for place in country.places.values())


def _on_trial(settings: Settings, origin: str) -> bool:
    """Whether this machine talks to itself: then the examples work without being listed."""
    if not settings.is_loopback:
        return False
    host = urlsplit(origin).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _titles(base: KnowledgeBase, language: str, country: str | None, topics: tuple[str, ...] | list[str]) -> list[str]:
    """What the entries of these topics are called in the country; where none is known, in the first that has one."""
    ids = [[f"{code.lower()}/{topic}" for code in COUNTRIES if country in (None, code)] for topic in topics]
    entries = [next((base.entries[name] for name in names if name in base.entries), None) for names in ids]
    return [entry.text_for(language).title for entry in entries if entry is not None]


def _file(request: Request, body: bytes, media_type: str, seconds: int) -> Response:
    tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    headers = {
        "ETag": tag,
        "Cache-Control": f"public, max-age={seconds}{', immutable' if seconds == _YEAR else ''}",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(body, media_type=media_type, headers=headers)


def _base(request: Request) -> KnowledgeBase:
    base: KnowledgeBase = request.app.state.service.advisor.answering.base
    return base
