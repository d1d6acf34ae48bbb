"""Trains the encoder: ``.venv/bin/python -m knowledge.training --text FOLDER`` writes ``knowledge/encoder_layers.safetensors``.

The last layers of e5-small learn by in-batch contrast (InfoNCE: van den Oord et al. 2018) to bring people's messages near the texts of
their topic. A batch holds each topic once, so that every other topic, the neighbours it is confused with among them, is a negative.
Ordinary text in the six languages is held by distillation (Reimers & Gurevych 2020) between where the untrained encoder puts it and where
it puts its English.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from safetensors.torch import save_file

from knowledge.encoder_base import PREFIX, base_model
from knowledge.encoder_build import TRAINED_LAYERS
from knowledge.loader import load
from knowledge.training.examples import Topic, ordinary, topics
from knowledge.training.layers import LastLayers

#: How sharply the right text must win in its batch; e5 was pre-trained with 100, and its cosines lie between 0.7 and 1.
_SCALE = 40.0
_LEARNING_RATE = 1e-4
_WARM_UP = 0.1

#: Shares of what a message is to be near to: another message, a question or title of an entry, a section.
_POSITIVES = {"messages": 0.5, "questions": 0.35, "sections": 0.15}
_DAMAGED = 0.4

#: Ordinary sentences for each batch of pairs, and the weight of holding them.
_ORDINARY = 24
_HELD = 4.0


def train(content: Path, text: Path, target: Path, steps: int) -> None:
    """Train ``steps`` batches and write the layers to ``target``; about 12 minutes and 4 seconds a step on 2 cores, 3 GB of memory."""
    torch.manual_seed(0)
    chance = random.Random(0)
    with tempfile.TemporaryDirectory() as scratch:
        model, _ = base_model(Path(scratch))
    layers = LastLayers(model)
    known, held = topics(load(content)), ordinary(text, held_out=False)
    texts = sorted({x for topic in known for x in (*(c for m in topic.messages for c in m), *topic.questions, *topic.sections)})
    sentences = sorted({PREFIX["query"] + x for sentence in held for x in (sentence.text, sentence.english)})
    started = time.monotonic()
    states = dict(zip([*texts, *sentences], layers.states([*texts, *sentences]), strict=True))
    print(f"{len(states)} texts through the lower layers in {time.monotonic() - started:.0f} s", flush=True)
    layers.eval()
    with torch.inference_mode():
        before = dict(zip(sentences, layers([states[s] for s in sentences]), strict=True))
    layers.train()
    optimizer = torch.optim.AdamW(layers.layers.parameters(), lr=_LEARNING_RATE, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, _LEARNING_RATE, total_steps=steps, pct_start=_WARM_UP)
    said, total = 0.0, 0.0
    for step, (anchors, positives) in enumerate(_pairs(known, steps, chance), 1):
        sample = chance.sample(held, _ORDINARY)
        own = [PREFIX["query"] + s.text for s in sample]
        kept = torch.stack([before[x] + before[PREFIX["query"] + s.english] for x, s in zip(own, sample, strict=True)])
        vectors = layers([states[x] for x in (*anchors, *positives, *own)])
        size = len(anchors)
        similarity = vectors[:size] @ vectors[size : 2 * size].T * _SCALE
        contrast = torch.nn.functional.cross_entropy(similarity, torch.arange(size))
        drift = 1 - torch.nn.functional.cosine_similarity(vectors[2 * size :], kept.clone()).mean()
        optimizer.zero_grad()
        (contrast + _HELD * drift).backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(layers.layers.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        said, total = said + contrast.item(), total + drift.item()
        if step % 20 == 0:
            spent = time.monotonic() - started
            print(f"step {step} of {steps}, {spent:.0f} s: contrast {said / 20:.3f}, drift {total / 20:.4f}", flush=True)
            said, total = 0.0, 0.0
    target.parent.mkdir(parents=True, exist_ok=True)
    save_file(layers.trained(), target)


def _pairs(known: Sequence[Topic], steps: int, chance: random.Random) -> Iterator[tuple[list[str], list[str]]]:
    """Batches of one message per topic, and what each is to be near to."""
    waiting: list[list[tuple[str, ...]]] = [[] for _ in known]
    for _ in range(steps):
        anchors, positives = [], []
        for topic, queue in zip(known, waiting, strict=True):
            if not queue:
                queue.extend(chance.sample(topic.messages, len(topic.messages)))
            message = queue.pop()
            anchors.append(chance.choice(message[1:]) if chance.random() < _DAMAGED else message[0])
            kind = chance.choices(list(_POSITIVES), list(_POSITIVES.values()))[0]
            if kind == "messages" or not getattr(topic, kind):
                positives.append(chance.choice([other for other in topic.messages if other is not message])[0])
            else:
                positives.append(chance.choice(getattr(topic, kind)))
        yield anchors, positives


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Train the last layers of the encoder.")
    parser.add_argument("--text", type=Path, required=True, help="folder of ordinary parallel text (see knowledge/training/examples.py)")
    parser.add_argument("--content", type=Path, default=Path("knowledge/content"))
    parser.add_argument("--target", type=Path, default=TRAINED_LAYERS)
    parser.add_argument("--steps", type=int, default=600)
    given = parser.parse_args()
    train(given.content, given.text, given.target, given.steps)
