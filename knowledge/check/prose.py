"""What can be wrong inside a section: letters, links, HTML, braces, plural forms."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from knowledge.figures import REFERENCE, plural_categories, plural_forms
from knowledge.findings import Finding
from knowledge.model import Figure, KnowledgeBase, Section, Source
from knowledge.parsing import Reader

_MIXED = re.compile(r"\b(?=\w*[A-Za-z\u0100-\u017f])(?=\w*[\u0400-\u04ff])[^\W\d_]+\b")
_LINK = re.compile(r"\]\(\s*(?P<target>[^)\s]*)")
_HTML = re.compile(r"<[a-zA-Z/!][^>]*>")
_AMOUNT = re.compile(r"\d[\d\s.,]*(?:€|EUR\b|euro\w*\b|eur[ouųasi]\w*\b|євро\b|евро\b)|€\s?\d[\d.,]*|\+37[012][\d\s]{6,}", re.IGNORECASE)
_BRACES = re.compile(r"[{}]")


def check_prose(
    reader: Reader, file: Path, base: KnowledgeBase, sources: Iterable[Source], section: Section, figures: Mapping[str, Figure]
) -> Iterator[Finding]:
    """The findings in a section's text, which may link to its owner's ``sources`` besides official sites."""
    trusted = {source.url.host for source in sources if source.kind != "secondary"}
    prose = REFERENCE.sub("", _LINK.sub("](", section.text))
    for word in mixed_letters(prose):
        yield reader.finding(file, section.line, "mixed-letters", f"{word!r} mixes Latin and Cyrillic letters", "type it again")
    if _HTML.search(section.text):
        yield reader.finding(file, section.line, "html", "HTML is not shown", "use Markdown: **bold**, - list, [link](https://...)")
    for match in _LINK.finditer(section.text):
        yield from _link(reader, file, base, trusted, section, match["target"])
    for amount in _AMOUNT.findall(prose):
        what = f"{amount.strip()!r} stands in the text: it would have to be changed six times"
        yield reader.finding(file, section.line, "bare-figure", what, "write it into figures.yml and name it here in braces", "warning")
    if _BRACES.search(REFERENCE.sub("", section.text)):
        mend = "write {name} or {name: one form, other forms}"
        yield reader.finding(file, section.line, "braces", "braces that name no figure", mend)
    for match in REFERENCE.finditer(section.text):
        if match["name"] not in figures:
            what = f"figure {match['name']} is not in figures.yml"
            yield reader.finding(file, section.line, "figure-undefined", what, "define it there")
        elif match["forms"] is not None:
            yield from _plural(reader, file, section, match["name"], match["forms"])


def mixed_letters(text: str) -> list[str]:
    """The words that mix Latin and Cyrillic letters: they look right and are never found."""
    return _MIXED.findall(text)


def _link(
    reader: Reader, file: Path, base: KnowledgeBase, trusted: Container[str | None], section: Section, target: str
) -> Iterator[Finding]:
    if target.startswith(("tel:", "mailto:")):
        return
    try:
        address = urlsplit(target)
    except ValueError:
        address = urlsplit("")
    host = address.hostname
    if address.scheme != "https" or not host or "." not in host:
        # Some public sites still have no https: such a page may be a source, not a link in a text.
        yield reader.finding(file, section.line, "link", f"not a full https address: {target!r}", "write https://...")
        return
    if host not in trusted and not base.may_link(host):
        mend = "link a public body or one of the entry's sources; if it is a public body, add its domain to official.yml"
        yield reader.finding(file, section.line, "link-not-official", f"{host} is no public body's site that we know", mend)


def _plural(reader: Reader, file: Path, section: Section, name: str, forms: str) -> Iterator[Finding]:
    try:
        missing = plural_categories(section.language) - plural_forms(forms).keys()
    except ValueError as problem:
        yield reader.finding(file, section.line, "plural", f"{name}: {problem}", "write one month, other months")
        return
    if missing:
        yield reader.finding(file, section.line, "plural", f"{name}: no form for {', '.join(sorted(missing))}", "add the forms")
