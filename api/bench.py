"""``sveiki bench``: how fast the bot is, each part beside the other ways of doing it, in one run."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import httpx
import yaml

from api.ask import Question as Asked
from api.ask import asker, free_ports, temporary_server, wait_until_ready
from api.build import RASA, dialogue_model, rasa_environment
from api.rasa import Dialogue
from api.secret import derived, installation_secret
from api.settings import ROOT, Settings
from knowledge.encoder import Vectors
from knowledge.evaluation.questions import Question
from knowledge.evaluation.speed import Timing

_START = 300.0
#: A message that takes one action and no search.
SAID = "say that again please"


def load(name: str, spent: Sequence[float], seconds: float) -> Timing:
    """What many calls took, in seconds each and together."""
    return Timing.of(name, spent, f"{len(spent) / seconds:.0f} messages/s")


async def chain(settings: Settings, questions: Sequence[Question], in_flight: Sequence[int] = (1, 8, 32)) -> list[Timing]:
    """Whole answers over HTTP, with so many people asking at once; each question is a conversation of its own."""
    found = []
    async with asker(settings, direct=False) as asking:
        for at_once in in_flight:
            waiting = iter(questions)
            spent: list[float] = []

            async def person(waiting: Iterator[Question] = waiting, spent: list[float] = spent) -> None:
                for question in waiting:
                    line = await asking.ask(Asked(text=question.text, country=question.country))
                    spent.append(float(line["ms"]) / 1000)

            started = time.perf_counter()
            await asyncio.gather(*(person() for _ in range(at_once)))
            found.append(load(f"whole chain, {at_once} in flight", spent, time.perf_counter() - started))
    return found


async def dialogue(settings: Settings, vector: Vectors) -> list[Timing]:
    """Rasa with one action for each message, without the rest of the chain; and a long talk through all of it.

    ``vector`` is what the encoder makes of ``SAID``, as the sveiki process would send it along.
    """
    found = []
    with temporary_server(settings) as running:
        wait_until_ready(running.url)
        rasa_secret = derived(installation_secret(settings.var), "rasa")
        client = Dialogue(f"http://127.0.0.1:{running.rasa_port}", rasa_secret, timeout=60)
        for at_once in (1, 16):
            spent: list[float] = []

            async def person(number: int, spent: list[float] = spent, at_once: int = at_once) -> None:
                for _ in range(320 // at_once):
                    started = time.perf_counter()
                    await client.send(f"bench-{at_once}-{number}", SAID, {"language": "en", "country": "LT"}, vector)
                    spent.append(time.perf_counter() - started)

            await person(-1, spent=[], at_once=64)
            started = time.perf_counter()
            await asyncio.gather(*(person(number) for number in range(at_once)))
            found.append(load(f"Rasa with one action, {at_once} in flight", spent, time.perf_counter() - started))
        await client.close()
        talk = await _long_talk(running.url)
    found.append(Timing.of("messages 2 to 21 of a talk", talk[1:21], ""))
    found.append(Timing.of("messages 181 to 200 of it", talk[180:], f"{median(talk[180:]) / median(talk[1:21]):.2f} times as long"))
    return found


async def _long_talk(url: str) -> list[float]:
    """Seconds that each of 200 messages of one conversation takes."""
    spent = []
    async with httpx.AsyncClient(base_url=f"{url}/api/v1", timeout=60, trust_env=False) as client:
        talk = (await client.post("/conversations", json={"country": "LT"})).json()
        for _ in range(200):
            started = time.perf_counter()
            headers = {"Authorization": f"Bearer {talk['token']}"}
            (await client.post(f"/conversations/{talk['id']}/messages", json={"text": SAID}, headers=headers)).raise_for_status()
            spent.append(time.perf_counter() - started)
    return spent


def rasa(settings: Settings, questions: Sequence[Question], say: Callable[[str], None]) -> list[Timing]:
    """Our pipeline beside Rasa's default one (DIET), trained on the same examples: what NLU takes at 1 and at 16 in flight."""
    found = []
    with TemporaryDirectory(prefix="sveiki-bench-") as scratch:
        say("training Rasa's default pipeline, some minutes")
        default = _train_default(settings, Path(scratch))
        for name, model in (("ours", dialogue_model(settings)), ("Rasa's default", default)):
            say(f"starting Rasa with the pipeline: {name}")
            started = time.monotonic()
            with _serving(settings, model, Path(scratch)) as url:
                ready = time.monotonic() - started
                for at_once in (1, 16):
                    timing = asyncio.run(_parse(f"{name}: NLU, {at_once} in flight", url, [q.text for q in questions], at_once))
                    found.append(Timing(timing.name, timing.p50, timing.p95, f"{timing.remark}, ready in {ready:.0f} s"))
    return found


def _train_default(settings: Settings, folder: Path) -> Path:
    """A model of the same data with the pipeline that Rasa gives a config without one; raises CalledProcessError.

    One epoch will do: how long a model has learned makes it no slower.
    """
    (found,) = (ROOT / ".venv-rasa/lib").glob("python3.*/site-packages/rasa/engine/recipes/config_files/default_config.yml")
    config = yaml.safe_load(found.read_text("utf-8"))
    for component in config["pipeline"]:
        if "epochs" in component:
            component["epochs"] = 1
    (folder / "config.yml").write_text(yaml.safe_dump({**config, "language": "xx"}), "utf-8")
    command = [str(RASA), "train", "nlu", "--config", str(folder / "config.yml"), "--nlu", "bot/nlu", "--domain", "bot/domain.yml"]
    command += ["--out", str(folder / "models"), "--fixed-model-name", "default"]
    subprocess.run(command, cwd=ROOT, env=rasa_environment(settings), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return folder / "models" / "default.tar.gz"


@contextmanager
def _serving(settings: Settings, model: Path, folder: Path) -> Iterator[str]:
    """Rasa's HTTP API with a model, on a free port of this machine."""
    (port,) = free_ports(1)
    copy = folder / "served" / model.name
    shutil.rmtree(copy.parent, ignore_errors=True)
    copy.parent.mkdir()
    shutil.copy(model, copy)
    (folder / "endpoints.yml").write_text("{}\n", "utf-8")
    command = [str(RASA), "run", "--enable-api", "--model", str(copy), "--interface", "127.0.0.1", "--port", str(port)]
    command += ["--endpoints", str(folder / "endpoints.yml")]
    process = subprocess.Popen(command, cwd=ROOT, env=rasa_environment(settings), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + _START
        while not _ready(url):
            if process.poll() is not None or time.monotonic() > deadline:
                raise TimeoutError("Rasa did not start")
            time.sleep(0.2)
        yield url
    finally:
        process.terminate()
        process.wait(30)


def _ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/status", timeout=2, trust_env=False).json().get("model_file") is not None
    except (httpx.HTTPError, ValueError):
        return False


async def _parse(name: str, url: str, texts: Sequence[str], at_once: int) -> Timing:
    spent: list[float] = []
    async with httpx.AsyncClient(base_url=url, timeout=60, trust_env=False) as client:
        waiting = iter(texts)

        async def person() -> None:
            for text in waiting:
                started = time.perf_counter()
                (await client.post("/model/parse", json={"text": text})).raise_for_status()
                spent.append(time.perf_counter() - started)

        await client.post("/model/parse", json={"text": texts[0]})
        started = time.perf_counter()
        await asyncio.gather(*(person() for _ in range(at_once)))
        return load(name, spent, time.perf_counter() - started)
