"""`litwatch reextract`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from litwatch.cli.output import console, escape, open_app, progress_bar, write_json

if TYPE_CHECKING:
    from litwatch.domain.study import Effect, Outcome
    from litwatch.extract.differences import RowChange
    from litwatch.service.reextract import Reread

_TITLE = 90


def reextract(
    context: typer.Context,
    apply: Annotated[
        bool, typer.Option("--apply", help="Put the new readings in the place of the stored ones.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Read every stored article again and print what changes. Published issues stay as they are."""
    from litwatch.service.search import rebuild

    counts: Counter[str] = Counter()
    told: list[Reread] = []
    with open_app(context) as app, progress_bar("reading", quiet=as_json) as progress:
        for found in app.reextract(apply=apply, on_progress=progress):
            _count(counts, found)
            if not (found.difference or found.problem):
                continue
            if as_json:
                told.append(found)
            else:
                _print(found)
        if apply:
            rebuild(app.database)
    summary = {key: counts[key] for key in _SUMMARY}
    if as_json:
        write_json({"applied": apply, "summary": summary, "articles": told})
        return
    console.print(", ".join(f"{value} {key.replace('_', ' ')}" for key, value in summary.items()))
    if not apply:
        console.print("Nothing was written; with --apply the new readings take the place of the stored ones.")


_SUMMARY = (
    "articles",
    "unchanged",
    "changed",
    "newly_read",
    "unreadable",
    "rows_added",
    "rows_removed",
    "rows_changed",
    "directions_changed",
    "designs_changed",
    "stances_changed",
)


def _count(counts: Counter[str], found: Reread) -> None:
    changes = found.difference
    counts["articles"] += 1
    counts["unreadable"] += found.after is None
    counts["newly_read"] += found.before is None and found.after is not None
    counts["changed"] += found.before is not None and bool(changes)
    counts["unchanged"] += found.before is not None and found.after is not None and not changes
    counts["rows_added"] += len(changes.added)
    counts["rows_removed"] += len(changes.removed)
    counts["rows_changed"] += len(changes.changed)
    counts["directions_changed"] += sum("direction" in row.fields for row in changes.changed)
    for change in changes.study:
        counts[f"{change.field}s_changed"] += 1


def _print(found: Reread) -> None:
    title = found.title if len(found.title) <= _TITLE else found.title[: _TITLE - 1] + "…"
    versions = f"{found.before or 'not read'} → {found.after or 'not read'}"
    console.print(f"[bold]{escape(found.pmid)}[/] {escape(title)} ({escape(versions)})")
    for line in _lines(found):
        console.print(f"  {escape(line)}")


def _lines(found: Reread) -> Iterator[str]:
    if found.problem:
        yield f"! {' '.join(found.problem.split())}"
    for change in found.difference.study:
        yield f"~ {change.field}{_values(change.old, change.new)}"
    for row in found.difference.changed:
        yield f"~ {_changed(row)}"
    for outcome in found.difference.removed:
        yield f"- {_row(outcome)}"
    for outcome in found.difference.added:
        yield f"+ {_row(outcome)}"


def _values(old: Any, new: Any) -> str:
    """Old and new where they are single words or numbers; nothing where they are longer."""
    if all(value is None or isinstance(value, str | int | float) for value in (old, new)):
        return f": {_word(old)} → {_word(new)}"
    return ""


def _word(value: Any) -> str:
    return "–" if value is None else str(value)


def _row(outcome: Outcome) -> str:
    where = [part for part in (outcome.timepoint, outcome.subgroup) if part]
    parts = [outcome.name, outcome.direction.value, outcome.comparison.value, *where]
    return " · ".join([*parts, _effect(outcome.effect)] if outcome.effect else parts)


def _changed(row: RowChange) -> str:
    parts = []
    for name in row.fields:
        old, new = getattr(row.old, name), getattr(row.new, name)
        parts.append(f"effect: {_effect(old)} → {_effect(new)}" if name == "effect" else name + _values(old, new))
    return f"{row.new.name} · " + "; ".join(parts)


def _effect(effect: Effect | None) -> str:
    if effect is None:
        return "–"
    words = [effect.measure.value]
    if effect.value is not None:
        words.append(f"{effect.value:g}")
    if effect.ci:
        words.append(f"({effect.ci[0]:g} to {effect.ci[1]:g})")
    if effect.p:
        words.append(f"p {effect.p}")
    return " ".join(words)
