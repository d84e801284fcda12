"""An update: what a later study says about the outcomes of an earlier note, with design and size beside every verdict.

Same input, same text. `notice_checks.py` looks at the finished notice before anything is stored.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from litwatch.compose.amending import amend
from litwatch.compose.bearings import Standing, compare, frame_of, head_on, shared, standing
from litwatch.compose.citation import cite
from litwatch.compose.ledger import CLEAR, numbers
from litwatch.compose.questions import Against, against, by_concept, conditions
from litwatch.compose.size import REVIEWS, size
from litwatch.compose.versions import is_new_edition, same_paper
from litwatch.compose.words import DESIGNS, in_words
from litwatch.domain.article import Article
from litwatch.domain.digest import LedgerLine, Nugget
from litwatch.domain.notice import Bearing, ComparedRow, Notice, NoticeKind
from litwatch.domain.prose import Provenance, Sentence
from litwatch.domain.study import Direction, Outcome, Study

VERBS = {
    Bearing.AGREES: "It agrees on",
    Bearing.CONFLICTS: "It conflicts on",
    Bearing.REFINES: "It adds to what is told of",
}
SAID = {**CLEAR, Direction.MIXED: "mixed results", Direction.REPORTED: "no clear direction"}
SIZE_UNKNOWN = "size not stated"
PEOPLE_UNKNOWN = "number of people not stated"
TWO_REVIEWS = "Two reviews of one question may pool the same trials, so they do not count as two independent results."
ONE_REVIEW = "The review may include the other study, so they do not count as two independent results."
NEW_EDITION = "One is an updated edition of the other, so they do not count as two independent results."
NOT_OVERTURNED = "does not overturn what this note tells"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two studies of a notice, with its record."""

    article: Article
    study: Study


def update_notice(nugget: Nugget, earlier: Side, later: Side, *, authority: str, made: datetime) -> Notice | None:
    """The update that `later` gives the note on `earlier`; None if it has nothing to say about it.

    Nothing is said where the two are not about one condition and one kind of exercise, where they are one paper (an
    updated edition of a review is another), and about outcomes that the note does not tell as today's reading has them:
    a note stays as it was published.
    """
    told = replace(earlier, study=as_told(nugget, earlier.study))
    if not all(shared(told.study, later.study)) or same_paper(earlier.article, later.article):
        return None
    rows = compare(told.study, later.study)
    if not rows:
        return None
    return Notice(
        guid=update_guid(authority, nugget.pmid, later.article.pmid),
        kind=NoticeKind.UPDATE,
        pmid=nugget.pmid,
        slug=nugget.slug,
        headline=nugget.headline,
        made=made,
        sentences=tell(rows, told, later),
        citation=cite(later.article),
        rows=rows,
    )


def update_guid(authority: str, pmid: str, later: str) -> str:
    """The permanent `tag:` URI of what the paper `later` says about the note on `pmid`."""
    return f"tag:{authority}:notice/update/{pmid}/{later}"


def as_told(nugget: Nugget, study: Study) -> Study:
    """`study` with the rows that the note told, in the direction in which it told them: the editor's, if one amended it."""
    study = amend(study, nugget.amended)
    lists = {
        Direction.IMPROVED: nugget.better,
        Direction.NO_DIFFERENCE: nugget.unchanged,
        Direction.WORSENED: nugget.worse,
    }
    rows = (row for row in study.outcomes if any(_is_of(row, told) for told in lists.get(row.direction, nugget.other)))
    return replace(study, outcomes=tuple(rows))


def _is_of(row: Outcome, told: LedgerLine) -> bool:
    """Whether the note's line tells this row; its numbers may be printed in another way today."""
    own = (row.name, row.evidence.text, row.comparison.value, row.timepoint, row.subgroup)
    return own == (told.name, told.quote, told.comparison, told.timepoint, told.subgroup)


def tell(rows: Sequence[ComparedRow], earlier: Side, later: Side) -> tuple[Sentence, ...]:
    """The text of an update: which study, each verdict, what qualifies them, and what the new study leaves open."""
    return (
        _lead(earlier, later),
        *_verdicts(rows, earlier, later),
        *_differences(earlier, later),
        *_weight(rows, earlier, later),
        *_dependence(earlier, later),
        *_silent(rows, earlier),
    )


def _lead(earlier: Side, later: Side) -> Sentence:
    ill, kinds = shared(earlier.study, later.study)
    about = f"{in_words(sorted(kinds))} in {in_words(sorted(ill))}"
    text = f"A new {_design(later)} ({sizes(later)}) is about {about} too; this note tells a {_design(earlier)} ({sizes(earlier)})."
    return Sentence(text, Provenance.DERIVED, basis="design, size, conditions and exercise of both")


def _verdicts(rows: Sequence[ComparedRow], earlier: Side, later: Side) -> Iterator[Sentence]:
    """One sentence for all outcomes with the same verdict; after a conflict the new estimates."""
    numbered = sorted(enumerate(rows), key=lambda item: _first_of_its_kind(rows, item[1]))
    for _, group in groupby(numbered, key=lambda item: _kind(item[1])):
        members = list(group)
        row = members[0][1]
        places = tuple(place for place, _ in members)
        names = in_words(member.outcome for _, member in members)
        text = f"{VERBS[row.bearing]} {names}: {_verdict(row, earlier, later)}."
        yield Sentence(text, Provenance.DERIVED, places, "compared row by row")
        if row.bearing is Bearing.CONFLICTS:
            yield from (found for place, member in members for found in _estimate(place, member, earlier, later))


def _verdict(row: ComparedRow, earlier: Side, later: Side) -> str:
    before = f"the {_design(earlier)} of this note ({sizes(earlier)})"
    after = f"the new {_design(later)} ({sizes(later)})"
    if row.before is row.after and not row.before_at and not row.after_at:
        return f"{SAID[row.before]} both in {before} and in {after}"
    return f"{SAID[row.before]}{_at(row.before_at)} in {before}, {SAID[row.after]}{_at(row.after_at)} in {after}"


def _estimate(place: int, row: ComparedRow, earlier: Side, later: Side) -> Iterator[Sentence]:
    """The later study's estimate where the two meet head-on, with the digits of its abstract."""
    known = {frame_of(other) for other in by_concept(earlier.study)[row.outcome]}
    for found in by_concept(later.study)[row.outcome]:
        effect = found.effect
        if effect and effect.value is not None and frame_of(found) in known and found.direction is row.after:
            told = numbers(effect, found.evidence.text)
            if told:
                text = f"The new estimate for {row.outcome}: {told}."
                yield Sentence(text, Provenance.EXTRACTED, (place,), f"“{found.evidence.text}”")
            return


def _differences(earlier: Side, later: Side) -> Iterator[Sentence]:
    """Why results are not laid side by side, where that is not told with the result."""
    if head_on(earlier.study, later.study):
        return
    before, after = (in_words(sorted(conditions(side.study))) for side in (earlier, later))
    if before != after:
        text = f"The people differ: {before} in this note, {after} in the new study."
        yield Sentence(text, Provenance.DERIVED, basis="conditions of both")
    if Against.TREATMENT in (against(earlier.study), against(later.study)):
        compared = (_comparator(side) for side in (earlier, later))
        text = "The comparison is another one: with {} in this note, with {} in the new study.".format(*compared)
        yield Sentence(text, Provenance.EXTRACTED, basis="comparators of both")


def _comparator(side: Side) -> str:
    comparator = side.study.comparator
    return f"“{comparator.text}”" if comparator else "one that the abstract does not describe"


def _weight(rows: Sequence[ComparedRow], earlier: Side, later: Side) -> Iterator[Sentence]:
    """What the later result weighs, wherever the two say different things."""
    if all(row.before is row.after for row in rows):
        return
    old, new = _design(earlier), _design(later)
    text = {
        Standing.WEAKER: f"A {new} is weaker evidence than a {old}: this {NOT_OVERTURNED}.",
        Standing.SMALLER: f"The new {new} has fewer than half the people: this {NOT_OVERTURNED}.",
        Standing.EVEN: "Neither of the two settles the question.",
        Standing.STRONGER: f"A {new} is stronger evidence than a {old}.",
    }[standing(earlier.study, later.study)]
    yield Sentence(text, Provenance.DERIVED, basis="design and size of both")


def _dependence(earlier: Side, later: Side) -> Iterator[Sentence]:
    if is_new_edition(earlier.article, later.article):
        yield Sentence(NEW_EDITION, Provenance.DERIVED, basis="links between the records")
        return
    registered = sorted({*earlier.study.registry_ids} & {*later.study.registry_ids})
    if registered:
        text = f"Both report one registered study ({in_words(registered)}), so they do not count as two independent results."
        yield Sentence(text, Provenance.DERIVED, basis="registry ids of both")
        return
    reviews = sum(side.study.design in REVIEWS for side in (earlier, later))
    if reviews == 2:
        yield Sentence(TWO_REVIEWS, Provenance.BOILERPLATE, basis="two reviews")
    elif reviews:
        yield Sentence(ONE_REVIEW, Provenance.BOILERPLATE, basis="a review and another study")


def _silent(rows: Sequence[ComparedRow], earlier: Side) -> Iterator[Sentence]:
    """The note's outcomes that the later abstract says nothing about: they stand as they stood."""
    told = {row.outcome for row in rows}
    silent = [concept for concept in by_concept(earlier.study) if concept not in told]
    if silent:
        text = f"Of this note's other outcomes the new abstract says nothing clear: {in_words(silent)}."
        yield Sentence(text, Provenance.DERIVED, basis="outcomes of this note without a row")


def sizes(side: Side) -> str:
    """The size in brackets: "20 trials, n=1,670"; what is not stated is said to be so."""
    parts = size(side.article, side.study).removeprefix(DESIGNS[side.study.design]).removeprefix(", ")
    if not parts:
        return SIZE_UNKNOWN
    return parts if "n=" in parts else f"{parts}, {PEOPLE_UNKNOWN}"


def _design(side: Side) -> str:
    return DESIGNS[side.study.design].lower()


def _at(where: str) -> str:
    return f" ({where})" if where else ""


def _kind(row: ComparedRow) -> tuple[Bearing, Direction, Direction, str, str]:
    return row.bearing, row.before, row.after, row.before_at, row.after_at


def _first_of_its_kind(rows: Sequence[ComparedRow], row: ComparedRow) -> int:
    return next(place for place, other in enumerate(rows) if _kind(other) == _kind(row))
