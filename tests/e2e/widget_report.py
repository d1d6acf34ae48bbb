"""Measures the widget in Chromium against the real processes, and prints the README's table: ``make widget-report``."""

from __future__ import annotations

import gzip
import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from api.settings import ROOT
from knowledge.languages import LANGUAGES
from tests.e2e.conftest import Sveiki
from tests.e2e.test_chat_page import ARGUMENTS
from tests.e2e.test_widget import QUESTIONS, RULES, Chat, HostSite

_VISITS = 15
_SHIFT = (
    "window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach(entry => (shift += entry.value)))"
    ".observe({type: 'layout-shift', buffered: true})"
)


def sizes(url: str) -> dict[str, int]:
    """Bytes, gzipped, of all that one language needs."""
    common = sum(len(gzip.compress(httpx.get(url + path).content, 9)) for path in ("/widget.js", "/widget/chat.js"))
    return {x: common + len(gzip.compress(httpx.get(f"{url}/widget/{x}.json?municipality=vilnius").content, 9)) for x in LANGUAGES}


def main_thread(browser: Browser, address: str) -> float:
    """Milliseconds of the main thread's own time for script, style and layout until the page has come to rest."""
    context = browser.new_context()
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(address, wait_until="networkidle")
    metrics = {metric["name"]: metric["value"] for metric in session.send("Performance.getMetrics")["metrics"]}
    context.close()
    return 1000 * sum(float(metrics[name]) for name in ("ScriptDuration", "RecalcStyleDuration", "LayoutDuration"))


def before_opening(browser: Browser, address: str) -> tuple[set[str], float]:
    """What is loaded, and how far the page shifts."""
    page = browser.new_page()
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(urlsplit(request.url).path))
    page.add_init_script(_SHIFT)
    page.goto(address, wait_until="networkidle")
    shift = float(page.evaluate("shift"))
    page.close()
    return asked, shift


def findings(browser: Browser, site: HostSite) -> tuple[int, int]:
    """Findings of axe, and the number of states looked at: closed, open and with an answer, per language, light and dark, three sizes."""

    def look(page: Page) -> int:
        return len(Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}}).response["violations"])

    found = []
    for width, height in ((1280, 800), (640, 400), (320, 640)):
        for scheme in ("light", "dark"):
            for language, (municipality, question) in QUESTIONS.items():
                context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)  # type: ignore[arg-type]
                chat = Chat(context.new_page())
                chat.page.goto(site.page(language=language, municipality=municipality))
                expect(chat.launcher).to_be_visible()
                found.append(look(chat.page))
                chat.launcher.click()
                expect(chat.input).to_be_visible()
                found.append(look(chat.page))
                chat.ask(question, "answer")
                found.append(look(chat.page))
                context.close()
    return sum(found), len(found)


def report(sveiki: Sveiki, browser: Browser) -> None:
    """Print the table."""
    site = HostSite(sveiki)
    with_widget = site.page("/with", municipality="vilnius")
    site.pages["/without"] = site.pages["/with"].replace("<script", "<template").replace("</script>", "</template>")
    largest = max(sizes(sveiki.url).items(), key=lambda item: item[1])
    asked, shift = before_opening(browser, with_widget)
    times = {path: statistics.median(main_thread(browser, site.origin + path) for _ in range(_VISITS)) for path in ("/with", "/without")}
    count, states = findings(browser, site)
    site.close()
    print("| what | measured | goal |\n|---|---|---|")
    print(f"| script, styles and texts, gzipped (largest language: {largest[0]}) | {largest[1] / 1000:.1f} kB | 18 kB |")
    print(f"| loaded before opening | {', '.join(sorted(asked - {'/with'}))} | one script |")
    print(f"| layout shift | {shift:g} | 0 |")
    print(f"| script, style and layout before opening | {times['/with'] - times['/without']:.1f} ms | 10 ms |")
    print(f"| findings of axe (WCAG 2.2 AA) in {states} states | {count} | 0 |")


def run() -> int:
    """Start the processes and Chromium; 1 where there is no Chromium."""
    chromium = shutil.which("chromium")
    if chromium is None:
        print("Chromium is not installed (Debian: chromium)", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        for name in ("encoder", "vectors", "models"):
            (Path(folder) / name).symlink_to(ROOT / "var" / name)
        sveiki = Sveiki(Path(folder))
        shutil.copytree(ROOT / "knowledge" / "content", sveiki.content)
        sveiki.start()
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium, args=[x for x in ARGUMENTS if "window-size" not in x])
                report(sveiki, browser)
                browser.close()
        finally:
            sveiki.stop()
    return 0


if __name__ == "__main__":
    sys.exit(run())
