"""Opening the knowledge with the settings of this installation."""

from __future__ import annotations

from api.settings import Settings
from knowledge.dense import Progress, VectorCache
from knowledge.encoder import load_encoder
from knowledge.loader import load
from knowledge.search import Index


def open_index(settings: Settings, progress: Progress | None = None, threads: int = 1) -> Index:
    """Load content and encoder and index them; raises ContentError, or FileNotFoundError before `sveiki build` has run.

    One thread encodes a question fast enough and leaves the other cores to Rasa; a build uses them all.
    """
    encoder = load_encoder(settings.encoder or settings.encoder_folder, threads)
    return Index(load(settings.content), encoder, VectorCache(settings.var / "vectors", encoder), progress)
