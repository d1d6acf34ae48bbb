"""Guided explanations: a matter told in short steps that a person walks through, branching on what they answer.

One guide is one file, ``guides/<id>.yml``. A *walk* goes from its first step along ``next`` or the chosen option until a step that leads
nowhere; a *checklist* is a list of steps, each of which can be marked as done. A guide informs and does not decide.
"""

from __future__ import annotations

import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from knowledge.languages import Country, Language

Texts = dict[Language, str]


class Option(BaseModel):
    """An answer to a step's question, and the step that it leads to."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Texts
    next: str


class Step(BaseModel):
    """One step: Markdown that names figures in braces, and what comes after it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    #: The item's name, in a checklist only.
    title: Texts | None = None
    text: Texts
    #: What the text rests on: ``topic/source-key`` of the guide's country. Empty only for questions and words of passage.
    sources: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    next: str | None = None
    #: The topic whose answer says more.
    topic: str | None = None


class Guide(BaseModel):
    """A guided explanation of one country. Its steps keep the order of the file; a walk begins with the first."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    country: Country
    kind: Literal["walk", "checklist"] = "walk"
    title: Texts
    #: What people say who want this explained.
    questions: dict[Language, tuple[str, ...]]
    #: Topics under whose answers the guide is offered.
    topics: tuple[str, ...]
    reviewed_on: datetime.date | None
    reviewed_by: str | None
    steps: dict[str, Step] = Field(min_length=2)

    @property
    def first(self) -> str:
        """The id of the first step."""
        return next(iter(self.steps))

    def after(self, step: str) -> str | None:
        """The id of the step that follows one by itself; None at the end of the guide, or where an option must be chosen.

        Raises KeyError for an unknown step.
        """
        here = self.steps[step]
        if self.kind == "checklist":
            ids = list(self.steps)
            place = ids.index(step) + 1
            return ids[place] if place < len(ids) else None
        return here.next
