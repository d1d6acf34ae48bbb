"""Messages that lean on the one before: "how much is it?", "and for my child?".

A classifier fitted on ``messages/follow_ups`` says how much a message leans on an earlier one; together with how well it is understood
alone, that decides whether the conversation stays with its entry.
"""

from __future__ import annotations

import numpy as np

from knowledge.classifier import Named, YesOrNo, log_words
from knowledge.elsewhere import ELSEWHERE
from knowledge.languages import LANGUAGES
from knowledge.messages import FOLDER, TALKS, typed
from knowledge.weights import FloatArray

FOLLOW_UPS = FOLDER / "follow_ups"

#: What a follow-up asks about the entry; ``new`` asks about something else, as briefly.
ASKS = ("cost", "documents", "where", "time", "steps", "refused", "person", "again", "source", "new")


def leaning_examples() -> YesOrNo:
    """Messages, and whether each leans on an earlier one."""
    briefly = [line for language in LANGUAGES for line in typed(language, FOLLOW_UPS)]
    talks = [line for language in LANGUAGES for line in typed(language, TALKS)]
    alone = [line["text"] for language in LANGUAGES for line in typed(language) if line["kind"] in ("plain", "short")]
    alone += [line["text"] for language in LANGUAGES for line in typed(language, ELSEWHERE)]
    leans = [line["asks"] != "new" for line in briefly] + [line["topic"] == line["after_topic"] for line in talks]
    return [line["text"] for line in (*briefly, *talks)] + alone, np.array(leans + [False] * len(alone))


def asking_examples() -> Named:
    """Messages that lean on an earlier one, and what each asks for."""
    briefly = [line for language in LANGUAGES for line in typed(language, FOLLOW_UPS) if line["asks"] != "new"]
    return [line["text"] for line in briefly], np.array([line["asks"] for line in briefly])


def staying_features(leaning: float, sums: FloatArray, previous: int, near: FloatArray, message: str) -> FloatArray:
    """What decides whether the conversation stays with its entry.

    Args:
        leaning: how clearly the message leans on the one before.
        sums: the evidence for each entry in the message.
        previous: the row of the conversation's entry.
        near: the evidence for each entry in that entry's title. People go on to what is near, and a message that leans is like many
            things by chance: what is near and like the message is rather meant.
        message: what was typed.

    Returns:
        In the order of ``weights.STAYING``.
    """
    first, second = np.sort(sums)[:-3:-1] if len(sums) > 1 else (sums[0], sums[0])
    rival = int(np.argmax(np.where(np.arange(len(sums)) == previous, -np.inf, sums)))
    nearer = int((near > near[rival]).sum())
    return np.array(
        [leaning, first - sums[previous], first, first - second, log_words(message), near[previous] - near[rival], np.log1p(nearer)]
    )
