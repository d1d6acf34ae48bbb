"""A reply of the conversation service as Telegram shows it: the answer first, its sections behind buttons."""

from __future__ import annotations

import datetime
import html
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from babel.dates import format_date

from api.telegram.markup import LIMIT, escape, length, pack, split, to_html
from api.telegram.outgoing import Key, Keyboard
from knowledge.languages import LOCALE
from translations.catalog import translate

#: An answer up to this length is shown whole, in UTF-16 units.
_WHOLE = 1200
#: So many sources stand under an answer; with more, the rest is behind a button.
_SOURCES = 2
#: Buttons with titles up to this length stand side by side, that many of them.
_SHORT, _BESIDE = 16, 3
_TITLE = 60


@dataclass(frozen=True)
class View:
    """One face of a message; its buttons lead to the others."""

    label: str
    html: str


def message(reply: dict[str, Any], view: int = 0, feedback: bool = True) -> tuple[list[str], Keyboard]:
    """The texts of a reply, and the keyboard under the last one; ``view`` 0 is the answer, the others are its folded parts.

    Without ``feedback`` the buttons that ask for it are left out, in all views. Raises IndexError for a view that the reply does not have.
    """
    views = _views(reply)
    texts = _leading(reply) if view == 0 else [views[view - 1].html]
    keyboard = [*_view_keys(reply, views, view, feedback), *_button_keys(reply)]
    return texts, [*keyboard, *_feedback_keys(reply, view)] if feedback else keyboard


def _leading(reply: dict[str, Any]) -> list[str]:
    parts = []
    if reply.get("role") == "human":
        parts.append(f"<b>{escape(translate(_language(reply), 'telegram-human'))}</b>")
    shown = reply.get("clerk") or reply
    parts += [*_head(reply, shown), to_html(shown["text"])]
    if reply.get("clerk") or _is_whole(reply):
        parts += [_section(section) for section in shown.get("sections") or []]
    parts += list(_footer(reply))
    return pack(parts)


def _head(reply: dict[str, Any], shown: dict[str, Any]) -> list[str]:
    """The title, unless nobody who looks over the shoulder may see it."""
    return [f"<b>{escape(shown['title'])}</b>"] if shown.get("title") and not reply.get("private") else []


def _is_whole(reply: dict[str, Any]) -> bool:
    return length(reply["text"]) + sum(length(section["text"]) for section in reply.get("sections") or []) <= _WHOLE


def _section(section: dict[str, Any]) -> str:
    return f"<b>{escape(section['title'])}</b>\n{to_html(section['text'])}"


def _footer(reply: dict[str, Any]) -> Iterator[str]:
    """Where the answer is from, and what the reader should know about its state."""
    language = _language(reply)
    sources = reply.get("sources") or []
    if sources and len(sources) <= _SOURCES:
        yield f"{escape(translate(language, 'sources'))}:\n{_source_lines(sources, language)}"
    lines = [translate(language, f"notice-{name}") for name in reply.get("notices") or [] if name != "not_reviewed"]
    if reply.get("reviewed_on"):
        lines.append(translate(language, "reviewed", date=_day(reply["reviewed_on"], language)))
    elif reply.get("checked_on"):
        official = any(source["official"] for source in sources)
        key = "notice-not_reviewed" if official else "notice-not_reviewed-semi"
        lines.append(translate(language, key, date=_day(reply["checked_on"], language)))
    if lines:
        yield f"<i>{escape(' '.join(lines))}</i>"


def _source_lines(sources: list[dict[str, Any]], language: str) -> str:
    lines = []
    for source in sources:
        official = f" ({translate(language, 'official')})" if source["official"] else ""
        lines.append(f'• <a href="{html.escape(source["url"])}">{escape(source["title"])}</a>{official}')
    return "\n".join(lines)


def _views(reply: dict[str, Any]) -> list[View]:
    """What is behind buttons: sections and sources; a long one takes several views. A text for the clerk is shown whole instead."""
    if reply.get("clerk"):
        return []
    shown = _language(reply)
    head = _head(reply, reply)
    views = []
    if not _is_whole(reply):
        for section in reply.get("sections") or []:
            views += _paged(section["title"], pack([*head, *split(_section(section), LIMIT // 2)]))
    sources = reply.get("sources") or []
    if len(sources) > _SOURCES:
        title = translate(shown, "sources")
        views += _paged(f"{title} ({len(sources)})", pack([*head, *split(f"<b>{title}</b>\n{_source_lines(sources, shown)}", LIMIT // 2)]))
    return views


def _paged(label: str, pages: list[str]) -> list[View]:
    if len(pages) == 1:
        return [View(label, pages[0])]
    return [View(f"{label} {number}/{len(pages)}", page) for number, page in enumerate(pages, 1)]


def _view_keys(reply: dict[str, Any], views: list[View], view: int, feedback: bool) -> Keyboard:
    if not views:
        return []
    labels = [translate(_language(reply), "telegram-back"), *(other.label for other in views)]
    state = "" if feedback else ":-"
    keys = [Key(text=label, data=f"v:{reply['id']}:{i}{state}") for i, label in enumerate(labels) if i != view]
    return [keys[i : i + 2] for i in range(0, len(keys), 2)]


def _button_keys(reply: dict[str, Any]) -> Keyboard:
    keys = [Key(text=_title(button), data=f"b:{reply['id']}:{i}") for i, button in enumerate(reply.get("buttons") or [])]
    beside = _BESIDE if all(len(key.text) <= _SHORT for key in keys) else 1
    return [keys[i : i + beside] for i in range(0, len(keys), beside)]


def _feedback_keys(reply: dict[str, Any], view: int) -> Keyboard:
    keys = [Key(text=_title(button), data=f"f:{reply['id']}:{i}:{view}") for i, button in enumerate(reply.get("feedback") or [])]
    return [keys] if keys else []


def _title(button: dict[str, Any]) -> str:
    title = str(button["title"])
    return title if len(title) <= _TITLE else f"{title[: _TITLE - 1].rstrip()}…"


def _language(reply: dict[str, Any]) -> str:
    """The person's language, also where the text itself is in another one; the text's where we do not speak theirs."""
    known = (reply.get(name) for name in ("language", "text_language"))
    return next((language for language in known if language in LOCALE), "en")


def _day(day: str, language: str) -> str:
    return format_date(datetime.date.fromisoformat(day), "long", locale=LOCALE[language])
