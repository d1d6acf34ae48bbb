"""Messages about what Sveiki does not know: mortgages, recipes, nonsense. ``messages/elsewhere`` has examples."""

from __future__ import annotations

import numpy as np

from knowledge.classifier import YesOrNo
from knowledge.languages import LANGUAGES
from knowledge.messages import FOLDER, TALKS, typed

ELSEWHERE = FOLDER / "elsewhere"


def belonging_examples() -> YesOrNo:
    """Messages, and whether each is about one of the topics."""
    ours = [line["text"] for language in LANGUAGES for line in typed(language)]
    ours += [line["text"] for language in LANGUAGES for line in typed(language, TALKS) if line["topic"] != line["after_topic"]]
    others = [line["text"] for language in LANGUAGES for line in typed(language, ELSEWHERE)]
    return ours + others, np.array([True] * len(ours) + [False] * len(others))
