"""What bot/ does, in the Python that Rasa runs in: each file named rasa_*.py beside this one is a unittest module."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from api.build import rasa_environment
from api.settings import ROOT

MODULES = sorted(path.stem for path in Path(__file__).parent.glob("rasa_*.py"))


@pytest.mark.parametrize("module", MODULES)
def test_module(module: str) -> None:
    command = [ROOT / ".venv-rasa/bin/python", "-m", "unittest", "-v", f"tests.bot.{module}"]
    environment = {
        **rasa_environment(),
        "SVEIKI_RASA_SECRET": "s",
        "SVEIKI_RASA_TRACKERS": "sqlite://",
        "SVEIKI_RASA_ACTIONS_URL": "http://x",
    }
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "Ran 0 tests" not in done.stderr
