"""How the bot presents itself in each language: its commands, and what stands on its empty chat and its profile."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import Bot, BotCommand

from api.telegram.commands import DESCRIBED
from knowledge.languages import LANGUAGES
from translations.catalog import translate

#: Shown to everybody whose Telegram speaks none of our languages.
_DEFAULT = "en"


@dataclass(frozen=True)
class Difference:
    """Something of the profile that is not as it should be: what (commands, description, short description), in which language."""

    what: str
    language: str


async def differences(bot: Bot) -> list[Difference]:
    """What of the profile is still to be set. Raises TelegramError."""
    found = []
    for language in LANGUAGES:
        code = _code(language)
        if list(await bot.get_my_commands(language_code=code)) != _commands(language):
            found.append(Difference("commands", language))
        if (await bot.get_my_description(language_code=code)).description != translate(language, "telegram-description"):
            found.append(Difference("description", language))
        if (await bot.get_my_short_description(language_code=code)).short_description != translate(language, "telegram-short-description"):
            found.append(Difference("short description", language))
    return found


async def register(bot: Bot) -> None:
    """Set what differs, and only that: Telegram allows few such changes. Raises TelegramError."""
    for difference in await differences(bot):
        language, code = difference.language, _code(difference.language)
        match difference.what:
            case "commands":
                await bot.set_my_commands(_commands(language), language_code=code)
            case "description":
                await bot.set_my_description(translate(language, "telegram-description"), code)
            case _:
                await bot.set_my_short_description(translate(language, "telegram-short-description"), code)


def _commands(language: str) -> list[BotCommand]:
    return [BotCommand(name, translate(language, key)) for name, key in DESCRIBED.items()]


def _code(language: str) -> str | None:
    return None if language == _DEFAULT else language
