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
from selenium.webdriver.support.ui import WebDriverWait

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


def ask(browser: webdriver.Chrome, text: str, kind: str) -> str:
    """Type a question, press Enter, and wait for a reply of this kind; returns its text."""
    before = len(browser.find_elements(By.CSS_SELECTOR, f".message.{kind}"))
    field = browser.find_element(By.ID, "text")
    field.send_keys(text, Keys.ENTER)
    replies = WebDriverWait(browser, 20).until(lambda b: (found := b.find_elements(By.CSS_SELECTOR, f".message.{kind}"))[before:] and found)
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
    sveiki: Sveiki, browser: webdriver.Chrome, language: str, question: str, country: str
) -> None:
    browser.get(f"{sveiki.url}/?lang={language}")
    ask(browser, question, "clarify")
    button = next(b for b in browser.find_elements(By.CSS_SELECTOR, ".buttons button") if b.text == _country(browser, country))
    button.send_keys(Keys.ENTER)
    answer = WebDriverWait(browser, 20).until(lambda b: b.find_element(By.CSS_SELECTOR, ".message.answer"))
    assert "2026" in answer.find_element(By.CSS_SELECTOR, ".state").text
    sources = answer.find_elements(By.CSS_SELECTOR, ".sources a")
    assert sources and all(link.get_attribute("href").startswith("http") for link in sources)
    assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth")
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []


def _country(browser: webdriver.Chrome, country: str) -> str:
    return str(browser.find_element(By.CSS_SELECTOR, f"#country option[value={country}]").text)


def test_a_reload_brings_the_talk_back_and_deleting_empties_it(sveiki: Sveiki, browser: webdriver.Chrome) -> None:
    browser.get(f"{sveiki.url}/?lang=en")
    ask(browser, "hello", "smalltalk")
    browser.refresh()
    WebDriverWait(browser, 10).until(lambda b: len(b.find_elements(By.CSS_SELECTOR, ".message")) == 2)
    browser.find_element(By.ID, "delete").click()
    WebDriverWait(browser, 10).until(lambda b: not b.find_elements(By.CSS_SELECTOR, ".message"))
    browser.refresh()
    assert not browser.find_elements(By.CSS_SELECTOR, ".message")


def test_changing_the_language_keeps_the_talk(sveiki: Sveiki, browser: webdriver.Chrome) -> None:
    browser.get(f"{sveiki.url}/?lang=en")
    ask(browser, "hello", "smalltalk")
    browser.find_element(By.CSS_SELECTOR, "#language option[value=uk]").click()
    WebDriverWait(browser, 10).until(lambda b: b.find_element(By.TAG_NAME, "html").get_attribute("lang") == "uk")
    WebDriverWait(browser, 10).until(lambda b: len(b.find_elements(By.CSS_SELECTOR, ".message")) == 2)
    assert re.search("[а-яі]{4}", ask(browser, "who are you", "smalltalk"))


def test_an_answer_never_runs_as_html(sveiki: Sveiki, browser: webdriver.Chrome) -> None:
    browser.get(f"{sveiki.url}/?lang=en")
    ask(
        browser,
        "<img src=x onerror=\"document.title='broken'\"> hello <script>document.title='broken'</script>",
        "clarify, .message.abstain, .message.smalltalk",
    )
    assert browser.title != "broken"
    assert not browser.find_elements(By.CSS_SELECTOR, "#log img, #log script")
