"""Pages for people: the demo chat, every entry as a plain printable page, the privacy notice."""

from __future__ import annotations

import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

from babel.dates import format_date
from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, select_autoescape

from actions.answering import render
from actions.reply import Reply
from api.errors import ApiError, preferred_language
from api.markdown import to_html
from api.settings import Settings
from knowledge.figures import fill
from knowledge.languages import COUNTRIES, LANGUAGES, LOCALE
from knowledge.local import local_entry
from knowledge.model import Audience, Entry, KnowledgeBase, Text
from translations.catalog import translate

router = APIRouter(include_in_schema=False)

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(["html"]),
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters["markdown"] = to_html


@router.get("/", response_class=HTMLResponse)
async def chat(request: Request, lang: str | None = None) -> HTMLResponse:
    """The demo chat: the widget in a page of our own."""
    return page(request, "chat.html", page_language(request, lang))


@router.get("/privacy", include_in_schema=False)
async def privacy_default(request: Request) -> RedirectResponse:
    """To the notice in the browser's language."""
    return RedirectResponse(f"/privacy/{page_language(request, None)}")


@router.get("/privacy/{language}", response_class=HTMLResponse)
async def privacy(request: Request, language: str) -> HTMLResponse:
    """The privacy notice."""
    return page(request, "privacy.html", _known(language))


@router.get("/e", include_in_schema=False)
@router.get("/e/", response_class=HTMLResponse)
async def browse(request: Request, lang: str | None = None) -> HTMLResponse:
    """All entries by country and topic."""
    return page(request, "browse.html", page_language(request, lang), entries=_base(request).entries_of(None))


@router.get("/e/{country}/{topic}", include_in_schema=False)
async def entry_default(request: Request, country: str, topic: str) -> RedirectResponse:
    """To the entry in the browser's language."""
    if f"{country}/{topic}" not in _base(request).entries:
        raise ApiError(HTTPStatus.NOT_FOUND, "entry_not_found")
    return RedirectResponse(f"/e/{country}/{topic}/{page_language(request, None)}")


@router.get("/e/{country}/{topic}/{language}", response_class=HTMLResponse)
async def entry(request: Request, country: str, topic: str, language: str) -> Response:
    """One entry in one language, to read, print and share."""
    if language not in LANGUAGES and f"{country}/{topic}/{language}" in _base(request).municipal:
        return RedirectResponse(f"/e/{country}/{topic}/{language}/{page_language(request, None)}")
    return _entry(request, f"{country}/{topic}", None, language)


@router.get("/e/{country}/{topic}/{municipality}/{language}", response_class=HTMLResponse)
async def municipal_entry(request: Request, country: str, topic: str, municipality: str, language: str) -> Response:
    """One entry as it stands in a municipality that adds to it."""
    if f"{country}/{topic}/{municipality}" not in _base(request).municipal:
        raise ApiError(HTTPStatus.NOT_FOUND, "entry_not_found")
    return _entry(request, f"{country}/{topic}", municipality, language)


def _entry(request: Request, name: str, municipality: str | None, language: str) -> Response:
    base = _base(request)
    if name not in base.entries or language not in LANGUAGES:
        raise ApiError(HTTPStatus.NOT_FOUND, "entry_not_found")
    found = local_entry(base, base.entries[name], municipality)
    text = found.text_for(language)
    reply = render(base, found, text, language)
    variants = [_variant(base, found, text, key, audience) for key, audience in found.about.variants.items()]
    related = [f"{found.country.lower()}/{topic}" for topic in found.about.related]
    place = base.countries[found.country].places[municipality].names[language] if municipality else None
    return page(
        request,
        "entry.html",
        language,
        entry=found,
        address=f"/e/{name}/{municipality}" if municipality else f"/e/{name}",
        place=place,
        text=text,
        reply=reply,
        private=base.topics[found.topic].private,
        variants=variants,
        state=state_line(reply, language),
        related=[base.entries[other] for other in related if other in base.entries],
    )


def _variant(base: KnowledgeBase, entry: Entry, text: Text, key: str, audience: Audience) -> dict[str, Any]:
    """What reads otherwise for a group: whom, and the sections with their titles."""
    figures, today = base.countries[entry.country].figures, datetime.date.today()
    groups = [f"status-{status}" for status in audience.statuses] + [f"occupation-{name}" for name in audience.occupations]
    sections = [section for section in text.sections if section.variant == key]
    return {
        "groups": [translate(text.language, group) for group in groups],
        "sections": [
            {
                "title": translate(s.language, f"section-{s.name}") if s.name != "answer" else None,
                "text": fill(s.text, figures, s.language, today).text,
            }
            for s in sections
        ],
    }


def state_line(reply: Reply, language: str) -> str:
    """When an answer was reviewed, or else from what and when it was prepared."""
    if reply.reviewed_on is not None:
        return translate(language, "reviewed", date=_date(reply.reviewed_on, language))
    official = any(source.official for source in reply.sources)
    key = "notice-not_reviewed" if official else "notice-not_reviewed-semi"
    return translate(language, key, date=_date(reply.checked_on, language))


def error_page(request: Request, error: ApiError) -> HTMLResponse:
    """An error for somebody who reads a page."""
    language = preferred_language(request.headers.get("accept-language"))
    response = page(request, "error.html", language, message=error.body(language)["message"])
    response.status_code = error.status
    return response


def page(request: Request, template: str, language: str, **values: Any) -> HTMLResponse:
    """A template with what every page needs."""
    settings: Settings = request.app.state.settings
    base = _base(request)

    def t(key: str, **placeholders: str | int) -> str:
        return translate(language, key, **placeholders)

    html = _TEMPLATES.get_template(template).render(
        t=t,
        language=language,
        languages={code: base.languages[code].name for code in LANGUAGES},
        countries={code: base.countries[code].about.names[language] for code in COUNTRIES if code in base.countries},  # type: ignore[index]
        themes=base.themes,
        settings=settings,
        date=lambda day: _date(day, language),
        **values,
    )
    return HTMLResponse(html)


def _date(day: datetime.date | None, language: str) -> str:
    return format_date(day, "long", locale=LOCALE[language]) if day else ""


def _base(request: Request) -> KnowledgeBase:
    base: KnowledgeBase = request.app.state.service.advisor.answering.base
    return base


def _known(language: str) -> str:
    if language not in LANGUAGES:
        raise ApiError(HTTPStatus.NOT_FOUND, "not_found")
    return language


def page_language(request: Request, wanted: str | None) -> str:
    """The language asked for, else the browser's."""
    return wanted if wanted in LANGUAGES else preferred_language(request.headers.get("accept-language"))
