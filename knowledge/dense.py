"""Dense retrieval: passages by the cosine of their vectors."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from knowledge.encoder import Encoder, Vectors

#: Called with (done, total) while texts are being encoded.
Progress = Callable[[int, int], None]

_CHUNK = 256


class VectorCache:
    """Vectors on disk, keyed by encoder and text, so that only new texts are encoded."""

    def __init__(self, folder: Path, encoder: Encoder, kind: Literal["passage", "query"]) -> None:
        """``folder`` is made when needed; each encoder and kind of text has a file of its own in it."""
        self._encoder, self._kind = encoder, kind
        self._path = folder / f"{kind}-{hashlib.sha256(encoder.identity.encode()).hexdigest()[:16]}.npz"
        self._known: dict[str, npt.NDArray[np.float16]] = {}
        self._on_disk: list[str] = []
        self._asked: set[str] = set()
        if self._path.is_file():
            with np.load(self._path) as stored:
                self._on_disk = stored["keys"].tolist()
                self._known = dict(zip(self._on_disk, stored["vectors"], strict=True))

    def vectors(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """The vectors, shape (len(texts), dimensions), each of length 1 (to the precision of 16-bit floats)."""
        keys = [key_of(text) for text in texts]
        self._asked.update(keys)
        new = list({key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}.items())
        for start in range(0, len(new), _CHUNK):
            chunk = new[start : start + _CHUNK]
            encoded = self._encoder.encode([text for _, text in chunk], self._kind).astype(np.float16)
            self._known.update(zip((key for key, _ in chunk), encoded, strict=True))
            if progress:
                progress(start + len(chunk), len(new))
        return np.array([self._known[key] for key in keys], dtype=np.float32)

    def beside(self, name: str) -> Path:
        """A file of this name for what is made of these vectors, and only of these."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        return self._path.with_name(f"{name}-{self._path.stem}.npz")

    def store(self) -> None:
        """Write what has been asked for, and other vectors that are known while they are not the greater part: going back to an earlier
        content costs nothing then."""
        if len(self._known) > 2 * len(self._asked):
            self._known = {key: self._known[key] for key in self._asked}
        kept = sorted(self._known)
        if kept == self._on_disk:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        temporary = self._path.with_suffix(".tmp.npz")
        np.savez(temporary, keys=np.array(kept), vectors=np.array([self._known[key] for key in kept]))
        temporary.replace(self._path)
        self._on_disk = kept


def key_of(text: str) -> str:
    """What a text is known by in a cache."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]
