"""The sentence encoder: text in, unit vectors out.

The default encoder is an int8 ONNX file made by ``knowledge.encoder_build``; it needs only numpy, onnxruntime and tokenizers, so that
Rasa's Python 3.10 and the current Python share it. Any other sentence-transformers model can be named instead (imports torch).
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal, Protocol, cast

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
Kind = Literal["query", "passage"]

#: Passages longer than this are cut: sections say what they are about at once, and encoding them is what a build waits for.
MAX_TOKENS = 128


class Encoder(Protocol):
    """Turns texts into vectors of length 1, so that a dot product is the cosine similarity."""

    #: Changes whenever the vectors would; caches are keyed by it.
    identity: str

    def encode(self, texts: Sequence[str], kind: Kind) -> Vectors:
        """Return one row per text, shape (len(texts), dimensions), each row of length 1."""
        ...


class OnnxEncoder:
    """Runs ``model.onnx`` and ``tokenizer.json`` from a folder written by ``knowledge.encoder_build``."""

    def __init__(self, folder: str | Path, threads: int = 1) -> None:
        """Load the model; ``threads`` texts are encoded at a time, a single one on two cores.

        Raises FileNotFoundError when the folder holds none.
        """
        import onnxruntime
        from tokenizers import Tokenizer

        folder = Path(folder)
        description = json.loads((folder / "encoder.json").read_text("utf-8"))
        self.identity: str = f"{description['identity']}/{MAX_TOKENS}"
        self._prefix: dict[str, str] = description["prefix"]
        options = onnxruntime.SessionOptions()
        # Two threads on one text take two thirds of the time, as long as no others keep their cores busy (api/knowledge_source.py); of many
        # texts, one to a thread is better.
        options.intra_op_num_threads = min(2, os.cpu_count() or 1) if threads == 1 else 1
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._threads = threads

    def encode(self, texts: Sequence[str], kind: Kind) -> Vectors:
        """See ``Encoder.encode``. No batches: int8 activations are scaled per batch, so that in one a text's vector would depend on its
        neighbours; nor is a batch faster (measured: 9.4 ms a text in sixteens, 9.5 alone)."""
        prefixed = [self._prefix[kind] + text for text in texts]
        if self._threads == 1 or len(prefixed) == 1:
            return np.array([self._encode(text) for text in prefixed], dtype=np.float32)
        with ThreadPoolExecutor(self._threads) as pool:
            return np.array(list(pool.map(self._encode, prefixed)), dtype=np.float32)

    def _encode(self, text: str) -> Vectors:
        encoding = self._tokenizer.encode(text)
        ids = np.array([encoding.ids], dtype=np.int64)
        (hidden,) = self._session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        mean = hidden[0].mean(axis=0)
        return cast(Vectors, mean / np.linalg.norm(mean))


class SentenceTransformerEncoder:
    """Any sentence-transformers model by name or path, for trying others; imports torch."""

    def __init__(self, name: str) -> None:
        from sentence_transformers import SentenceTransformer

        self._model = SentenceTransformer(name)
        self.identity = f"sentence-transformers:{name}"
        prompts = self._model.prompts or {}
        # The E5 family needs its prefixes, also where a checkpoint does not carry them as prompts.
        e5 = "e5" in name.lower()
        self._prefix = {kind: prompts.get(kind) or (f"{kind}: " if e5 else "") for kind in ("query", "passage")}

    def encode(self, texts: Sequence[str], kind: Kind) -> Vectors:
        """See ``Encoder.encode``."""
        vectors = self._model.encode([self._prefix[kind] + text for text in texts], normalize_embeddings=True, prompt="")
        return cast(Vectors, np.asarray(vectors, dtype=np.float32))


def load_encoder(name_or_path: str | Path, threads: int = 1) -> Encoder:
    """Open the ONNX encoder in a folder, or a sentence-transformers model by name or path."""
    if (Path(name_or_path) / "encoder.json").is_file():
        return OnnxEncoder(name_or_path, threads)
    return SentenceTransformerEncoder(str(name_or_path))
