"""Naming figures in texts and showing them in the reader's language.

A text names a figure in braces: ``{psd-month}``, or with the plural forms that the sentence needs:
``{declare-within: one month, other months}``. Amounts, dates, units and plural rules come from CLDR, through Babel.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent
from babel.units import format_unit

from knowledge.guide import Guide
from knowledge.languages import LOCALE
from knowledge.model import Figure

#: ``{name}`` or ``{name: category form, ...}``.
REFERENCE = re.compile(r"\{(?P<name>[a-z0-9-]+)(?::(?P<forms>[^{}]*))?\}")

_DURATIONS = ("year", "month", "week", "day", "hour", "minute")

#: Where CLDR's long form is missing ("3 duration-month") or is not what people say ("3 ööpäeva"), and the short one is a full word.
_SHORT_IS_FULL = {("et", "month"), ("et", "day")}


@dataclass(frozen=True)
class Rendered:
    """A text with its figures filled in, and the names of those past their validity."""

    text: str
    expired: tuple[str, ...]


def fill(text: str, figures: Mapping[str, Figure], language: str, today: datetime.date | None = None) -> Rendered:
    """Fill the figures into a text, as they are on a day (today without one). Raises KeyError for a figure that is not defined."""
    expired: list[str] = []
    today = today or datetime.date.today()

    def show(match: re.Match[str]) -> str:
        figure = figures[match["name"]]
        if figure.expired(today):
            expired.append(match["name"])
        forms = match["forms"]
        return format_figure(figure, language) if forms is None else _with_form(figure, plural_forms(forms), language)

    return Rendered(REFERENCE.sub(show, text), tuple(dict.fromkeys(expired)))


def named(text: str) -> list[str]:
    """The names of the figures in a text."""
    return [match["name"] for match in REFERENCE.finditer(text)]


def named_in_guides(guides: Iterable[Guide], country: str) -> set[str]:
    """The names of the figures that a country's guides show."""
    steps = [step for guide in guides if guide.country == country for step in guide.steps.values()]
    return {name for step in steps for text in step.text.values() for name in named(text)}


def format_figure(figure: Figure, language: str) -> str:
    """The figure as a reader of the language expects it, phones as a Markdown link that dials. Raises ValueError for a bad value."""
    if figure.unit == "phone":
        return f"[{figure.value}](tel:{re.sub('[^0-9+]', '', str(figure.value))})"
    if figure.unit == "date":
        if not isinstance(figure.value, datetime.date):
            raise ValueError(f"not a date: {figure.value}")
        return format_date(figure.value, "long", locale=LOCALE[language])
    number = _number(figure)
    if figure.unit == "EUR":
        whole = number == number.to_integral_value()
        pattern = Locale.parse(LOCALE[language]).currency_formats["standard"].pattern
        shown = format_currency(
            number, "EUR", format=pattern.replace(".00", "") if whole else None, locale=LOCALE[language], currency_digits=not whole
        )
        # CLDR has no sign for the euro in Ukrainian; people read and write it.
        return shown.replace("EUR", "€")
    if figure.unit == "percent":
        return format_percent(number / 100, locale=LOCALE[language], decimal_quantization=False)
    if figure.unit in _DURATIONS:
        length: Literal["short", "long"] = "short" if (language, figure.unit) in _SHORT_IS_FULL else "long"
        return format_unit(number, f"duration-{figure.unit}", length, locale=LOCALE[language])
    return format_decimal(number, locale=LOCALE[language])


def plural_forms(forms: str) -> dict[str, str]:
    """``one month, other months`` as a mapping from CLDR plural category to form. Raises ValueError where it is not of this form."""
    result: dict[str, str] = {}
    for part in forms.split(","):
        category, _, form = part.strip().partition(" ")
        if not form:
            raise ValueError(f"{part.strip()!r} is not 'category form'")
        result[category] = form.strip()
    return result


def plural_categories(language: str) -> frozenset[str]:
    """The CLDR plural categories of a language, for example one, few, many, other."""
    return frozenset(Locale.parse(LOCALE[language]).plural_form.tags) | {"other"}


def _with_form(figure: Figure, forms: dict[str, str], language: str) -> str:
    number = _number(figure)
    form = forms.get(Locale.parse(LOCALE[language]).plural_form(number), forms.get("other", ""))
    return f"{format_decimal(number, locale=LOCALE[language])} {form}"


def _number(figure: Figure) -> Decimal:
    try:
        return Decimal(str(figure.value))
    except InvalidOperation:
        raise ValueError(f"not a number: {figure.value}") from None
