from __future__ import annotations

import datetime

import pytest

from api.telegram.reminders import Span, day_in, due_at, is_only_a_day, local_day, typed_wish, wish

TODAY = datetime.date(2026, 11, 22)


@pytest.mark.parametrize(
    "text",
    [
        "primink man 4 mėnesius prieš leidimo pabaigą",
        "Priminkite likus 4 mėn. iki leidimo pabaigos",
        "Atgādini man 4 mēnešus pirms atļaujas beigām",
        "Tuleta mulle meelde 4 kuud enne elamisloa lõppu",
        "нагадайте за 4 місяці до кінця дозволу",
        "Напомните мне за 4 месяца до окончания разрешения",
        "remind me 4 months before my permit ends",
    ],
)
def test_a_time_before_a_day_that_is_still_to_be_named(text: str) -> None:
    found = typed_wish(text, TODAY)
    assert found is not None and (found.day, found.before) == (None, Span(months=4))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("remind me 4 months before 2027-08-31 about my permit", "2027-04-30"),
        ("Напомни за 2 недели до 31.08.2027", "2027-08-17"),
        ("нагадай через 3 тижні подзвонити", "2026-12-13"),
        ("primink rytoj paskambinti", "2026-11-23"),
        ("Meenuta 1/3/2027", "2027-03-01"),
        ("atgādini pēc 1 gada", "2027-11-22"),
    ],
)
def test_a_day_that_is_known(text: str, day: str) -> None:
    found = typed_wish(text, TODAY)
    assert found is not None and str(found.day) == day


@pytest.mark.parametrize(
    "text", ["Напомните, как получить ВНЖ?", "Remind me how to register", "4 months before my permit ends", "31.08.2027"]
)
def test_a_question_is_no_wish_to_be_reminded(text: str) -> None:
    assert typed_wish(text, TODAY) is None


def test_a_command_may_leave_the_time_out() -> None:
    found = wish("renew my permit", TODAY)
    assert (found.text, found.day, found.before) == ("renew my permit", None, Span())


def test_days_that_do_not_exist_are_no_days() -> None:
    assert day_in("31.02.2027") is None
    assert not is_only_a_day("99.99.2027")
    assert is_only_a_day(" 31.08.2027. ")
    assert wish("999 years before 1.1.0002", TODAY).day is None


def test_it_is_nine_in_the_morning_where_the_people_are() -> None:
    assert due_at(datetime.date(2027, 1, 15)) == datetime.datetime(2027, 1, 15, 7)
    assert due_at(datetime.date(2027, 7, 15)) == datetime.datetime(2027, 7, 15, 6)
    assert local_day(due_at(datetime.date(2027, 7, 15))) == datetime.date(2027, 7, 15)
