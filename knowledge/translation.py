"""Noting which revision of the source a translation was made from."""

from __future__ import annotations

import re
from pathlib import Path

from knowledge.model import Entry

_LINE = re.compile(r"^translated_from:.*\n", re.MULTILINE)


def mark_translated(content: str | Path, entry: Entry, language: str) -> bool:
    """Write the source's present revision into the text's head; returns whether the file changed.

    Raises LookupError when the entry has no text in this language, or it is the source language.
    """
    if language == entry.about.source_language or language not in entry.texts:
        raise LookupError(f"{entry.id} has no translation into {language}")
    path = Path(content) / entry.id / f"{language}.md"
    text = path.read_text("utf-8")
    revision = entry.texts[entry.about.source_language].revision
    head, separator, rest = text.partition("\nquestions:")
    head = _LINE.sub("", head + "\n").rstrip("\n")
    changed = f'{head}\ntranslated_from: "{revision}"{separator}{rest}'
    if changed == text:
        return False
    path.write_text(changed, "utf-8")
    return True
