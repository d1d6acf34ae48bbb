"""What bot/ does, in the Python that Rasa runs in: each file named rasa_*.py beside this one is a unittest module."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from api.build import dialogue_model, rasa_environment
from api.settings import ROOT, Settings

MODULES = sorted(path.stem for path in Path(__file__).parent.glob("rasa_*.py"))


@pytest.mark.parametrize("module", MODULES)
def test_module(module: str, settings: Settings) -> None:
    command = [ROOT / ".venv-rasa/bin/python", "-m", "unittest", "-v", f"tests.bot.{module}"]
    environment = {
        **rasa_environment(settings),
        "SVEIKI_RASA_SECRET": "s",
        "SVEIKI_RASA_TRACKERS": "sqlite://",
        "SVEIKI_RASA_ACTIONS_URL": "http://x",
    }
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "Ran 0 tests" not in done.stderr


def test_stories_are_predicted(settings: Settings, tmp_path: Path) -> None:
    """Clarification, forms, guides and hand-over are the dialogue's: these stories fail where it is bypassed."""
    command = [ROOT / ".venv-rasa/bin/rasa", "test", "core", "--stories", "tests/bot/test_stories.yml", "--model", dialogue_model(settings)]
    command += ["--out", tmp_path, "--no-plot", "--fail-on-prediction-errors"]
    environment = {
        **rasa_environment(settings),
        "SVEIKI_RASA_SECRET": "s",
        "SVEIKI_RASA_TRACKERS": "sqlite://",
        "SVEIKI_RASA_ACTIONS_URL": "http://x",
    }
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    failed = tmp_path / "failed_test_stories.yml"
    assert done.returncode == 0, (failed.read_text("utf-8") if failed.exists() else "") + done.stderr[-2000:]
