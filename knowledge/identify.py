"""Which of the six languages a message is written in.

A logistic model over character n-grams and words, trained by ``knowledge.training.languages`` on people's messages, ordinary sentences
and dictionaries, whole and in snippets, with and without diacritics, and for Ukrainian and Russian also in the Latin letters that people
type; the common words of ``words.yml`` add what letters cannot tell, and the conversation's memory tips the balance where a message could
be either.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml
from scipy.sparse import hstack
from sklearn.feature_extraction.text import HashingVectorizer

from knowledge.languages import LANGUAGES
from knowledge.normalise import coarse, fold, latinise

#: What the letters of a message may say besides our languages: another one in Latin letters.
OTHER = "other"
CLASSES = (*LANGUAGES, OTHER)

MODEL = Path(__file__).parent / "language_model.npz"

#: How much the conversation's language counts against what a message looks like: with 4, a message must look at least four times
#: likelier to be another language before the conversation changes over. Short messages say little, so they are damped further.
_MEMORY = 4.0
_ENOUGH_LETTERS = 12

#: How much likelier one common word makes the languages it belongs to.
_WORD = 8.0

#: Likewise for a word that the content or people's messages have in these languages alone.
_KNOWN_WORD = 3.0
_FEW, _LONG_ENOUGH = 3, 4

#: No text is so clear that nothing else could be meant.
_FLOOR = 0.001

_LETTERS = re.compile(r"[^\W\d_]")
_APOSTROPHES = re.compile("[’ʼ`´‘]")
_BETWEEN = re.compile(r"[^\w'’]+")


@dataclass(frozen=True)
class Identified:
    """The language of a message and how sure that is (0 to 1)."""

    language: str
    confidence: float


def identify(
    text: str,
    remembered: str | None = None,
    known: Mapping[str, Container[str]] | None = None,
    likely: Mapping[str, float] | None = None,
) -> Identified:
    """The language of ``text``, given the language of the conversation so far (None at its start), the folded words ``known`` in each
    language, and its ``likelihoods`` where they have been worked out already."""
    letters = len(_LETTERS.findall(text))
    if not letters:
        return Identified(remembered or "en", 0.0)
    likelihood = likely or likelihoods(text)
    ours = sum(likelihood[language] for language in LANGUAGES) or 1.0
    # A short message's distribution is flattened towards even, so that memory can decide.
    weight = min(1.0, letters / _ENOUGH_LETTERS)
    scores: dict[str, float] = {language: max(likelihood[language] / ours, _FLOOR) ** weight for language in LANGUAGES}
    for word in fold(text).split():
        common = common_words().get(word, ())
        for language in common:
            scores[language] *= _WORD
        knowing = [language for language in scores if word in (known or {}).get(language, ())]
        if not common and len(knowing) < _FEW and len(word) >= _LONG_ENOUGH:
            for language in knowing:
                scores[language] *= _KNOWN_WORD
    if remembered in scores:
        scores[remembered] *= _MEMORY
    total = sum(scores.values())
    best = max(scores, key=scores.__getitem__)
    return Identified(best, scores[best] / total)


def likelihoods(text: str) -> dict[str, float]:
    """How likely each of the six languages, and any other, is by letters and words alone; they add up to 1."""
    weights, bias = _model()
    counted = features([text])
    sums = counted.data @ weights[counted.indices] + bias
    odds = np.exp(sums - sums.max())
    return dict(zip(CLASSES, (odds / odds.sum()).tolist(), strict=True))


def features(texts: Sequence[str]) -> Any:
    """What the model sees of texts: hashed character n-grams, then hashed words, a sparse matrix of shape (len(texts), columns)."""
    return hstack([_LETTER_GROUPS.transform(texts), _WORDS.transform(texts)], format="csr")


@cache
def common_words() -> Mapping[str, tuple[str, ...]]:
    """Folded common words and the languages that each belongs to."""
    lists = yaml.safe_load((Path(__file__).parent / "words.yml").read_text("utf-8"))
    words: dict[str, tuple[str, ...]] = {}
    for language, listed in lists.items():
        for word in dict.fromkeys(fold(listed).split()):
            words[word] = (*words.get(word, ()), language)
    return words


def _plain(text: str) -> str:
    """Lower case; digits and apostrophes stay, for people type 4 for ч and ' for ь."""
    return _BETWEEN.sub(" ", _APOSTROPHES.sub("'", text.lower()))


def _levelled(text: str) -> list[str]:
    """The words, Cyrillic ones as those who type them in Latin letters spell them, so that both teach the same."""
    return [coarse(word) for word in latinise(fold(text)).split()]


_LETTER_GROUPS = HashingVectorizer(
    analyzer="char_wb", ngram_range=(1, 4), n_features=2**18, alternate_sign=False, preprocessor=_plain, dtype=np.float32
)
_WORDS = HashingVectorizer(analyzer=_levelled, n_features=2**17, alternate_sign=False, dtype=np.float32)


@cache
def _model() -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Weights of shape (columns, classes) and bias (classes)."""
    with np.load(MODEL) as stored:
        if stored["languages"].tolist() != list(CLASSES) or len(stored["weights"]) != _LETTER_GROUPS.n_features + _WORDS.n_features:
            raise ValueError(f"{MODEL} was trained for other languages or columns: run knowledge.training.languages")
        return stored["weights"].astype(np.float32), stored["bias"].astype(np.float32)
