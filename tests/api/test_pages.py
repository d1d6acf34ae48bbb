from __future__ import annotations

import httpx
import pytest

from api.markdown import to_html
from knowledge.languages import LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_entry_is_a_plain_page_in_every_language(client: httpx.AsyncClient, base, language: str) -> None:
    response = await client.get(f"/e/lv/family-doctor/{language}")
    assert response.status_code == 200
    assert f'<html lang="{language}">' in response.text
    assert base.entries["lv/family-doctor"].texts[language].title in response.text
    assert "<script" not in response.text
    for other in set(LANGUAGES) - {language}:
        assert f'href="/e/lv/family-doctor/{other}"' in response.text
    for source in base.entries["lv/family-doctor"].about.sources.values():
        assert str(source.url).replace("&", "&amp;") in response.text


@pytest.mark.parametrize("topic", ["domestic-violence", "exploitation-trafficking"])
async def test_a_private_matter_does_not_show_in_the_title(client: httpx.AsyncClient, base, topic: str) -> None:
    page = (await client.get(f"/e/lt/{topic}/en")).text
    title = base.entries[f"lt/{topic}"].texts["en"].title
    assert f"<h1>{title}" in page
    assert title not in page.partition("<title>")[2].partition("</title>")[0]


async def test_every_entry_is_reached_from_the_list(client: httpx.AsyncClient, base) -> None:
    page = (await client.get("/e/", params={"lang": "lt"})).text
    for entry in base.entries:
        assert f'href="/e/{entry}/lt"' in page


async def test_an_unknown_entry_says_so_in_the_readers_language(client: httpx.AsyncClient) -> None:
    for path in ("/e/lt/nothing/en", "/e/lt/family-doctor/fr", "/e/xx/family-doctor/en"):
        response = await client.get(path, headers={"Accept-Language": "et"})
        assert response.status_code == 404
        assert '<html lang="et">' in response.text


async def test_without_a_language_the_browsers_is_taken(client: httpx.AsyncClient) -> None:
    response = await client.get("/e/ee/kindergarten", headers={"Accept-Language": "uk-UA,uk;q=0.9"})
    assert response.headers["location"] == "/e/ee/kindergarten/uk"


async def test_the_chat_page_is_the_widget_and_has_no_inline_script(client: httpx.AsyncClient) -> None:
    for language in LANGUAGES:
        response = await client.get("/", params={"lang": language})
        assert f'<html lang="{language}">' in response.text
        assert "script-src 'self'" in response.headers["content-security-policy"]
        assert response.text.count("<script") == 1
        assert f'<script src="/widget.js" data-inline="#chat" data-language="{language}"></script>' in response.text


async def test_the_privacy_notice(client: httpx.AsyncClient) -> None:
    for language in LANGUAGES:
        assert "30" in (await client.get(f"/privacy/{language}")).text


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[a](javascript:alert(1))",
        "![a](https://example.org/x.png)",
        "<img src=x onerror=y>",
        "[x](data:text/html,y)",
    ],
)
def test_nothing_in_a_text_runs_as_html(text: str) -> None:
    html = to_html(text)
    assert "<script" not in html and "<img" not in html
    assert 'href="javascript' not in html and 'href="data' not in html


def test_links_numbers_and_lists_are_shown() -> None:
    html = to_html("1. Call [112](tel:112)\n2. See [page](https://example.org)")
    assert '<a href="tel:112">112</a>' in html and "<ol>" in html and 'rel="noopener noreferrer"' in html
