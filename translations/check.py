"""Checking the catalogs: the same keys and placeholders in all six languages, nothing empty or fuzzy."""

from __future__ import annotations

import re

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from knowledge.findings import Finding
from knowledge.languages import LANGUAGES
from translations.catalog import DOMAIN, FOLDER

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_REFERENCE = "en"


def check() -> list[Finding]:
    """Every finding in the catalogs."""
    catalogs: dict[str, Catalog] = {language: _read(language) for language in LANGUAGES}
    reference = {message.id: message for message in catalogs[_REFERENCE] if message.id}
    findings = []
    for language, catalog in catalogs.items():
        file = str((FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po").relative_to(FOLDER.parent))

        def error(line: int, code: str, what: str, mend: str, file: str = file) -> None:
            findings.append(Finding(file, line, "error", code, what, mend))

        known = {message.id: message for message in catalog if message.id}
        for key in reference.keys() - known.keys():
            error(1, "text-missing", f"{key} is missing", "translate it")
        for key, message in known.items():
            line = message.lineno or 1
            if key not in reference:
                error(line, "text-unknown", f"{key} is not in the English catalog", "add it there or remove it here")
                continue
            if not message.string:
                error(line, "text-empty", f"{key} is empty", "translate it")
            if message.fuzzy:
                error(line, "text-fuzzy", f"{key} is marked fuzzy", "check it and remove the mark")
            wanted = set(_PLACEHOLDER.findall(str(reference[key].string)))
            if set(_PLACEHOLDER.findall(str(message.string))) != wanted:
                error(line, "placeholders", f"{key} has other placeholders than in English", f"use {sorted(wanted)}")
    return sorted(findings)


def _read(language: str) -> Catalog:
    with (FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        return read_po(file, domain=DOMAIN)
