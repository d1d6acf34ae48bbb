"""Reading content files so that every mistake is found with its line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import TypeAdapter, ValidationError

from knowledge.findings import Finding
from knowledge.languages import Language
from knowledge.model import SECTIONS, FrontMatter, Section, Text

_HEADING = re.compile(r"^##\s+(?P<name>[a-z-]+)\s*(?:\[(?P<variant>[a-z0-9-]+)\])?\s*(?:\((?P<sources>[^)]*)\))?\s*$")


@dataclass(frozen=True)
class _Parsed:
    """What a file was found to hold, as long as it stays the same."""

    stamp: tuple[int, ...]
    result: Any
    findings: tuple[Finding, ...]


@dataclass
class Reader:
    """Reads files below ``root`` and collects what is wrong with them; a file that has not changed is not parsed again."""

    root: Path
    #: The folder of guided explanations, which may stand elsewhere.
    guides: Path | None = None
    findings: list[Finding] = field(default_factory=list)
    _parsed: dict[Path, _Parsed] = field(default_factory=dict)

    def error(self, path: Path, line: int, code: str, what: str, mend: str) -> None:
        """Note an error in a file."""
        self.findings.append(Finding(self.name(path), line, "error", code, what, mend))

    def finding(
        self, path: Path, where: int | str | None, code: str, what: str, mend: str, level: Literal["error", "warning"] = "error"
    ) -> Finding:
        """A finding about a file, at a line or at the first line that holds ``where`` as a key or an item."""
        line = where if isinstance(where, int) else self.line_with(path, where) if where else 1
        return Finding(self.name(path), line, level, code, what, mend)

    def line_with(self, path: Path, words: str) -> int:
        """The first line of a file that holds ``words`` as a key or an item; 1 where none does."""
        wanted = re.compile(rf"\s*(- )?[\"']?{re.escape(words)}[\"']?\s*(:|$)|.*: *[\"']?{re.escape(words)}")
        lines = path.read_text("utf-8").splitlines() if path.is_file() else []
        return next((number for number, line in enumerate(lines, 1) if wanted.match(line)), 1)

    def name(self, path: Path) -> str:
        """The file's name as people see it: from the content folder on."""
        try:
            return str(path.relative_to(self.root.parent))
        except ValueError:
            return str(path)

    def read(self, path: Path) -> str | None:
        """The file's text, or None with a finding."""
        try:
            return path.read_text("utf-8")
        except FileNotFoundError:
            self.error(path, 1, "file-missing", "the file is missing", "add it; knowledge/README.md shows what it holds")
        except UnicodeDecodeError:
            self.error(path, 1, "encoding", "the file is not UTF-8 text", "save it as UTF-8")
        return None

    def yaml(self, path: Path, model: Any) -> Any:
        """The file as ``model``, or None with findings."""

        def parse() -> Any:
            text = self.read(path)
            return None if text is None else self._yaml(path, model, text)

        return self._once(path, parse)

    def text(self, path: Path, language: Language, municipal: bool = False) -> Text | None:
        """A text file (front matter and sections), or None with findings; only a municipality's text may lack a title."""

        def parse() -> Text | None:
            content = self.read(path)
            return None if content is None else self.text_of(path, content, language, municipal)

        result: Text | None = self._once(path, parse)
        return result

    def _once(self, path: Path, parse: Callable[[], Any]) -> Any:
        try:
            status = path.stat()
            stamp: tuple[int, ...] = (status.st_mtime_ns, status.st_size, status.st_ino)
        except FileNotFoundError:
            stamp = ()
        known = self._parsed.get(path)
        if known is None or known.stamp != stamp:
            before = len(self.findings)
            result = parse()
            known = self._parsed[path] = _Parsed(stamp, result, tuple(self.findings[before:]))
            del self.findings[before:]
        self.findings += known.findings
        return known.result

    def _yaml(self, path: Path, model: Any, text: str, first_line: int = 1) -> Any:
        try:
            loader = yaml.CSafeLoader(text)
            node = loader.get_single_node()
            data = loader.construct_document(node) if node is not None else None
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line if error.problem_mark else 0
            self.error(path, first_line + line, "yaml", f"not readable: {error.problem}", "check indentation, colons and quotes")
            return None
        for line, key in _doubled_keys(node):
            self.error(path, first_line + line, "doubled-key", f"{key!r} stands twice", "keep one of them")
        try:
            return TypeAdapter(model).validate_python(data)
        except ValidationError as error:
            for problem in error.errors():
                where = ".".join(str(part) for part in problem["loc"])
                self.error(
                    path,
                    first_line + _line_of(node, problem["loc"]),
                    "invalid",
                    f"{where or 'file'}: {problem['msg']}",
                    "knowledge/README.md shows the form",
                )
            return None

    def text_of(self, path: Path, content: str, language: Language, municipal: bool = False) -> Text | None:
        """What a text file with this content would be, or None with findings."""
        lines = content.splitlines()
        end = next((i for i, line in enumerate(lines[1:], 1) if line.strip() == "---"), None)
        if not lines or lines[0].strip() != "---" or end is None:
            self.error(path, 1, "front-matter", "the head is missing", "begin with ---, title, questions, ---")
            return None
        head: FrontMatter | None = self._yaml(path, FrontMatter, "\n".join(lines[1:end]), first_line=2)
        sections = list(self._sections(path, lines, end + 1, language))
        if head is None:
            return None
        if head.title is None and not municipal:
            self.error(path, 1, "no-title", "the title is missing", "begin with ---, title, questions, ---")
            return None
        return Text(
            language=language,
            title=head.title or "",
            questions=head.questions,
            translated_from=head.translated_from,
            sections=tuple(sections),
        )

    def _sections(self, path: Path, lines: list[str], start: int, language: Language) -> Iterator[Section]:
        current: dict[str, Any] | None = None
        body: list[str] = []
        seen: set[str] = set()

        def finished() -> Iterator[Section]:
            if current is not None:
                yield Section(**current, text="\n".join(body).strip(), language=language)

        for number, line in enumerate(lines[start:], start + 1):
            if not line.startswith("#"):
                body.append(line)
                if current is None and line.strip():
                    self.error(path, number, "outside-section", "text outside a section", "put it under ## answer (source)")
                continue
            yield from finished()
            current, body = None, []
            heading = _HEADING.match(line)
            if heading is None or heading["name"] not in SECTIONS:
                known = ", ".join(SECTIONS)
                self.error(path, number, "heading", f"not a section: {line!r}", f"write ## name (source keys), name one of {known}")
                continue
            named = f"{heading['name']} [{heading['variant']}]" if heading["variant"] else heading["name"]
            if named in seen:
                self.error(path, number, "doubled-section", f"{named} stands twice", "join the two")
                continue
            seen.add(named)
            keys = tuple(key.strip() for key in (heading["sources"] or "").split(",") if key.strip())
            current = {"name": heading["name"], "variant": heading["variant"], "sources": keys, "line": number}
        yield from finished()


def _doubled_keys(node: yaml.Node | None) -> Iterator[tuple[int, str]]:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield key.start_mark.line, key.value
            seen.add(key.value)
            yield from _doubled_keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _doubled_keys(item)


def _line_of(node: yaml.Node | None, location: tuple[int | str, ...]) -> int:
    """The line (from 0) of the deepest part of ``location`` that exists."""
    line = node.start_mark.line if node else 0
    for part in location:
        child = None
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == str(part):
                    line, child = key.start_mark.line, value
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            child = node.value[part]
            line = child.start_mark.line
        if child is None:
            break
        node = child
    return line
