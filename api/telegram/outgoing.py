"""What the bot sends, as it is kept until Telegram has taken it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel


class Key(BaseModel):
    """A button under a message: ``data`` (at most 64 bytes) comes back when it is pressed, ``url`` opens a page."""

    text: str
    data: str | None = None
    url: str | None = None


Keyboard = list[list[Key]]


class Outgoing(BaseModel):
    """A call to Telegram. ``text`` is HTML, except for ``toast``: the small notice that ends a button's waiting, without markup."""

    action: Literal["send", "edit", "toast", "file"]
    text: str = ""
    keyboard: Keyboard = []
    #: The message that is edited or replied to.
    message: int | None = None
    #: The topic of a group with topics.
    thread: int | None = None
    #: The pressed button's query, of a toast.
    callback: str | None = None
    #: The content of a file.
    content: str = ""
