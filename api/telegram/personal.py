"""Reminders and subscriptions: what a person asks for on purpose, and can see and end at any time."""

from __future__ import annotations

import datetime
import json

from babel.dates import format_date

from api.telegram.consents import Reminder
from api.telegram.markup import escape
from api.telegram.outgoing import Key, Keyboard, Outgoing
from api.telegram.reminders import Span, Wish, day_in, due_at, is_only_a_day, local_day, today, typed_wish, wish
from api.telegram.talk import Talk, rows
from knowledge.languages import LOCALE
from knowledge.normalise import fold
from translations.catalog import translate

_MOST_REMINDERS = 20
_LATEST = Span(months=120)
#: The longest text that is kept of a reminder, in characters.
_TEXT = 500
#: So much of it stands in the list, which must fit into one message.
_LISTED = 120
#: The days from now that are offered by button.
_OFFERED = {"telegram-in-week": Span(days=7), "telegram-in-month": Span(months=1), "telegram-in-3-months": Span(months=3)}


async def remind(talk: Talk) -> list[Outgoing]:
    """``/remind 2027-05-31 renew my permit``, or any part of that."""
    if not talk.received.text:
        return [talk.send(escape(translate(talk.language, "telegram-remind-how")))]
    return await _take(talk, wish(talk.received.text, today()))


async def reminder_wanted(talk: Talk) -> list[Outgoing] | None:
    """The answer to a typed message that asks for a reminder, or names the day that one waits for; None for any other."""
    if again := await _kept_before(talk):
        return [again]
    chat = await talk.store.chat(talk.received.chat)
    if chat is not None and chat.draft is not None:
        waiting, named = Wish.model_validate_json(chat.draft), day_in(talk.received.text)
        if named is not None and is_only_a_day(talk.received.text):
            return await _keep(talk, waiting, waiting.before, named, -1)
        await talk.store.draft(talk.received.chat, None)
    found = typed_wish(talk.received.text, today())
    return None if found is None else await _take(talk, found)


async def span_pressed(talk: Talk, key: str) -> list[Outgoing]:
    """A day that was offered by button, for the reminder that waits."""
    if again := await _kept_before(talk):
        return [talk.edit(again.text)]
    chat = await talk.store.chat(talk.received.chat)
    if chat is None or chat.draft is None or key not in _OFFERED:
        return [talk.toast(translate(talk.language, "telegram-stale"))]
    kept = await _keep(talk, Wish.model_validate_json(chat.draft), _OFFERED[key], today(), 1)
    return [talk.edit(kept[0].text)]


async def reminders(talk: Talk) -> list[Outgoing]:
    """What the chat will be reminded of, with a button to end each."""
    return [talk.send(*_list(talk, await talk.consents.reminders(talk.received.chat)))]


async def drop_pressed(talk: Talk, number: str) -> list[Outgoing]:
    """End one reminder."""
    if number.isdecimal():
        await talk.consents.drop_reminder(talk.received.chat, int(number))
    return [talk.edit(*_list(talk, await talk.consents.reminders(talk.received.chat)))]


def reminder_message(reminder: Reminder) -> list[Outgoing]:
    """A reminder on its day."""
    text = translate(reminder.language, "telegram-reminder")
    return [Outgoing(action="send", text=f"⏰ <b>{escape(text)}</b>\n{escape(reminder.text)}")]


async def subscribe(talk: Talk) -> list[Outgoing]:
    """Notices of the municipality that is named, or of the person's own after a yes."""
    _, municipality = await talk.place()
    if talk.received.text:
        named = _named_place(talk, talk.received.text)
        if named is None:
            return [talk.send(escape(translate(talk.language, "telegram-subscribe-where")))]
        return [await _subscribed(talk, named)]
    if municipality is None:
        return [talk.send(escape(translate(talk.language, "telegram-subscribe-where")))]
    asked = translate(talk.language, "telegram-subscribe-ask", place=place_name(talk, municipality))
    return [talk.send(escape(asked), [[Key(text=translate(talk.language, "telegram-subscribe-yes"), data=f"s:{municipality}")]])]


async def subscribe_pressed(talk: Talk, municipality: str) -> list[Outgoing]:
    """A yes to a municipality's notices."""
    done = await _subscribed(talk, municipality)
    return [talk.edit(done.text)]


async def unsubscribe(talk: Talk) -> list[Outgoing]:
    """The municipalities whose notices come, with a button to end each."""
    return [talk.send(*await _subscriptions(talk))]


async def unsubscribe_pressed(talk: Talk, municipality: str) -> list[Outgoing]:
    """End a municipality's notices."""
    await talk.consents.unsubscribe(talk.received.chat, municipality)
    return [talk.edit(*await _subscriptions(talk))]


def place_name(talk: Talk, municipality: str) -> str:
    """How a municipality is called in the person's language; its id where it is not known any more."""
    places = (knowledge.places.get(municipality) for knowledge in talk.base.countries.values())
    return next((place.names[talk.language] for place in places if place is not None), municipality)  # type: ignore[index]


async def _take(talk: Talk, wanted: Wish) -> list[Outgoing]:
    """Keep a reminder whose day is known; ask for the day of another."""
    wanted = wanted.model_copy(update={"text": wanted.text[:_TEXT]})
    if wanted.day is not None:
        return await _keep(talk, wanted, Span(), wanted.day, 1)
    await talk.store.draft(talk.received.chat, json.dumps(wanted.model_dump(mode="json")))
    if wanted.before != Span():
        return [talk.send(escape(translate(talk.language, "telegram-remind-before-what")))]
    keys = [Key(text=translate(talk.language, key), data=f"w:{key}") for key in _OFFERED]
    return [talk.send(escape(translate(talk.language, "telegram-remind-when")), rows(keys, 3))]


async def _keep(talk: Talk, wanted: Wish, span: Span, day: datetime.date, sign: int) -> list[Outgoing]:
    """Keep a reminder for the time ``span`` after (``sign`` 1) or before (-1) a day."""
    chat = talk.received.chat
    try:
        due = span.after(day, sign)
    except OverflowError:
        due = datetime.date.min
    if not today() < due <= _LATEST.after(today()):
        return [talk.send(escape(translate(talk.language, "telegram-remind-past")))]
    if len(await talk.consents.reminders(chat)) >= _MOST_REMINDERS:
        return [talk.send(escape(translate(talk.language, "telegram-remind-many")))]
    await talk.consents.remind(chat, talk.received.update, due_at(due), talk.language, wanted.text)
    await talk.store.draft(chat, None)
    return [_set(talk, due)]


async def _kept_before(talk: Talk) -> Outgoing | None:
    """The answer once more, where this update has been answered before a crash."""
    if not talk.again:
        return None
    kept = await talk.consents.reminders(talk.received.chat)
    return next((_set(talk, local_day(reminder.due_at)) for reminder in kept if reminder.asked_by == talk.received.update), None)


def _set(talk: Talk, due: datetime.date) -> Outgoing:
    return talk.send(escape(translate(talk.language, "telegram-remind-set", date=_day(talk, due))))


def _list(talk: Talk, kept: list[Reminder]) -> tuple[str, Keyboard]:
    if not kept:
        return escape(translate(talk.language, "telegram-reminders-none")), []
    lines = [f"{i}. <b>{_day(talk, local_day(reminder.due_at))}</b>: {_short(reminder.text)}" for i, reminder in enumerate(kept, 1)]
    keys = [Key(text=f"✕ {i}", data=f"r:{reminder.id}") for i, reminder in enumerate(kept, 1)]
    return "\n".join([escape(translate(talk.language, "telegram-reminders")), "", *lines]), rows(keys, 5)


def _short(text: str) -> str:
    return escape(text if len(text) <= _LISTED else f"{text[: _LISTED - 1]}…")


async def _subscriptions(talk: Talk) -> tuple[str, Keyboard]:
    kept = await talk.consents.subscriptions(talk.received.chat)
    if not kept:
        return escape(translate(talk.language, "telegram-subscriptions-none")), []
    keys = [Key(text=f"✕ {place_name(talk, municipality)}", data=f"u:{municipality}") for municipality in kept]
    return escape(translate(talk.language, "telegram-subscriptions")), rows(keys, 2)


async def _subscribed(talk: Talk, municipality: str) -> Outgoing:
    await talk.consents.subscribe(talk.received.chat, municipality, talk.language)
    return talk.send(escape(translate(talk.language, "telegram-subscribed", place=place_name(talk, municipality))))


def _named_place(talk: Talk, text: str) -> str | None:
    wanted = fold(text)
    for knowledge in talk.base.countries.values():
        for name, place in knowledge.places.items():
            if wanted == fold(name) or wanted in {fold(form) for form in (*place.names.values(), *place.forms)}:
                return name
    return None


def _day(talk: Talk, day: datetime.date) -> str:
    return format_date(day, "long", locale=LOCALE[talk.language])
