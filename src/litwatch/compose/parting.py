"""Where results part: felt against measured, early against late, one group of people against another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from litwatch.compose.ledger import CLEAR
from litwatch.compose.telling import Row, Wording, enumerated
from litwatch.compose.words import in_words, number_word
from litwatch.domain.prose import Provenance, Sentence
from litwatch.domain.study import Comparison, Direction, Outcome, Study

NAMES_A_SIDE = 3
"""More names than these are counted instead."""

_BLOOD = frozenset({"C-reactive protein", "erythrocyte sedimentation rate"})
"""Concepts that are measured in blood and nowhere else."""

_NOT_FELT = frozenset(
    {
        *("ACR20", "ACR50", "ACR70", "ASAS20", "ASAS40", "BASDAI50", "EULAR response", "OMERACT-OARSI response"),
        *("response rate", "remission", "recovery", "time to recovery", "wound healing", "ischaemic symptoms"),
        *("PASI", "SLEDAI", "swollen joint count", "physician global assessment", "apnoea-hypopnoea index"),
        *("sleep duration", "sleep efficiency", "sleep onset latency", "wake after sleep onset"),
    }
)
"""Concepts of the symptoms that others count or judge, or that devices measure."""

_VITAL_SIGN = re.compile(r"\b(?:blood pressure|heart rate|pulse|saturation|respiratory rate)\b", re.IGNORECASE)
"""What is watched in every patient: alone it is no measure of what a symptom comes from."""

_VERBS = {
    Direction.IMPROVED: "improved",
    Direction.NO_DIFFERENCE: "showed no clear change",
    Direction.WORSENED: "got worse",
}


def partings(study: Study, wording: Wording) -> tuple[Sentence, ...]:
    """Every parting that the rows show, in a sentence each."""
    return (*_felt_and_measured(study, wording), *_times_and_people(study, wording))


def _felt_and_measured(study: Study, wording: Wording) -> Iterator[Sentence]:
    """Symptoms (what people feel) against biomarkers: told where all of one side improved and nothing of the other.

    Only rows of one kind of comparison are held against each other.
    """
    for comparison in Comparison:
        rows = [(index, row) for index, row in enumerated(study) if row.comparison is comparison]
        felt = [row for row in rows if _is_felt(row[1]) and row[1].direction in CLEAR]
        measured = [row for row in rows if row[1].domain == "biomarker" and row[1].direction in CLEAR]
        if not felt or all(_VITAL_SIGN.search(row.name) for _, row in measured):
            continue
        if _all_better(felt) and _none_better(measured):
            yield _split("Felt better, but not measured better", felt, measured, wording)
        elif _all_better(measured) and _none_better(felt):
            yield _split("Measured better, but not felt better", felt, measured, wording)


def _split(head: str, felt: Sequence[Row], measured: Sequence[Row], wording: Wording) -> Sentence:
    association = felt[0][1].comparison is Comparison.ASSOCIATION
    if association:
        head = f"As an association: {head[0].lower()}{head[1:]}"
    text = f"{head}: {_side('symptom', felt, wording)}, while {_side(_kind(measured), measured, wording)}."
    rows = tuple(index for index, _ in (*felt, *measured))
    return Sentence(text, Provenance.DERIVED, rows, "domains of rows")


def _side(kind: str, rows: Sequence[Row], wording: Wording) -> str:
    """As "both symptoms (pain and fatigue) improved"; of many names only their number."""
    names = {row.name.casefold(): wording.name(row) for _, row in reversed(rows)}
    number = len(names)
    which = f" ({in_words([*reversed(names.values())])})" if number <= NAMES_A_SIDE else ""
    noun = kind if number == 1 else kind + "s"
    amount = "the" if number == 1 else "both" if number == 2 else f"all {number_word(number)}"
    return f"{amount} {noun}{which} {_verb({row.direction for _, row in rows})}"


def _verb(directions: set[Direction]) -> str:
    if len(directions) == 1:
        return _VERBS[next(iter(directions))]
    return "showed no clear change or got worse"


def _is_felt(row: Outcome) -> bool:
    return row.domain == "symptom" and row.concept not in _NOT_FELT


def _kind(measured: Iterable[Row]) -> str:
    return "blood marker" if all(row.concept in _BLOOD for _, row in measured) else "marker"


def _all_better(rows: Iterable[Row]) -> bool:
    return all(row.direction is Direction.IMPROVED for _, row in rows)


def _none_better(rows: Iterable[Row]) -> bool:
    return all(row.direction is not Direction.IMPROVED for _, row in rows)


def _times_and_people(study: Study, wording: Wording) -> Iterator[Sentence]:
    """An outcome that went one way at one time (or in one group) and another way at another."""
    named: dict[tuple[str, Comparison], list[Row]] = {}
    for index, row in enumerated(study):
        if row.direction in CLEAR:
            named.setdefault((row.name.casefold(), row.comparison), []).append((index, row))
    for rows in named.values():
        if len({row.direction for _, row in rows}) < 2:
            continue
        for what, circumstances in (
            ("on when it is measured", [row.timepoint for _, row in rows]),
            ("on who is asked", [row.subgroup for _, row in rows]),
        ):
            if all(circumstances) and len(set(circumstances)) == len(rows):
                ways = [
                    f"{CLEAR[row.direction]} ({where})" for (_, row), where in zip(rows, circumstances, strict=True)
                ]
                indices = tuple(index for index, _ in rows)
                name = wording.name(rows[0][1])
                text = f"It depends {what}, for {name}: {in_words(ways)}."
                yield Sentence(text, Provenance.DERIVED, indices, "time points" if "when" in what else "subgroups")
                break
