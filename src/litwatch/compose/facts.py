"""The slices of the record that tell who and what, and the dose of an exercise in words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from litwatch.domain.study import Amount, Evidence, ExerciseCard, Study, Supervision, Unit

_HOURS = re.compile(r"\bh(?:ou)?rs?\b|\d ?h\b|-h\b|hour", re.IGNORECASE)
_OFTEN = {"1": "once", "2": "twice"}
_SUPERVISION = {
    Supervision.SUPERVISED: "supervised",
    Supervision.HOME_BASED: "at home",
    Supervision.BOTH: "supervised and at home",
}


def evidence_of(study: Study) -> Iterator[tuple[str, Evidence]]:
    """Every slice of the record that the lines rest on, with what it is for."""
    told = (
        ("who took part", study.population),
        ("what was tested", study.intervention),
        ("what it is compared with", study.comparator),
        ("harms", study.harms.evidence if study.harms else None),
        *(("the exercise", part) for part in _card_evidence(study.exercise)),
    )
    yield from ((name, part) for name, part in told if part is not None)


def _card_evidence(card: ExerciseCard | None) -> Iterator[Evidence | None]:
    if card:
        yield from (kind.evidence for kind in card.types)
        yield from (amount.evidence for amount in (card.frequency, card.session, card.length) if amount)
        yield card.intensity
        yield from card.supervision.evidence if card.supervision else ()


def dose(card: ExerciseCard, within: Evidence | None) -> str:
    """How often, how long and how hard, in a sentence, without what the slice `within`, told already, says itself.

    Weeks, or a place, are no dose alone: "The sessions went on for 12 weeks." Nothing known gives "".
    """
    amounts = [amount for amount in (card.frequency, card.session) if amount and not _overlap(amount.evidence, within)]
    much = [in_units(amount) for amount in amounts]
    length = [in_units(card.length)] if card.length and not _overlap(card.length.evidence, within) else []
    hard = [card.intensity.text] if card.intensity and not _overlap(card.intensity, within) else []
    where = []
    if card.supervision and not any(_overlap(part, within) for part in card.supervision.evidence):
        where = [_SUPERVISION[card.supervision.kind]]
    told = ", ".join((*much, *length, *hard, *where))
    if much or hard:
        return f"The dose: {told}."
    return f"The sessions {'went on' if length else 'were'} {told}." if told else ""


def _overlap(one: Evidence, other: Evidence | None) -> bool:
    return other is not None and one.section == other.section and one.start < other.end and other.start < one.end


def in_units(amount: Amount) -> str:
    """An amount as "3 times a week", "45 to 60 minutes a session", "for 12 weeks"; hours stay hours."""
    hours = amount.unit is Unit.MINUTES and _HOURS.search(amount.evidence.text) is not None
    low, high = (bound / 60 if hours else bound for bound in (amount.low, amount.high))
    number = f"{low:g}" if low == high else f"{low:g} to {high:g}"
    one = low == high == 1
    if amount.unit is Unit.PER_WEEK:
        return _OFTEN.get(number, f"{number} times") + " a week"
    noun = "hours" if hours else amount.unit.value
    told = f"{number} {noun.removesuffix('s') if one else noun}"
    return f"{told} a session" if amount.unit is Unit.MINUTES else f"for {told}"
