"""The README and the other guides name only what exists."""

from __future__ import annotations

import re
import subprocess

import pytest

from api.settings import ROOT, Settings

GUIDES = ("README.md", "CONTRIBUTING.md", *(f"knowledge/README{suffix}.md" for suffix in ("", ".lt", ".lv", ".et")))


def text(guide: str) -> str:
    return (ROOT / guide).read_text("utf-8")


@pytest.mark.parametrize("guide", GUIDES)
def test_every_linked_file_exists(guide: str) -> None:
    for target in re.findall(r"\]\(((?!https?:)[^)#]+)\)", text(guide)):
        if "..." not in target:
            assert ((ROOT / guide).parent / target).exists(), target


@pytest.mark.parametrize("guide", GUIDES)
def test_every_make_target_exists(guide: str) -> None:
    makefile = text("Makefile")
    for target in re.findall(r"\bmake ([a-z]+)\b", " ".join(re.findall(r"`[^`]+`|^make \w+$", text(guide), re.MULTILINE))):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


@pytest.mark.parametrize("guide", GUIDES)
def test_every_command_of_ours_exists(guide: str) -> None:
    commands = set(re.findall(r"(?:`|^|/)sveiki ([a-z]+)", text(guide), re.MULTILINE))
    assert commands
    for command in commands:
        done = subprocess.run([ROOT / ".venv/bin/sveiki", command, "--help"], capture_output=True, check=False)
        assert done.returncode == 0, command


def test_every_setting_that_is_named_exists() -> None:
    for name in re.findall(r"SVEIKI_([A-Z_]+)", text("README.md")):
        if name:
            assert name.lower() in Settings.model_fields, name


def test_the_first_commands_are_the_two_that_set_everything_up() -> None:
    first = re.search(r"```\n(.*?)```", text("README.md"), re.DOTALL)
    assert first and first[1].split("\n")[:2] == ["make run", "make test"]
