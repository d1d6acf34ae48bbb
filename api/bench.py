"""``sveiki bench``: how fast the bot is, each part beside the other ways of doing it, in one run."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import yaml

from api.ask import Question as Asked
from api.ask import asker, free_ports
from api.build import RASA, dialogue_model, rasa_environment
from api.settings import ROOT, Settings
from knowledge.evaluation.questions import Question
from knowledge.evaluation.speed import Timing

_START = 300.0


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


def rasa(settings: Settings, questions: Sequence[Question], say: Callable[[str], None]) -> list[Timing]:
    """Our pipeline beside Rasa's default one (DIET), trained on the same examples: what NLU takes at 1 and at 16 in flight."""
    found = []
    with TemporaryDirectory(prefix="sveiki-bench-") as scratch:
        say("training Rasa's default pipeline, some minutes")
        default = _train_default(Path(scratch))
        for name, model in (("ours", dialogue_model(settings)), ("Rasa's default", default)):
            say(f"starting Rasa with the pipeline: {name}")
            started = time.monotonic()
            with _serving(model, Path(scratch)) as url:
                ready = time.monotonic() - started
                for at_once in (1, 16):
                    timing = asyncio.run(_parse(f"{name}: NLU, {at_once} in flight", url, [q.text for q in questions], at_once))
                    found.append(Timing(timing.name, timing.p50, timing.p95, f"{timing.remark}, ready in {ready:.0f} s"))
    return found


def _train_default(folder: Path) -> Path:
    """A model of the same data with the pipeline that Rasa gives a config without one; raises CalledProcessError."""
    config = yaml.safe_load((ROOT / "config.yml").read_text("utf-8"))
    (folder / "config.yml").write_text(yaml.safe_dump({"recipe": config["recipe"], "assistant_id": "bench", "language": "xx"}), "utf-8")
    command = [str(RASA), "train", "nlu", "--config", str(folder / "config.yml"), "--nlu", "bot/nlu", "--domain", "bot/domain.yml"]
    command += ["--out", str(folder / "models"), "--fixed-model-name", "default"]
    subprocess.run(command, cwd=ROOT, env=rasa_environment(), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return folder / "models" / "default.tar.gz"


@contextmanager
def _serving(model: Path, folder: Path) -> Iterator[str]:
    """Rasa's HTTP API with a model, on a free port of this machine."""
    (port,) = free_ports(1)
    copy = folder / "served" / model.name
    shutil.rmtree(copy.parent, ignore_errors=True)
    copy.parent.mkdir()
    shutil.copy(model, copy)
    (folder / "endpoints.yml").write_text("{}\n", "utf-8")
    command = [str(RASA), "run", "--enable-api", "--model", str(copy), "--interface", "127.0.0.1", "--port", str(port)]
    command += ["--endpoints", str(folder / "endpoints.yml")]
    process = subprocess.Popen(command, cwd=ROOT, env=rasa_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
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
