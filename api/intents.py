"""How well intents are told apart: the examples of ``bot/nlu`` cross-validated as Rasa's pipeline (``config.yml``) reads them, by character
n-grams, by the encoder's vectors, and by both."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from api.settings import ROOT
from knowledge.encoder import Vectors
from knowledge.languages import LANGUAGES

_FOLDS = 4
#: What is typed and not clearly anything else; see FallbackClassifier in config.yml.
_QUESTION, _THRESHOLD = "ask_question", 0.5


@dataclass(frozen=True)
class Intents:
    """The share of examples told rightly by one kind of features: of questions, and of the others per language."""

    features: str
    questions: float
    others: dict[str, float]
    #: (right intent, told intent) and how often, most often first.
    confusions: list[tuple[tuple[str, str], int]]


def examples(folder: Path = ROOT / "bot" / "nlu") -> tuple[list[str], list[str], list[str]]:
    """The texts, intents and languages of all examples."""
    texts, intents, languages = list[str](), list[str](), list[str]()
    for language in LANGUAGES:
        for block in yaml.safe_load((folder / f"{language}.yml").read_text("utf-8"))["nlu"]:
            lines = [re.sub(r"^- ", "", line) for line in block["examples"].splitlines()]
            texts += lines
            intents += [block["intent"]] * len(lines)
            languages += [language] * len(lines)
    return texts, intents, languages


def cross_validate(texts: Sequence[str], intents: Sequence[str], languages: Sequence[str], vectors: Vectors) -> list[Intents]:
    """The three kinds of features on the same folds; some minutes. ``vectors``: shape (len(texts), dimensions)."""
    pipeline = {part["name"]: part for part in yaml.safe_load((ROOT / "config.yml").read_text("utf-8"))["pipeline"]}
    grams, classifier = pipeline["CountVectorsFeaturizer"], pipeline["LogisticRegressionClassifier"]
    scaled = csr_matrix(vectors * pipeline["bot.featurizer.EncoderFeaturizer"]["scale"])
    folds = list(StratifiedKFold(_FOLDS, shuffle=True, random_state=0).split(texts, intents))
    right, spoken = np.array(intents), np.array(languages)
    found = []
    for features in ("n-grams", "vectors", "both"):
        told = np.empty(len(texts), dtype=object)
        for train, test in folds:
            ngrams = (grams["min_ngram"], grams["max_ngram"])
            counter = CountVectorizer(analyzer=grams["analyzer"], ngram_range=ngrams, max_features=grams["max_features"])
            counter.fit([texts[i] for i in train])
            parts: dict[str, Any] = {"n-grams": [counter.transform(texts)], "vectors": [scaled]}
            table = hstack(parts.get(features) or [*parts["n-grams"], *parts["vectors"]]).tocsr()
            model = LogisticRegression(max_iter=classifier["max_iter"], tol=classifier["tol"], random_state=0).fit(
                table[train], right[train]
            )
            likely = model.predict_proba(table[test])
            told[test] = np.where(likely.max(axis=1) < _THRESHOLD, _QUESTION, model.classes_[likely.argmax(axis=1)])
        ok, question = told == right, right == _QUESTION
        others: dict[str, float] = {language: float(ok[~question & (spoken == language)].mean()) for language in LANGUAGES}
        confused = Counter((str(r), str(t)) for r, t, fine in zip(right, told, ok, strict=True) if not fine)
        found.append(Intents(features, float(ok[question].mean()), others, confused.most_common(10)))
    return found
