"""Noting what a translation was made from, and which edits of a source text left its meaning.

Neither is ever typed: the state of a translation follows from the revisions that stand in the files.
"""

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


def mark_minor(content: str | Path, entry: Entry, before: str) -> bool:
    """Note in ``entry.yml`` that the source text means what its revision ``before`` meant; returns whether that was news.

    Translations made from ``before`` are current again; those that were outdated then stay so.
    """
    now = entry.texts[entry.about.source_language].revision
    if entry.about.same_meaning(before, now):
        return False
    path = Path(content) / entry.id / "entry.yml"
    text = path.read_text("utf-8")
    line = f"  - {before} -> {now}\n"
    if "\nminor_edits:\n" in text:
        changed = text.replace("\nminor_edits:\n", f"\nminor_edits:\n{line}", 1)
    else:
        changed = text.rstrip("\n") + f"\nminor_edits:\n{line}"
    path.write_text(changed, "utf-8")
    return True
