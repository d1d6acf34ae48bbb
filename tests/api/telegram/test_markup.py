from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.telegram.markup import LIMIT, length, pack, plain, split, to_html


def test_markdown_becomes_what_telegram_knows() -> None:
    assert to_html("**Do** *this* & <that>") == "<b>Do</b> <i>this</i> &amp; &lt;that&gt;"
    assert to_html("1. one\n2. two\n   - inner\n\nafter") == "1. one\n2. two\n   • inner\n\nafter"
    assert to_html("- a [link](https://a.lt/?x=1&y=2)") == '• a <a href="https://a.lt/?x=1&amp;y=2">link</a>'
    assert to_html("# Title\n\ntext\n\n> quoted") == "<b>Title</b>\n\ntext\n\n<blockquote>quoted</blockquote>"


def test_telephone_and_mail_links_become_text_that_telegram_makes_tappable() -> None:
    assert to_html("call **[112](tel:112)**") == "call <b>112</b>"
    assert to_html("call [+370 5 232 2222](tel:+37052322222)") == "call +370 5 232 2222"
    assert to_html("[call us](tel:+37052322222)") == "call us (+37052322222)"
    assert to_html("[write](mailto:info@vilnius.lt)") == "write (info@vilnius.lt)"


@pytest.mark.parametrize(
    "text", ["<script>x</script>", '<a href="javascript:x">y</a>', "[x](javascript:alert)", "![x](https://a.lt/i.png)"]
)
def test_no_html_or_link_of_a_text_passes(text: str) -> None:
    assert not re.search(r"<(?!/?(b|i)>)", to_html(text).replace('<a href="https://a.lt/i.png">', "").replace("</a>", ""))


def test_length_counts_as_telegram_does() -> None:
    assert length("<b>ą</b>&amp;😀") == 4


def test_sections_are_parted_at_their_borders() -> None:
    sections = [f"<b>{n}</b>\n{'word ' * 300}".strip() for n in range(6)]
    messages = pack(sections)
    assert len(messages) == 3
    assert "\n\n".join(messages) == "\n\n".join(sections)


def test_a_section_that_is_too_long_is_cut_between_lines_and_keeps_its_markup() -> None:
    lines = "\n".join(f"• <b>line {n}</b> {'x' * 80}" for n in range(100))
    messages = split(f"<i>{lines}</i>")
    assert all(length(message) <= LIMIT and message.startswith("<i>") and message.endswith("</i>") for message in messages)
    assert "\n".join(plain(message) for message in messages) == plain(lines)


def test_a_text_without_any_border_is_cut_all_the_same() -> None:
    messages = split("&lt;" * 5000)
    assert [length(message) for message in messages] == [4096, 904]
    assert all(set(plain(message)) == {"<"} for message in messages)


@given(
    st.lists(
        st.sampled_from(
            ["<b>ąžuolas</b>", " ", "\n", "\n\n", "&amp;", "😀", "слово. ", '<a href="https://a.lt">a b c</a>', "<i><b>x y</b> z</i>"]
        )
    )
)
def test_nothing_is_lost_and_no_entity_is_cut(parts: list[str]) -> None:
    markup = "".join(parts)
    messages = split(markup, 10)
    assert all(0 < length(message) <= 10 for message in messages)
    squeezed = re.sub(r"\s", "", plain(markup))
    assert "".join(re.sub(r"\s", "", plain(message)) for message in messages) == squeezed
    for message in messages:
        tags = re.findall(r"<(/?)(\w+)", message)
        assert sum(not closing for closing, _ in tags) == sum(bool(closing) for closing, _ in tags)
        assert not re.search(r"&(?!amp;)|<(?![/bia])", message)
