"""Fits the weights of ``knowledge/search.yml`` on the tuning sets: ``questions``, ``out_of_scope`` and the follow-ups.

What is measured on them says how well the fit went, not how well strangers will be understood.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import yaml
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from knowledge.classifier import held_out_margins
from knowledge.elsewhere import ELSEWHERE, belonging_examples
from knowledge.encoder import Vectors
from knowledge.evaluation.questions import Question, read
from knowledge.follow_ups import FOLLOW_UPS, leaning_examples, staying_features
from knowledge.languages import COUNTRIES, LANGUAGES
from knowledge.messages import TALKS, typed
from knowledge.model import Entry
from knowledge.search import Index
from knowledge.weights import EVIDENCE, WEIGHTS, FloatArray, Weights, confidence_features, weights_as_yaml

HEAD = "# How search weighs its evidence (knowledge/search.py). Fitted by `sveiki fit`; not for editing by hand.\n"

#: At least this share of the tuning questions inside the knowledge is answered, and as few of those outside as that allows.
_INSIDE = 0.98

#: The size of a language's own part in the confidence: small, so that little data moves it little.
_LANGUAGE = 0.5

#: How much a message about what Sveiki does not know counts beside a follow-up, in whether a conversation stays with its entry.
_OUTSIDE = 0.3

Report = Callable[[str], None]


@dataclass(frozen=True)
class Case:
    """A message, and what search makes of it."""

    question: Question
    entries: Sequence[Entry]
    evidence: FloatArray
    vector: Vectors

    def row(self, topic: str | None) -> int:
        """The row of the entry on a topic; raises StopIteration where there is none."""
        return next(i for i, entry in enumerate(self.entries) if entry.topic == topic)


def fit(index: Index, report: Report) -> None:
    """Fit on the tuning sets, report cross-validated figures, and write ``search.yml``."""
    inside = [_case(index, question) for question in read("questions")]
    judged = [(case.evidence, case.row(case.question.topic)) for case in inside]
    right: dict[str, list[bool]] = defaultdict(list)
    for fold in np.array_split(np.random.RandomState(0).permutation(len(inside)), 5):
        held = set(fold.tolist())
        weights = fit_evidence([case for i, case in enumerate(judged) if i not in held])
        for i in held:
            for group in ("all", inside[i].question.language, inside[i].question.kind):
                right[group].append(bool((judged[i][0] @ weights).argmax() == judged[i][1]))
    for group, hits in sorted(right.items()):
        report(f"recall@1 {group:10} {np.mean(hits):.3f} ({len(hits)})")
    evidence = fit_evidence(judged)
    # How near entries are to one another is judged with the new weights too.
    index.weights = replace(index.weights, evidence=evidence)
    fitted = Weights(evidence, *_fit_confidence(index, evidence, inside, report), *_fit_staying(index, evidence, inside, report))
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
    return Case(question, *index.evidence(question.text, question.country, question.language))


def _outside(chance: random.Random) -> list[Question]:
    """What Sveiki does not know, each asked in some country."""
    elsewhere = [
        Question(line["text"], language, chance.choice(COUNTRIES)) for language in LANGUAGES for line in typed(language, ELSEWHERE)
    ]
    return [*read("out_of_scope"), *elsewhere]


def _fit_confidence(
    index: Index, weights: FloatArray, inside: Sequence[Case], report: Report
) -> tuple[FloatArray, float, dict[str, float], float]:
    """Coefficients, bias, what is added to it per language, and the threshold."""
    outside = [_case(index, question) for question in _outside(random.Random(0))]
    held_out = held_out_margins(belonging_examples(), index.cache.queries)
    rows = []
    for case in (*inside, *outside):
        sums = case.evidence @ weights
        order = np.argsort(-sums)
        rival = next(sums[j] for j in order if case.entries[j].topic != case.entries[order[0]].topic)
        text = case.question.text
        belonging = held_out.get(text, index.belonging.margin(case.vector, text))
        rows.append(confidence_features(case.evidence[order[0]], sums[order[0]], sums[order[0]] - rival, belonging))
    known = np.array([True] * len(inside) + [False] * len(outside))
    languages = np.array([[case.question.language == language for language in LANGUAGES] for case in (*inside, *outside)], dtype=float)
    scale = np.std(rows, axis=0)
    x = np.concatenate([np.array(rows) / scale, languages * _LANGUAGE], axis=1)
    model = LogisticRegression(C=1.0, max_iter=5000, class_weight="balanced")
    guessed = cross_val_predict(model, x, known, cv=StratifiedKFold(10, shuffle=True, random_state=0), method="predict_proba")[:, 1]
    threshold = max(t for t in np.arange(0.05, 0.95, 0.01) if (guessed[known] >= t).mean() >= _INSIDE)
    report(f"held out, threshold {threshold:.2f}: answered inside {(guessed[known] >= threshold).mean():.3f}")
    for i, language in enumerate(LANGUAGES):
        own = languages[:, i] > 0
        shares = [(guessed[own & part] >= threshold).mean() for part in (known, ~known)]
        report(f"  {language}: inside {shares[0]:.3f}, outside {shares[1]:.3f}")
    model.fit(x, known)
    coefficients = model.coef_[0][: len(scale)] / scale
    bias = dict(zip(LANGUAGES, (model.coef_[0][len(scale) :] * _LANGUAGE).tolist(), strict=True))
    return coefficients, float(model.intercept_[0]), bias, float(threshold)


def _fit_staying(index: Index, weights: FloatArray, inside: Sequence[Case], report: Report) -> tuple[FloatArray, float]:
    """Coefficients and bias of whether a conversation stays with its entry: talks as people have them, follow-ups and new questions,
    each after a tuning question, and what Sveiki does not know."""
    chance = random.Random(0)
    held_out = held_out_margins(leaning_examples(), index.cache.queries)
    rows, stays = [], []

    def add(case: Case, before: str | None, leans: bool) -> None:
        text, language, row = case.question.text, case.question.language, case.row(before)
        leaning = held_out.get(text, index.leaning.margin(case.vector, text))
        near = index.nearness(case.entries[row], case.question.country, language)
        rows.append(staying_features(leaning, case.evidence @ weights, row, near, text))
        stays.append(leans)

    for language in LANGUAGES:
        for line in typed(language, TALKS):
            add(_case(index, Question(line["text"], language, line["country"])), line["after_topic"], line["topic"] == line["after_topic"])
        asked = [case.question for case in inside if case.question.language == language]
        for line in typed(language, FOLLOW_UPS):
            before = chance.choice([question for question in asked if question.topic != line.get("topic")])
            add(_case(index, Question(line["text"], language, before.country)), before.topic, line["asks"] != "new")
    for case in inside:
        own = case.question
        others = [q.question for q in inside if (q.question.language, q.question.country) == (own.language, own.country)]
        add(case, chance.choice([question for question in others if question.topic != own.topic]).topic, False)
    known = len(rows)
    for question in _outside(chance):
        case = _case(index, question)
        add(case, chance.choice(case.entries).topic, False)
    x, y = np.array(rows), np.array(stays)
    outside = np.arange(len(rows)) >= known
    scale = x.std(axis=0)
    model = LogisticRegression(C=10.0, max_iter=5000)
    guessed = cross_val_predict(model, x / scale, y, cv=StratifiedKFold(10, shuffle=True, random_state=0))
    report(f"held out: follow-ups stay {guessed[y].mean():.3f}, new questions do not {(~guessed[~y]).mean():.3f}")
    model.fit(x / scale, y, sample_weight=np.where(outside, _OUTSIDE, 1.0))
    return model.coef_[0] / scale, float(model.intercept_[0])
