"""The ledger as a table: one outcome a row, with its paper and its sentence. The data dictionary is made from this."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from types import NoneType, UnionType
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from litwatch.domain.study import Change, Comparison, Design, Direction, Measure


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One outcome of one study: outcome × comparison × time point × subgroup.

    Every number of a row stands in its `evidence`; the number of people, which the whole study shares, in `n_evidence`.
    """

    pmid: Annotated[str, "The paper's PubMed id."]
    row: Annotated[int, "The row's place in its study, from 0, in the order of the abstract."]
    doi: Annotated[str | None, "The paper's DOI, in lower case."]
    title: Annotated[str, "The paper's title."]
    journal: Annotated[str | None, "The journal's short name."]
    year: Annotated[int | None, "The year of publication."]
    design: Annotated[Design, "What kind of study it is."]
    n: Annotated[
        int | None,
        "People analysed; where only an enrolled or randomised number is given, that; for a review, the people in its "
        "studies; for a protocol, the planned number.",
    ]
    n_evidence: Annotated[str | None, "The words of the abstract that `n` rests on; null where there is no `n`."]
    conditions: Annotated[tuple[str, ...], "What the people have, by litwatch's names (British spelling)."]
    exercises: Annotated[tuple[str, ...], 'Kinds of exercise that were tested, by litwatch\'s names; "exercise": any.']
    outcome: Annotated[str, "What was measured, as the abstract names it."]
    concept: Annotated[str | None, "The lexicon's name for it; null for what the lexicon does not know."]
    domain: Annotated[
        str | None,
        "symptom, function, mental, quality_of_life, fitness, biomarker, structure, harm, use, cost or behaviour; null "
        "without a concept.",
    ]
    direction: Annotated[
        Direction | None,
        "What happened for the person, with the intervention against the comparator (or against the baseline). "
        "`reported`: a result without a direction. Null where the editor found that this is no result.",
    ]
    read_as: Annotated[Direction | None, "The direction as it was read, where the editor corrected it; else null."]
    correction: Annotated[str | None, "The editor's reason for a correction; else null."]
    change: Annotated[Change | None, "What the measured value itself did. Null where unknown, or corrected."]
    comparison: Annotated[Comparison, "`between` groups, `within` a group (before and after), or an `association`."]
    measure: Annotated[Measure | None, "The kind of the estimate; null without `value` and interval."]
    value: Annotated[float | None, "The estimate as printed, in `unit` or in the measure's own unit."]
    ci_low: Annotated[float | None, "Lower end of the interval."]
    ci_high: Annotated[float | None, "Upper end of the interval."]
    ci_level: Annotated[float | None, "Level of the interval in per cent; null without one."]
    p: Annotated[str | None, 'The p-value as written, without spaces: "<0.001", "0.03".']
    i2: Annotated[float | None, "I² of a pooled estimate, in per cent."]
    unit: Annotated[str | None, "The estimate's unit, as written."]
    timepoint: Annotated[str | None, "When it was measured, as written."]
    subgroup: Annotated[str | None, "In whom it was measured, as written; null for all."]
    primary: Annotated[bool, "True only where the abstract calls it the primary outcome."]
    evidence: Annotated[str, "The exact passage of title or abstract that the row rests on."]
    evidence_section: Annotated[int, "The section of the abstract in which it stands, from 0; -1: the title."]
    evidence_start: Annotated[int, "Its first character in that section, from 0."]
    evidence_end: Annotated[int, "The character behind its last one."]
    retracted: Annotated[bool, "The paper was retracted or withdrawn, in whole or in part, as far as litwatch knows."]
    week: Annotated[str | None, "The issue that told or listed the paper (ISO week); null for none yet."]
    note: Annotated[str | None, "The address of the note about the paper; null if there is none."]
    extractor: Annotated[str, "The version of the reader that read the abstract."]
    read_at: Annotated[datetime, "When it was read, in UTC."]


@dataclass(frozen=True, slots=True)
class Column:
    """One line of the data dictionary."""

    name: str
    kind: str
    """text, integer, number, true or false, time, list of text; or "one of" the values that there are."""
    values: tuple[str, ...]
    """Of an enumeration."""
    nullable: bool
    about: str


def columns() -> Mapping[str, tuple[Any, str]]:
    """The type and the meaning of each column, by name, in order."""
    types = get_type_hints(LedgerRow, include_extras=True)
    return {each.name: (types[each.name].__origin__, types[each.name].__metadata__[0]) for each in fields(LedgerRow)}


def dictionary() -> tuple[Column, ...]:
    """The data dictionary, in the order of the columns."""
    return tuple(_column(name, hint, about) for name, (hint, about) in columns().items())


_KINDS = {str: "text", int: "integer", float: "number", bool: "true or false", datetime: "time"}


def _column(name: str, hint: Any, about: str) -> Column:
    options = get_args(hint) if get_origin(hint) is UnionType else (hint,)
    (kind,) = (option for option in options if option is not NoneType)
    nullable = NoneType in options
    if get_origin(kind) is tuple:
        return Column(name, "list of text", (), nullable, about)
    if issubclass(kind, StrEnum):
        return Column(name, "one of", tuple(member.value for member in kind), nullable, about)
    return Column(name, _KINDS[kind], (), nullable, about)
