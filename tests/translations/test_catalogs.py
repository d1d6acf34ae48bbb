from __future__ import annotations

import re
from pathlib import Path

import yaml

from api.settings import ROOT
from knowledge.languages import LANGUAGES
from translations.catalog import translate
from translations.check import check

#: What texts have placeholders for; that the languages agree on them is checked below.
PLACEHOLDERS = {
    name for path in (ROOT / "translations").glob("*/LC_MESSAGES/*.po") for name in re.findall(r"\{(\w+)\}", path.read_text("utf-8"))
}


def test_the_catalogs_are_complete_and_agree() -> None:
    assert check() == []


def test_every_key_that_the_code_names_exists() -> None:
    keys = set()
    for path in [*(ROOT / "actions").glob("*.py"), *(ROOT / "api").glob("*.py"), *(ROOT / "api/templates").glob("*.html")]:
        source = path.read_text("utf-8")
        keys |= set(re.findall(r"""translate\([\w.]+, "([a-z-]+)\"""", source))
        keys |= set(re.findall(r"""\bsay\("\w+", [\w.]+, "([a-z-]+)\"""", source))
        keys |= set(re.findall(r"""\bt\(["']([a-z-]+)["']""", source))
        keys |= {f"error-{code}" for code in re.findall(r"""HTTPStatus\.\w+, "([a-z_]+)\"""", source)}
    domain = yaml.safe_load(Path(ROOT / "bot/domain.yml").read_text("utf-8"))
    for responses in domain["responses"].values():
        keys |= {response["text"] for response in responses}
        keys |= {button["title"] for response in responses for button in response.get("buttons", [])}
    keys -= {"theme-", "notice-"}
    assert len(keys) > 50
    for language in LANGUAGES:
        for key in keys:
            assert translate(language, key, **dict.fromkeys(PLACEHOLDERS, "x"))


def test_the_languages_differ() -> None:
    for key in ("greet", "abstain", "crisis-112"):
        assert len({translate(language, key) for language in LANGUAGES}) == len(LANGUAGES)
