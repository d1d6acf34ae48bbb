"""The demo page in a real browser, by keyboard, on a phone's screen."""

from __future__ import annotations

import re
import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.shadowroot import ShadowRoot
from selenium.webdriver.support.ui import WebDriverWait

from knowledge.model import KnowledgeBase
from tests.e2e.conftest import Sveiki

pytestmark = pytest.mark.e2e

ARGUMENTS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update "
    "--disable-sync --disable-dev-shm-usage --window-size=390,844"
).split()


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[webdriver.Chrome]:
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not chromium or not driver:
        warnings.warn("Chromium is not installed: THE PAGE TESTS WERE LEFT OUT (Debian: chromium, chromium-driver)", stacklevel=1)
        pytest.skip("no Chromium")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in (*ARGUMENTS, f"--user-data-dir={tmp_path / 'profile'}"):
        options.add_argument(argument)
    opened = webdriver.Chrome(options, webdriver.ChromeService(driver))
    opened.set_page_load_timeout(30)
    yield opened
    opened.quit()


def inside(browser: webdriver.Chrome) -> ShadowRoot:
    """The chat on the page, once it is there."""
    root = WebDriverWait(browser, 20).until(lambda b: b.find_element(By.CSS_SELECTOR, "#chat sveiki-chat")).shadow_root
    WebDriverWait(browser, 20).until(lambda _: root.find_elements(By.ID, "sveiki-text"))
    return root


def ask(browser: webdriver.Chrome, text: str, kind: str) -> str:
    """Type a question, press Enter, and wait for a reply of this kind; returns its text."""
    root = inside(browser)
    before = len(root.find_elements(By.CSS_SELECTOR, f".message.{kind}"))
    root.find_element(By.ID, "sveiki-text").send_keys(text, Keys.ENTER)
    replies = WebDriverWait(browser, 20).until(
        lambda _: (found := root.find_elements(By.CSS_SELECTOR, f".message.{kind}"))[before:] and found
    )
    return str(replies[-1].text)


@pytest.mark.parametrize(
    ("language", "question", "country"),
    [
        ("lt", "Kaip užsiregistruoti pas šeimos gydytoją?", "LT"),
        ("lv", "Kā pieteikties pie ģimenes ārsta?", "LV"),
        ("et", "Kuidas perearsti nimistusse saada?", "EE"),
        ("uk", "Як записатися до сімейного лікаря?", "LT"),
        ("ru", "Как записаться к семейному врачу?", "LV"),
        ("en", "How do I register with a family doctor?", "EE"),
    ],
)
def test_a_question_is_answered_by_keyboard_with_sources_and_date(
    sveiki: Sveiki, browser: webdriver.Chrome, base: KnowledgeBase, language: str, question: str, country: str
) -> None:
    browser.get(f"{sveiki.url}/?lang={language}")
    ask(browser, question, "clarify")
    root, name = inside(browser), base.countries[country].about.names[language]
    button = next(b for b in root.find_elements(By.CSS_SELECTOR, ".choices button") if b.text == name)
    button.send_keys(Keys.ENTER)
    answer = WebDriverWait(browser, 20).until(lambda _: root.find_elements(By.CSS_SELECTOR, ".message.answer"))[0]
    assert "2026" in answer.find_element(By.CSS_SELECTOR, ".state").text
    sources = answer.find_elements(By.CSS_SELECTOR, ".sources a")
    assert sources and all(link.get_attribute("href").startswith("http") for link in sources)
    assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth")
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []


def test_a_reload_brings_the_talk_back_and_deleting_empties_it(sveiki: Sveiki, browser: webdriver.Chrome) -> None:
    browser.get(f"{sveiki.url}/?lang=en")
    ask(browser, "hello", "smalltalk")
    browser.refresh()
    root = inside(browser)
    WebDriverWait(browser, 10).until(lambda _: len(root.find_elements(By.CSS_SELECTOR, ".message")) == 2)
    root.find_element(By.CSS_SELECTOR, "[aria-controls=sveiki-menu]").click()
    next(b for b in root.find_elements(By.CSS_SELECTOR, ".menu button") if b.text == "Delete this conversation").click()
    root.find_element(By.CSS_SELECTOR, ".question .danger").click()
    WebDriverWait(browser, 10).until(lambda _: not root.find_elements(By.CSS_SELECTOR, ".message"))
    browser.refresh()
    assert not inside(browser).find_elements(By.CSS_SELECTOR, ".message")


def test_changing_the_language_keeps_the_talk(sveiki: Sveiki, browser: webdriver.Chrome) -> None:
    browser.get(f"{sveiki.url}/?lang=en")
    ask(browser, "hello", "smalltalk")
    root = inside(browser)
    root.find_element(By.CSS_SELECTOR, "select option[value=uk]").click()
    WebDriverWait(browser, 10).until(lambda _: root.find_elements(By.CSS_SELECTOR, ".panel[lang=uk]"))
    assert len(root.find_elements(By.CSS_SELECTOR, ".message")) == 2
    assert re.search("[а-яі]{4}", ask(browser, "who are you", "smalltalk"))


def test_an_answer_never_runs_as_html(sveiki: Sveiki, browser: webdriver.Chrome) -> None:
    browser.get(f"{sveiki.url}/?lang=en")
    ask(
        browser,
        "<img src=x onerror=\"document.title='broken'\"> hello <script>document.title='broken'</script>",
        "clarify, .message.abstain, .message.smalltalk",
    )
    assert browser.title != "broken"
    assert not inside(browser).find_elements(By.CSS_SELECTOR, "img, script")
