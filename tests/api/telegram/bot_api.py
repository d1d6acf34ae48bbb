"""A small Bot API server: it keeps chats, delivers updates, and refuses what the published limits of the Bot API do not allow."""

from __future__ import annotations

import asyncio
import email.parser
import email.policy
import html
import itertools
import json
import re
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

TOKEN = "123456:TEST-token_of-the-test-server-000000"
NAME = "sveiki_test_bot"
_TAGS = {"b", "strong", "i", "em", "u", "s", "a", "code", "pre", "blockquote", "tg-spoiler"}
_ENTITIES = {"lt", "gt", "amp", "quot"}


class RefusalError(Exception):
    """What the server answers instead of doing it."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


class BotApi:
    """The server runs on a thread; tests read what it holds and push updates from theirs."""

    def __init__(self) -> None:
        self.me = {"id": 123456, "is_bot": True, "first_name": "Sveiki", "username": NAME, "can_read_all_group_messages": False}
        self.token = TOKEN
        #: Messages of the bot as they stand now, by chat, in their order.
        self.chats: dict[int, list[dict[str, Any]]] = defaultdict(list)
        self.known: set[int] = set()
        self.blocked: set[int] = set()
        #: Every call: method and parameters; and each that was refused for being wrong, with the reason.
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.refused: list[tuple[str, str]] = []
        self.waiting: list[dict[str, Any]] = []
        self.toasts: dict[str, str] = {}
        self.commands: dict[str, list[dict[str, str]]] = {}
        self.descriptions: dict[tuple[str, str], str] = {}
        self.webhook: dict[str, Any] = {"url": "", "has_custom_certificate": False, "pending_update_count": 0}
        #: Seconds from taking a message to saying so.
        self.latency = 0.0
        self.before: Callable[[str, dict[str, Any]], None] = lambda method, values: None
        self._queries: set[str] = set()
        self._closing = False
        self._numbers = itertools.count(1000)
        self._updates = itertools.count(1)
        self._lock = threading.RLock()
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self.url = ""

    def start(self, port: int = 0) -> None:
        self._closing = False
        app = Starlette(routes=[Route("/bot{token}/{method}", self._serve, methods=["POST"])])
        config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)
        self.url = f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}"

    def stop(self) -> None:
        assert self._server is not None and self._thread is not None
        self._closing = True
        self._server.should_exit = True
        self._thread.join(10)

    # What a person does.

    def push(self, update: dict[str, Any]) -> int:
        """Have an update delivered; the number is the next one unless it has one."""
        with self._lock:
            update = {"update_id": next(self._updates), **update}
            self.waiting.append(update)
            return int(update["update_id"])

    def push_together(self, *updates: dict[str, Any]) -> None:
        """Have several updates delivered in one answer, in this order."""
        with self._lock:
            self.waiting += updates

    def say(
        self, chat: int, text: str = "", /, *, user: dict[str, Any] | None = None, kind: str = "message", **more: Any
    ) -> dict[str, Any]:
        """An update with a message in a private chat; what it holds besides text is in ``more``."""
        self.known.add(chat)
        sender = {"id": abs(chat), "is_bot": False, "first_name": "Test", **(user or {})}
        about = {"id": chat, "type": "private", "first_name": "Test"}
        message = {"message_id": next(self._numbers), "date": 1_790_000_000, "chat": about, "from": sender, **more}
        if text:
            message["text"] = text
            entities = [
                {"type": kind_of, "offset": len(text[: found.start()].encode("utf-16-le")) // 2, "length": len(found[0])}
                for pattern, kind_of in ((r"^/\w+(@\w+)?", "bot_command"), (r"(?<!\w)@\w+", "mention"))
                for found in re.finditer(pattern, text)
            ]
            message["entities"] = [*message.get("entities", []), *entities]
        return {"update_id": next(self._updates), kind: message}

    def press(self, chat: int, title: str, message: dict[str, Any] | None = None, user: dict[str, Any] | None = None) -> str:
        """Press a button by its title; returns the query's id."""
        shown = message or next(m for m in reversed(self.chats[chat]) if title in titles(m))
        data = next(key["callback_data"] for row in shown["reply_markup"]["inline_keyboard"] for key in row if key["text"] == title)
        query = f"q{next(self._numbers)}"
        self._queries.add(query)
        sender = {"id": abs(chat), "is_bot": False, "first_name": "Test", **(user or {})}
        self.push({"callback_query": {"id": query, "from": sender, "message": shown, "chat_instance": "1", "data": data}})
        return query

    # What a test waits for.

    def texts(self, chat: int) -> list[str]:
        """What a person sees of the bot's messages."""
        return [seen(message["html"]) for message in list(self.chats[chat])]

    # The server.

    async def _serve(self, request: Request) -> JSONResponse:
        method, values = request.path_params["method"], await _parameters(request)
        try:
            if request.path_params["token"] != self.token:
                raise RefusalError(401, "Unauthorized")
            with self._lock:
                self.calls.append((method, values))
            self.before(method, values)
            action = getattr(self, f"_{method}", None)
            if action is None:
                raise RefusalError(404, "Not Found: method not found")
            result = action(values)
            if asyncio.iscoroutine(result):
                result = await result
            if method.startswith(("send", "edit")):
                await asyncio.sleep(self.latency)
            return JSONResponse({"ok": True, "result": result})
        except RefusalError as refusal:
            if refusal.code == 400:
                self.refused.append((method, refusal.description))
            body = {"ok": False, "error_code": refusal.code, "description": refusal.description}
            return JSONResponse({**body, "parameters": refusal.parameters} if refusal.parameters else body, refusal.code)

    def _getMe(self, values: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        return self.me

    async def _getUpdates(self, values: dict[str, Any]) -> list[dict[str, Any]]:  # noqa: N802
        if self.webhook["url"]:
            raise RefusalError(
                409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            )
        deadline = time.monotonic() + min(float(values.get("timeout", 0)), 2)
        while not self._closing:
            with self._lock:
                self.waiting = [u for u in self.waiting if u["update_id"] >= int(values.get("offset") or 0)]
                found = self.waiting[: int(values.get("limit", 100))]
            if found or time.monotonic() > deadline:
                return found
            await asyncio.sleep(0.02)
        return []

    def _setWebhook(self, values: dict[str, Any]) -> bool:  # noqa: N802
        if not values["url"].startswith("https://"):
            raise RefusalError(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", values["secret_token"]):
            raise RefusalError(400, "Bad Request: secret token contains unallowed characters")
        self.webhook |= {"url": values["url"], "secret": values["secret_token"], "allowed_updates": values["allowed_updates"]}
        return True

    def _deleteWebhook(self, values: dict[str, Any]) -> bool:  # noqa: N802
        self.webhook["url"] = ""
        return True

    def _getWebhookInfo(self, values: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        return {name: value for name, value in self.webhook.items() if name != "secret"}

    def _sendMessage(self, values: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        chat = self._chat(values)
        return self._keep(chat, {"html": _text(values, 4096), **_markup(values), "values": values})

    def _sendDocument(self, values: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        chat = self._chat(values)
        return self._keep(chat, {"html": _text({**values, "text": values.get("caption", " ")}, 1024), "file": values["document"]})

    def _editMessageText(self, values: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        found = [m for m in self.chats[self._chat(values)] if m["message_id"] == int(values["message_id"])]
        if not found:
            raise RefusalError(400, "Bad Request: message to edit not found")
        text, markup = _text(values, 4096), _markup(values)
        if found[0]["html"] == text and found[0].get("reply_markup") == markup.get("reply_markup"):
            raise RefusalError(400, "Bad Request: message is not modified")
        found[0].pop("reply_markup", None)
        found[0].update({"html": text, "edited": True, **markup})
        return _public(found[0])

    def _answerCallbackQuery(self, values: dict[str, Any]) -> bool:  # noqa: N802
        query = values["callback_query_id"]
        if query not in self._queries:
            raise RefusalError(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        if len(values.get("text", "")) > 200:
            raise RefusalError(400, "Bad Request: MESSAGE_TOO_LONG")
        self.toasts[query] = values.get("text", "")
        return True

    def _sendChatAction(self, values: dict[str, Any]) -> bool:  # noqa: N802
        self._chat(values)
        if values["action"] != "typing":
            raise RefusalError(400, "Bad Request: wrong parameter action in request")
        return True

    def _setMyCommands(self, values: dict[str, Any]) -> bool:  # noqa: N802
        commands = json.loads(values["commands"])
        for command in commands:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]) or not 1 <= len(command["description"]) <= 256:
                raise RefusalError(400, "Bad Request: BOT_COMMAND_INVALID")
        if len(commands) > 100:
            raise RefusalError(400, "Bad Request: too many commands")
        self.commands[_language(values)] = commands
        return True

    def _getMyCommands(self, values: dict[str, Any]) -> list[dict[str, str]]:  # noqa: N802
        return self.commands.get(_language(values), [])

    def _setMyDescription(self, values: dict[str, Any]) -> bool:  # noqa: N802
        return self._describe("description", values, 512)

    def _setMyShortDescription(self, values: dict[str, Any]) -> bool:  # noqa: N802
        return self._describe("short_description", values, 120)

    def _describe(self, name: str, values: dict[str, Any], limit: int) -> bool:
        if len(values.get(name, "")) > limit:
            raise RefusalError(400, f"Bad Request: {name} is too long")
        self.descriptions[name, _language(values)] = values.get(name, "")
        return True

    def _getMyDescription(self, values: dict[str, Any]) -> dict[str, str]:  # noqa: N802
        return {"description": self.descriptions.get(("description", _language(values)), "")}

    def _getMyShortDescription(self, values: dict[str, Any]) -> dict[str, str]:  # noqa: N802
        return {"short_description": self.descriptions.get(("short_description", _language(values)), "")}

    def _chat(self, values: dict[str, Any]) -> int:
        chat = int(values["chat_id"])
        if chat in self.blocked:
            raise RefusalError(403, "Forbidden: bot was blocked by the user")
        if chat not in self.known:
            raise RefusalError(400, "Bad Request: chat not found")
        return chat

    def _keep(self, chat: int, message: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            kind = "private" if chat > 0 else "supergroup"
            message = {
                "message_id": next(self._numbers),
                "date": 1_790_000_000,
                "chat": {"id": chat, "type": kind},
                "from": self.me,
            } | message
            self.chats[chat].append({"taken": time.monotonic(), **message})
            return _public(message)


def titles(message: dict[str, Any]) -> list[str]:
    """The titles of a message's buttons."""
    return [key["text"] for row in message.get("reply_markup", {}).get("inline_keyboard", []) for key in row]


def seen(markup: str) -> str:
    """What a person sees of HTML."""
    return html.unescape(re.sub(r"<[^>]+>", "", markup))


class _Checked(HTMLParser):
    """Refuses what Telegram's parser refuses."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _TAGS:
            raise RefusalError(400, f'Bad Request: can\'t parse entities: Unsupported start tag "{tag}"')
        if tag == "a" and not str(dict(attrs).get("href", "")).startswith(("http://", "https://")):
            raise RefusalError(400, "a link that Telegram would drop")
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise RefusalError(400, f'Bad Request: can\'t parse entities: Unmatched end tag "{tag}"')

    def handle_entityref(self, name: str) -> None:
        if name not in _ENTITIES:
            raise RefusalError(400, f"an entity that Telegram does not know: {name}")


def _text(values: dict[str, Any], limit: int) -> str:
    markup = str(values.get("text", ""))
    if values.get("parse_mode") == "HTML":
        checked = _Checked()
        checked.feed(markup)
        checked.close()
        if checked.open:
            raise RefusalError(400, f"Bad Request: can't parse entities: Can't find end tag corresponding to start tag {checked.open[-1]}")
    size = len(seen(markup).encode("utf-16-le")) // 2
    if not seen(markup).strip():
        raise RefusalError(400, "Bad Request: message text is empty")
    if size > limit:
        raise RefusalError(400, "Bad Request: message is too long")
    return markup


def _markup(values: dict[str, Any]) -> dict[str, Any]:
    if "reply_markup" not in values:
        return {}
    markup = json.loads(values["reply_markup"])
    keys = [key for row in markup["inline_keyboard"] for key in row]
    if len(keys) > 100 or any(len(row) > 8 for row in markup["inline_keyboard"]):
        raise RefusalError(400, "Bad Request: reply markup is too long")
    for key in keys:
        if not key["text"].strip() or len(key["text"]) > 64:
            raise RefusalError(400, "Bad Request: a button's text is empty or is cut on every screen")
        if "url" not in key and not 1 <= len(key["callback_data"].encode()) <= 64:
            raise RefusalError(400, "Bad Request: BUTTON_DATA_INVALID")
    return {"reply_markup": markup}


def _language(values: dict[str, Any]) -> str:
    code = str(values.get("language_code") or "")
    if code and not re.fullmatch("[a-z]{2}", code):
        raise RefusalError(400, "Bad Request: invalid language code specified")
    return code


def _public(message: dict[str, Any]) -> dict[str, Any]:
    return {"text": seen(message["html"]), **{name: message[name] for name in ("message_id", "date", "chat", "from")}}


async def _parameters(request: Request) -> dict[str, Any]:
    body, kind = await request.body(), request.headers.get("content-type", "")
    if not kind.startswith("multipart/"):
        return dict(parse_qsl(body.decode(), keep_blank_values=True))
    parsed = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
    values: dict[str, Any] = {}
    for part in parsed.iter_parts():
        name, file = part.get_param("name", header="content-disposition"), part.get_filename()
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        values[str(name)] = {"name": file, "content": content} if file else content.decode()
    file = next((value for value in values.values() if isinstance(value, dict)), None)
    return values if file is None else {**values, "document": file}
