"""A second look for danger, by the encoder, where no pattern of ``knowledge.crisis`` has seen any for sure.

Patterns know the words that somebody listed; people in danger also say it in words that nobody has. Where this look is sure, the message
gets the crisis card as well; where it is not, one line of help under the answer. It needs the encoder, which the patterns do not.
"""

from __future__ import annotations

import numpy as np

from knowledge.classifier import Named, YesOrNo
from knowledge.elsewhere import ELSEWHERE
from knowledge.evaluation.questions import read
from knowledge.follow_ups import FOLLOW_UPS
from knowledge.languages import LANGUAGES
from knowledge.messages import FOLDER, typed

DANGER = FOLDER / "danger"

#: Topics whose messages may be about danger or not: they teach nothing here.
EITHER = frozenset(
    {
        *("domestic-violence", "sexual-violence", "mental-health-crisis", "exploitation-trafficking"),
        *("child-safety", "emergency-112", "emergency-accommodation"),
    }
)

#: The margins (``KernelClassifier.margin``) from which a message tells of danger, or may.
CLEAR = 0.1
UNSURE = -0.5
#: Likewise in a language that Sveiki does not speak, of which the encoder knows more than the machine has learned: of 200 harmless messages
#: in twenty languages 1 reaches it, of 15 about danger 13.
CLEAR_ELSEWHERE = 0.4

#: How likely a category must be for the card to be about it; below, the card is about danger of any kind. (Held out, 71 % are right.)
SURE_OF_CATEGORY = 0.6


def danger_examples() -> YesOrNo:
    """Messages, and whether each tells of danger."""
    told = {text: kind != "none" for text, kind in _told()}
    ordinary = [line["text"] for language in LANGUAGES for line in typed(language) if line["topic"] not in EITHER]
    ordinary += [line["text"] for folder in (FOLLOW_UPS, ELSEWHERE) for language in LANGUAGES for line in typed(language, folder)]
    ordinary += [q.text for q in (*read("questions"), *read("out_of_scope")) if q.topic not in EITHER]
    return [*told, *ordinary], np.array([*told.values(), *([False] * len(ordinary))])


def category_examples() -> Named:
    """Messages that tell of danger, and the category of each."""
    told = [(text, kind) for text, kind in _told() if kind != "none"]
    return [text for text, _ in told], np.array([kind for _, kind in told])


def _told() -> list[tuple[str, str]]:
    """Messages that tell of danger, with the category, or only sound like it (``none``)."""
    ours = [(line["text"], line["danger"]) for language in LANGUAGES for line in typed(language, DANGER)]
    return ours + [(q.text, q.kind) for q in read("crisis")]
