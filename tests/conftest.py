"""What all tests share: the real content and encoder (built by `make setup`), and no network but this machine."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from actions.answering import Answering
from api.knowledge_source import open_index
from api.settings import ROOT, Settings
from knowledge.model import KnowledgeBase
from knowledge.search import Index


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that leaves this machine fails."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test reached out to {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session")
def settings() -> Settings:
    """The default settings, whatever the environment says."""
    return Settings(host="127.0.0.1", content=ROOT / "knowledge" / "content", var=ROOT / "var")


@pytest.fixture(scope="session")
def index(settings: Settings) -> Index:
    """The real index."""
    return open_index(settings)


@pytest.fixture(scope="session")
def base(index: Index) -> KnowledgeBase:
    """The real knowledge base."""
    return index.base


@pytest.fixture(scope="session")
def answering(index: Index) -> Answering:
    """Answers from the real index."""
    return Answering(index)


@pytest.fixture
def content(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    """A copy of the content with one entry, lt/family-doctor, to be changed by a test."""
    copy = tmp_path / "content"
    copy.mkdir()
    for name in ("topics.yml", "languages.yml", "official.yml"):
        shutil.copy(settings.content / name, copy)
    for country in ("lt", "lv", "ee"):
        (copy / country).mkdir()
        for name in ("country.yml", "crisis.yml", "figures.yml"):
            shutil.copy(settings.content / country / name, copy / country)
        shutil.copytree(settings.content / country / "places", copy / country / "places")
    shutil.copytree(settings.content / "lt" / "family-doctor", copy / "lt" / "family-doctor")
    yield copy
