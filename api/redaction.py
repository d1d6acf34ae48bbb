"""Taking personal data out of messages before Rasa sees them and before anything is stored or logged.

Personal codes are recognised by their check digits (python-stdnum), phone numbers by the numbering plans (phonenumbers).
"""

from __future__ import annotations

import re
from collections.abc import Callable

import phonenumbers
from stdnum.ee import ik
from stdnum.lt import asmens
from stdnum.lv import pvn

PLACEHOLDER = "▇▇▇"

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_TELEGRAM = re.compile(r"(?<!\w)(?:@|t\.me/)[A-Za-z]\w{4,31}")
_CODE = re.compile(r"(?<!\d)(?:\d{11}|\d{6}[-–]\d{5})(?!\d)")
_CARD = re.compile(r"(?<![\w])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?(?![\w])")
_DOCUMENT = re.compile(r"(?<![\w])(?=[A-Z0-9]*\d{5})[A-Z]{1,3} ?\d{5,9}(?![\w])")
_DATE = re.compile(r"\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{4}")
_COUNTRIES = ("LT", "LV", "EE", "UA")


def redact(text: str) -> str:
    """The text with e-mail addresses, personal codes, bank accounts, document and phone numbers replaced by a placeholder."""
    text = _EMAIL.sub(PLACEHOLDER, text)
    text = _CODE.sub(lambda match: PLACEHOLDER if _is_personal_code(match[0]) else match[0], text)
    text = _CARD.sub(PLACEHOLDER, text)
    text = _DOCUMENT.sub(PLACEHOLDER, text)
    for country in _COUNTRIES:
        for match in reversed(list(phonenumbers.PhoneNumberMatcher(text, country))):
            if _DATE.fullmatch(match.raw_string):
                continue
            text = text[: match.start] + PLACEHOLDER + text[match.end :]
    return text


def contact_in(text: str) -> str | None:
    """How somebody can be reached, where a message says it: the message itself if it holds an e-mail address, a phone number or a
    Telegram name; None otherwise."""
    has_phone = any(next(iter(phonenumbers.PhoneNumberMatcher(text, country)), None) for country in _COUNTRIES)
    return text if has_phone or _EMAIL.search(text) or _TELEGRAM.search(text) else None


def _is_personal_code(number: str) -> bool:
    checks: tuple[Callable[[str], bool], ...] = (ik.is_valid, asmens.is_valid, pvn.is_valid)
    # Latvian codes since 2017 begin with 32 and carry no date.
    return "-" in number or "–" in number or number.startswith("32") or any(check(number) for check in checks)
