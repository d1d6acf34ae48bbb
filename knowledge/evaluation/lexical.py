"""What stands for a word in lexical search: character n-grams beside whole words, stems and lemmas, on the same questions.

Measured on the 1,224 report questions (``sveiki eval --lexical``): n-grams find more than words, Snowball's stems or simplemma's lemmas, in
every language but one, and lose least by slips of the finger. So search counts n-grams alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import simplemma
import snowballstemmer
from sklearn.feature_extraction.text import TfidfVectorizer

from knowledge.evaluation.damage import mistyped, without_diacritics
from knowledge.evaluation.questions import Question, read
from knowledge.languages import LANGUAGES
from knowledge.messages import typed
from knowledge.model import KnowledgeBase
from knowledge.normalise import fold
from knowledge.passages import passages

_WORD = re.compile(r"\w+")

#: What is done to the questions.
DAMAGES: Mapping[str, Callable[[str], str]] = {"as typed": str, "no diacritics": without_diacritics, "typos": mistyped}


@dataclass(frozen=True)
class Recall:
    """The share of questions (0 to 1) whose entry lexical search alone finds first."""

    way: str
    damage: str
    values: Mapping[str, float]


def ways() -> Mapping[str, Callable[[str, str], list[str]]]:
    """From (text, language) to what is counted."""
    stemmers = {language: snowballstemmer.stemmer(name) for language, name in _SNOWBALL.items()}

    def words(text: str, _: str) -> list[str]:
        return _WORD.findall(fold(text))

    def stems(text: str, language: str) -> list[str]:
        found = _WORD.findall(text.lower())
        return [fold(word) for word in (stemmers[language].stemWords(found) if language in stemmers else found)]

    def lemmas(text: str, language: str) -> list[str]:
        return [fold(simplemma.lemmatize(word, lang=language)) for word in _WORD.findall(text.lower())]

    def grams(text: str, _: str) -> list[str]:
        padded = [f" {word} " for word in words(text, _)]
        return [word[i : i + n] for word in padded for n in range(2, 6) for i in range(max(1, len(word) - n + 1))]

    return {
        "character n-grams": grams,
        "words": words,
        "stems (snowball)": stems,
        "lemmas (simplemma)": lemmas,
        "lemmas and n-grams": lambda text, language: [*lemmas(text, language), *grams(text, language)],
    }


#: Snowball has no Latvian and no Ukrainian: there words stay as they are.
_SNOWBALL = {"lt": "lithuanian", "et": "estonian", "ru": "russian", "en": "english"}


def compare(base: KnowledgeBase, questions: Sequence[Question] | None = None) -> list[Recall]:
    """Recall@1 of lexical search alone (TF-IDF with sublinear frequency, best passage or message of each topic) for each way of counting;
    by default on the report set."""
    questions = questions or read("report_questions")
    found = []
    for name, counted in ways().items():
        indexes = {country: _Index(base, country, counted) for country in base.countries}
        for damage, damaged in DAMAGES.items():
            right: dict[str, list[bool]] = {language: [] for language in LANGUAGES}
            for question in questions:
                topic = indexes[str(question.country)].best(damaged(question.text), question.language)
                right[question.language].append(topic == question.topic)
            found.append(Recall(name, damage, {language: float(np.mean(hits)) for language, hits in right.items()}))
    return found


class _Index:
    def __init__(self, base: KnowledgeBase, country: str, counted: Callable[[str, str], list[str]]) -> None:
        entries = [entry for entry in base.entries.values() if entry.country == country]
        documents = [((p.text, p.language), entry.topic) for entry in entries for p in passages(entry)]
        documents += [((line["text"], language), line["topic"]) for language in LANGUAGES for line in typed(language)]
        self._topics = [topic for _, topic in documents]
        self._counter = TfidfVectorizer(analyzer=lambda said: counted(*said), sublinear_tf=True, min_df=1)
        self._weights: Any = self._counter.fit_transform([said for said, _ in documents])

    def best(self, text: str, language: str) -> str:
        likeness = self._weights @ self._counter.transform([(text, language)]).T
        return self._topics[int(likeness.toarray().ravel().argmax())]
