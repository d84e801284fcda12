"""A study's ledger as rows of a table, with what an editor corrected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from litwatch.compose.amending import corrections
from litwatch.compose.questions import conditions, exercises
from litwatch.domain.calendar import Week
from litwatch.domain.digest import AmendedRow
from litwatch.domain.rows import LedgerRow
from litwatch.domain.study import Change, Direction, Outcome, Study


@dataclass(frozen=True, slots=True)
class Source:
    """What a row says of its paper, beside the reading. As in `LedgerRow`."""

    doi: str | None
    title: str
    journal: str | None
    year: int | None
    retracted: bool
    week: Week | None
    note: str | None
    read_at: datetime


def standing(study: Study, amended: Sequence[AmendedRow]) -> Iterator[tuple[Outcome, Direction | None]]:
    """The rows with the direction in which each stands: the editor's, where they corrected it (None: it is no result)."""
    corrected = corrections(study.outcomes, amended)
    for place, row in enumerate(study.outcomes):
        yield row, corrected[place].direction if place in corrected else row.direction


def ledger_rows(study: Study, source: Source, amended: Sequence[AmendedRow]) -> tuple[LedgerRow, ...]:
    """All rows of the study, those too that an editor took out of its note."""
    people = _people(study)
    names = tuple(sorted(conditions(study))), tuple(sorted(exercises(study)))
    corrected = corrections(study.outcomes, amended)
    return tuple(
        _row(study, source, people, names, (place, row), corrected.get(place))
        for place, row in enumerate(study.outcomes)
    )


def _row(
    study: Study,
    source: Source,
    people: tuple[int, str] | tuple[None, None],
    names: tuple[tuple[str, ...], tuple[str, ...]],
    placed: tuple[int, Outcome],
    correction: AmendedRow | None,
) -> LedgerRow:
    place, row = placed
    effect = row.effect
    low, high = (effect.ci if effect else None) or (None, None)
    estimated = effect is not None and (effect.value is not None or effect.ci is not None)
    return LedgerRow(
        pmid=study.pmid,
        row=place,
        doi=source.doi,
        title=source.title,
        journal=source.journal,
        year=source.year,
        design=study.design,
        n=people[0],
        n_evidence=people[1],
        conditions=names[0],
        exercises=names[1],
        outcome=row.name,
        concept=row.concept,
        domain=row.domain,
        direction=correction.direction if correction else row.direction,
        read_as=row.direction if correction else None,
        correction=f"{correction.why} ({correction.by})" if correction else None,
        change=_change(row, correction),
        comparison=row.comparison,
        measure=effect.measure if effect and estimated else None,
        value=effect.value if effect else None,
        ci_low=low,
        ci_high=high,
        ci_level=effect.ci_level if effect and effect.ci else None,
        p=effect.p if effect else None,
        i2=effect.i2 if effect else None,
        unit=effect.unit if effect else None,
        timepoint=row.timepoint,
        subgroup=row.subgroup,
        primary=row.primary,
        evidence=row.evidence.text,
        evidence_section=row.evidence.section,
        evidence_start=row.evidence.start,
        evidence_end=row.evidence.end,
        retracted=source.retracted,
        week=str(source.week) if source.week else None,
        note=source.note,
        extractor=study.extractor,
        read_at=source.read_at,
    )


def _change(row: Outcome, correction: AmendedRow | None) -> Change | None:
    """As in `amending`: which way the value went is not known any more, but where it did not differ."""
    if correction is None:
        return row.change
    return Change.NO_DIFFERENCE if correction.direction is Direction.NO_DIFFERENCE else None


def _people(study: Study) -> tuple[int, str] | tuple[None, None]:
    """The number of people and the words that give it; none without the words."""
    counted = next((count for count in study.counts if count.value == study.n_participants), None)
    return (counted.value, counted.evidence.text) if counted else (None, None)
