"""``sveiki telegram check``: whether token, way of updates and profile are as they should be, and how to mend what is not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from telegram import Bot, WebhookInfo
from telegram.error import InvalidToken, TelegramError

from api.secret import installation_secret
from api.settings import Settings
from api.telegram.client import make_bot, webhook_address, webhook_secrets
from api.telegram.profile import differences

#: So many waiting updates mean that nobody takes them.
_MANY = 100


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; ``mend`` says what to do where it is not ``good``."""

    good: bool
    what: str
    mend: str = ""


async def check(settings: Settings) -> AsyncIterator[Finding]:
    """Look at everything, and change nothing."""
    if settings.telegram_token is None:
        yield Finding(False, "no token is set", "ask @BotFather for one and set SVEIKI_TELEGRAM_TOKEN")
        return
    bot = make_bot(settings)
    try:
        await bot.initialize()
        yield Finding(True, f"the token is that of @{bot.username}")
        async for finding in _looked_at(bot, settings):
            yield finding
    except InvalidToken:
        yield Finding(
            False, "Telegram does not accept the token", "copy it from @BotFather (/mybots, API Token) into SVEIKI_TELEGRAM_TOKEN"
        )
    except TelegramError as error:
        yield Finding(
            False, f"Telegram does not answer ({type(error).__name__})", f"is {settings.telegram_api} reachable from this machine?"
        )
    finally:
        await bot.shutdown()


async def _looked_at(bot: Bot, settings: Settings) -> AsyncIterator[Finding]:
    if bot.bot.can_read_all_group_messages:
        yield Finding(False, "the bot reads all messages of groups", "@BotFather: /setprivacy, Enable; it needs only those that address it")
    for finding in _way(await bot.get_webhook_info(), settings):
        yield finding
    found = await differences(bot)
    for difference in found:
        yield Finding(
            False, f"{difference.what} ({difference.language}) not as in the catalogs", "start `sveiki run`: it sets them within a minute"
        )
    if not found:
        yield Finding(True, "commands and descriptions are set in all six languages")


def _way(info: WebhookInfo, settings: Settings) -> list[Finding]:
    """How updates come."""
    wanted = webhook_address(settings, webhook_secrets(installation_secret(settings.var))[0])
    found = []
    if info.url != wanted:
        where = "another address" if info.url else "no address"
        ours = "SVEIKI_TELEGRAM_WEBHOOK" if wanted else "long polling"
        found.append(Finding(False, f"updates go to {where}, not by {ours}", "start `sveiki run`: it tells Telegram where to send them"))
    else:
        found.append(Finding(True, "updates come to SVEIKI_TELEGRAM_WEBHOOK" if wanted else "updates come by long polling"))
    if info.last_error_message and wanted:
        mend = "is SVEIKI_TELEGRAM_WEBHOOK reachable from the internet by https, on port 443, 80, 88 or 8443, with a valid certificate?"
        found.append(Finding(False, f"Telegram could not deliver: {info.last_error_message}", mend))
    if info.pending_update_count > _MANY:
        found.append(Finding(False, f"{info.pending_update_count} updates wait", "is `sveiki run` running?"))
    return found
