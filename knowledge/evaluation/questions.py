"""Question sets: JSON Lines, one question each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

#: Sets that search is tuned on are named plainly; ``report_...`` and the others only measure.
SETS = Path(__file__).parent / "sets"


class QuestionSetError(ValueError):
    """A line of a question set cannot be used; the message says which and why."""


@dataclass(frozen=True)
class Question:
    """A message as a person typed it, and what should come of it."""

    text: str
    language: str
    country: str | None = None
    #: The topic that answers it, None where nothing does.
    topic: str | None = None
    #: Plain or situation, short or long: the groups in which figures are shown.
    kind: str = "plain"
    #: An earlier message of the same person.
    after: str | None = None
    #: What the crisis layer should say (``clear``, ``unsure``, ``none``).
    expected: str | None = None

    def damaged(self, text: str) -> Question:
        """The same question with another text."""
        return replace(self, text=text)


_FIELDS = {field.name for field in fields(Question)}


def read(name: str) -> list[Question]:
    """The questions of one of our sets."""
    return read_file(SETS / f"{name}.jsonl")


def read_file(path: Path, required: Sequence[str] = ("text", "language")) -> list[Question]:
    """The questions of a file; other fields are passed over. Raises QuestionSetError, OSError."""
    questions = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
        except ValueError as error:
            raise QuestionSetError(f"{path}:{number}: not a line of JSON: {error}") from error
        missing = [name for name in required if not isinstance(data, dict) or not isinstance(data.get(name), str) or not data[name]]
        if missing:
            raise QuestionSetError(
                f'{path}:{number}: needs {", ".join(missing)}, as in {{"text": "...", "language": "uk", "country": "LT"}}'
            )
        questions.append(Question(**{name: value for name, value in data.items() if name in _FIELDS}))
    return questions
