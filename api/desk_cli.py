"""Coordinators' commands until the desk has pages: what people have left, and answering them in their conversation."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from actions.payload import payload
from actions.reply import Button, Reply
from api.content_cli import settings_or_exit
from api.desk import DeskStorage, Letter
from api.storage import Storage
from translations.catalog import translate

app = typer.Typer(add_completion=False)
console = Console(highlight=False)

Number = Annotated[int, typer.Argument(help="The message's number in `sveiki messages`.")]


@app.command()
def messages(state: Annotated[str, typer.Option(help="open, answered or closed.")] = "open") -> None:
    """List the messages that people have written to a coordinator."""

    async def show(desk: DeskStorage) -> None:
        table = Table("no.", "received", "language", "place", "about", "message", "reach")
        for letter in await desk.letters(state):
            place = letter.municipality or letter.country or ""
            received = letter.created_at.strftime("%Y-%m-%d %H:%M")
            about = letter.entry or ""
            table.add_row(str(letter.id), received, letter.language, place, about, letter.question, letter.contact or "in the conversation")
        console.print(table)

    asyncio.run(_with_desk(show))


@app.command()
def reply(number: Number, text: Annotated[str, typer.Argument(help="What to say, in the person's language.")]) -> None:
    """Answer in the person's conversation; the assistant keeps silent there until the message is closed."""

    async def say(desk: DeskStorage) -> None:
        letter = await _letter(desk, number)
        await desk.reply(letter, said_by_person(letter, text))
        console.print(f"sent to message {number}")

    asyncio.run(_with_desk(say))


@app.command()
def close(number: Number) -> None:
    """Nothing is left to do; the assistant answers in that conversation again."""

    async def end(desk: DeskStorage) -> None:
        await desk.close(await _letter(desk, number))
        console.print(f"message {number} is closed")

    asyncio.run(_with_desk(end))


def said_by_person(letter: Letter, text: str) -> dict[str, Any]:
    """A coordinator's words as a message of the conversation, with the way back to the assistant."""
    back = Button(title=translate(letter.language, "button-assistant"), payload=payload("back_to_assistant"))
    body = Reply(kind="human", text=text, text_language=letter.language, buttons=[back]).model_dump(mode="json")
    return {**body, "language": letter.language, "intent": None}


async def _with_desk(work: Callable[[DeskStorage], Awaitable[None]]) -> None:
    storage = Storage(settings_or_exit().database_url)
    try:
        await storage.open()
        desk = DeskStorage(storage)
        await desk.open()
        await work(desk)
    finally:
        await storage.close()


async def _letter(desk: DeskStorage, number: int) -> Letter:
    found = await desk.letter(number)
    if found is None:
        Console(stderr=True).print(f"there is no message {number}; `sveiki messages` lists them", style="red", markup=False)
        raise typer.Exit(1)
    return found
