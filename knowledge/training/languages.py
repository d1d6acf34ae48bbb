"""Trains the model of ``knowledge.identify``: ``.venv/bin/python -m knowledge.training.languages --text FOLDER``; about a minute."""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from sklearn.linear_model import SGDClassifier

from knowledge.danger import DANGER
from knowledge.elsewhere import ELSEWHERE
from knowledge.evaluation.damage import in_latin_letters, without_diacritics
from knowledge.follow_ups import FOLLOW_UPS, TALKS
from knowledge.identify import MODEL, features
from knowledge.languages import LANGUAGES
from knowledge.loader import load
from knowledge.messages import FOLDER, typed
from knowledge.model import KnowledgeBase
from knowledge.passages import passages
from knowledge.training.examples import ordinary

#: Words in a snippet: people write three words as often as a sentence.
_LENGTHS = (1, 2, 3, 4, 6, 10, 15)
_SNIPPETS = 2
#: Shares of the sentences taken from sections, which are many and alike, and of English ones that stand beside each translation.
_SECTIONS, _ENGLISH = 0.06, 0.2

_WORDS = re.compile(r"[^\W\d_]{2}")


def train(base: KnowledgeBase, text: Path, target: Path) -> None:
    """Fit the model and write it to ``target``; ``text`` is as ``training.examples.ordinary`` has it."""
    chance = random.Random(0)
    snippets: list[str] = []
    languages: list[str] = []
    for said, language in _sentences(base, text, chance):
        for _ in range(_SNIPPETS):
            snippets.append(_snippet(said, chance))
            if language in ("uk", "ru"):
                snippets.append(in_latin_letters(language)(_snippet(said, chance)))
            elif language != "en":
                snippets.append(without_diacritics(_snippet(said, chance)))
            languages += [language] * (len(snippets) - len(languages))
    kept = [i for i, snippet in enumerate(snippets) if _WORDS.search(snippet)]
    model = SGDClassifier(loss="log_loss", alpha=1e-6, max_iter=12, tol=None, class_weight="balanced", average=True, random_state=0)
    model.fit(features([snippets[i] for i in kept]), [LANGUAGES.index(languages[i]) for i in kept])
    print(f"{len(kept)} snippets")
    np.savez_compressed(
        target,
        languages=np.array(LANGUAGES),
        weights=np.ascontiguousarray(model.coef_.T, dtype=np.float16),
        bias=model.intercept_.astype(np.float32),
    )


def _sentences(base: KnowledgeBase, text: Path, chance: random.Random) -> Iterator[tuple[str, str]]:
    for entry in base.entries.values():
        for passage in passages(entry):
            if passage.kind != "section":
                yield passage.text, passage.language
            else:
                yield from ((s, passage.language) for s in re.split(r"(?<=[.!?])\s+", passage.text) if chance.random() < _SECTIONS)
    for language in LANGUAGES:
        for folder in (FOLDER, FOLLOW_UPS, TALKS, ELSEWHERE, DANGER):
            yield from ((line["text"], language) for line in typed(language, folder))
    for sentence in ordinary(text, held_out=False):
        if sentence.language != "en" or chance.random() < _ENGLISH:
            yield sentence.text, sentence.language


def _snippet(text: str, chance: random.Random) -> str:
    words, length = text.split(), chance.choice(_LENGTHS)
    start = chance.randrange(max(1, len(words) - length + 1))
    return " ".join(words[start : start + length])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Train the language model.")
    parser.add_argument("--text", type=Path, required=True, help="folder of ordinary parallel text (see knowledge/training/examples.py)")
    parser.add_argument("--content", type=Path, default=Path("knowledge/content"))
    given = parser.parse_args()
    train(load(given.content), given.text, MODEL)
