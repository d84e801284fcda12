"""Who and what, a line each, in the abstract's own words: people, treatment and its dose, comparator, harms."""

from __future__ import annotations

import re
from collections.abc import Iterator

from litwatch.compose.quotation import quote_words
from litwatch.compose.size import REVIEWS
from litwatch.domain.digest import Fact
from litwatch.domain.study import Amount, Evidence, ExerciseCard, HarmsReport, Study, Supervision, Unit

HARMS_WORDS = 25
"""At most so many words on harms are quoted."""
SILENT = "not reported in the abstract"

_HOURS = re.compile(r"\bh(?:ou)?rs?\b|\d ?h\b|-h\b|hour", re.IGNORECASE)
_OFTEN = {"1": "once", "2": "twice"}
_SUPERVISION = {
    Supervision.SUPERVISED: "supervised",
    Supervision.HOME_BASED: "at home",
    Supervision.BOTH: "supervised and at home",
}


def facts(study: Study) -> tuple[Fact, ...]:
    """What the study says plainly, in a fixed order; what it does not say has no line, but for harms."""
    tested = "What was tested" if study.design in REVIEWS else "What they did"
    lines = (
        Fact("Who", study.population.text if study.population else ""),
        Fact(tested, _tested(study)),
        Fact("Compared with", study.comparator.text if study.comparator else ""),
        Fact("Harms", _harms(study)),
    )
    return tuple(line for line in lines if line.text)


def evidence_of(study: Study) -> Iterator[tuple[str, Evidence]]:
    """Every slice of the record that the lines rest on, with what it is for."""
    card = study.exercise
    told = (
        ("who took part", study.population),
        ("what was tested", study.intervention),
        ("what it is compared with", study.comparator),
        ("harms", study.harms.evidence if study.harms else None),
        *(("the exercise", part) for part in _card_evidence(card) if card),
    )
    yield from ((name, part) for name, part in told if part is not None)


def _card_evidence(card: ExerciseCard | None) -> Iterator[Evidence | None]:
    if card:
        yield from (kind.evidence for kind in card.types)
        yield from (amount.evidence for amount in (card.frequency, card.session, card.length) if amount)
        yield card.intensity
        yield from card.supervision.evidence if card.supervision else ()


def _tested(study: Study) -> str:
    """The intervention, and after it what of its dose it does not itself say."""
    if study.intervention is None:
        return ""
    return ", ".join((study.intervention.text, *_dose(study.exercise, study.intervention)))


def _dose(card: ExerciseCard | None, within: Evidence) -> Iterator[str]:
    if card is None:
        return
    for amount in (card.frequency, card.session, card.length):
        if amount and not _overlap(amount.evidence, within):
            yield in_units(amount)
    if card.intensity and not _overlap(card.intensity, within):
        yield card.intensity.text
    if card.supervision and not any(_overlap(part, within) for part in card.supervision.evidence):
        yield _SUPERVISION[card.supervision.kind]


def _overlap(one: Evidence, other: Evidence) -> bool:
    return one.section == other.section and one.start < other.end and other.start < one.end


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


def _harms(study: Study) -> str:
    if study.harms is None or study.harms.report is HarmsReport.MENTIONED:
        return ""
    if study.harms.evidence is None:
        return SILENT
    return f"“{quote_words(study.harms.evidence.text, HARMS_WORDS)}”"
