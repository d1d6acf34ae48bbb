"""Showing replies on a terminal."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from api.ask import Question, ask_all, asker
from api.settings import Settings
from knowledge.languages import COUNTRIES


async def answer_one(settings: Settings, question: Question, direct: bool, as_json: bool) -> int:
    """Print the reply to one question; where the country is asked for and somebody is there, they choose. Returns the exit code."""
    async with asker(settings, direct) as asking:
        reply = await asking.ask(question)
        if as_json:
            print(json.dumps(reply, ensure_ascii=False))
        else:
            print(as_text(reply))
        if not as_json and reply.get("kind") == "clarify" and sys.stdin.isatty():
            chosen = (await asyncio.to_thread(input, "> ")).strip()
            if chosen in ("1", "2", "3"):
                print()
                print(as_text(await asking.ask(question.model_copy(update={"country": COUNTRIES[int(chosen) - 1]}))))
        return 1 if "error" in reply else 0


async def answer_batch(settings: Settings, questions: list[Question], direct: bool) -> None:
    """Print one line of JSON per question, in their order."""
    async with asker(settings, direct) as asking:
        async for line in ask_all(asking, questions):
            print(json.dumps(line, ensure_ascii=False), flush=True)


def as_text(reply: dict[str, Any]) -> str:
    """A reply as plain text."""
    if "error" in reply:
        return str(reply["error"]["message"])
    parts = [reply["text"]]
    parts += [f"## {section['title']}\n\n{section['text']}" for section in reply["sections"]]
    if reply["buttons"]:
        parts.append("\n".join(f"[{i}] {button['title']}" for i, button in enumerate(reply["buttons"], 1)))
    if reply["sources"]:
        parts.append("\n".join(f"* {s['title']} <{s['url']}> ({s['checked_on']})" for s in reply["sources"]))
    if reply["entry"]:
        details = [reply["entry"], f"score {reply['score']}", *reply["notices"]]
        parts.append(f"-- {', '.join(details)}")
    return "\n\n".join(parts)
