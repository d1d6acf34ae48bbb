"""The commands ``sveiki telegram ...``."""

from __future__ import annotations

import asyncio

import typer

from api.content_cli import settings_or_exit

app = typer.Typer(no_args_is_help=True, help="The Telegram bot.")


@app.callback()
def telegram() -> None:
    """The Telegram bot."""


@app.command()
def check() -> None:
    """Check token, webhook and commands; exit 1 when something is wrong."""
    raise typer.Exit(asyncio.run(_check()))


async def _check() -> int:
    from api.telegram.check import check as look

    wrong = 0
    async for finding in look(settings_or_exit()):
        wrong += not finding.good
        print(f"{'ok' if finding.good else 'wrong'}: {finding.what}{f'; {finding.mend}' if finding.mend else ''}")
    return 1 if wrong else 0
