"""Measures what training did to ordinary text: ``.venv/bin/python -m knowledge.training.held_out --text FOLDER``; about two minutes.

The encoder, untrained and trained, finds the English of each sentence that was kept from training; the languages of the same sentences,
of their first words and of the single words of a dictionary are identified, well typed and damaged.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table
from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

from knowledge.encoder_base import PREFIX
from knowledge.encoder_build import TRAINED_LAYERS, trained_model
from knowledge.evaluation.damage import in_latin_letters, without_diacritics
from knowledge.languages import LANGUAGES
from knowledge.loader import load
from knowledge.normalise import fold
from knowledge.training.examples import Sentence, ordinary
from knowledge.understanding import Understanding

#: The share of each language that is as it should be.
Row = tuple[str, Mapping[str, float]]

#: English sentences whose words are asked for: each of the other five languages brings as many as it has itself.
_ENGLISH = 300
_FIRST_WORDS = 3
_LETTERS = 4
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


def encoders(sentences: Sequence[Sentence]) -> list[Row]:
    """How often a sentence's English is the nearest of all the English ones, before and after training."""
    asked = [s for s in sentences if s.language != "en"]
    english = list(dict.fromkeys(s.english for s in asked))
    rows: list[Row] = []
    for name, layers in (("encoder, untrained", None), ("encoder, trained", TRAINED_LAYERS)):
        with tempfile.TemporaryDirectory() as scratch:
            model, _ = trained_model(Path(scratch), layers)
        passages, queries = (
            np.asarray(model.encode([PREFIX["query"] + text for text in texts], normalize_embeddings=True))
            for texts in (english, [s.text for s in asked])
        )
        nearest = (queries @ passages.T).argmax(axis=1)
        rows.append((name, _shares((s.language, english[i] == s.english) for s, i in zip(asked, nearest, strict=True))))
    return rows


def languages(sentences: Sequence[Sentence], understanding: Understanding) -> list[Row]:
    """How often the language of sentences, of their first three words and of single words is identified."""

    def identified(texts: Iterable[tuple[str, str]]) -> Mapping[str, float]:
        read = ((language, understanding.read(text)) for language, text in texts)
        return _shares((language, found.supported and found.language == language) for language, found in read)

    english = list(dict.fromkeys(s.english for s in sentences))[:_ENGLISH]
    texts = [*((s.language, s.text) for s in sentences if s.language != "en"), *(("en", text) for text in english)]
    first = [(language, " ".join(text.split()[:_FIRST_WORDS])) for language, text in texts if len(text.split()) >= _FIRST_WORDS]
    return [
        ("language of sentences", identified(texts)),
        ("damaged", identified((language, _damage(language)(text)) for language, text in texts)),
        ("language of three words", identified(first)),
        ("damaged", identified((language, _damage(language)(text)) for language, text in first)),
        ("language of one word", identified(_words_of_one_language(texts))),
    ]


def _words_of_one_language(texts: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The words of the texts that their own language's dictionary knows and no other's does, nor any text in another language."""
    dictionaries = DefaultDictionaryFactory()
    said: dict[str, set[str]] = defaultdict(set)
    for language, text in texts:
        said[language].update(_WORD.findall(text.lower()))
    listed = {language: set(dictionaries.get_dictionary(language)) for language in LANGUAGES}
    folded = {language: {fold(word) for word in (*listed[language], *said[language])} for language in LANGUAGES}
    return [
        (language, word)
        for language in LANGUAGES
        for word in sorted(said[language] & listed[language])
        if len(word) >= _LETTERS and not any(fold(word) in folded[other] for other in LANGUAGES if other != language)
    ]


def _damage(language: str) -> Callable[[str], str]:
    """Latin letters for Cyrillic, no diacritics for the others."""
    return in_latin_letters(language) if language in ("uk", "ru") else without_diacritics


def _shares(answers: Iterable[tuple[str, bool]]) -> dict[str, float]:
    found: dict[str, list[bool]] = defaultdict(list)
    for language, right in answers:
        found[language].append(right)
    return {language: float(np.mean(right)) for language, right in found.items()}


def _table(rows: Sequence[Row]) -> Table:
    table = Table("held-out ordinary text", *LANGUAGES, "worst")
    for name, shares in rows:
        table.add_row(name, *(f"{shares[x]:.3f}" if x in shares else "" for x in LANGUAGES), f"{min(shares.values()):.3f}")
    return table


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Measure the encoder and the language model on ordinary text kept from training.")
    parser.add_argument("--text", type=Path, required=True, help="folder of ordinary parallel text (see knowledge/training/examples.py)")
    parser.add_argument("--content", type=Path, default=Path("knowledge/content"))
    given = parser.parse_args()
    kept = ordinary(given.text, held_out=True)
    Console(width=120).print(_table([*languages(kept, Understanding(load(given.content))), *encoders(kept)]))
