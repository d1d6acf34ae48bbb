"""Markdown of knowledge files and replies as HTML that is safe to show: no HTML of theirs passes, links are https, tel or mailto."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup

_ALLOWED = ("https://", "http://", "tel:", "mailto:")


def _validate_link(url: str) -> bool:
    return url.startswith(_ALLOWED)


def _link_open(self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    if str(tokens[index].attrs.get("href", "")).startswith("http"):
        tokens[index].attrs["rel"] = "noopener noreferrer"
    return self.renderToken(tokens, index, options, env)


_MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable(["image", "html_inline", "html_block"])
_MARKDOWN.validateLink = _validate_link  # type: ignore[method-assign]
_MARKDOWN.add_render_rule("link_open", _link_open)


def to_html(text: str) -> Markup:
    """Render Markdown; the result is safe to put into a template."""
    return Markup(_MARKDOWN.render(text))  # noqa: S704


def parse(text: str) -> list[Token]:
    """The tokens of Markdown, for channels that have no HTML of their own."""
    return _MARKDOWN.parse(text)
