"""The command line: ``sveiki``."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console

from api import content_cli, desk_cli, evaluation_cli
from api.settings import Settings
from api.telegram import cli as telegram_cli

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Sveiki: answers for newcomers.")
app.add_typer(content_cli.app)
app.add_typer(evaluation_cli.app)
app.add_typer(desk_cli.app)
app.add_typer(telegram_cli.app, name="telegram")
console = Console(stderr=True, highlight=False)


def main() -> None:
    """Entry point."""
    app()


@app.command()
def build() -> None:
    """Build what changed: catalogs, encoder, vectors, dialogue model."""
    _build(content_cli.settings_or_exit())


def _build(settings: Settings) -> None:
    from api.build import BuildError
    from api.build import build as run_build
    from knowledge.findings import ContentError

    try:
        run_build(settings, console)
    except (BuildError, ContentError) as error:
        console.print(str(error), style="red", markup=False, soft_wrap=True)
        raise typer.Exit(1) from None


@app.command()
def run() -> None:
    """Build what changed, then run both processes until Ctrl-C."""
    from api.processes import PortTakenError, command_and_environment

    settings = content_cli.settings_or_exit()
    _build(settings)
    try:
        command, environment = command_and_environment(settings)
    except PortTakenError as error:
        console.print(f"sveiki: {error}", style="red", markup=False)
        raise typer.Exit(1) from None
    os.execve(command[0], command, environment)  # noqa: S606


@app.command(hidden=True)
def serve() -> None:
    """The sveiki process alone; `sveiki run` starts it beside Rasa."""
    from api.server import serve as serve_forever

    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    asyncio.run(serve_forever(content_cli.settings_or_exit(), lambda line: print(f"sveiki: {line}", flush=True)))


@app.command()
def ask(
    text: Annotated[str | None, typer.Argument(help="The question.")] = None,
    country: Annotated[str | None, typer.Option(help="LT, LV or EE.")] = None,
    municipality: Annotated[str | None, typer.Option(help="For example vilnius.")] = None,
    language: Annotated[str, typer.Option(help="lt, lv, et, uk, ru, en, or auto: as typed.")] = "auto",
    as_json: Annotated[bool, typer.Option("--json", help="Print the reply as JSON.")] = False,
    batch: Annotated[str | None, typer.Option(help="A file of JSON Lines, or - for standard input.")] = None,
    direct: Annotated[bool, typer.Option("--direct", help="Leave Rasa out: search alone.")] = False,
) -> None:
    """Ask a question, or many, through the same code as a channel's message."""
    from api.ask import Question, is_running
    from api.terminal import answer_batch, answer_one

    if (text is None) == (batch is None):
        raise typer.BadParameter("give either a question or --batch")
    settings = content_cli.settings_or_exit()
    if direct or not is_running(settings):
        _build(settings)
    if batch is None:
        question = Question(text=text or "", country=country, municipality=municipality, language=language)
        raise typer.Exit(asyncio.run(answer_one(settings, question, direct, as_json)))
    lines = (sys.stdin.read() if batch == "-" else Path(batch).read_text("utf-8")).splitlines()
    questions = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                questions.append(Question.model_validate_json(line))
            except ValidationError as error:
                console.print(f"{batch}:{number}: {error.errors()[0]['msg']}", style="red", markup=False)
                raise typer.Exit(2) from None
    asyncio.run(answer_batch(settings, questions, direct))
