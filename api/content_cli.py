"""The commands for people who look after the content: check, new, preview, coverage, translated, minor."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from api.settings import Settings, SettingsError, load_settings
from knowledge.languages import LANGUAGES
from knowledge.model import Entry, KnowledgeBase

app = typer.Typer()
console = Console(stderr=True, highlight=False)

EntryName = Annotated[str, typer.Argument(help="An entry such as lt/family-doctor.", metavar="ENTRY")]


@app.command()
def check(
    content: Annotated[Path | None, typer.Argument(help="The content folder, if not the one of the settings.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per finding.")] = False,
) -> None:
    """Check the knowledge files and catalogs; exit 1 when something is wrong."""
    from knowledge.check import check as find
    from translations.check import check as find_in_catalogs

    settings = settings_or_exit()
    folder = content or settings.content
    if not folder.is_dir():
        raise _stop(f"{folder} is not a folder")
    findings = find(folder, datetime.date.today(), guides=None if content else settings.guides_folder) + find_in_catalogs()
    for finding in findings:
        print(json.dumps(finding.as_json(), ensure_ascii=False) if as_json else finding)
    errors = sum(finding.level == "error" for finding in findings)
    console.print(f"{errors} errors, {len(findings) - errors} warnings")
    raise typer.Exit(1 if errors else 0)


@app.command()
def new(
    entry: Annotated[str, typer.Argument(help="lt/some-topic, or lt/some-topic/vilnius for what Vilnius adds.", metavar="ENTRY")],
    theme: Annotated[str | None, typer.Option(help="The theme of a topic that topics.yml does not have yet.")] = None,
) -> None:
    """Start a new entry: write the files to fill in."""
    from knowledge.new_entry import new_entry

    settings = settings_or_exit()
    try:
        written = new_entry(settings.content, _base(settings), entry, theme)
    except (LookupError, FileExistsError) as error:
        raise _stop(str(error.args[0])) from None
    for path in written:
        print(path)


@app.command()
def preview(
    entry: EntryName,
    language: Annotated[str, typer.Argument(help="lt, lv, et, uk, ru or en.")],
    municipality: Annotated[str | None, typer.Option(help="For example vilnius.")] = None,
    status: Annotated[str | None, typer.Option(help="A legal status, such as temporary-protection.")] = None,
    occupation: Annotated[str | None, typer.Option(help="employed, self-employed, studying, child, pensioner or none.")] = None,
) -> None:
    """Print what a newcomer would read."""
    from actions.answering import show
    from actions.situation import Situation
    from api.pages import state_line
    from api.terminal import as_text

    base = _base(settings_or_exit())
    found = _find(base, entry)
    if language not in LANGUAGES:
        raise _stop(f"{language} is not one of {', '.join(LANGUAGES)}")
    if municipality is not None and municipality not in base.countries[found.country].places:
        raise _stop(f"{municipality} is not a municipality of {found.country}")
    situation = Situation(language=language, municipality=municipality, status=status, occupation=occupation)
    reply = show(base, found.id, situation)
    print(found.text_for(language).title, state_line(reply, language), as_text(reply.model_dump(mode="json")), sep="\n\n")


@app.command()
def coverage(
    html: Annotated[Path | None, typer.Option(help="Write the table as a page, too.")] = None,
    csv: Annotated[Path | None, typer.Option(help="Write the table as CSV, too.")] = None,
) -> None:
    """Show what there is: topic by country by language, with state and age."""
    from api.coverage_report import LEGEND, as_table, summary, write_csv, write_html
    from knowledge.coverage import coverage as cells_of

    today = datetime.date.today()
    cells = cells_of(_base(settings_or_exit()), today)
    output = Console(highlight=False, width=max(110, Console().width))
    output.print(as_table(cells), LEGEND, *summary(cells), sep="\n")
    if html is not None:
        write_html(cells, html, today)
    if csv is not None:
        write_csv(cells, csv)


@app.command()
def translated(
    entry: EntryName,
    languages: Annotated[list[str] | None, typer.Argument(help="Languages brought up to date; all without any.")] = None,
) -> None:
    """Note that translations of an entry follow its source text as it is now."""
    from knowledge.translation import mark_translated

    settings = settings_or_exit()
    found = _find(_base(settings), entry)
    for language in languages or [code for code in found.texts if code != found.about.source_language]:
        try:
            changed = mark_translated(settings.content, found, language)
        except LookupError as error:
            raise _stop(str(error)) from None
        print(f"{entry} {language}: {'noted' if changed else 'was up to date'}")


@app.command()
def minor(
    entry: EntryName,
    before: Annotated[str | None, typer.Option(help="The revision before the edit, if git does not know it.")] = None,
) -> None:
    """Note that the latest edit of the source text left its meaning: translations stay current."""
    from api.revisions import revision_before
    from knowledge.translation import mark_minor

    settings = settings_or_exit()
    found = _find(_base(settings), entry)
    revision = before or revision_before(settings.content, found)
    if revision is None:
        raise _stop("git knows no earlier text of this entry: name the revision with --before (it stands in the translations' heads)")
    changed = mark_minor(settings.content, found, revision)
    print(f"{entry}: {'noted' if changed else 'was noted before'}")


def settings_or_exit() -> Settings:
    """The settings; with a wrong one the command ends here, saying which."""
    try:
        return load_settings()
    except SettingsError as error:
        raise _stop(f"a setting is wrong\n{error}") from None


def _base(settings: Settings) -> KnowledgeBase:
    """What can be read of the content; broken parts are named, and left out."""
    from knowledge.loader import read
    from knowledge.parsing import Reader

    reader = Reader(settings.content)
    base = read(reader)
    for finding in reader.findings:
        console.print(str(finding), style="red", markup=False, soft_wrap=True)
    if base is None:
        raise typer.Exit(1)
    return base


def _find(base: KnowledgeBase, name: str) -> Entry:
    found = base.entries.get(name) or base.municipal.get(name)
    if found is None:
        raise _stop(f"there is no entry {name}")
    return found


def _stop(message: str) -> typer.Exit:
    console.print(f"sveiki: {message}", style="red", markup=False, soft_wrap=True)
    return typer.Exit(2)
