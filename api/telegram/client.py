"""The library's client of the Bot API, and the secrets of the webhook."""

from __future__ import annotations

import logging

from telegram import Bot
from telegram.request import HTTPXRequest

from api.secret import derived
from api.settings import Settings

#: Connections to Telegram, and seconds to wait for one and for an answer.
_CONNECTIONS, _WAIT = 64, 20.0


def make_bot(settings: Settings) -> Bot:
    """The client, with the token and address of the settings."""
    # What is logged of each request is its address, which holds the token; of updates that cannot be read, all that people wrote.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    logging.getLogger("telegram.Bot").setLevel(logging.CRITICAL + 1)
    requests = [
        HTTPXRequest(size, read_timeout=_WAIT, write_timeout=_WAIT, connect_timeout=_WAIT, pool_timeout=None) for size in (_CONNECTIONS, 1)
    ]
    return Bot(
        settings.telegram_token.get_secret_value() if settings.telegram_token else "",
        base_url=f"{settings.telegram_api.rstrip('/')}/bot",
        request=requests[0],
        get_updates_request=requests[1],
    )


def webhook_address(settings: Settings, path: str) -> str:
    """Where Telegram is to send updates; empty where we ask for them."""
    return f"{settings.telegram_webhook.rstrip('/')}/telegram/{path}" if settings.telegram_webhook else ""


def webhook_secrets(secret: str) -> tuple[str, str]:
    """The unguessable path and the secret header of the webhook, from the installation's secret."""
    return derived(secret, "telegram-path"), derived(secret, "telegram-header")
