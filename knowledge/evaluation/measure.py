"""What is measured: each figure is a share of a question set's messages, per language."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from knowledge.crisis import CrisisPatterns
from knowledge.evaluation.damage import DAMAGES
from knowledge.evaluation.questions import Question, read


@dataclass(frozen=True)
class Outcome:
    """What came of a question: the fields of a line of `sveiki ask --batch`."""

    kind: str
    language: str
    entry: str | None
    alternatives: tuple[str, ...]
    score: float | None

    @property
    def topics(self) -> list[str]:
        """The topics found, best first."""
        return [found.split("/", 1)[1] for found in (*((self.entry,) if self.entry else ()), *self.alternatives)]

    @property
    def answered(self) -> bool:
        """Whether an entry was given as the answer, or would be once the country is known."""
        return self.kind in ("answer", "clarify") and self.entry is not None


@dataclass(frozen=True)
class Figure:
    """A measured share (0 to 1) of ``count`` messages in one language."""

    measure: str
    language: str
    value: float
    count: int


#: Answers questions, in their order; each is a new person's first message (after its ``after``).
Ask = Callable[[Sequence[Question]], Sequence[Outcome]]
Pairs = Sequence[tuple[Question, Outcome]]


def pairs(ask: Ask, questions: Sequence[Question]) -> Pairs:
    """The questions and what came of them."""
    return list(zip(questions, ask(questions), strict=True))


def share(measure: str, found: Iterable[tuple[str, bool]]) -> list[Figure]:
    """One figure per language from (language, whether it went right)."""
    by_language: dict[str, list[bool]] = defaultdict(list)
    for language, right in found:
        by_language[language].append(right)
    return [Figure(measure, language, sum(rights) / len(rights), len(rights)) for language, rights in by_language.items()]


def recall(measure: str, found: Pairs, ranks: Sequence[int] = (1, 3)) -> list[Figure]:
    """Recall@k: the share of questions whose topic is among the first k found."""
    return [figure for k in ranks for figure in share(f"{measure}, recall@{k}", ((q.language, q.topic in o.topics[:k]) for q, o in found))]


def understanding(ask: Ask, questions: Sequence[Question], outside: Sequence[Question]) -> tuple[list[Figure], Pairs]:
    """Recall well typed and damaged, and what is answered; also every outcome of the well-typed questions and those outside."""
    well_typed = pairs(ask, questions)
    figures = []
    for kind in dict.fromkeys(question.kind for question in questions):
        figures += recall(kind, [(q, o) for q, o in well_typed if q.kind == kind])
    figures += recall("all", well_typed)
    for name, (languages, damage) in DAMAGES.items():
        damaged = [q.damaged(damage(q.language)(q.text)) for q in questions if q.language in languages]
        figures += loss(name, well_typed, pairs(ask, damaged))
    figures += share("answered inside", ((q.language, o.answered) for q, o in well_typed))
    others = pairs(ask, outside)
    figures += share("answered outside", ((q.language, o.answered) for q, o in others))
    return figures, [*well_typed, *others]


def everything(ask: Ask, looking: Ask | None = None) -> tuple[list[Figure], Pairs]:
    """All figures on our own sets, and the outcomes that ``understanding`` gives. ``looking`` looks for danger where ``ask`` does not."""
    figures, found = understanding(ask, read("report_questions"), read("report_out_of_scope"))
    return [*figures, *conversations(ask), *languages(ask), *crises(looking or ask)], found


def loss(name: str, before: Pairs, after: Pairs) -> list[Figure]:
    """How much recall@1 the same questions lose by what was done to them."""
    was = {f.language: f for f in recall(name, before, [1])}
    now = recall(name, after, [1])
    return [Figure(f"loss: {name}", f.language, was[f.language].value - f.value, f.count) for f in now]


def conversations(ask: Ask) -> list[Figure]:
    """Follow-ups, what Sveiki does not know asked after a question that it does, mixed languages, a greeting with a question."""
    follow_ups = pairs(ask, read("follow_ups"))
    figures = recall("follow-ups", follow_ups, [1])
    figures += share("follow-ups answered right", ((q.language, o.answered and o.topics[0] == q.topic) for q, o in follow_ups))
    before = read("report_questions")
    outside = [
        replace(q, after=next(b.text for b in before[i:] + before if (b.language, b.country) == (q.language, q.country)))
        for i, q in enumerate(read("report_out_of_scope"))
    ]
    figures += share("answered outside, in a talk", ((q.language, o.answered) for q, o in pairs(ask, outside)))
    for kind in dict.fromkeys(q.kind for q, _ in follow_ups):
        figures += recall(f"follow-ups: {kind}", [(q, o) for q, o in follow_ups if q.kind == kind], [1])
    figures += recall("mixed languages", pairs(ask, read("mixed")), [1])
    figures += recall("greeting and question", pairs(ask, read("several")), [1])
    return figures


def languages(ask: Ask) -> list[Figure]:
    """Languages told by the kind of message, and others recognised as such."""
    told = pairs(ask, read("languages"))
    figures = []
    for kind in dict.fromkeys(q.kind for q, _ in told):
        figures += share(f"language of {kind}", ((q.language, o.language == q.language) for q, o in told if q.kind == kind))
    ours = {q.language for q, _ in told}
    figures += share("others recognised", (("others", o.language not in ours) for _, o in pairs(ask, read("unsupported"))))
    return figures


def crises(ask: Ask) -> list[Figure]:
    """Crisis messages that get the card, and harmless ones that do; and what the patterns alone see of them."""
    patterns = CrisisPatterns.load()
    found = pairs(ask, read("crisis_report"))

    def clear(question: Question) -> bool:
        signal = patterns.find(question.text)
        return signal is not None and signal.level == "clear"

    figures = []
    for measure, expected in (("crisis caught", "clear"), ("harmless flagged", "none")):
        cases = [(q, o) for q, o in found if q.expected == expected]
        figures += share(measure, ((q.language, o.kind == "crisis") for q, o in cases))
        figures += share(f"{measure}: patterns alone", ((q.language, clear(q)) for q, _ in cases))
    return figures


def confusions(found: Pairs, most: int = 20) -> list[tuple[str, str, int]]:
    """The commonest (right topic, topic found first, how often)."""
    counts = Counter((q.topic, o.topics[0]) for q, o in found if q.topic and o.topics and o.topics[0] != q.topic)
    return [(str(right), first, count) for (right, first), count in counts.most_common(most)]


def calibration(found: Pairs, bins: int = 10) -> Mapping[str, list[dict[str, Any]]]:
    """For each language, and ``all``: scores in bins, with the share of first hits that were right in each.

    A well-calibrated score of 0.8 is right four times out of five (reliability diagram: Niculescu-Mizil & Caruana 2005).
    """
    scored = [(q.language, o.score, bool(o.topics) and o.topics[0] == q.topic) for q, o in found if o.score is not None]
    result = {}
    for language in ("all", *dict.fromkeys(language for language, _, _ in scored)):
        chosen = [(score, right) for own, score, right in scored if language in ("all", own)]
        rows = []
        for i in range(bins):
            inside = [(score, right) for score, right in chosen if i == min(int(score * bins), bins - 1)]
            if inside:
                mean, right_share = sum(s for s, _ in inside) / len(inside), sum(r for _, r in inside) / len(inside)
                rows.append({"score": mean, "right": right_share, "count": len(inside)})
        result[language] = rows
    return result


def calibration_error(rows: Sequence[Mapping[str, Any]]) -> float:
    """The expected calibration error (Guo et al. 2017): the mean distance between score and share, weighted by count."""
    total = sum(row["count"] for row in rows)
    return sum(row["count"] * abs(row["score"] - row["right"]) for row in rows) / total if total else 0.0
