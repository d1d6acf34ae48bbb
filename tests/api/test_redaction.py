from __future__ import annotations

import pytest

from api.redaction import PLACEHOLDER, redact


@pytest.mark.parametrize(
    "text",
    [
        "mano asmens kodas 38703181745",
        "mans personas kods 161175-19997",
        "personas kods 32867300679",
        "minu isikukood on 36805280109",
        "call me +370 612 34567",
        "мой телефон +380 50 123 4567",
        "rašykite jonas.petraitis@example.lt",
        "паспорт FB123456",
        "LT12 1000 0111 0100 1000",
    ],
)
def test_personal_data_is_taken_out(text: str) -> None:
    redacted = redact(text)
    assert PLACEHOLDER in redacted
    assert not any(character.isdigit() for character in redacted)
    assert "@" not in redacted


@pytest.mark.parametrize(
    "text",
    [
        "I earn 1153 EUR a month",
        "call 112",
        "from 2026-01-01 to 2026-12-31",
        "80,48 € PSD",
        "my 3 children",
        "A1 or B2 level",
        "order A1-418",
    ],
)
def test_what_a_question_needs_stays(text: str) -> None:
    assert redact(text) == text
