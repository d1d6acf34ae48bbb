"""How search weighs its evidence: the figures of ``search.yml``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

WEIGHTS = Path(__file__).parent / "search.yml"

#: The kinds of evidence: (likeness, what of, in which language).
EVIDENCE = tuple(
    (likeness, kind, language)
    for likeness in ("dense", "lexical")
    for kind in ("question", "section", "message")
    for language in ("own", "other")
)

#: What the logistic model looks at, in the order of ``confidence_features``.
CONFIDENCE = ("sum", "lead", "dense", "lexical", "belonging")

#: What decides whether a conversation stays with its entry, in the order of ``follow_ups.staying_features``.
STAYING = ("leaning", "behind", "best", "lead", "words", "apart", "nearer")

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Weights:
    """The figures of ``search.yml``."""

    #: Weight of each kind of evidence, in the order of ``EVIDENCE``.
    evidence: FloatArray
    #: Logistic model of ``CONFIDENCE``, its bias, and what is added to that in each language, so that one threshold means the same in all.
    confidence: FloatArray
    bias: float
    language_bias: Mapping[str, float]
    threshold: float
    #: Logistic model of whether a message is about the entry of the one before, and its bias.
    staying: FloatArray
    staying_bias: float

    @classmethod
    def load(cls, path: Path = WEIGHTS) -> Weights:
        """Read the weights."""
        data: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
        confidence = data["confidence"]
        return cls(
            evidence=np.array([data["evidence"][likeness][kind][language] for likeness, kind, language in EVIDENCE]),
            confidence=np.array([confidence[name] for name in CONFIDENCE]),
            bias=confidence["bias"],
            language_bias=confidence["languages"],
            threshold=data["threshold"],
            staying=np.array([data["staying"][name] for name in STAYING]),
            staying_bias=data["staying"]["bias"],
        )


def confidence_features(evidence: FloatArray, total: float, lead: float, belonging: float) -> FloatArray:
    """What the logistic model looks at: the sum, the lead over the next topic, the best dense and lexical likeness of one entry, and how
    much the message is about what Sveiki knows at all (log-odds)."""
    half = len(EVIDENCE) // 2
    return np.array([total, lead, evidence[:half].max(), evidence[half:].max(), belonging])


def weights_as_yaml(weights: Weights) -> Mapping[str, Any]:
    """The weights in the form of ``search.yml``."""
    tree: dict[str, dict[str, dict[str, float]]] = {}
    for (likeness, kind, language), value in zip(EVIDENCE, weights.evidence, strict=True):
        tree.setdefault(likeness, {}).setdefault(kind, {})[language] = round(float(value), 2)
    return {
        "evidence": tree,
        "confidence": {
            **_named(CONFIDENCE, weights.confidence, weights.bias),
            "languages": {language: round(float(value), 3) for language, value in weights.language_bias.items()},
        },
        "threshold": round(weights.threshold, 2),
        "staying": _named(STAYING, weights.staying, weights.staying_bias),
    }


def _named(names: Sequence[str], values: FloatArray, bias: float) -> dict[str, float]:
    return {"bias": round(float(bias), 3), **{name: round(float(value), 3) for name, value in zip(names, values, strict=True)}}
