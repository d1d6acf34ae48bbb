"""The state of a translation, over every sequence of edits that people can make."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from knowledge.loader import read
from knowledge.model import Entry
from knowledge.parsing import Reader
from knowledge.translation import mark_minor, mark_translated

CONTENT = Path(__file__).parent.parent.parent / "knowledge" / "content"
TRANSLATIONS = ("lv", "et", "uk", "ru", "en")
HEAD = "---\ntitle: Tekstas\nquestions:\n  - Kas?\n---\n\n## answer (source)\n\n"
ENTRY = """source_language: lt
responsible: state
depth: full
owner: null
review_every: 6
reviewed_on: null
reviewed_by: null
sources:
  source:
    title: A page
    url: https://www.migracija.lt/
    checked_on: 2026-11-21
    kind: official
"""


class Translations(RuleBasedStateMachine):
    """One entry on disk, and beside it what its states must be: which meaning each text has."""

    @initialize()
    def begin(self) -> None:
        self.root = Path(tempfile.mkdtemp()) / "content"
        self.folder = self.root / "lt" / "taxes"
        self.folder.mkdir(parents=True)
        for name in ("topics.yml", "languages.yml", "official.yml"):
            shutil.copy(CONTENT / name, self.root)
        (self.folder / "entry.yml").write_text(ENTRY, "utf-8")
        self.wording = 0
        self.history = [(0, 0)]
        self.translated: dict[str, int] = {}
        self.write_source((0, 0))

    def teardown(self) -> None:
        shutil.rmtree(self.root.parent)

    def write_source(self, version: tuple[int, int]) -> None:
        """The source text of a version: (meaning, wording)."""
        self.now = version
        (self.folder / "lt.md").write_text(f"{HEAD}Sakinys {version[0]}, žodžiai {version[1]}.\n", "utf-8")

    def entry(self) -> Entry:
        reader = Reader(self.root)
        base = read(reader)
        assert base is not None
        assert reader.findings == [f for f in reader.findings if "taxes" not in f.file]
        return base.entries["lt/taxes"]

    @rule()
    def change_the_meaning(self) -> None:
        self.wording += 1
        self.history.append((self.wording, self.wording))
        self.write_source(self.history[-1])

    @rule()
    def change_the_wording_and_say_so(self) -> None:
        before = self.entry().texts["lt"].revision
        self.wording += 1
        self.history.append((self.now[0], self.wording))
        self.write_source(self.history[-1])
        assert mark_minor(self.root, self.entry(), before)
        assert not mark_minor(self.root, self.entry(), before)

    @rule(back=st.integers(0, 50))
    def revert(self, back: int) -> None:
        self.write_source(self.history[back % len(self.history)])

    @rule(language=st.sampled_from(TRANSLATIONS))
    def translate_anew(self, language: str) -> None:
        (self.folder / f"{language}.md").write_text(f"{HEAD}{language} {self.now[0]}\n", "utf-8")
        mark_translated(self.root, self.entry(), language)
        self.translated[language] = self.now[0]

    @precondition(lambda self: self.translated)
    @rule(data=st.data())
    def touch_a_translation_without_marking(self, data: st.DataObject) -> None:
        path = self.folder / f"{data.draw(st.sampled_from(sorted(self.translated)))}.md"
        path.write_text(path.read_text("utf-8") + "\nDar.\n", "utf-8")

    @precondition(lambda self: self.translated)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        language = data.draw(st.sampled_from(sorted(self.translated)))
        (self.folder / f"{language}.md").unlink()
        del self.translated[language]

    @rule(language=st.sampled_from(TRANSLATIONS))
    def questions_and_spacing_say_nothing(self, language: str) -> None:
        for name in {"lt", language} & {"lt", *self.translated}:
            path = self.folder / f"{name}.md"
            path.write_text(path.read_text("utf-8").replace("questions:\n", f"questions:\n  - Dar {self.wording}?\n", 1) + "\n\n", "utf-8")

    @invariant()
    def states_follow_from_meanings(self) -> None:
        entry = self.entry()
        assert entry.state("lt") == "current"
        for language in TRANSLATIONS:
            made_from = self.translated.get(language)
            expected = "missing" if made_from is None else "current" if made_from == self.now[0] else "outdated"
            assert entry.state(language) == expected, language


TestTranslations = Translations.TestCase
TestTranslations.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
