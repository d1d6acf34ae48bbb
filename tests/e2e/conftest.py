"""The real thing: both processes, started as `make run` starts them, on free ports with data of their own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from api.ask import free_ports
from api.settings import ROOT


class Sveiki:
    """A running installation."""

    def __init__(self, var: Path) -> None:
        self.ports = dict(zip(("SVEIKI_PORT", "SVEIKI_ACTIONS_PORT", "SVEIKI_RASA_PORT"), map(str, free_ports(3)), strict=True))
        self.url = f"http://127.0.0.1:{self.ports['SVEIKI_PORT']}"
        self.content = var / "content"
        self.environment = {
            **os.environ,
            **self.ports,
            "SVEIKI_VAR": str(var),
            "SVEIKI_CONTENT": str(self.content),
            "SVEIKI_GUIDES": str(ROOT / "knowledge" / "guides"),
            "SVEIKI_HOST": "127.0.0.1",
        }
        self.log = var / "run.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [ROOT / ".venv/bin/sveiki", "run"], cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        self.wait(lambda: self.ready() == "ready", 120)

    def stop(self) -> None:
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGINT)
        self._process.wait(30)

    def ready(self) -> str:
        try:
            return str(httpx.get(f"{self.url}/readyz", timeout=5).json()["status"])
        except httpx.HTTPError:
            return "unreachable"

    def wait(self, condition: Callable[[], bool], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, self.log.read_text("utf-8", "replace")[-3000:]
            time.sleep(0.2)

    def kill(self, name: str) -> None:
        """Kill -9 the process whose command line has this in it."""
        assert self._process is not None
        for child in psutil.Process(self._process.pid).children(recursive=True):
            if name in " ".join(child.cmdline()):
                child.kill()
                return
        raise AssertionError(f"no process with {name}")

    def children(self) -> list[int]:
        assert self._process is not None
        return [child.pid for child in psutil.Process(self._process.pid).children(recursive=True)]

    def talk(self, **body: Any) -> Talk:
        return Talk(self.url, body)


class Talk:
    """A conversation over HTTP."""

    def __init__(self, url: str, body: dict[str, Any]) -> None:
        created = httpx.post(f"{url}/api/v1/conversations", json=body, timeout=10).json()
        self.path = f"{url}/api/v1/conversations/{created['id']}"
        self.headers = {"Authorization": f"Bearer {created['token']}"}

    def send(self, **body: Any) -> list[dict[str, Any]]:
        response = httpx.post(f"{self.path}/messages", json=body, headers=self.headers, timeout=60)
        assert response.status_code == 200, response.text
        messages: list[dict[str, Any]] = response.json()["messages"]
        return messages

    def say(self, text: str) -> dict[str, Any]:
        return self.send(text=text)[0]

    def history(self) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = httpx.get(f"{self.path}/messages", headers=self.headers, timeout=10).json()["messages"]
        return messages


@pytest.fixture(scope="session")
def sveiki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sveiki]:
    """One installation for all end-to-end tests; what `make setup` built is shared, data and content files are not."""
    var = tmp_path_factory.mktemp("var")
    for name in ("encoder", "vectors", "models"):
        (var / name).symlink_to(ROOT / "var" / name)
    running = Sveiki(var)
    shutil.copytree(ROOT / "knowledge" / "content", running.content)
    running.start()
    yield running
    running.stop()
