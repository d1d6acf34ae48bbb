"""Guided explanations: beginning, walking, branching, leaving, and coming back after a question in between.

The dialogue's slots hold where a person is: ``guide``, ``guide_step``, the way there (``guide_trail``), and the items of checklists that
are done (``guide_done``, as ``guide/item``).
"""

from __future__ import annotations

from typing import Any

from actions.answering import judgements, shown_source
from actions.payload import payload
from actions.reply import Button, Reply, say
from actions.turn import Advisor, Outcome, Turn
from knowledge.figures import fill
from knowledge.guide import Guide, Step
from knowledge.languages import COUNTRIES
from knowledge.model import KnowledgeBase, Source
from translations.catalog import translate


async def start(advisor: Advisor, turn: Turn) -> Outcome:
    """Begin the guide that a button names or the words ask for; else offer those of the person's country."""
    base, situation = advisor.answering.base, turn.situation
    chosen = situation.entity("guide")
    if chosen is None and turn.text and not turn.text.startswith("/"):
        chosen = await advisor.answering.guide_for(turn.text, _country(turn))
    if chosen in base.guides:
        guide = base.guides[chosen]
        if situation.country is None:
            await advisor.memory.set_place(turn.conversation, guide.country, None)
        return _at(advisor, turn, chosen, guide.first, trail=[])
    return _offer(advisor, turn)


def _offer(advisor: Advisor, turn: Turn) -> Outcome:
    """The guides of the person's country; without one, the countries."""
    base, language, country = advisor.answering.base, turn.situation.language, _country(turn)
    if country is None:
        names = {code: base.countries[code].about.names[language] for code in COUNTRIES}  # type: ignore[index]
        buttons = [Button(title=names[code], payload=payload("start_guide", country=code)) for code in COUNTRIES]
        reply = say("clarify", language, "guides-country")
    else:
        buttons = [
            Button(title=guide.title[language], payload=payload("start_guide", guide=name))  # type: ignore[index]
            for name, guide in base.guides.items()
            if guide.country == country
        ]
        reply = say("clarify", language, "guides")
    reply.buttons = buttons
    return Outcome(replies=[reply])


def _country(turn: Turn) -> str | None:
    return turn.situation.country or turn.situation.entity("country")


async def go_on(advisor: Advisor, turn: Turn) -> Outcome:
    """The next step of the guide that is open."""
    here = _here(advisor, turn)
    if here is None:
        return _offer(advisor, turn)
    name, guide, step = here
    if guide.steps[step].options:
        # The person must choose: show the step again.
        return _at(advisor, turn, name, step, turn.slots.get("guide_trail") or [])
    following = guide.after(step)
    trail = [*(turn.slots.get("guide_trail") or []), step]
    return _end(advisor, turn, name) if following is None else _at(advisor, turn, name, following, trail)


async def go_back(advisor: Advisor, turn: Turn) -> Outcome:
    """The step before; the first one stays."""
    here = _here(advisor, turn)
    if here is None:
        return _offer(advisor, turn)
    name, guide, _ = here
    trail = [step for step in turn.slots.get("guide_trail") or [] if step in guide.steps]
    return _at(advisor, turn, name, trail[-1] if trail else guide.first, trail[:-1])


async def go_to(advisor: Advisor, turn: Turn) -> Outcome:
    """The step that a button names as ``guide/step``, of whatever guide: an earlier button goes on working."""
    name, _, step = (turn.situation.entity("goto") or "").partition("/")
    guide = advisor.answering.base.guides.get(name)
    if guide is None or step not in guide.steps:
        return _offer(advisor, turn)
    same = turn.slots.get("guide") == name
    before = [turn.slots["guide_step"]] if same and turn.slots.get("guide_step") else []
    return _at(advisor, turn, name, step, [*(turn.slots.get("guide_trail") or [] if same else []), *before])


async def resume(advisor: Advisor, turn: Turn) -> Outcome:
    """The step at which the person left for a question."""
    here = _here(advisor, turn)
    if here is None:
        return _offer(advisor, turn)
    return _at(advisor, turn, here[0], here[2], turn.slots.get("guide_trail") or [])


async def done(advisor: Advisor, turn: Turn) -> Outcome:
    """Note that an item of a checklist is done, and show the next one that is not."""
    item = turn.situation.entity("item") or f"{turn.slots.get('guide')}/{turn.slots.get('guide_step')}"
    name, _, step = item.partition("/")
    guide = advisor.answering.base.guides.get(name)
    if guide is None or step not in guide.steps or guide.kind != "checklist":
        return await go_on(advisor, turn)
    finished = list(dict.fromkeys([*(turn.slots.get("guide_done") or []), item]))
    slots = {**turn.slots, "guide": name, "guide_step": step, "guide_done": finished}
    outcome = await go_on(advisor, turn.model_copy(update={"slots": slots}))
    outcome.slots["guide_done"] = finished
    return outcome


async def leave(advisor: Advisor, turn: Turn) -> Outcome:
    """Close the guide; what is done stays noted."""
    language = turn.situation.language
    key = "guide-left" if turn.slots.get("guide") else "deny"
    reply = say("command" if turn.slots.get("guide") else "smalltalk", language, key)
    return Outcome(replies=[reply], slots={"guide": None, "guide_step": None, "guide_trail": None})


def way_back(advisor: Advisor, turn: Turn) -> list[Button]:
    """The button that leads back to a guide that is open; none without one."""
    here = _here(advisor, turn)
    if here is None:
        return []
    language = turn.situation.language
    title = translate(language, "button-resume", guide=here[1].title[language])  # type: ignore[index]
    return [Button(title=title, payload=payload("resume_guide"))]


def _here(advisor: Advisor, turn: Turn) -> tuple[str, Guide, str] | None:
    """The guide that is open, and the step; None without one, also where it has changed on disk since."""
    name, step = turn.slots.get("guide"), turn.slots.get("guide_step")
    guide = advisor.answering.base.guides.get(name or "")
    return (str(name), guide, str(step)) if guide is not None and step in guide.steps else None


def _at(advisor: Advisor, turn: Turn, name: str, key: str, trail: list[str]) -> Outcome:
    """A step with its buttons."""
    base, language = advisor.answering.base, turn.situation.language
    guide = base.guides[name]
    step = guide.steps[key]
    finished = set(turn.slots.get("guide_done") or [])
    reply = _step(base, guide, step, language)
    if guide.kind == "checklist":
        place = list(guide.steps).index(key) + 1
        mark = "✓ " if f"{name}/{key}" in finished else ""
        done_so_far = sum(f"{name}/{item}" in finished for item in guide.steps)
        head = f"**{mark}{place}. {step.title[language] if step.title else ''}**"  # type: ignore[index]
        progress = translate(language, "guide-progress", done=done_so_far, all=len(guide.steps))
        reply.text = f"{head}\n\n{reply.text}\n\n{progress}"
        reply.buttons.append(Button(title=translate(language, "button-done"), payload=payload("mark_done", item=f"{name}/{key}")))
        reply.buttons.append(Button(title=translate(language, "button-later"), payload=payload("next_step")))
    elif not trail:
        reply.text = f"**{guide.title[language]}**\n\n{reply.text}"  # type: ignore[index]
    for option in step.options:
        reply.buttons.append(Button(title=option.title[language], payload=payload("guide_step", goto=f"{name}/{option.next}")))  # type: ignore[index]
    if step.next:
        reply.buttons.append(Button(title=translate(language, "button-next"), payload=payload("next_step")))
    if trail:
        reply.buttons.append(Button(title=translate(language, "button-back"), payload=payload("previous_step")))
    if step.topic and (entry := base.entries.get(f"{guide.country.lower()}/{step.topic}")):
        title = translate(language, "button-more", title=entry.text_for(language).title)
        reply.buttons.append(Button(title=title, payload=payload("choose_entry", entry=entry.id)))
    slots: dict[str, Any] = {"guide": name, "guide_step": key, "guide_trail": trail or None}
    last = not step.options and guide.after(key) is None
    if last and guide.kind == "walk":
        # A walk that has come to its end is closed; going back opens it again.
        slots |= {"guide": None, "guide_step": None, "guide_trail": None}
        if trail:
            back = payload("guide_step", goto=f"{name}/{trail[-1]}")
            reply.buttons = [b if b.payload != payload("previous_step") else b.model_copy(update={"payload": back}) for b in reply.buttons]
        reply.feedback = judgements(reply.entry or name, language)
    else:
        reply.buttons.append(Button(title=translate(language, "button-leave"), payload=payload("stop")))
    if reply.entry:
        slots["entry"] = reply.entry
    return Outcome(replies=[reply], slots=slots)


def _step(base: KnowledgeBase, guide: Guide, step: Step, language: str) -> Reply:
    """The text of a step with its figures and sources."""
    country = guide.country.lower()
    figures = base.countries[guide.country].figures
    filled = fill(step.text[language], figures, language)  # type: ignore[index]
    sources: list[Source] = []
    for reference in step.sources:
        topic, _, source = reference.partition("/")
        owner = base.entries.get(f"{country}/{topic}")
        if owner is not None and source in owner.about.sources and owner.about.sources[source] not in sources:
            sources.append(owner.about.sources[source])
    about = step.topic or next((reference.partition("/")[0] for reference in step.sources), None)
    reply = Reply(
        kind="answer" if sources else "clarify",
        text=filled.text,
        text_language=language,
        entry=f"{country}/{about}" if f"{country}/{about}" in base.entries else None,
        sources=[shown_source(source) for source in sources],
        checked_on=min((source.checked_on for source in sources), default=None),
        reviewed_on=guide.reviewed_on,
    )
    if sources and guide.reviewed_on is None:
        reply.notices.append("not_reviewed")
    if filled.expired:
        reply.notices.append("expired_figure")
    return reply


def _end(advisor: Advisor, turn: Turn, name: str) -> Outcome:
    """The end of a checklist: what is done, and a button for each item that is not."""
    base, language = advisor.answering.base, turn.situation.language
    guide, finished = base.guides[name], set(turn.slots.get("guide_done") or [])
    lines, buttons = [], []
    for key, step in guide.steps.items():
        is_done = f"{name}/{key}" in finished
        item = str(step.title[language]) if step.title else key  # type: ignore[index]
        lines.append(f"- {'✓' if is_done else '○'} {item}")
        if not is_done:
            buttons.append(Button(title=item, payload=payload("guide_step", goto=f"{name}/{key}")))
    text = "\n".join([f"**{guide.title[language]}**", "", *lines, "", translate(language, "guide-end")])  # type: ignore[index]
    buttons.append(Button(title=translate(language, "button-leave"), payload=payload("stop")))
    reply = Reply(kind="command", text=text, text_language=language, buttons=buttons)
    return Outcome(replies=[reply], slots={"guide": name, "guide_step": list(guide.steps)[-1]})
