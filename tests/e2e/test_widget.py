"""The widget in a real browser, on pages of another origin, against the real processes."""

from __future__ import annotations

import json
import re
import shutil
import threading
import warnings
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect, sync_playwright

from tests.e2e.conftest import Sveiki
from tests.e2e.test_chat_page import ARGUMENTS

pytestmark = pytest.mark.e2e

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
QUESTIONS = {
    "lt": ("vilnius", "Kaip užsiregistruoti pas šeimos gydytoją?"),
    "lv": ("riga", "Kā pieteikties pie ģimenes ārsta?"),
    "et": ("tartu", "Kuidas perearsti nimistusse saada?"),
    "uk": ("vilnius", "Як записатися до сімейного лікаря?"),
    "ru": ("riga", "Как записаться к семейному врачу?"),
    "en": ("tartu", "How do I register with a family doctor?"),
}
HOSTILE = """
html { font-size: 5px; } * { color: red !important; letter-spacing: 9px !important; text-transform: uppercase !important; }
html > *:not(head):not(body), body > * { display: none !important; transform: rotate(9deg) !important; opacity: .1 !important; }
button, select, textarea, div, dialog, section, sveiki-chat { all: unset !important; font: 3px fantasy !important; }
:root { --ink: red; --paper: red; --card: red; --sveiki-brand: red; }
"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    found = shutil.which("chromium")
    if not found:
        warnings.warn("Chromium is not installed: THE WIDGET'S TESTS WERE LEFT OUT (Debian: chromium)", stacklevel=1)
        pytest.skip("no Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found, args=[argument for argument in ARGUMENTS if "window-size" not in argument]
        )
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    opened = chromium.new_context(viewport={"width": 1280, "height": 800})
    opened.set_default_timeout(20_000)
    yield opened
    opened.close()


class HostSite:
    """A municipality's website: an origin of its own, with pages as a test wants them."""

    def __init__(self, sveiki: Sveiki) -> None:
        self.pages: dict[str, str] = {}
        self.policy = f"default-src 'none'; script-src {sveiki.url}; connect-src {sveiki.url}; img-src {sveiki.url}"
        self._widget = f"{sveiki.url}/widget.js"
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = site.pages.get(urlsplit(self.path).path)
                self.send_response(200 if body else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8" if body else "text/plain")
                if body and "<style" not in body and "<script>" not in body:
                    self.send_header("Content-Security-Policy", site.policy)
                self.end_headers()
                self.wfile.write((body or "").encode())

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def page(self, path: str = "/", language: str = "en", head: str = "", **options: str) -> str:
        """The address of a page that embeds the widget with these options."""
        attributes = " ".join(f'data-{name}="{value}"' for name, value in options.items())
        self.pages[path] = (
            f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>Town</title>'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">{head}</head><body><main><h1>Town</h1><p id="text">Words'
            f'</p></main><script src="{self._widget}" {attributes} async></script></body></html>'
        )
        return self.origin + path

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def site(sveiki: Sveiki) -> Iterator[HostSite]:
    opened = HostSite(sveiki)
    yield opened
    opened.close()


class Chat:
    """The widget on a page, as a person uses it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.launcher = page.locator("sveiki-chat .launcher")
        self.input = page.locator("#sveiki-text")
        self.messages = page.locator(".message")
        self.errors: list[str] = []
        page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def open(self, address: str) -> Chat:
        self.page.goto(address)
        self.launcher.click()
        expect(self.input).to_be_visible()
        return self

    def say(self, text: str) -> None:
        self.input.fill(text)
        self.input.press("Enter")

    def ask(self, text: str, kind: str) -> Locator:
        """Type a question, and wait for the reply."""
        replies = self.page.locator(f".message.{kind}")
        before = replies.count()
        self.say(text)
        expect(replies).to_have_count(before + 1)
        return replies.last

    def menu(self, name: str) -> None:
        self.page.locator("[aria-controls=sveiki-menu]").click()
        self.page.locator("#sveiki-menu").get_by_text(name).click()

    @property
    def texts(self) -> list[str]:
        return [re.sub(r"^(You|Sveiki): ", "", text) for text in self.page.locator(".message.user").all_text_contents()]


@pytest.fixture
def chat(context: BrowserContext) -> Chat:
    return Chat(context.new_page())


def assert_accessible(page: Page) -> None:
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}}).response["violations"]
    assert [(finding["id"], [node["target"] for node in finding["nodes"]]) for finding in found] == []


def stub(page: Page, **fields: Any) -> None:
    """From now on the API answers every message with these fields, which the test is about."""
    reply = {"id": 10_000_000, "role": "bot", "kind": "answer", "language": "en", "text_language": "en", "text": "Words.", **fields}

    def fulfil(route: Route) -> None:
        if route.request.method == "POST":
            route.fulfill(json={"messages": [reply]}, headers={"Access-Control-Allow-Origin": "*"})
        else:
            route.fallback()

    page.route(re.compile(r"/conversations/[^/]+/messages"), fulfil)


@pytest.mark.parametrize("language", QUESTIONS)
def test_a_conversation_by_keyboard_on_a_page_with_a_strict_policy(chat: Chat, site: HostSite, sveiki: Sveiki, language: str) -> None:
    page, (municipality, question) = chat.page, QUESTIONS[language]
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(site.page(language=language, municipality=municipality))
    expect(chat.launcher).to_be_visible()
    assert_accessible(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(chat.input).to_be_focused()
    assert_accessible(page)
    page.keyboard.type(question)
    page.keyboard.press("Enter")
    answer = page.locator(".message.answer")
    expect(answer).to_be_visible()
    assert answer.get_attribute("lang") == language
    assert "2026" in answer.locator(".state").text_content()
    assert answer.locator(".sources a").count() > 0
    assert all(rel == "noopener noreferrer" for rel in answer.locator("a[target]").evaluate_all("links => links.map(link => link.rel)"))
    assert page.locator(f".panel[lang={language}]").count() == 1
    page.locator(".message.answer details").evaluate_all("all => all.forEach(details => (details.open = true))")
    assert_accessible(page)
    page.keyboard.press("Escape")
    expect(chat.launcher).to_be_focused()
    assert chat.errors == []
    assert {f"{part.scheme}://{part.netloc}" for part in map(urlsplit, asked) if part.scheme != "data"} == {sveiki.url, site.origin}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(320, 640), (390, 844), (640, 400)], ids=["320 px", "phone", "200 % zoom"])
def test_every_state_is_accessible(chromium: Browser, site: HostSite, size: tuple[int, int], scheme: Any) -> None:
    context = chromium.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
    chat = Chat(context.new_page())
    page = chat.page
    chat.open(site.page(municipality="vilnius"))
    assert_accessible(page)
    chat.ask("How do I register with a family doctor?", "answer").locator("summary").first.click()
    assert_accessible(page)
    chat.menu("Larger text")
    assert_accessible(page)
    page.keyboard.press("Escape")
    chat.ask("my husband beats me", "crisis")
    assert_accessible(page)
    chat.say("...")
    expect(page.locator(".trouble")).to_be_visible()
    assert_accessible(page)
    chat.menu("Delete this conversation")
    assert_accessible(page)
    page.get_by_text("No, keep it").click()
    page.route("**/api/v1/**", lambda route: None)
    chat.say("hello")
    expect(page.locator(".typing")).to_contain_text("Looking for the answer")
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    small = page.locator(".panel button:visible, .panel select:visible, .panel summary:visible").evaluate_all(
        "all => all.filter(one => one.getBoundingClientRect().height < 43.9).map(one => one.textContent)"
    )
    assert small == []
    context.close()


def test_nothing_but_a_small_script_is_loaded_before_opening(chat: Chat, site: HostSite, sveiki: Sveiki) -> None:
    page = chat.page
    sizes: dict[str, int] = {}
    page.on("response", lambda response: sizes.update({urlsplit(response.url).path: response.request.sizes()["responseBodySize"]}))
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach(entry => (shift += entry.value)))"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    page.goto(site.page(language="uk", municipality="vilnius"))
    expect(chat.launcher).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert set(sizes) == {"/", "/widget.js"}
    assert page.evaluate("shift") == 0
    chat.launcher.click()
    expect(chat.input).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert set(sizes) == {"/", "/widget.js", "/widget/chat.js", "/widget/uk.json"}
    assert sum(size for path, size in sizes.items() if path != "/") <= 18_000


def test_the_styles_of_the_host_page_do_not_reach_the_widget(chromium: Browser, site: HostSite) -> None:
    seen = []
    for head in ("<style></style>", f"<style>{HOSTILE}</style>"):
        context = chromium.new_context(viewport={"width": 1000, "height": 800}, reduced_motion="reduce")
        page = context.new_page()
        page.goto(site.page(head=head, municipality="vilnius"))
        launcher = page.locator("sveiki-chat .launcher")
        expect(launcher).to_be_visible()
        closed = launcher.bounding_box()
        launcher.click()
        expect(page.locator("#sveiki-text")).to_be_visible()
        page.locator(".log").focus()
        seen.append(
            (
                closed,
                page.locator(".panel .log").screenshot(),
                page.locator(".panel form").screenshot(),
                page.locator("header").screenshot(),
            )
        )
        context.close()
    assert seen[0] == seen[1]


def test_the_talk_goes_on_after_reload_on_another_page_and_in_a_second_tab(chat: Chat, site: HostSite, context: BrowserContext) -> None:
    first, second = site.page("/one"), site.page("/two")
    chat.open(first).ask("hello", "smalltalk")
    chat.page.reload()
    expect(chat.messages).to_have_count(2)
    chat.page.goto(second)
    expect(chat.messages).to_have_count(2)
    other = Chat(context.new_page()).open(first)
    expect(other.messages).to_have_count(2)
    other.ask("thank you", "smalltalk")
    expect(chat.messages).to_have_count(4)
    chat.ask("who are you", "smalltalk")
    expect(other.messages).to_have_count(6)
    assert chat.texts == other.texts == ["hello", "thank you", "who are you"]


def test_what_is_written_without_a_connection_waits_and_is_sent_once(chat: Chat, site: HostSite, context: BrowserContext) -> None:
    chat.open(site.page()).ask("hello", "smalltalk")
    other = Chat(context.new_page()).open(site.page())
    expect(other.messages).to_have_count(2)
    context.set_offline(True)
    chat.say("thank you")
    chat.say("goodbye")
    expect(chat.page.locator(".pending-note")).to_have_count(2)
    expect(chat.page.locator(".offline")).to_be_visible()
    assert_accessible(chat.page)
    context.set_offline(False)
    for tab in (chat, other):
        expect(tab.page.locator(".pending")).to_have_count(0)
        expect(tab.messages).to_have_count(6)
        assert tab.texts == ["hello", "thank you", "goodbye"]
    chat.page.reload()
    expect(chat.messages).to_have_count(6)
    assert chat.texts == ["hello", "thank you", "goodbye"]


def test_what_waits_survives_closing_the_tab(chat: Chat, site: HostSite, context: BrowserContext) -> None:
    chat.open(site.page()).ask("hello", "smalltalk")
    context.route("**/api/v1/**", lambda route: route.abort())
    chat.say("thank you")
    expect(chat.page.locator(".pending-note")).to_be_visible()
    chat.page.close()
    context.unroute("**/api/v1/**")
    again = Chat(context.new_page()).open(site.page())
    expect(again.messages).to_have_count(4)
    assert again.texts == ["hello", "thank you"]


def test_a_lost_answer_is_not_asked_for_twice(chat: Chat, site: HostSite) -> None:
    chat.open(site.page())
    lost: list[str] = []

    def lose(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().text())
            route.abort()
        else:
            route.fallback()

    chat.page.route(re.compile("/messages"), lose)
    chat.ask("hello", "smalltalk")
    assert lost
    chat.page.reload()
    expect(chat.messages).to_have_count(2)


def test_a_restart_of_the_server_loses_nothing(chat: Chat, site: HostSite, sveiki: Sveiki) -> None:
    chat.open(site.page()).ask("hello", "smalltalk")
    sveiki.kill("sveiki serve")
    chat.say("thank you")
    expect(chat.page.locator(".pending-note")).to_be_visible()
    sveiki.wait(lambda: sveiki.ready() == "ready", 120)
    expect(chat.page.locator(".message.bot")).to_have_count(2, timeout=40_000)
    chat.page.reload()
    expect(chat.messages).to_have_count(4)
    assert chat.texts == ["hello", "thank you"]


def test_a_conversation_that_the_server_has_forgotten_begins_anew_and_says_so(chat: Chat, site: HostSite, sveiki: Sveiki) -> None:
    chat.open(site.page()).ask("hello", "smalltalk")
    chat.page.evaluate(
        """async url => {
            const {id, token} = JSON.parse(localStorage[`sveiki ${url} `]);
            await fetch(`${url}/api/v1/conversations/${id}`, {method: "DELETE", headers: {Authorization: `Bearer ${token}`}});
        }""",
        sveiki.url,
    )
    chat.ask("thank you", "smalltalk")
    expect(chat.page.get_by_text("so this is a new one")).to_be_visible()
    chat.page.reload()
    expect(chat.messages).to_have_count(2)


def test_an_error_says_what_to_do_and_trying_again_helps(chat: Chat, site: HostSite) -> None:
    chat.open(site.page())
    error = {"code": "storage_unavailable", "message": "Conversations cannot be stored right now.", "data": {}}
    failing = re.compile("/messages")
    chat.page.route(failing, lambda route: route.fulfill(status=503, json=error, headers={"Access-Control-Allow-Origin": "*"}))
    chat.say("hello")
    trouble = chat.page.locator(".trouble")
    expect(trouble).to_contain_text("cannot be stored right now")
    expect(chat.page.locator("[role=alert]")).to_contain_text("cannot be stored right now")
    chat.page.unroute(failing)
    trouble.get_by_role("button", name="Try again").click()
    expect(chat.page.locator(".message.smalltalk")).to_have_count(1)
    expect(trouble).to_have_count(0)
    assert chat.texts == ["hello"]


def test_an_answer_is_read_out_once(chat: Chat, site: HostSite) -> None:
    chat.open(site.page(municipality="vilnius"))
    chat.page.evaluate(
        """() => {
            window.said = [];
            const root = document.querySelector("sveiki-chat").shadowRoot;
            for (const region of root.querySelectorAll("[aria-live=polite], [role=alert]"))
                new MutationObserver(() => region.textContent && said.push(region.textContent)).observe(region, {childList: true});
        }"""
    )
    answer = chat.ask("How do I register with a family doctor?", "answer")
    beginning = answer.locator("p").first.text_content() or ""
    assert [text for text in chat.page.evaluate("said") if beginning[:60] in text] == chat.page.evaluate("said")[-1:]
    assert chat.page.locator(".log").get_attribute("aria-live") == "off"
    chat.ask("my husband beats me", "crisis")
    expect(chat.page.locator("[role=alert]")).to_contain_text("112")


def test_changing_the_language_keeps_the_talk_and_the_focus(chat: Chat, site: HostSite) -> None:
    chat.open(site.page(municipality="vilnius")).ask("hello", "smalltalk")
    languages = chat.page.locator("select")
    languages.focus()
    languages.select_option("uk")
    expect(chat.page.locator(".panel[lang=uk]")).to_be_visible()
    expect(languages).to_be_focused()
    expect(chat.messages).to_have_count(2)
    assert re.search("[а-яі]{4}", chat.ask("thank you", "smalltalk").text_content() or "")
    chat.page.reload()
    expect(chat.page.locator(".panel[lang=uk]")).to_be_visible()


def test_the_municipality_decides_which_languages_are_offered_and_the_state_language_always_is(chat: Chat, site: HostSite) -> None:
    chat.open(site.page(municipality="vilnius", languages="uk en", language="ru"))
    assert chat.page.locator("select option").evaluate_all("all => all.map(one => one.value)") == ["lt", "uk", "en"]


def test_deleting_asks_first_and_then_nothing_is_left(chat: Chat, site: HostSite, sveiki: Sveiki) -> None:
    chat.open(site.page()).ask("hello", "smalltalk")
    stored = json.loads(chat.page.evaluate("url => localStorage[`sveiki ${url} `]", sveiki.url))
    chat.menu("Delete this conversation")
    expect(chat.page.get_by_text("No, keep it")).to_be_focused()
    chat.page.get_by_text("Yes, delete it").click()
    expect(chat.messages).to_have_count(0)
    path = f"{sveiki.url}/api/v1/conversations/{stored['id']}/messages"
    assert chat.page.request.get(path, headers={"Authorization": f"Bearer {stored['token']}"}).status == 404
    chat.page.reload()
    expect(chat.input).to_be_visible()
    expect(chat.messages).to_have_count(0)


def test_the_script_interface(chat: Chat, site: HostSite) -> None:
    page = chat.page
    page.goto(site.page(municipality="vilnius"))
    expect(chat.launcher).to_be_visible()
    page.evaluate(
        "window.events = []; for (const name of ['open', 'close', 'message', 'language']) Sveiki.on(name, e => events.push(e.type)); null"
    )
    page.evaluate("Sveiki.ask('hello')")
    expect(page.locator(".message.smalltalk")).to_have_count(1)
    page.evaluate("Sveiki.setLanguage('lt')")
    expect(page.locator(".panel[lang=lt]")).to_be_visible()
    page.evaluate("Sveiki.close()")
    expect(chat.launcher).to_be_visible()
    assert page.evaluate("events") == ["sveiki-open", "sveiki-message", "sveiki-language", "sveiki-close"]
    assert chat.launcher.text_content() == "Klauskite „Sveiki“" or chat.launcher.locator("span").get_attribute("lang") == "lt"


def test_the_options_of_the_embedding_page(chat: Chat, site: HostSite) -> None:
    page = chat.page
    chat.open(site.page(municipality="vilnius", color="#ffd000", position="left", greeting="Labas!", topics="kindergarten bank-account"))
    expect(page.locator(".greeting")).to_have_text("Labas!")
    assert page.locator(".topics button").all_text_contents() == ["Getting a kindergarten place", "Bank account"]
    assert page.locator("header").evaluate("node => getComputedStyle(node).color") == "rgb(0, 0, 0)"
    assert (page.locator(".panel").bounding_box() or {})["x"] < 100
    assert_accessible(page)
    page.locator(".topics button").first.click()
    expect(page.locator(".message.answer")).to_be_visible()


def test_the_whole_chat_in_a_place_of_the_page(chat: Chat, site: HostSite) -> None:
    chat.page.goto(site.page(municipality="vilnius", inline="main"))
    expect(chat.input).to_be_visible()
    assert chat.page.locator("main sveiki-chat").count() == 1 and chat.launcher.count() == 0
    chat.ask("How do I register with a family doctor?", "answer")
    assert_accessible(chat.page)


def test_nothing_in_a_message_runs_as_html(chat: Chat, site: HostSite) -> None:
    bad = "<img src=x onerror=\"document.title='broken'\"> <script>document.title='broken'</script>"
    chat.open(site.page())
    stub(
        chat.page,
        text=f"{bad} [a](javascript:document.title='broken') **{bad}** [b](data:text/html,x) [c](https://example.org) [d](tel:112)",
        title=bad,
        sections=[{"name": "steps", "title": bad, "text": bad}],
        sources=[{"title": bad, "url": "javascript:document.title='broken'", "checked_on": "2026-11-21", "official": True}],
        checked_on="2026-11-21",
        buttons=[{"title": bad, "payload": "/x"}],
    )
    answer = chat.ask(bad, "answer")
    assert chat.page.title() == "Town"
    assert chat.page.locator(".panel img, .panel script").count() == 0
    assert answer.locator("a").evaluate_all("links => links.map(link => link.getAttribute('href'))") == ["https://example.org", "tel:112"]


def test_the_clerks_page_feedback_and_what_can_be_done_with_an_answer(chat: Chat, site: HostSite) -> None:
    page = chat.page
    voice = "{lang: 'en-GB', name: 'x', localService: true}"
    page.add_init_script(
        f"window.spoken = []; speechSynthesis.getVoices = () => [{voice}]; speechSynthesis.speak = said => spoken.push(said.text);"
        "window.SpeechSynthesisUtterance = function (text) { this.text = text; };"
        "window.print = () => { window.printed = document.querySelector('sveiki-print').shadowRoot.textContent;"
        "dispatchEvent(new Event('afterprint')); };"
    )
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    clerk = {"language": "lt", "title": "Prisirašymas", "text": "Noriu prisirašyti.", "sections": []}
    chat.open(site.page(municipality="vilnius"))
    stub(
        page,
        title="Registering",
        text="See [the page](https://example.org).",
        entry="lt/family-doctor",
        clerk=clerk,
        feedback=[{"title": "Helpful", "payload": "/feedback_good"}, {"title": "Not helpful", "payload": "/feedback_bad"}],
    )
    answer = chat.ask("hello", "answer")
    expect(answer.locator("h3")).to_have_text("Registering")
    answer.get_by_role("button", name="Show to the clerk").click()
    expect(page.locator(".clerk [lang=lt]")).to_contain_text("Noriu prisirašyti.")
    expect(page.locator(".clerk button")).to_be_focused()
    assert_accessible(page)
    page.keyboard.press("Escape")
    expect(answer.get_by_role("button", name="Show to the clerk")).to_be_focused()
    answer.get_by_role("button", name="Copy").click()
    expect(answer.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "Registering\n\nSee the page (https://example.org)."
    answer.get_by_role("button", name="Read aloud").click()
    expect(answer.get_by_role("button", name="Stop reading")).to_be_visible()
    assert "".join(page.evaluate("spoken")) == "RegisteringSee the page."
    answer.get_by_role("button", name="Print").click()
    assert "See the page" in page.evaluate("printed") and "Copy" not in page.evaluate("printed")
    with page.expect_request(lambda request: request.method == "POST") as sent:
        answer.get_by_role("button", name="Helpful", exact=True).click()
    assert sent.value.post_data_json["payload"] == "/feedback_good"


@pytest.mark.parametrize("kind", ["private", "crisis"])
def test_the_quick_exit_leaves_nothing_behind(chat: Chat, site: HostSite, kind: str) -> None:
    page = chat.page
    page.context.route("https://neutral.example/", lambda route: route.fulfill(body="weather", content_type="text/html"))
    page.goto(site.page("/before"))
    chat.open(site.page(exit="https://neutral.example/"))
    if kind == "private":
        stub(page, private=True, text="Quiet words.")
        chat.ask("hello", "answer")
    else:
        chat.ask("my husband beats me", "crisis")
    page.get_by_role("button", name="Leave this page quickly").click()
    page.wait_for_url("https://neutral.example/")
    page.go_back()
    assert page.url.endswith("/before")
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_a_coordinators_reply_comes_unasked_while_the_chat_is_open(chat: Chat, site: HostSite) -> None:
    message = {"id": 20_000_000, "role": "bot", "kind": "human", "text": "Come on Tuesday.", "text_language": "en", "language": "en"}
    event = f"id: 20000000\r\nevent: message\r\ndata: {json.dumps(message)}\r\n\r\n"
    headers = {"Access-Control-Allow-Origin": "*", "Content-Type": "text/event-stream"}
    chat.page.route(re.compile("/events$"), lambda route: route.fulfill(body=event, headers=headers))
    chat.open(site.page()).say("hello")
    human = chat.page.locator(".message.human")
    expect(human).to_contain_text("Come on Tuesday.")
    expect(human).to_contain_text("Coordinator")
    expect(human).to_have_count(1)


def test_the_text_can_be_made_larger_and_stays_so(chat: Chat, site: HostSite) -> None:
    chat.open(site.page())

    def size() -> float:
        return float(chat.page.locator(".welcome p").first.evaluate("node => parseFloat(getComputedStyle(node).fontSize)"))

    before = size()
    chat.menu("Larger text")
    assert size() > before * 1.1
    chat.page.reload()
    expect(chat.input).to_be_visible()
    assert size() > before * 1.1


def test_without_constructable_stylesheets_the_styles_come_from_our_origin(chat: Chat, site: HostSite) -> None:
    chat.page.add_init_script("delete window.CSSStyleSheet")
    chat.page.goto(site.page(head="<style></style>"))
    chat.launcher.click()
    expect(chat.input).to_be_visible()
    expect(chat.page.locator(".panel")).to_have_css("position", "fixed")


def test_when_sveiki_is_away_the_button_says_so_and_works_later(chat: Chat, site: HostSite) -> None:
    chat.page.goto(site.page())
    expect(chat.launcher).to_be_visible()
    chat.page.route("**/widget/*.json*", lambda route: route.abort())
    chat.launcher.click()
    expect(chat.page.locator(".unavailable")).to_contain_text("cannot be reached right now")
    assert_accessible(chat.page)
    chat.page.unroute("**/widget/*.json*")
    chat.page.get_by_role("button", name="Try again").click()
    expect(chat.input).to_be_visible()


def test_the_embed_page_builds_the_snippet_with_a_live_preview(chat: Chat, sveiki: Sveiki) -> None:
    page = chat.page
    page.goto(f"{sveiki.url}/embed?lang=en")
    expect(chat.launcher).to_be_visible()
    assert_accessible(page)
    page.locator("[name=municipality]").select_option("daugavpils")
    page.locator("[name=language]").select_option("lv")
    page.locator("[name=greeting]").fill('Labdien & "sveiki"')
    attributes = 'data-municipality="daugavpils" data-language="lv" data-greeting="Labdien &#38; &#34;sveiki&#34;"'
    snippet = f'<script src="{sveiki.url}/widget.js" {attributes} async></script>'
    expect(page.locator("#snippet")).to_have_value(snippet)
    chat.launcher.click()
    expect(page.locator(".greeting")).to_have_text('Labdien & "sveiki"')
    page.keyboard.press("Escape")
    page.locator("[name=position]").select_option("inline")
    expect(page.locator("#preview .panel")).to_be_visible()
    assert_accessible(page)
    assert chat.errors == []
