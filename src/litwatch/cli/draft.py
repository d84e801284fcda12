"""`litwatch issue draft|edit|approve|skip`: the editor's commands."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from litwatch.cli.issue import AsJson, describe, week_of
from litwatch.cli.output import console, errors, escape, open_app, table, write_json
from litwatch.domain.text import clean_text
from litwatch.errors import UsageError

if TYPE_CHECKING:
    from litwatch.domain.edits import Edit
    from litwatch.domain.study import Outcome
    from litwatch.store.drafts import Draft

AWeek = Annotated[str, typer.Argument(metavar="WEEK", help="An ISO week, e.g. 2026-W03.")]
_NUGGET = "The nugget: its slug (pmid-38921661) or PMID."
ASlug = Annotated[str, typer.Argument(metavar="SLUG", help=_NUGGET)]
Told = Literal["improved", "worsened", "no_difference", "mixed", "reported"]
"""A `Direction`, which is not loaded for the sake of `--help`."""
By = Annotated[str, typer.Option("--by", metavar="NAME", help="The editor's name, as readers will see it.")]


def draft(
    context: typer.Context,
    week: Annotated[
        str | None, typer.Argument(help="An ISO week. Default: the draft that waits, or the issue due.")
    ] = None,
    afresh: Annotated[bool, typer.Option("--afresh", help="Forget the editor's changes.")] = False,
    as_json: AsJson = False,
) -> None:
    """Compose the draft of an issue, or compose it anew with all that has come in; the editor's changes are kept."""
    with open_app(context) as app:
        waiting = app.desk.compose(week_of(week) if week else None, afresh=afresh)
        fallback = app.settings.issue.fallback
    if as_json:
        write_json(waiting)
        return
    _print(waiting.draft)
    after = "is published unsigned" if fallback == "unsigned" else "goes on waiting"
    console.print(f"waits until {waiting.until:%Y-%m-%d %H:%M %Z}, then {after}")
    for line in waiting.unfit:
        errors.print(f"does not fit any more: {escape(line)}")


def edit(
    context: typer.Context,
    week: AWeek,
    by: By,
    slug: Annotated[str | None, typer.Argument(help=_NUGGET)] = None,
    foreword: Annotated[str | None, typer.Option(metavar="TEXT", help="Your own words about the week.")] = None,
    words: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Your own paragraphs on the nugget; '' removes, '-' reads stdin.")
    ] = None,
    stars: Annotated[int | None, typer.Option(help="Another rating, 1 to 5; needs --because.")] = None,
    drop: Annotated[bool, typer.Option("--drop", help="Only list it under 'Also new'; needs --because.")] = False,
    add: Annotated[bool, typer.Option("--add", help="Feature a paper that is listed under 'Also new'.")] = False,
    move: Annotated[int | None, typer.Option(metavar="PLACE", help="Put the nugget there, counted from 1.")] = None,
    row: Annotated[
        int | None, typer.Option(metavar="N", help="Correct this row (litwatch issue rows); needs --because.")
    ] = None,
    direction: Annotated[Told | None, typer.Option(help="How the row is to be told: the note follows.")] = None,
    drop_row: Annotated[bool, typer.Option("--drop-row", help="Leave the row out; the note says so.")] = False,
    because: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Why: for --stars, --drop and --row; readers see it.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Change the draft of an issue: all that is asked for, or nothing. What you write is marked as yours."""
    from litwatch.domain.edits import Amend, Foreword
    from litwatch.domain.study import Direction

    name = _text(by, "--by")
    changes: list[Edit] = [] if foreword is None else [Foreword(_input(foreword), name)]
    asked = {"--add": add, "--drop": drop, "--move": move is not None}
    asked |= {"--stars": stars is not None, "--words": words is not None, "--row": row is not None}
    given = [option for option, wanted in asked.items() if wanted]
    if given and slug is None:
        raise UsageError(f"{given[0]} needs the nugget: litwatch issue edit {week} pmid-… {given[0]}")
    if drop and len(given) > 1:
        raise UsageError(f"{', '.join(given)}: a nugget that is dropped can take no other change")
    if slug is not None:
        changes += _on_nugget(slug.removeprefix("pmid-"), name, add, drop, move, stars, words, because)
    if (row is None) == (direction is not None or drop_row) or (direction is not None and drop_row):
        raise UsageError("a row is corrected with --row N and one of --direction and --drop-row")
    if not changes and row is None:
        raise UsageError(
            "nothing to change: --foreword, or a nugget and --words, --stars, --drop, --add, --move or --row"
        )
    with open_app(context) as app:
        if slug is not None and row is not None:
            pmid, why = slug.removeprefix("pmid-"), _text(because, "--row needs --because")
            told = Direction(direction) if direction else None
            changes.append(Amend(pmid, _row(app.desk.rows(week_of(week), pmid), row), told, why, name))
        changed = app.desk.edit(week_of(week), changes)
    if as_json:
        write_json(changed)
    else:
        _print(changed)


def rows(context: typer.Context, week: AWeek, slug: ASlug, as_json: AsJson = False) -> None:
    """List the ledger of a nugget in a draft as it was read, each row with its number for `issue edit --row`."""
    with open_app(context) as app:
        ledger = app.desk.rows(week_of(week), slug.removeprefix("pmid-"))
    if as_json:
        write_json(ledger)
        return
    listed = table("row", "read as", "outcome", "time or people", "sentence")
    for number, row in enumerate(ledger, 1):
        where = ", ".join(filter(None, (row.timepoint, row.subgroup)))
        listed.add_row(str(number), row.direction.value, escape(row.name), escape(where), escape(row.evidence.text))
    console.print(listed)


def approve(context: typer.Context, week: AWeek, by: By, as_json: AsJson = False) -> None:
    """Sign the draft and publish it as it stands: feed and pages are written, the mail is queued."""
    with open_app(context, public=True) as app:
        published = app.desk.approve(week_of(week), by=_text(by, "--by"))
        files = app.write_site()
    if as_json:
        write_json({"week": published.issue.week, "new": published.new, "files": [str(path) for path in files]})
        return
    state = "Published" if published.new else "Already published"
    console.print(f"{state}: {describe(published.issue)}, {published.queued} mails queued")


def skip(
    context: typer.Context,
    week: AWeek,
    because: Annotated[str, typer.Option(metavar="TEXT", help="Why there is no issue; kept with the draft.")],
) -> None:
    """Do without an issue this week. Its papers stay candidates for the next one."""
    with open_app(context) as app:
        skipped = app.desk.skip(week_of(week), because=_text(because, "--because"))
    console.print(f"Skipped: {describe(skipped.issue)}")


def _on_nugget(
    pmid: str,
    by: str,
    add: bool,
    drop: bool,
    move: int | None,
    stars: int | None,
    words: str | None,
    because: str | None,
) -> Iterator[Edit]:
    from litwatch.domain.edits import Add, Drop, Move, Override, Words

    if add:
        yield Add(pmid, by)
    if drop:
        yield Drop(pmid, _text(because, "--drop needs --because"), by)
    if move is not None:
        yield Move(pmid, move, by)
    if stars is not None:
        yield Override(pmid, stars, _text(because, "--stars needs --because"), by)
    if words is not None:
        yield Words(pmid, _input(words), by)


def _row(ledger: tuple[Outcome, ...], number: int) -> Outcome:
    if not 1 <= number <= len(ledger):
        raise UsageError(f"there is no row {number}: the ledger has {len(ledger)} (litwatch issue rows)")
    return ledger[number - 1]


def _input(text: str) -> str:
    return sys.stdin.read() if text == "-" else text


def _text(text: str | None, what: str) -> str:
    cleaned = clean_text(text or "")
    if not cleaned:
        raise UsageError(f"{what}: a text is missing")
    return cleaned


def _print(draft: Draft) -> None:
    console.print(f"Draft: {describe(draft.issue)}")
    for place, nugget in enumerate(draft.issue.nuggets, 1):
        stars = f"{nugget.rating.stars} of 5, " if nugget.rating else ""
        console.print(f"  {place}. {nugget.slug}  {escape(nugget.headline)} ({stars}{escape(nugget.meta)})")
