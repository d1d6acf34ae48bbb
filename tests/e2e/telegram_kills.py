"""kill -9 of the running server at random moments while messages come in: is each answered, and how many are answered twice?

.venv/bin/python -m tests.e2e.telegram_kills 500 12
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from api.settings import ROOT
from tests.api.telegram.bot_api import TOKEN, BotApi
from tests.e2e.conftest import Sveiki

QUESTIONS = (
    "Kaip užsiregistruoti pas šeimos gydytoją?",
    "Kā pieteikties pie ģimenes ārsta?",
    "Kuidas perearsti nimistusse saada?",
    "Як записатися до сімейного лікаря?",
    "Как записаться к семейному врачу?",
    "How do I register with a family doctor?",
)
#: Longer than a start takes on a busy machine, in seconds.
_PATIENCE = 240
#: Seconds between Telegram's taking an answer and our noting it, on a machine where both wait for the processor; and the other way round.
_UNNOTED, _ON_ITS_WAY = 2.0, 0.5


@dataclass
class Outcome:
    """How many messages got no answer, and how many two. ``gaps``: for each of those, the seconds from Telegram's taking the first answer
    to the kill nearest to it: where they are short, the kill fell before the answer could be noted as taken (a request that was on its way
    is taken a little after the kill).
    """

    messages: int
    kills: int
    lost: int
    twice: int
    gaps: list[float]

    @property
    def explained(self) -> int:
        """How many of the messages answered twice are owed to a kill before the answer could be noted."""
        return sum(-_ON_ITS_WAY < gap < _UNNOTED for gap in self.gaps)


def installation(var: Path, api: BotApi) -> Sveiki:
    """A server of its own that talks with this Bot API."""
    for name in ("encoder", "vectors", "models"):
        (var / name).symlink_to(ROOT / "var" / name)
    sveiki = Sveiki(var)
    sveiki.environment |= {"SVEIKI_CONTENT": str(ROOT / "knowledge" / "content")}
    sveiki.environment |= {"SVEIKI_TELEGRAM_TOKEN": TOKEN, "SVEIKI_TELEGRAM_API": api.url, "SVEIKI_TELEGRAM_LIMIT": "1000"}
    return sveiki


def storm(sveiki: Sveiki, api: BotApi, messages: int, kills: int, first: int = 1, chance: random.Random | None = None) -> Outcome:
    """Each message comes from a chat of its own, from number ``first`` on; ends when nothing more is to come."""
    chance = chance or random.Random()
    api.latency = 0.05
    killed: list[float] = []
    chats = range(first, first + messages)
    parts = kills + 1
    for part in range(parts):
        sveiki.wait(lambda: any(method == "getUpdates" for method, _ in api.calls), 180)
        new = chats[part * messages // parts : (part + 1) * messages // parts]
        for chat in new:
            api.push(api.say(chat, chance.choice(QUESTIONS)))
        if part < kills:
            _wait_for_some(api, new, chance.randrange(len(new)))
            time.sleep(chance.uniform(0, 0.3))
            sveiki.kill("sveiki serve")
            killed.append(time.monotonic())
            api.calls.clear()
    _wait_until_settled(api, chats)
    twice = [chat for chat in chats if len(api.chats[chat]) > 1]
    gaps = [min((kill - api.chats[chat][0]["taken"] for kill in killed), key=abs) for chat in twice]
    return Outcome(messages, kills, sum(not api.chats[chat] for chat in chats), len(twice), sorted(round(gap, 2) for gap in gaps))


def _wait_for_some(api: BotApi, chats: range, answers: int) -> None:
    """Until so many of the chats have an answer, so that the kill falls into the midst of the work."""
    deadline = time.monotonic() + 30
    while sum(bool(api.chats[chat]) for chat in chats) < answers and time.monotonic() < deadline:
        time.sleep(0.01)


def _wait_until_settled(api: BotApi, chats: range) -> None:
    """Until each chat has an answer, or, since lost ones would never come, none has come for a while; then a moment for a second one."""
    answered, since = -1, time.monotonic()
    while answered < len(chats) and time.monotonic() - since < _PATIENCE:
        now = sum(bool(api.chats[chat]) for chat in chats)
        if now > answered:
            answered, since = now, time.monotonic()
        time.sleep(0.2)
    time.sleep(5)


def main() -> None:
    """Run by hand: messages, kills."""
    messages, kills = int(sys.argv[1]), int(sys.argv[2])
    api = BotApi()
    api.start()
    with tempfile.TemporaryDirectory() as folder:
        sveiki = installation(Path(folder), api)
        try:
            sveiki.start()
            outcome = storm(sveiki, api, messages, kills)
            print(outcome, f"explained={outcome.explained}")
            print("refused by the Bot API:", [reason for _, reason in api.refused])
        finally:
            sveiki.stop()
            api.stop()


if __name__ == "__main__":
    main()
