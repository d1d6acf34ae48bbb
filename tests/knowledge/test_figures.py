from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from knowledge.figures import fill, format_figure, plural_categories
from knowledge.languages import LANGUAGES
from knowledge.model import Figure, Source

SOURCE = Source(title="t", url="https://example.org", checked_on=datetime.date(2026, 11, 1), kind="official")
TODAY = datetime.date(2026, 11, 21)


def figure(value: object, unit: str, until: datetime.date | None = None) -> Figure:
    return Figure.model_validate({"value": value, "unit": unit, "valid_until": until, "source": SOURCE})


def test_an_amount_is_shown_the_way_each_language_writes_it() -> None:
    shown = {language: format_figure(figure("80.48", "EUR"), language).replace("\xa0", " ") for language in LANGUAGES}
    assert shown["en"] == "€80.48"
    assert shown["lt"] == shown["lv"] == shown["et"] == shown["uk"] == shown["ru"] == "80,48 €"


def test_a_whole_amount_has_no_cents() -> None:
    assert format_figure(figure(1036, "EUR"), "en") == "€1,036"


def test_percent_date_and_phone() -> None:
    assert format_figure(figure("62.06", "percent"), "en") == "62.06%"
    assert format_figure(figure(datetime.date(2027, 3, 4), "date"), "lt") == "2027 m. kovo 4 d."
    assert format_figure(figure("+370 5 232 2222", "phone"), "ru") == "[+370 5 232 2222](tel:+37052322222)"


@pytest.mark.parametrize(("value", "expected"), [(1, "1 mėnesį"), (3, "3 mėnesius"), (12, "12 mėnesių"), (Decimal("1.5"), "1,5 mėnesio")])
def test_a_text_gets_the_plural_form_that_the_number_needs(value: object, expected: str) -> None:
    text = "per {within: one mėnesį, few mėnesius, many mėnesio, other mėnesių}"
    assert fill(text, {"within": figure(value, "month")}, "lt", TODAY).text == f"per {expected}"


def test_a_figure_past_its_validity_is_named() -> None:
    figures = {"old": figure(1, "EUR", datetime.date(2025, 12, 31)), "new": figure(2, "EUR", datetime.date(2026, 12, 31))}
    assert fill("{old} {new} {old}", figures, "en", TODAY).expired == ("old",)


def test_an_undefined_figure_is_an_error() -> None:
    with pytest.raises(KeyError):
        fill("{nothing}", {}, "en", TODAY)


def test_the_plural_categories_that_the_readme_names() -> None:
    assert plural_categories("lt") == plural_categories("uk") == plural_categories("ru") == {"one", "few", "many", "other"}
    assert plural_categories("lv") == {"zero", "one", "other"}
    assert plural_categories("et") == plural_categories("en") == {"one", "other"}
