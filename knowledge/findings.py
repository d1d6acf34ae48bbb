"""What is wrong in a content file, where, and how to mend it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal


@dataclass(frozen=True, order=True)
class Finding:
    """One finding of the check; ``file`` is relative to the content folder's parent where possible."""

    file: str
    line: int
    level: Literal["error", "warning"]
    code: str
    what: str
    mend: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.level}: {self.what} ({self.code})\n    mend: {self.mend}"

    def as_json(self) -> dict[str, Any]:
        """The finding as a JSON object."""
        return asdict(self)


class ContentError(ValueError):
    """The content folder cannot be served; carries the findings."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings
        super().__init__("\n".join(str(f) for f in findings))
