"""Messages that lean on the one before: "how much is it?", "and for my child?".

A classifier fitted on ``messages/follow_ups`` says how much a message leans on an earlier one; together with how well it is understood
alone, that decides whether the conversation stays with its entry.
"""

from __future__ import annotations

import numpy as np

from knowledge.classifier import Examples, log_words
from knowledge.languages import LANGUAGES
from knowledge.messages import FOLDER, typed
from knowledge.weights import FloatArray

FOLLOW_UPS = FOLDER / "follow_ups"

#: What a follow-up asks about the entry; ``new`` asks about something else, as briefly.
ASKS = ("cost", "documents", "where", "time", "steps", "refused", "person", "again", "source", "new")


def leaning_examples() -> Examples:
    """Messages, and whether each leans on an earlier one."""
    briefly = [line for language in LANGUAGES for line in typed(language, FOLLOW_UPS)]
    alone = [line["text"] for language in LANGUAGES for line in typed(language) if line["kind"] in ("plain", "short")]
    leans = [line["asks"] != "new" for line in briefly] + [False] * len(alone)
    return [line["text"] for line in briefly] + alone, np.array(leans)


def asking_examples() -> Examples:
    """Messages that lean on an earlier one, and what each asks for."""
    briefly = [line for language in LANGUAGES for line in typed(language, FOLLOW_UPS) if line["asks"] != "new"]
    return [line["text"] for line in briefly], np.array([line["asks"] for line in briefly])


def staying_features(leaning: float, sums: FloatArray, previous: int, message: str) -> FloatArray:
    """What decides whether the conversation stays with its entry (row ``previous`` of ``sums``): how much the message leans on the one
    before (log-odds), how far the entry is behind the best one, how good that is, its lead, and the number of words."""
    first, second = np.sort(sums)[:-3:-1] if len(sums) > 1 else (sums[0], sums[0])
    return np.array([leaning, first - sums[previous], first, first - second, log_words(message)])
