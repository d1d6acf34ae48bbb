"""What a content file said before: from git, where the content folder is kept in it."""

from __future__ import annotations

import subprocess
from pathlib import Path

from knowledge.model import Entry
from knowledge.parsing import Reader


def revision_before(content: Path, entry: Entry) -> str | None:
    """The revision of an entry's source text before its latest change, saved or committed; None where git does not know one."""
    language = entry.about.source_language
    path = (content / entry.id / f"{language}.md").resolve()
    now = entry.texts[language].revision
    commits = _git(path.parent, "log", "--format=%H", "-n", "20", "--", path.name)
    for commit in (commits or "").split():
        text = _git(path.parent, "show", f"{commit}:./{path.name}")
        before = Reader(content).text_of(path, text, language, entry.municipality is not None) if text else None
        if before is not None and before.revision != now:
            return before.revision
    return None


def _git(folder: Path, *arguments: str) -> str | None:
    command = ["git", "-c", "core.hooksPath=/dev/null", *arguments]
    try:
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, timeout=30).stdout
    except (OSError, subprocess.SubprocessError):
        return None
