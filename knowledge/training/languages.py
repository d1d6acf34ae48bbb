"""Trains the model of ``knowledge.identify``: ``.venv/bin/python -m knowledge.training.languages --text FOLDER``; about a minute."""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory
from sklearn.linear_model import SGDClassifier

from knowledge.danger import DANGER
from knowledge.elsewhere import ELSEWHERE
from knowledge.evaluation.damage import in_latin_letters, on_the_wrong_layout, without_diacritics
from knowledge.follow_ups import FOLLOW_UPS
from knowledge.identify import CLASSES, MODEL, OTHER, features
from knowledge.languages import LANGUAGES
from knowledge.loader import load
from knowledge.messages import FOLDER, TALKS, typed
from knowledge.model import KnowledgeBase
from knowledge.passages import passages
from knowledge.training.examples import ordinary

#: Words in a snippet: people write three words as often as a sentence.
_LENGTHS = (1, 2, 3, 4, 6, 10, 15)
_SNIPPETS = 2
#: How often a snippet of Ukrainian or Russian comes in Latin letters: without dictionaries 1 would do, with them it is too few.
_IN_LATIN = 2
#: How often it comes as typed with the US layout on.
_ON_THE_WRONG_LAYOUT = 0.3
#: Words of each language's dictionary, the longest of them in letters, and the share of them that comes without diacritics too.
_DICTIONARY, _SHORT, _PLAIN_WORDS = 20_000, 9, 0.5
#: Shares of the sentences taken from sections, which are many and alike, and of English ones that stand beside each translation.
_SECTIONS, _ENGLISH = 0.06, 0.2
#: Languages in Latin letters that are none of ours, and rows of their words.
_OTHERS = "pl cs sk hbs de nl fr es it pt ro tr fi sv hu".split()
_FOREIGN = 2_000

_WORDS = re.compile(r"[^\W\d_]{2}")


def train(base: KnowledgeBase, text: Path, target: Path) -> None:
    """Fit the model and write it to ``target``; ``text`` is as ``training.examples.ordinary`` has it."""
    known = [(snippet, name) for snippet, name in _snippets(base, text, random.Random(0)) if _WORDS.search(snippet)]
    model = SGDClassifier(loss="log_loss", alpha=1e-6, max_iter=12, tol=None, class_weight="balanced", average=True, random_state=0)
    model.fit(features([snippet for snippet, _ in known]), [CLASSES.index(name) for _, name in known])
    print(f"{len(known)} snippets")
    np.savez_compressed(
        target,
        languages=np.array(CLASSES),
        weights=np.ascontiguousarray(model.coef_.T, dtype=np.float16),
        bias=model.intercept_.astype(np.float32),
    )


def _snippets(base: KnowledgeBase, text: Path, chance: random.Random) -> Iterator[tuple[str, str]]:
    """What the model learns from, well typed and damaged, and the class of each."""
    for said, language in _sentences(base, text, chance):
        for _ in range(_SNIPPETS):
            yield _snippet(said, chance), language
            if language in ("uk", "ru"):
                for _ in range(_IN_LATIN):
                    yield in_latin_letters(language)(_snippet(said, chance)), language
                if chance.random() < _ON_THE_WRONG_LAYOUT:
                    # Latin letters, but none to be read as such.
                    yield on_the_wrong_layout(language)(_snippet(said, chance)), OTHER
            elif language != "en":
                yield without_diacritics(_snippet(said, chance)), language
    for word, language in _dictionaries(chance):
        yield word, language
        if language in ("uk", "ru"):
            yield in_latin_letters(language)(word), language
        elif without_diacritics(word) != word and chance.random() < _PLAIN_WORDS:
            yield without_diacritics(word), language
    yield from ((row, OTHER) for row in _foreign(chance))


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


def _dictionaries(chance: random.Random) -> Iterator[tuple[str, str]]:
    """Words of our languages."""
    for language in LANGUAGES:
        yield from ((word, language) for word in chance.sample(_dictionary(language), _DICTIONARY))


def _foreign(chance: random.Random) -> Iterator[str]:
    """Words of other languages, in rows of different lengths, half of them without diacritics."""
    for language in _OTHERS:
        words = _dictionary(language)
        rows = [" ".join(chance.sample(words, chance.choice(_LENGTHS))) for _ in range(_FOREIGN)]
        yield from (without_diacritics(row) if i % 2 else row for i, row in enumerate(rows))


def _dictionary(language: str) -> list[str]:
    """The words of simplemma's dictionary. Short ones: the long are compounds that nobody types."""
    words = DefaultDictionaryFactory().get_dictionary(language)
    return sorted({w for w in words if 1 < len(w) <= _SHORT and w.islower() and w.isalpha()})


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
