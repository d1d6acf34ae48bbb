"""Opening the knowledge with the settings of this installation, and following its changes."""

from __future__ import annotations

import logging

from threadpoolctl import threadpool_limits

from api.settings import Settings
from knowledge.dense import Progress
from knowledge.encoder import load_encoder
from knowledge.findings import Finding
from knowledge.live import LiveContent
from knowledge.model import KnowledgeBase
from knowledge.search import Index
from knowledge.shard import PassageCache

logger = logging.getLogger(__name__)


class KnowledgeSource:
    """The index of the content folder as it was last good, and what on disk is not served."""

    def __init__(self, settings: Settings, progress: Progress | None = None, threads: int = 1) -> None:
        """Load content and encoder and index them; raises ContentError, or FileNotFoundError before `sveiki build` has run.

        ``threads``: how many texts are encoded at a time; more than one is for a build.
        """
        self.folders = [folder for folder in (settings.content, settings.guides_folder) if folder.is_dir()]
        self.refused: tuple[Finding, ...] = ()
        self._content = LiveContent(settings.content, settings.guides_folder)
        # Vectors are multiplied on one thread: a second saves little, waits actively, and keeps its core from the encoder and Rasa.
        threadpool_limits(1, "blas")
        encoder = load_encoder(settings.encoder or settings.encoder_folder, threads)
        self.index = Index(self._load(), PassageCache(settings.var / "vectors", encoder), progress)

    def reload(self) -> bool:
        """Take up what has changed on disk; whether anything that is served has. Takes well under a second for an edited entry."""
        base = self._load()
        if base is self.index.base:
            return False
        self.index = Index(base, self.index.cache, before=self.index)
        return True

    def _load(self) -> KnowledgeBase:
        loaded = self._content.load()
        if loaded.refused != self.refused:
            for finding in loaded.refused:
                logger.error("not served: %s", finding)
            if not loaded.refused:
                logger.warning("all content files are served again")
        self.refused = loaded.refused
        return loaded.base


def open_index(settings: Settings, progress: Progress | None = None, threads: int = 1) -> Index:
    """The index of the content folder."""
    return KnowledgeSource(settings, progress, threads).index
