"""Fits the weights of ``knowledge/search.yml`` on the tuning sets: ``questions``, ``out_of_scope`` and the follow-ups.

What is measured on them says how well the fit went, not how well strangers will be understood.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import yaml
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict

from knowledge.dense import VectorCache
from knowledge.evaluation.questions import Question, read
from knowledge.follow_ups import classifier, examples, features, follow_ups, staying_features
from knowledge.languages import LANGUAGES
from knowledge.model import Entry
from knowledge.search import Index
from knowledge.weights import EVIDENCE, WEIGHTS, FloatArray, Weights, confidence_features, weights_as_yaml

HEAD = "# How search weighs its evidence (knowledge/search.py). Fitted by `sveiki fit`; not for editing by hand.\n"

#: At most this share of the tuning questions outside the knowledge is answered.
_OUTSIDE = 0.05

Report = Callable[[str], None]
Case = tuple[Question, list[Entry], FloatArray]


def fit(index: Index, report: Report) -> None:
    """Fit on the tuning sets, report cross-validated figures, and write ``search.yml``."""
    inside = [_case(index, question) for question in read("questions")]
    outside = [_case(index, question) for question in read("out_of_scope")]
    judged = [(evidence, _row(entries, str(question.topic))) for question, entries, evidence in inside]
    right: dict[str, list[bool]] = defaultdict(list)
    for fold in np.array_split(np.random.RandomState(0).permutation(len(inside)), 5):
        held = set(fold.tolist())
        weights = fit_evidence([case for i, case in enumerate(judged) if i not in held])
        for i in held:
            for group in ("all", inside[i][0].language, inside[i][0].kind):
                right[group].append(bool((judged[i][0] @ weights).argmax() == judged[i][1]))
    for group, hits in sorted(right.items()):
        report(f"recall@1 {group:10} {np.mean(hits):.3f} ({len(hits)})")
    evidence = fit_evidence(judged)
    confidence, bias, threshold = _fit_confidence(evidence, inside, outside, report)
    staying, staying_bias = _fit_staying(index, evidence, inside, report)
    fitted = Weights(evidence, confidence, bias, threshold, staying, staying_bias)
    WEIGHTS.write_text(HEAD + yaml.safe_dump(weights_as_yaml(fitted), sort_keys=False), "utf-8")


def fit_evidence(cases: Sequence[tuple[FloatArray, int]], strength: float = 1e-5) -> FloatArray:
    """Weights that maximise the probability (softmax over entries) of the right one; lightly held back, never negative."""

    def loss(weights: FloatArray) -> tuple[float, FloatArray]:
        total, gradient = strength * float(weights @ weights), 2 * strength * weights
        for evidence, gold in cases:
            scores = evidence @ weights
            odds = np.exp(scores - scores.max())
            share = odds / odds.sum()
            total -= float(np.log(max(share[gold], 1e-12))) / len(cases)
            gradient = gradient + (share @ evidence - evidence[gold]) / len(cases)
        return total, gradient

    bounds = [(0.0, None)] * len(EVIDENCE)
    return np.asarray(minimize(loss, np.full(len(EVIDENCE), 5.0), jac=True, bounds=bounds, method="L-BFGS-B").x)


def _case(index: Index, question: Question) -> Case:
    return question, *index.evidence(question.text, question.country, question.language)


def _row(entries: Sequence[Entry], topic: str) -> int:
    return next(i for i, entry in enumerate(entries) if entry.topic == topic)


def _fit_confidence(
    weights: FloatArray, inside: Sequence[Case], outside: Sequence[Case], report: Report
) -> tuple[FloatArray, float, float]:
    """Coefficients, bias, and the threshold at which few questions outside the knowledge are answered."""
    found, known = [], []
    for is_known, cases in ((True, inside), (False, outside)):
        for _, entries, evidence in cases:
            sums = evidence @ weights
            order = np.argsort(-sums)
            rival = next(sums[j] for j in order if entries[j].topic != entries[order[0]].topic)
            found.append(confidence_features(evidence[order[0]], sums[order[0]], sums[order[0]] - rival))
            known.append(is_known)
    x, y = np.array(found), np.array(known)
    scale = x.std(axis=0)
    model = LogisticRegression(C=100.0, max_iter=5000)
    held_out = cross_val_predict(model, x / scale, y, cv=10, method="predict_proba")[:, 1]
    report(f"held out, at 0.5: answered inside {(held_out[y] >= 0.5).mean():.3f}, outside {(held_out[~y] >= 0.5).mean():.3f}")
    model.fit(x / scale, y)
    fitted = model.predict_proba(x / scale)[:, 1]
    threshold = next(t for t in np.arange(0.05, 0.95, 0.01) if (fitted[~y] >= t).mean() <= _OUTSIDE)
    report(
        f"threshold {threshold:.2f}: answered inside {(fitted[y] >= threshold).mean():.3f}, outside {(fitted[~y] >= threshold).mean():.3f}"
    )
    return model.coef_[0] / scale, float(model.intercept_[0]), float(threshold)


def _fit_staying(index: Index, weights: FloatArray, inside: Sequence[Case], report: Report) -> tuple[FloatArray, float]:
    """Coefficients and bias of whether a conversation stays with its entry: follow-ups and new questions, each after a tuning question."""
    chance = random.Random(0)
    vectors = index.cache.queries
    held_out = _leaning(vectors)
    rows, stays = [], []

    def add(message: Question, sums: FloatArray, entries: Sequence[Entry], before: Question, leans: bool) -> None:
        leaning = held_out.get(message.text)
        leaning = index.leaning(message.text) if leaning is None else leaning
        rows.append(staying_features(leaning, sums, _row(entries, str(before.topic)), message.text))
        stays.append(leans)

    for language in LANGUAGES:
        asked = [question for question, _, _ in inside if question.language == language]
        for line in follow_ups(language):
            before = chance.choice(asked)
            message = Question(line["text"], language, before.country)
            _, entries, evidence = _case(index, message)
            add(message, evidence @ weights, entries, before, line["asks"] != "new")
    for question, entries, evidence in inside:
        others = [q for q, _, _ in inside if (q.language, q.country) == (question.language, question.country) and q.topic != question.topic]
        add(question, evidence @ weights, entries, chance.choice(others), False)
    x, y = np.array(rows), np.array(stays)
    scale = x.std(axis=0)
    model = LogisticRegression(C=10.0, max_iter=5000)
    guessed = cross_val_predict(model, x / scale, y, cv=10)
    report(f"held out: follow-ups stay {guessed[y].mean():.3f}, new questions do not {(~guessed[~y]).mean():.3f}")
    model.fit(x / scale, y)
    return model.coef_[0] / scale, float(model.intercept_[0])


def _leaning(vectors: VectorCache) -> dict[str, Any]:
    """The log-odds of each example by a model that has not seen it."""
    texts, leans = examples()
    odds = cross_val_predict(classifier(), features(vectors.vectors(texts), texts), leans, cv=5, method="decision_function")
    return dict(zip(texts, odds.tolist(), strict=True))
