"""Reading when somebody wants to be reminded: a day, a time from now, or a time before a day that is still to be named."""

from __future__ import annotations

import calendar
import datetime
import re
from functools import cache
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel

from knowledge.normalise import fold

#: Lithuania, Latvia and Estonia have one time.
ZONE = ZoneInfo("Europe/Vilnius")
_HOUR = datetime.time(9)

_DATE = re.compile(
    r"(?<!\d)(?:(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})|(?P<d>\d{1,2})[./](?P<m>\d{1,2})[./](?P<y>\d{4}))(?!\d)\.?"
)
#: How many months and days a unit has.
_UNITS = {"day": (0, 1), "week": (0, 7), "month": (1, 0), "year": (12, 0)}


class _Words(BaseModel):
    asks: tuple[str, ...]
    me: tuple[str, ...]
    before: tuple[str, ...]
    tomorrow: tuple[str, ...]
    day: tuple[str, ...]
    week: tuple[str, ...]
    month: tuple[str, ...]
    year: tuple[str, ...]


class Span(BaseModel):
    """A time: so many months and days."""

    months: int = 0
    days: int = 0

    def after(self, day: datetime.date, sign: int = 1) -> datetime.date:
        """The day this time after (sign 1) or before (-1) a day; the last of a month where the month is too short.

        Raises OverflowError for a day that no calendar has.
        """
        month = day.year * 12 + day.month - 1 + sign * self.months
        year, month = divmod(month, 12)
        if not datetime.MINYEAR <= year < datetime.MAXYEAR:
            raise OverflowError("no such year")
        last = calendar.monthrange(year, month + 1)[1]
        return datetime.date(year, month + 1, min(day.day, last)) + datetime.timedelta(days=sign * self.days)


class Wish(BaseModel):
    """What somebody wants to be reminded of; without a ``day`` that is still to be asked, and ``before`` is then the time before it."""

    text: str
    day: datetime.date | None = None
    before: Span = Span()


def wish(text: str, today: datetime.date) -> Wish:
    """Read what follows ``/remind``."""
    named, span, is_before = day_in(text), _span(text), _has_word(text, "before")
    kept = " ".join(text.split())
    try:
        if named is not None:
            return Wish(text=kept, day=span.after(named, -1) if span and is_before else named)
        if span is not None and not is_before:
            return Wish(text=kept, day=span.after(today))
    except OverflowError:
        return Wish(text=kept)
    if span is None and _has_word(text, "tomorrow"):
        return Wish(text=kept, day=today + datetime.timedelta(days=1))
    return Wish(text=kept, before=span or Span())


def typed_wish(text: str, today: datetime.date) -> Wish | None:
    """The wish in a typed message that begins like one ("remind me ...") and names a time; None for any other message."""
    rest = _after_asking(text)
    if rest is None:
        return None
    found = wish(rest, today)
    return found if found.day is not None or found.before != Span() else None


def day_in(text: str) -> datetime.date | None:
    """The day that a text names: ``2027-05-31``, ``31.5.2027`` or ``31/05/2027``."""
    for found in _DATE.finditer(text):
        try:
            return datetime.date(*(int(found[a] or found[b]) for a, b in (("year", "y"), ("month", "m"), ("day", "d"))))
        except ValueError:
            continue
    return None


def is_only_a_day(text: str) -> bool:
    """Whether a text is a day and nothing else."""
    return _DATE.fullmatch(text.strip()) is not None and day_in(text) is not None


def due_at(day: datetime.date) -> datetime.datetime:
    """Nine in the morning of a day, as UTC without a zone."""
    return datetime.datetime.combine(day, _HOUR, ZONE).astimezone(datetime.UTC).replace(tzinfo=None)


def today() -> datetime.date:
    """The day where the people are."""
    return datetime.datetime.now(ZONE).date()


def local_day(moment: datetime.datetime) -> datetime.date:
    """The day of a moment that is UTC without a zone."""
    return moment.replace(tzinfo=datetime.UTC).astimezone(ZONE).date()


@cache
def _words() -> tuple[_Words, ...]:
    data = yaml.safe_load((Path(__file__).parent / "reminder_words.yml").read_text("utf-8"))
    return tuple(_Words.model_validate(words) for words in data.values())


def _after_asking(text: str) -> str | None:
    words, folded = text.split(), fold(text)
    for language in _words():
        for beginning in language.asks:
            if folded.startswith(beginning):
                rest = words[len(beginning.split()) :]
                return " ".join(rest[1:] if rest and fold(rest[0]) in language.me else rest)
    return None


def _span(text: str) -> Span | None:
    """A number and a unit, in any of the languages."""
    tokens = fold(_DATE.sub(" ", text)).split()
    for number, unit in pairwise(tokens):
        if number.isdecimal() and 0 < int(number) < 1000:
            for name in _UNITS:
                if any(unit.startswith(stem) for words in _words() for stem in getattr(words, name)):
                    months, days = _UNITS[name]
                    return Span(months=months * int(number), days=days * int(number))
    return None


def _has_word(text: str, kind: str) -> bool:
    tokens = set(fold(text).split())
    return any(word in tokens for words in _words() for word in getattr(words, kind))
