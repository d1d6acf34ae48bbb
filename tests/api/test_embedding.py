from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import warnings
from pathlib import Path

import httpx
import pytest
from pydantic import ValidationError

from api.app import create_app
from api.conversations import ConversationService
from api.health import DialogueState
from api.settings import ROOT, Settings
from knowledge.languages import LANGUAGES
from knowledge.model import KnowledgeBase, Place
from translations.catalog import translate

WIDGET = ROOT / "api" / "widget"
VILNIUS = "https://www.vilnius.lt"


@pytest.fixture
def listed(base: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    """Vilnius lists its website."""
    places = base.countries["LT"].places
    monkeypatch.setitem(places, "vilnius", places["vilnius"].model_copy(update={"origins": (VILNIUS,)}))


@pytest.fixture
def public(service: ConversationService, settings: Settings) -> httpx.AsyncClient:
    """A client of an installation that others can reach, where nothing is allowed that is not listed."""
    reachable = settings.model_copy(update={"host": "0.0.0.0", "controller": "City", "privacy_contact": "city@example.org"})
    transport = httpx.ASGITransport(create_app(reachable, service, DialogueState()), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="https://sveiki.example")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_texts_of_a_language_come_with_what_the_municipality_is(client: httpx.AsyncClient, base, language: str) -> None:
    body = (await client.get(f"/widget/{language}.json", params={"municipality": "vilnius"})).json()
    assert body["place"] == base.countries["LT"].places["vilnius"].names[language]
    assert body["state_language"] == "lt"
    assert body["topics"][1] == base.entries["lt/family-doctor"].texts[language].title
    assert set(body["languages"]) == set(LANGUAGES)
    assert all(body["texts"].values())


def test_every_text_that_the_scripts_show_is_sent() -> None:
    source = "\n".join(path.read_text("utf-8") for path in (WIDGET / "src").glob("*.ts"))
    used = set(re.findall(r'"((?:chat|widget|page|button|notice)-[a-z_-]+|ask-delete|deleted|sources|official|reviewed)"', source))
    sent = set(
        re.findall(r"[\w-]+", " ".join(re.findall(r'^    "([a-z_ -]+)"$', (ROOT / "api/embedding.py").read_text("utf-8"), re.MULTILINE)))
    )
    assert len(used) > 30
    assert used <= sent


async def test_topics_are_those_asked_for(client: httpx.AsyncClient) -> None:
    query = {"municipality": "tartu", "topics": "kindergarten nothing-such bank-account"}
    assert len((await client.get("/widget/en.json", params=query)).json()["topics"]) == 2
    assert (await client.get("/widget/en.json", params={**query, "topics": ""})).json()["topics"] == []


@pytest.mark.parametrize("language", LANGUAGES)
async def test_without_a_country_that_is_what_is_asked_first(client: httpx.AsyncClient, base: KnowledgeBase, language: str) -> None:
    body = (await client.get(f"/widget/{language}.json")).json()
    assert body["topics"] == [base.countries[code].about.names[language] for code in ("LT", "LV", "EE")]
    assert body["texts"]["widget-topics"] == translate(language, "which-place")


async def test_what_does_not_exist_is_said_in_the_language_of_the_texts(client: httpx.AsyncClient) -> None:
    response = await client.get("/widget/lt.json", params={"municipality": "atlantis"})
    assert (response.status_code, response.json()["code"]) == (422, "unknown_place")
    assert "savivaldyb" in response.json()["message"]
    assert (await client.get("/widget/fr.json")).status_code == 404


async def test_the_embedded_script_names_the_button_in_every_language_and_loads_nothing_else(client: httpx.AsyncClient) -> None:
    response = await client.get("/widget.js")
    boot = json.loads(response.text.split("const SVEIKI=", 1)[1].split("};", 1)[0] + "}")
    assert set(boot["texts"]) == set(LANGUAGES)
    chat = await client.get("/widget/chat.js", params={"v": boot["version"]})
    assert "immutable" in chat.headers["cache-control"]
    assert "immutable" not in (await client.get("/widget/chat.js", params={"v": "older"})).headers["cache-control"]
    again = await client.get("/widget.js", headers={"If-None-Match": response.headers["etag"]})
    assert again.status_code == 304
    assert response.headers["cross-origin-resource-policy"] == "cross-origin"


@pytest.mark.usefixtures("listed")
async def test_a_listed_website_may_talk_without_cookies(public: httpx.AsyncClient) -> None:
    asks = {"Origin": VILNIUS, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}
    allowed = await public.options("/api/v1/conversations/x/messages", headers=asks)
    assert allowed.status_code == 200
    assert allowed.headers["access-control-allow-origin"] == VILNIUS
    created = await public.post("/api/v1/conversations", json={"municipality": "vilnius"}, headers={"Origin": VILNIUS})
    assert (created.status_code, created.headers["access-control-allow-origin"]) == (201, VILNIUS)
    texts = await public.get("/widget/lt.json", params={"municipality": "vilnius"}, headers={"Origin": VILNIUS})
    assert (texts.status_code, texts.headers["access-control-allow-origin"]) == (200, VILNIUS)
    for response in (allowed, created, texts):
        assert "access-control-allow-credentials" not in response.headers
        assert "Origin" in response.headers["vary"]


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize("origin", ["https://evil.example", "http://www.vilnius.lt", "https://vilnius.lt", "http://127.0.0.1:8080", "null"])
async def test_nobody_else_may(public: httpx.AsyncClient, origin: str) -> None:
    asks = {"Origin": origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    assert (await public.options("/api/v1/conversations", headers=asks)).status_code == 400
    response = await public.get("/widget/lt.json", params={"municipality": "vilnius"}, headers={"Origin": origin})
    assert response.status_code == 403
    assert response.json()["code"] == "embedding_not_allowed"
    assert "access-control-allow-origin" not in response.headers


@pytest.mark.usefixtures("listed")
async def test_a_website_may_show_its_own_municipality_only(public: httpx.AsyncClient) -> None:
    response = await public.get("/widget/en.json", params={"municipality": "kaunas"}, headers={"Origin": VILNIUS})
    assert (response.status_code, response.json()["code"]) == (403, "embedding_not_allowed")


@pytest.mark.usefixtures("listed")
async def test_pages_of_ours_are_for_nobody_elses_scripts(public: httpx.AsyncClient) -> None:
    for path in ("/", "/e/", "/embed", "/healthz"):
        assert "access-control-allow-origin" not in (await public.get(path, headers={"Origin": VILNIUS})).headers


@pytest.mark.usefixtures("listed")
async def test_a_website_can_read_an_unexpected_error(public: httpx.AsyncClient, service, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(service, "create", broken)
    response = await public.post("/api/v1/conversations", headers={"Origin": VILNIUS})
    assert (response.status_code, response.json()["code"]) == (500, "internal")
    assert response.headers["access-control-allow-origin"] == VILNIUS


async def test_a_trial_on_this_machine_lets_the_examples_work(client: httpx.AsyncClient) -> None:
    for origin in ("http://127.0.0.1:8080", "http://localhost:3000", "http://[::1]:8080"):
        response = await client.get("/widget/lt.json", params={"municipality": "vilnius"}, headers={"Origin": origin})
        assert response.headers["access-control-allow-origin"] == origin
    assert (await client.get("/widget/lt.json", headers={"Origin": "https://evil.example"})).headers.get(
        "access-control-allow-origin"
    ) is None


@pytest.mark.parametrize(
    "wrong", ["*", "vilnius.lt", "http://vilnius.lt", "https://vilnius.lt/", "https://Vilnius.lt", "https://vilnius.lt:443"]
)
def test_an_origin_must_be_one(base: KnowledgeBase, wrong: str) -> None:
    known = base.countries["LT"].places["vilnius"].model_dump(mode="json")
    with pytest.raises(ValidationError, match=re.escape(VILNIUS)):
        Place.model_validate({**known, "origins": [wrong]})
    assert Place.model_validate({**known, "origins": [VILNIUS, "https://test.vilnius.lt:8443"]})


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_embed_page_offers_every_municipality(client: httpx.AsyncClient, base: KnowledgeBase, language: str) -> None:
    text = (await client.get("/embed", params={"lang": language})).text
    for knowledge in base.countries.values():
        for name in knowledge.places:
            assert f'<option value="{name}">' in text


def test_what_is_served_was_built_from_the_sources() -> None:
    names = ["build.js", "package-lock.json", "tsconfig.json", *(f"src/{path.name}" for path in (WIDGET / "src").iterdir())]
    digest = hashlib.sha256()
    for name in sorted(names):
        digest.update(name.encode() + b"\0" + (WIDGET / name).read_bytes() + b"\0")
    assert (WIDGET / "dist" / "inputs.sha256").read_text().strip() == digest.hexdigest(), "run make widget"


def test_building_again_gives_the_same_files(tmp_path: Path) -> None:
    if shutil.which("node") is None or not (WIDGET / "node_modules" / "esbuild").exists():
        warnings.warn("node or the widget's packages are missing: THE WIDGET'S BUILD WAS NOT REPEATED (npm ci in api/widget)", stacklevel=1)
        pytest.skip("no node")
    subprocess.run(["node", "build.js", str(tmp_path)], cwd=WIDGET, check=True)
    for built in tmp_path.iterdir():
        assert built.read_bytes() == (WIDGET / "dist" / built.name).read_bytes(), built.name


def test_the_lock_file_names_no_registry() -> None:
    assert "resolved" not in (WIDGET / "package-lock.json").read_text("utf-8")
