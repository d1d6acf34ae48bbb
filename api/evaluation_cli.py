"""``sveiki eval``, ``fit`` and ``bench``: how well the bot understands, the weights of its search, and how fast it is."""

from __future__ import annotations

import asyncio
import json
import sys
import webbrowser
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from api.content_cli import settings_or_exit
from api.settings import Settings
from knowledge.evaluation.measure import Figure, Outcome, Pairs
from knowledge.evaluation.questions import Question
from knowledge.evaluation.speed import Timing
from knowledge.languages import LANGUAGES

app = typer.Typer()
# Into a file or a pipe the table is written in full.
console = Console(highlight=False, width=None if sys.stdout.isatty() else 140)
REPORT = "quality.html"

Measured = tuple[list[Figure], Pairs]


@app.command(name="eval")
def evaluate(
    file: Annotated[Path | None, typer.Option(help="JSON Lines with text, language, country and topic, instead of our sets.")] = None,
    direct: Annotated[bool, typer.Option("--direct", help="Leave dialogue and wording out: reading and search alone.")] = False,
    record: Annotated[bool, typer.Option("--record", help="With --direct: record the figures that the tests compare with.")] = False,
    show: Annotated[bool, typer.Option("--show", help="Open the page in a browser.")] = False,
    intents: Annotated[bool, typer.Option("--intents", help="Cross-validate the dialogue's intents instead; some minutes.")] = False,
    lexical: Annotated[bool, typer.Option("--lexical", help="N-grams, words, stems and lemmas side by side instead.")] = False,
    duplicates: Annotated[bool, typer.Option("--duplicates", help="How much our sets repeat one another instead.")] = False,
) -> None:
    """How well the bot understands, per language: a table, and a page with plots in var/quality.html."""
    from knowledge.evaluation.questions import QuestionSetError, read_file
    from knowledge.evaluation.report import page
    from knowledge.evaluation.report import record as write_record

    settings = settings_or_exit()
    if intents or duplicates or lexical:
        _intents(settings) if intents else _duplicates() if duplicates else _lexical(settings)
        raise typer.Exit
    if record and (not direct or file):
        raise typer.BadParameter("--record goes with --direct and our own sets")
    try:
        questions = read_file(file, ("text", "language", "topic")) if file else None
    except (QuestionSetError, OSError) as error:
        console.print(str(error), style="red", markup=False)
        raise typer.Exit(2) from None
    if direct:
        figures, found = _direct(settings, questions)
    else:
        figures, found = asyncio.run(_through_the_bot(settings, questions))
    _print(figures)
    if record:
        write_record(figures)
    target = settings.var / REPORT
    target.write_text(page(figures, found, f"Sveiki: quality{f' on {file.name}' if file else ''}"), "utf-8")
    console.print(f"{target}", soft_wrap=True)
    if show:
        webbrowser.open(target.resolve().as_uri())


@app.command(name="fit")
def fit_weights() -> None:
    """Fit the weights of the search (knowledge/search.yml) on the tuning sets; after larger changes of content, messages or encoder."""
    from api.knowledge_source import open_index
    from knowledge.evaluation.fit import fit

    fit(open_index(settings_or_exit()), console.print)


@app.command()
def bench(
    rasa: Annotated[bool, typer.Option("--rasa", help="Also train Rasa's default pipeline and compare; some minutes.")] = False,
) -> None:
    """How fast the bot is: encoder, search and whole answers, each beside the alternatives."""
    from api.bench import SAID, chain, dialogue
    from api.bench import rasa as pipelines
    from api.knowledge_source import open_index
    from knowledge.evaluation import speed
    from knowledge.evaluation.questions import read

    settings = settings_or_exit()
    questions = read("report_questions")[::6]
    index = open_index(settings)
    _print_timings("encoder, one question, one thread", speed.encoders(index, [question.text for question in questions]))
    _print_timings("dense search", speed.searches(index))
    _print_timings("understanding", speed.understanding(index, [(question.text, str(question.country)) for question in questions]))
    vector = index.vector(SAID)
    del index
    _print_timings("dialogue", asyncio.run(dialogue(settings, vector)))
    _print_timings("answers", asyncio.run(chain(settings, questions)))
    if rasa:
        _print_timings("Rasa", pipelines(settings, questions, console.print))


def _intents(settings: Settings) -> None:
    """The cross-validation of ``bot/nlu``, per kind of features and language."""
    from api.intents import cross_validate, examples
    from knowledge.dense import VectorCache
    from knowledge.encoder import load_encoder

    texts, names, languages = examples()
    vectors = VectorCache(settings.var / "intents", load_encoder(settings.encoder_folder, threads=2), "query")
    encoded = vectors.vectors(texts)
    vectors.store()
    found = cross_validate(texts, names, languages, encoded)
    table = Table("intents, cross-validated", *found[0].others, "questions", title=f"{len(texts)} examples of {len(set(names))} intents")
    for row in found:
        table.add_row(row.features, *(f"{value:.3f}" for value in row.others.values()), f"{row.questions:.3f}")
    console.print(table)
    for (right, told), count in found[-1].confusions:
        console.print(f"{count:4} {right} told as {told}")


def _duplicates() -> None:
    """The rates of near-duplicates within and between messages and sets."""
    from knowledge.evaluation.duplicates import NEAR, overlaps

    table = Table("texts of", "nearly the same in", "share", "texts", title=f"near-duplicates (n-gram cosine from {NEAR})")
    for overlap in overlaps():
        table.add_row(overlap.of, overlap.within, f"{overlap.share:.1%}", str(overlap.count))
    console.print(table)


def _lexical(settings: Settings) -> None:
    """Recall@1 of lexical search alone for what may stand for a word in it."""
    from knowledge.evaluation.lexical import compare
    from knowledge.loader import load

    table = Table("what is counted", "question", *LANGUAGES, "mean", title="lexical search alone, recall@1")
    for row in compare(load(settings.content)):
        values = [row.values[language] for language in LANGUAGES]
        table.add_row(row.way, row.damage, *(f"{value:.3f}" for value in values), f"{sum(values) / len(values):.3f}")
    console.print(table)


def _print_timings(title: str, timings: Sequence[Timing]) -> None:
    """Ratios are to the first line: machines differ, and the same one from hour to hour."""
    table = Table(title, "p50 ms", "p95 ms", "ratio", "")
    for timing in timings:
        table.add_row(timing.name, f"{timing.p50:.2f}", f"{timing.p95:.2f}", f"{timing.p50 / timings[0].p50:.2f}", timing.remark)
    console.print(table)


def _direct(settings: Settings, questions: Sequence[Question] | None) -> Measured:
    """Figures on these questions, or on our sets."""
    from api.knowledge_source import open_index
    from knowledge.evaluation.direct import direct, looking
    from knowledge.evaluation.measure import everything, understanding
    from knowledge.evaluation.missing import text_missing
    from knowledge.evaluation.questions import read

    index = open_index(settings)
    if questions is not None:
        return understanding(direct(index), questions, [])
    figures, found = everything(direct(index), looking(index))
    return [*figures, *text_missing(index, read("report_questions"))], found


async def _through_the_bot(settings: Settings, questions: Sequence[Question] | None) -> Measured:
    """The same, asked as a channel does, the dialogue included."""
    from api.ask import Question as Asked
    from api.ask import ask_all, asker
    from knowledge.evaluation.measure import everything, understanding

    loop = asyncio.get_running_loop()
    async with asker(settings, direct=False) as asking:

        async def collect(questions: Sequence[Question]) -> list[Outcome]:
            asked = [Asked(text=q.text, country=q.country, after=q.after) for q in questions]
            return [_outcome(line) async for line in ask_all(asking, asked)]

        def ask(questions: Sequence[Question]) -> list[Outcome]:
            return asyncio.run_coroutine_threadsafe(collect(questions), loop).result()

        if questions is not None:
            return await asyncio.to_thread(understanding, ask, questions, [])
        return await asyncio.to_thread(everything, ask)


def _outcome(line: dict[str, Any]) -> Outcome:
    if "error" in line:
        raise RuntimeError(f"a question was refused: {json.dumps(line['error'], ensure_ascii=False)}")
    return Outcome(line["kind"], line["language"], line["entry"], tuple(line["alternatives"]), line["score"])


def _print(figures: Sequence[Figure]) -> None:
    from knowledge.evaluation.report import columns_of, rows

    columns = columns_of(figures)
    table = Table("measure", *columns, "worst", "goal", "")
    for column in table.columns[1:]:
        column.justify = "right"
    for row in rows(figures):
        verdict = {True: "[green]met", False: "[red]missed", None: ""}[row.met]
        values = (f"{row.values[c]:.3f}" if c in row.values else "–" for c in columns)
        table.add_row(row.measure, *values, f"{row.worst:.3f}", row.goal, verdict)
    console.print(table)
