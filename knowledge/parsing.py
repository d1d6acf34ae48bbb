"""Reading content files so that every mistake is found with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from knowledge.findings import Finding
from knowledge.languages import Language
from knowledge.model import SECTIONS, FrontMatter, Section, Text

_HEADING = re.compile(r"^##\s+(?P<name>[a-z-]+)\s*(?:\((?P<sources>[^)]*)\))?\s*$")


@dataclass
class Reader:
    """Reads files below ``root`` and collects what is wrong with them."""

    root: Path
    findings: list[Finding] = field(default_factory=list)

    def error(self, path: Path, line: int, code: str, what: str, mend: str) -> None:
        """Note an error in a file."""
        self.findings.append(Finding(self.name(path), line, "error", code, what, mend))

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

    def yaml(self, path: Path, model: Any, text: str | None = None, first_line: int = 1) -> Any:
        """The file (or the given text of it) as ``model``, or None with findings."""
        text = self.read(path) if text is None else text
        if text is None:
            return None
        try:
            node = yaml.compose(text, Loader=yaml.CSafeLoader)
            data = yaml.load(text, Loader=yaml.CSafeLoader)
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

    def text(self, path: Path, language: Language) -> Text | None:
        """A text file (front matter and sections), or None with findings."""
        content = self.read(path)
        if content is None:
            return None
        lines = content.splitlines()
        end = next((i for i, line in enumerate(lines[1:], 1) if line.strip() == "---"), None)
        if not lines or lines[0].strip() != "---" or end is None:
            self.error(path, 1, "front-matter", "the head is missing", "begin with ---, title, questions, ---")
            return None
        head: FrontMatter | None = self.yaml(path, FrontMatter, "\n".join(lines[1:end]), first_line=2)
        sections = list(self._sections(path, lines, end + 1))
        if head is None:
            return None
        return Text(
            language=language,
            title=head.title,
            questions=head.questions,
            translated_from=head.translated_from,
            sections=tuple(sections),
        )

    def _sections(self, path: Path, lines: list[str], start: int) -> Iterator[Section]:
        current: tuple[Any, tuple[str, ...], int] | None = None
        body: list[str] = []
        seen: set[str] = set()

        def finished() -> Iterator[Section]:
            if current is not None:
                yield Section(name=current[0], sources=current[1], line=current[2], text="\n".join(body).strip())

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
            if heading["name"] in seen:
                self.error(path, number, "doubled-section", f"{heading['name']} stands twice", "join the two")
                continue
            seen.add(heading["name"])
            keys = tuple(key.strip() for key in (heading["sources"] or "").split(",") if key.strip())
            current = (heading["name"], keys, number)
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
