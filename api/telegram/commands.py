"""The commands, such as ``/topics``, and the buttons of their menus."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

from api.telegram.markup import escape, pack, to_html
from api.telegram.outgoing import Key, Keyboard, Outgoing
from api.telegram.personal import remind, reminders, subscribe, unsubscribe
from api.telegram.talk import Talk, rows
from knowledge.languages import LANGUAGES
from knowledge.model import Entry
from translations.catalog import translate

Command = Callable[[Talk], Awaitable[list[Outgoing]]]


async def start(talk: Talk) -> list[Outgoing]:
    """Greet; a deep link (``?start=vilnius_uk_family-doctor``) says place, language and topic, each of which may be missing."""
    country, municipality, language, topic = deep_link(talk, talk.received.text)
    storage = talk.service.storage
    if language:
        await storage.set_language(talk.conversation, language)
        talk.language = language
    if country:
        await storage.set_place(talk.conversation, country, municipality)
    is_language_known = bool(language or talk.received.language or await talk.service.language_of(talk.conversation))
    greeting = [await greet(talk, is_language_known)]
    if topic:
        title = topic_title(talk, topic, country)
        greeting += talk.shown(await talk.choose("/start", translate(talk.language, "telegram-topics"), title, "choose_entry", entry=topic))
    return greeting


async def greet(talk: Talk, is_language_known: bool = True) -> Outgoing:
    """Who this is, and the first thing to ask: the language where nothing tells it, else the country where it is not known."""
    language, (country, _) = talk.language, await talk.place()
    parts = [escape(translate(language, "telegram-start"))]
    if talk.settings.is_trial:
        parts.append(f"<i>{escape(translate(language, 'page-trial'))}</i>")
    if not is_language_known:
        return talk.send("\n\n".join([*parts, escape(translate(language, "ask-language"))]), _language_keys(talk, "g"))
    keys = [Key(text=f"🌐 {translate(language, 'chat-language')}", data="g:")]
    if country is not None:
        return talk.send("\n\n".join([*parts, escape(translate(language, "telegram-ask"))]), [keys])
    places = [
        Key(text=talk.base.countries[code].about.names[language], data=f"p:{code}")  # type: ignore[index]
        for code in talk.base.countries
    ]
    return talk.send("\n\n".join([*parts, escape(translate(language, "telegram-start-place"))]), [places, keys])


def deep_link(talk: Talk, link: str) -> tuple[str | None, str | None, str | None, str | None]:
    """Country, municipality, language and topic of a deep link. Two small letters are a language, unless a language follows."""
    country = municipality = language = topic = None
    parts = link.split("_")
    for i, part in enumerate(parts):
        homes = [code for code, knowledge in talk.base.countries.items() if part in knowledge.places]
        is_country = part.upper() in talk.base.countries and (part not in LANGUAGES or (parts[i + 1 : i + 2] or [""])[0] in LANGUAGES)
        if homes:
            country, municipality = homes[0], part
        elif is_country:
            country = part.upper()
        elif part in LANGUAGES:
            language = part
        elif part in talk.base.topics:
            topic = part
    return country, municipality, language, topic


async def choose_language(talk: Talk) -> list[Outgoing]:
    """Offer the six languages, each in its own name."""
    return [talk.send(escape(translate(talk.language, "ask-language")), _language_keys(talk, "l"))]


async def language_pressed(talk: Talk, greeting: bool, chosen: str) -> list[Outgoing]:
    """Go on in the chosen language; without one, offer all."""
    if chosen not in LANGUAGES:
        return [talk.edit(escape(translate(talk.language, "ask-language")), _language_keys(talk, "g" if greeting else "l"))]
    await talk.service.storage.set_language(talk.conversation, chosen)
    talk.language = chosen
    if not greeting:
        return [talk.edit(escape(translate(chosen, "language-chosen")))]
    greeted = await greet(talk)
    return [talk.edit(greeted.text, greeted.keyboard)]


async def choose_place(talk: Talk) -> list[Outgoing]:
    """Ask for country or town."""
    buttons = talk.service.advisor.answering.country_buttons(talk.language)
    return talk.shown([await talk.say("/place", translate(talk.language, "which-place"), buttons)])


async def place_pressed(talk: Talk, country: str) -> list[Outgoing]:
    """A country of the greeting."""
    names = talk.base.countries[country].about.names
    title = names[talk.language]  # type: ignore[index]
    replies = await talk.choose("/start", translate(talk.language, "which-place"), title, "choose_place", country=country)
    return talk.shown(replies)


async def topics(talk: Talk) -> list[Outgoing]:
    """The themes to choose from."""
    return [talk.send(*_themes(talk))]


async def theme_pressed(talk: Talk, theme: str) -> list[Outgoing]:
    """The topics of a theme; without one, the themes again."""
    if theme not in talk.base.themes:
        return [talk.edit(*_themes(talk))]
    country, _ = await talk.place()
    found = [topic.id for topic in talk.base.topics.values() if topic.theme == theme and _entries(talk, topic.id, country)]
    keys = [Key(text=topic_title(talk, topic, country), data=f"e:{topic}") for topic in found]
    back = Key(text=f"‹ {translate(talk.language, 'page-all')}", data="t:")
    return [talk.edit(f"<b>{escape(translate(talk.language, f'theme-{theme}'))}</b>", rows([*keys, back]))]


async def topic_pressed(talk: Talk, topic: str) -> list[Outgoing]:
    """The entry of a topic."""
    country, _ = await talk.place()
    if not _entries(talk, topic, country):
        return []
    text = translate(talk.language, "telegram-topics")
    return talk.shown(await talk.choose("/topics", text, topic_title(talk, topic, country), "choose_entry", entry=topic))


async def help_(talk: Talk) -> list[Outgoing]:
    """What it is, and the commands."""
    lines = [f"/{name} – {escape(translate(talk.language, key))}" for name, key in DESCRIBED.items() if name not in ("start", "help")]
    return [talk.send("\n\n".join([escape(translate(talk.language, "help")), "\n".join(lines)]))]


async def unknown(talk: Talk) -> list[Outgoing]:
    """A command that does not exist."""
    return [talk.send(escape(translate(talk.language, "telegram-unknown")))]


async def human(talk: Talk) -> list[Outgoing]:
    """Where a person can be found."""
    title = translate(talk.language, "button-human")
    return talk.shown(await talk.choose("/human", title, title, "human_wanted"))


async def privacy(talk: Talk) -> list[Outgoing]:
    """What is stored, and what Telegram itself does."""
    language, settings = talk.language, talk.settings
    parts = [
        f"<b>{escape(translate(language, 'privacy-title'))}</b>",
        to_html(translate(language, "privacy-text", days=settings.keep_days)),
        escape(translate(language, "telegram-privacy")),
    ]
    if settings.controller and settings.privacy_contact:
        named = translate(language, "privacy-controller", controller=settings.controller, contact=settings.privacy_contact)
        parts.append(escape(named))
    else:
        parts.append(escape(translate(language, "page-trial")))
    return [talk.send(text) for text in pack(parts)]


async def export(talk: Talk) -> list[Outgoing]:
    """Everything that is stored about the chat, as a file."""
    chat = talk.received.chat
    content = {
        "messages": await talk.service.history(talk.conversation, 0),
        "reminders": [reminder.model_dump(mode="json", include={"due_at", "text"}) for reminder in await talk.consents.reminders(chat)],
        "subscriptions": await talk.consents.subscriptions(chat),
    }
    file = json.dumps(content, ensure_ascii=False, indent=1)
    caption = escape(translate(talk.language, "telegram-export"))
    return [talk.send(caption).model_copy(update={"action": "file", "content": file})]


async def delete(talk: Talk) -> list[Outgoing]:
    """Ask back before deleting."""
    keys = [
        Key(text=translate(talk.language, "button-delete"), data="d:yes"),
        Key(text=translate(talk.language, "button-keep"), data="d:no"),
    ]
    return [talk.send(escape(translate(talk.language, "telegram-ask-delete")), rows(keys))]


async def delete_pressed(talk: Talk, answer: str) -> list[Outgoing]:
    """Delete the conversation and all that the chat gave, or nothing."""
    if answer != "yes":
        return [talk.edit(escape(translate(talk.language, "not-deleted")))]
    await talk.service.delete(talk.conversation)
    await forget(talk)
    return [talk.edit(escape(translate(talk.language, "telegram-deleted")))]


async def forget(talk: Talk) -> None:
    """Forget the chat; its conversation is gone."""
    await talk.consents.forget(talk.received.chat)
    await talk.store.forget(talk.received.chat)


def topic_title(talk: Talk, topic: str, country: str | None) -> str:
    """How a topic is called in the person's language."""
    found = _entries(talk, topic, country)
    return found[0].text_for(talk.language).title if found else topic


def _entries(talk: Talk, topic: str, country: str | None) -> list[Entry]:
    return [entry for entry in talk.base.entries_of(country) if entry.topic == topic]


def _themes(talk: Talk) -> tuple[str, Keyboard]:
    keys = [Key(text=translate(talk.language, f"theme-{theme}"), data=f"t:{theme}") for theme in talk.base.themes]
    return escape(translate(talk.language, "telegram-topics")), rows(keys)


def _language_keys(talk: Talk, prefix: str) -> Keyboard:
    return rows([Key(text=talk.base.languages[code].name, data=f"{prefix}:{code}") for code in LANGUAGES], 3)


COMMANDS: dict[str, Command] = {
    "start": start,
    "topics": topics,
    "place": choose_place,
    "language": choose_language,
    "human": human,
    "remind": remind,
    "reminders": reminders,
    "subscribe": subscribe,
    "unsubscribe": unsubscribe,
    "help": help_,
    "privacy": privacy,
    "export": export,
    "delete": delete,
}

#: What each command is for: keys of the catalogs.
DESCRIBED = {name: f"telegram-command-{name}" for name in COMMANDS}
