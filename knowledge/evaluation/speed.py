"""How fast encoder and search are, each beside the other ways of doing it, in one run."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import numpy as np

from knowledge.encoder import Vectors
from knowledge.encoder_base import PREFIX
from knowledge.encoder_build import export, trained_model
from knowledge.search import Index
from knowledge.understanding import Understanding

_Argument = TypeVar("_Argument")

#: Nearest passages that an approximate search is compared on.
_NEAREST = 10


@dataclass(frozen=True)
class Timing:
    """Milliseconds that a call takes, and what else is to be said of it."""

    name: str
    p50: float
    p95: float
    remark: str = ""

    @classmethod
    def of(cls, name: str, spent: Sequence[float], remark: str = "") -> Timing:
        """The timing of calls that took so many seconds each."""
        return cls(name, float(np.percentile(spent, 50)) * 1000, float(np.percentile(spent, 95)) * 1000, remark)


def timing(name: str, call: Callable[[_Argument], Any], arguments: Sequence[_Argument], remark: str = "") -> Timing:
    """Time the call once with each argument, after one to warm up."""
    call(arguments[0])
    spent = []
    for argument in arguments:
        started = time.perf_counter()
        call(argument)
        spent.append(time.perf_counter() - started)
    return Timing.of(name, spent, remark)


def encoders(index: Index, questions: Sequence[str]) -> list[Timing]:
    """The encoder as it serves (int8), and the same as fp32 in ONNX Runtime and in torch, on one thread."""
    import onnxruntime
    import torch

    torch.set_num_threads(1)
    served = index.cache.encoder
    with TemporaryDirectory(prefix="sveiki-bench-") as scratch:
        model, _ = trained_model(Path(scratch))
        export(model, Path(scratch), Path(scratch) / "fp32.onnx")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        session = onnxruntime.InferenceSession(str(Path(scratch) / "fp32.onnx"), options, providers=["CPUExecutionProvider"])

        def onnx_fp32(text: str) -> Any:
            ids = np.array([model.tokenizer(PREFIX["query"] + text)["input_ids"]], dtype=np.int64)
            return session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})

        return [
            timing("ONNX int8 (serving)", lambda text: served.encode([text], "query"), questions),
            timing("ONNX fp32", onnx_fp32, questions),
            timing("torch fp32", lambda text: model.encode(PREFIX["query"] + text, prompt=""), questions),
        ]


def searches(index: Index, sizes: Sequence[int] = (1_000, 10_000, 100_000), queries: int = 200) -> list[Timing]:
    """Dense search among so many passages: exact, and by usearch's HNSW graph (Malkov & Yashunin 2016) with its share of the exact nearest.

    Passages beyond ours are ours with noise, so that they crowd as real ones do.
    """
    from usearch.index import Index as Graph

    ours = np.concatenate([shard.vectors for shard in index.shards])
    chance = np.random.default_rng(0)
    asked = list(_unit(ours[chance.integers(len(ours), size=queries)] + _noise(chance, (queries, ours.shape[1]))))
    found = []
    for size in sizes:
        passages = _unit(ours[chance.integers(len(ours), size=size)] + _noise(chance, (size, ours.shape[1])))
        graph = Graph(ndim=ours.shape[1], metric="ip", dtype="f16", connectivity=32, expansion_add=200, expansion_search=200)
        graph.add(np.arange(size), passages)

        def exact(query: Vectors, passages: Vectors = passages) -> set[int]:
            return set(np.argpartition(-(passages @ query), _NEAREST)[:_NEAREST].tolist())

        def near(query: Vectors, graph: Graph = graph) -> set[int]:
            return set(graph.search(query, _NEAREST).keys.tolist())

        recall = float(np.mean([len(exact(query) & near(query)) / _NEAREST for query in asked]))
        found.append(timing(f"exact, {size:,} passages", exact, asked))
        found.append(timing(f"usearch, {size:,} passages", near, asked, f"recall@{_NEAREST} of exact {recall:.3f}"))
    return found


def understanding(index: Index, questions: Sequence[tuple[str, str]]) -> list[Timing]:
    """Language, encoding and search of (question, country) together, and the first two apart."""
    reading = Understanding(index.base)

    def whole(question: tuple[str, str]) -> Any:
        read = reading.read(question[0])
        return index.search(read.text, question[1], read.language)

    return [
        timing("language, encoding, search", whole, questions),
        timing("language", lambda question: reading.read(question[0]), questions),
        timing("encoding", lambda question: index.cache.encoder.encode([question[0]], "query"), questions),
    ]


def _noise(chance: np.random.Generator, shape: tuple[int, int]) -> Vectors:
    """Half as long as a unit vector."""
    return np.asarray(chance.standard_normal(shape) * 0.5 / shape[1] ** 0.5, dtype=np.float32)


def _unit(vectors: Vectors) -> Vectors:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)
