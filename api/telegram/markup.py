"""Markdown of replies in Telegram's HTML, and cutting that into messages without cutting an entity."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence

from markdown_it.token import Token

from api.markdown import parse

#: The longest message that Telegram takes, in UTF-16 units, markup not counted.
LIMIT = 4096

_ATOM = re.compile(r"<[^>]+>|&[^;\s]+;|.", re.DOTALL)
_TAG = re.compile(r"<(/?)([a-z]+)[^>]*>")
#: Where a text that must be cut is cut best, best first.
_BORDERS = ("\n\n", "\n", ". ", " ")
_INLINE = {"strong_open": "<b>", "strong_close": "</b>", "em_open": "<i>", "em_close": "</i>"}
_BLOCK = {
    "heading_open": "<b>",
    "heading_close": "</b>\n\n",
    "blockquote_open": "<blockquote>",
    "blockquote_close": "</blockquote>\n\n",
    "hr": "———\n\n",
}


def to_html(text: str) -> str:
    """Markdown as the HTML that Telegram knows: lists become lines, telephone and mail links become text, which Telegram makes tappable."""
    out: list[str] = []
    lists: list[int | None] = []
    for token in parse(text):
        match token.type:
            case "inline":
                out.append(_inline(token.children or []))
            case "paragraph_close":
                out.append("\n" if lists else "\n\n")
            case "bullet_list_open":
                lists.append(None)
            case "ordered_list_open":
                lists.append(int(token.attrs.get("start", 1)))
            case "bullet_list_close" | "ordered_list_close":
                lists.pop()
                out.append("" if lists else "\n")
            case "list_item_open":
                number = lists[-1]
                out.append("   " * (len(lists) - 1) + ("• " if number is None else f"{number}. "))
                lists[-1] = None if number is None else number + 1
            case "fence" | "code_block":
                out.append(f"<pre>{html.escape(token.content.rstrip())}</pre>\n\n")
            case kind:
                out.append(_BLOCK.get(kind, ""))
    joined = re.sub(r"\n+</blockquote>", "</blockquote>", "".join(out))
    return re.sub(r"\n{3,}", "\n\n", joined).strip()


def escape(text: str) -> str:
    """Plain text as HTML."""
    return html.escape(text, quote=False)


def plain(markup: str) -> str:
    """What a person sees of HTML."""
    return html.unescape(re.sub(r"<[^>]+>", "", markup))


def length(markup: str) -> int:
    """The length as Telegram counts it: UTF-16 units, markup not counted."""
    return len(plain(markup).encode("utf-16-le")) // 2


def pack(sections: Iterable[str], limit: int = LIMIT) -> list[str]:
    """Sections of HTML as few messages as they fit in; only a section that is too long alone is cut."""
    packed: list[str] = []
    for section in sections:
        joined = f"{packed[-1]}\n\n{section}" if packed else section
        if length(joined) <= limit:
            packed[-1:] = [joined]
        else:
            packed += split(section, limit)
    return packed


def split(markup: str, limit: int = LIMIT) -> list[str]:
    """HTML cut into pieces of at most ``limit``: between paragraphs, else lines, sentences, words; tags are closed and opened again."""
    atoms = _ATOM.findall(markup)
    pieces, opened = [], list[str]()
    while atoms:
        cut = _cut(atoms, limit)
        kept, atoms = atoms[:cut], atoms[cut:]
        while kept and kept[-1].isspace():
            kept.pop()
        piece = "".join([*opened, *kept])
        for tag in kept:
            if (found := _TAG.fullmatch(tag)) is not None:
                opened = opened[:-1] if found[1] else [*opened, tag]
        piece += "".join(f"</{found[2]}>" for tag in reversed(opened) if (found := _TAG.fullmatch(tag)))
        pieces.append(piece)
        while atoms and atoms[0].isspace():
            atoms = atoms[1:]
    return [piece for piece in pieces if plain(piece).strip()]


def _cut(atoms: Sequence[str], limit: int) -> int:
    """How many atoms make the next piece."""
    size, end = 0, len(atoms)
    for i, atom in enumerate(atoms):
        size += _size(atom)
        if size > limit:
            end = i
            break
    if end == len(atoms):
        return end
    visible = [atom if _size(atom) else "" for atom in atoms[: end + 1]]
    for border in _BORDERS:
        for i in range(end, end // 3, -1):
            if "".join(visible[max(0, i - len(border)) : i]) == border:
                return i
    return max(end, 1)


def _size(atom: str) -> int:
    return 0 if _TAG.fullmatch(atom) else len(html.unescape(atom).encode("utf-16-le")) // 2


def _inline(tokens: Sequence[Token]) -> str:
    out, link, shown = list[str](), "", 0
    for token in tokens:
        match token.type:
            case "text":
                out.append(escape(token.content))
            case "softbreak" | "hardbreak":
                out.append("\n")
            case "code_inline":
                out.append(f"<code>{escape(token.content)}</code>")
            case "link_open":
                link, shown = str(token.attrs.get("href", "")), len(out)
                out.append(f'<a href="{html.escape(link)}">' if link.startswith("http") else "")
            case "link_close":
                out.append("</a>" if link.startswith("http") else _hidden(link, "".join(out[shown:])))
            case kind:
                out.append(_INLINE.get(kind, ""))
    return "".join(out)


def _hidden(link: str, shown: str) -> str:
    """The number or address of a ``tel:`` or ``mailto:`` link where its text does not say it."""
    target = link.partition(":")[2].partition("?")[0]
    seen = re.sub(r"[\s().-]", "", plain(shown)).casefold()
    return "" if re.sub(r"[\s().-]", "", target).casefold() in seen else f" ({escape(target)})"
