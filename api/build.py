"""Everything that is built before the first start: catalogs, encoder, vectors, dialogue model.

Each step is skipped while the hash of its inputs is the one it was built from.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from rich.console import Console
from rich.status import Status

from api.knowledge_source import open_index
from api.settings import ROOT, Settings
from knowledge.encoder_base import PACKAGES, EncoderBuildError
from knowledge.encoder_build import TRAINED_LAYERS, build_encoder
from translations.catalog import DOMAIN

RASA = ROOT / ".venv-rasa" / "bin" / "rasa"


class BuildError(RuntimeError):
    """A step failed; the message says which and how to mend it."""


def build(settings: Settings, console: Console) -> None:
    """Run every step whose inputs changed; raises BuildError or ContentError."""
    _step(console, "catalogs", _compile_catalogs)
    if settings.encoder is None:
        _step(console, "encoder", lambda say: _build_encoder(settings, say))
    _step(console, "vectors of the knowledge", lambda say: _build_vectors(settings, say))
    _step(console, "dialogue model", lambda say: _train(settings, say))


def dialogue_model(settings: Settings) -> Path:
    """The trained dialogue model that fits the present inputs."""
    inputs = [
        ROOT / "config.yml",
        ROOT / "knowledge" / "encoder.py",
        settings.encoder_folder / "built-from",
        *sorted((ROOT / "bot").rglob("*")),
    ]
    wanted = [path for path in inputs if path.suffix in ("", ".yml", ".py", ".txt") and path.is_file() and path.name not in _NOT_TRAINED]
    return settings.var / "models" / f"{_hash_of(wanted)}.tar.gz"


#: Read when Rasa starts, and no part of the model.
_NOT_TRAINED = {"endpoints.yml", "credentials.yml", "channel.py", "nlg.py", "tracker_store.py", "validation.py"}


def _step(console: Console, name: str, work: Callable[[Callable[[str], None]], bool]) -> None:
    started = time.monotonic()
    with Status(f"{name} ...", console=console) as status:

        def say(line: str) -> None:
            status.update(f"{name}: {line}")
            if not console.is_terminal:
                console.print(f"  {name}: {line}", soft_wrap=True)

        done = work(say)
    console.print(f"  {name}: {'built in ' + str(round(time.monotonic() - started)) + ' s' if done else 'up to date'}")


def _compile_catalogs(say: Callable[[str], None]) -> bool:
    changed = False
    for path in sorted((ROOT / "translations").glob("*/LC_MESSAGES/*.po")):
        compiled = path.with_suffix(".mo")
        with path.open("rb") as source:
            catalog = read_po(source, domain=DOMAIN)
        temporary = compiled.with_suffix(".tmp")
        with temporary.open("wb") as target:
            write_mo(target, catalog)
        changed = changed or not compiled.is_file() or compiled.read_bytes() != temporary.read_bytes()
        temporary.replace(compiled)
    return changed


def _build_encoder(settings: Settings, say: Callable[[str], None]) -> bool:
    knowledge = ROOT / "knowledge"
    inputs = _hash_of([*(knowledge / name for name in ("encoder_base.py", "encoder_build.py", "encoder_check.json")), TRAINED_LAYERS])
    stamp = settings.encoder_folder / "built-from"
    if stamp.is_file() and stamp.read_text("ascii") == inputs:
        return False
    try:
        build_encoder(settings.encoder_folder, say)
    except EncoderBuildError as error:
        raise BuildError(f"the encoder could not be built from {', '.join(PACKAGES)}: {error}") from error
    stamp.write_text(inputs, "ascii")
    return True


def _build_vectors(settings: Settings, say: Callable[[str], None]) -> bool:
    content = sorted(path for path in settings.content.rglob("*") if path.suffix in (".md", ".yml"))
    code = [ROOT / "knowledge" / name for name in ("encoder.py", "lexical.py", "passages.py")]
    messages = sorted((ROOT / "knowledge" / "messages").rglob("*.jsonl"))
    encoder = settings.encoder or (settings.encoder_folder / "built-from").read_text("ascii")
    guides = sorted(settings.guides_folder.glob("*.yml"))
    inputs = f"{encoder} {_hash_of(content + guides + messages + code)}"
    stamp = settings.var / "vectors" / "built-from"
    if stamp.is_file() and stamp.read_text("utf-8") == inputs:
        return False
    encoded = 0

    def progress(done: int, total: int) -> None:
        nonlocal encoded
        encoded = done
        say(f"{done} of {total} texts encoded")

    open_index(settings, progress, threads=os.cpu_count() or 1)
    stamp.write_text(inputs, "utf-8")
    return encoded > 0


def _train(settings: Settings, say: Callable[[str], None]) -> bool:
    model = dialogue_model(settings)
    if model.is_file():
        return False
    if not RASA.is_file():
        raise BuildError("Rasa is not installed: run `make setup`")
    say("training, about two minutes")
    model.parent.mkdir(parents=True, exist_ok=True)
    log = settings.var / "train.log"
    command = [str(RASA), "train", "--domain", "bot/domain.yml", "--config", "config.yml", "--data"]
    command += ["bot/nlu", "bot/rules.yml", "bot/stories.yml", "--out", str(model.parent), "--fixed-model-name", "training"]
    with log.open("w") as output:
        done = subprocess.run(command, cwd=ROOT, env=rasa_environment(settings), stdout=output, stderr=subprocess.STDOUT, check=False)
    trained = model.parent / "training.tar.gz"
    if done.returncode != 0 or not trained.is_file():
        tail = "\n".join(log.read_text("utf-8", "replace").splitlines()[-15:])
        raise BuildError(f"the dialogue model could not be trained ({log}):\n{tail}")
    for old in model.parent.glob("*.tar.gz"):
        if old != trained:
            old.unlink()
    trained.rename(model)
    return True


def rasa_environment(settings: Settings) -> dict[str, str]:
    """The environment in which Rasa runs: our packages importable, no telemetry, no chatter."""
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "SVEIKI_RASA_ENCODER": str(settings.encoder_folder.resolve()),
        "RASA_TELEMETRY_ENABLED": "false",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONWARNINGS": "ignore",
    }


def _hash_of(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path.name}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
