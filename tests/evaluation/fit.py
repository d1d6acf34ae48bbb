"""Fit the weights of ``knowledge/search.yml`` on the question sets beside this file: ``.venv/bin/python -m tests.evaluation.fit``.

Prints cross-validated figures per language and writes the weights fitted on everything. The sets are tuning sets: what is measured
on them says how well the fit went, not how well strangers will be understood.
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict

from api.knowledge_source import open_index
from api.settings import load_settings
from knowledge.weights import EVIDENCE, WEIGHTS, confidence_features, weights_as_yaml

FOLDER = Path(__file__).parent
HEAD = "# How search weighs its evidence (knowledge/search.py). Fitted by `python -m tests.evaluation.fit`; not for editing by hand.\n"


def read(name: str) -> list[dict[str, Any]]:
    """The lines of a question set."""
    return [json.loads(line) for line in (FOLDER / name).read_text("utf-8").splitlines()]


def fit_evidence(cases: list[tuple[np.ndarray, int]], strength: float = 1e-5) -> np.ndarray:
    """Weights that maximise the probability (softmax over entries) of the right one; lightly held back, never negative."""

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
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


def main() -> None:
    """Fit, report, write."""
    index = open_index(load_settings())
    inside, outside = [], []
    for question in read("questions.jsonl"):
        entries, evidence = index.evidence(question["text"], question["country"], question["language"])
        gold = next(i for i, e in enumerate(entries) if e.topic == question["topic"])
        inside.append((question, entries, evidence, gold))
    for question in read("out_of_scope.jsonl"):
        entries, evidence = index.evidence(question["text"], question["country"], question["language"])
        outside.append((question, entries, evidence))

    right: dict[str, list[bool]] = defaultdict(list)
    for fold in np.array_split(np.random.RandomState(0).permutation(len(inside)), 5):
        held = set(fold.tolist())
        weights = fit_evidence([(e, g) for i, (_, _, e, g) in enumerate(inside) if i not in held])
        for i in held:
            question, _, evidence, gold = inside[i]
            hit = bool((evidence @ weights).argmax() == gold)
            for group in ("all", question["language"], question["kind"]):
                right[group].append(hit)
    for group, hits in sorted(right.items()):
        print(f"recall@1 {group:10} {np.mean(hits):.3f} ({len(hits)})")

    weights = fit_evidence([(e, g) for _, _, e, g in inside])
    features, labels = [], []
    for known, (_, entries, evidence) in [(1, x[:3]) for x in inside] + [(0, y) for y in outside]:
        sums = evidence @ weights
        order = np.argsort(-sums)
        rival = next(sums[j] for j in order if entries[j].topic != entries[order[0]].topic)
        features.append(confidence_features(evidence[order[0]], sums[order[0]], sums[order[0]] - rival))
        labels.append(known)
    x, y = np.array(features), np.array(labels)
    scale = x.std(axis=0)
    model = LogisticRegression(C=100.0, max_iter=5000)
    share = cross_val_predict(model, x / scale, y, cv=10, method="predict_proba")[:, 1]
    print(f"held out, at 0.5: answered inside {(share[y == 1] >= 0.5).mean():.3f}, outside {(share[y == 0] >= 0.5).mean():.3f}")
    model.fit(x / scale, y)
    fitted = model.predict_proba(x / scale)[:, 1]
    threshold = next(t for t in np.arange(0.05, 0.95, 0.01) if (fitted[y == 0] >= t).mean() <= 0.05)
    inside_share, outside_share = (fitted[y == 1] >= threshold).mean(), (fitted[y == 0] >= threshold).mean()
    print(f"threshold {threshold:.2f}: answered inside {inside_share:.3f}, outside {outside_share:.3f}")
    data = weights_as_yaml(weights, model.coef_[0] / scale, model.intercept_[0], float(threshold))
    WEIGHTS.write_text(HEAD + yaml.safe_dump(data, sort_keys=False), "utf-8")


if __name__ == "__main__":
    main()
