"""The gate for updates: a notice that says anything that the two studies do not back is not stored.

The verdicts have to be those of the comparison, and those are looked at here in another way: row against row instead
of frame against frame. Then the text has to be the one that these verdicts give, with both designs and sizes beside
each of them. What the editor has added is the editor's own and is not checked.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from litwatch.compose.bearings import COMPARISONS, TIERS, compare, head_on, shared
from litwatch.compose.citation import cite
from litwatch.compose.ledger import CLEAR
from litwatch.compose.notices import NOT_OVERTURNED, SAID, VERBS, Side, tell
from litwatch.compose.size import is_stated, people_counted
from litwatch.compose.versions import same_paper
from litwatch.compose.words import DESIGNS
from litwatch.domain.notice import Bearing, ComparedRow, Notice, NoticeKind
from litwatch.domain.prose import Provenance
from litwatch.domain.study import Direction, Outcome


def notice_faults(notice: Notice, earlier: Side, later: Side) -> tuple[str, ...]:
    """Everything in the update `notice` that the two studies do not back, in words; empty if it may be told.

    `earlier` holds the rows that the note told (`notices.as_told`).
    """
    return (
        *_identity(notice, earlier, later),
        *_rows(notice.rows, earlier, later),
        *_text(notice, earlier, later),
        *_sizes(notice, earlier, later),
        *_strength(notice, earlier, later),
    )


def _identity(notice: Notice, earlier: Side, later: Side) -> Iterator[str]:
    pmids = earlier.article.pmid, later.article.pmid
    if notice.kind is not NoticeKind.UPDATE:
        yield "it is not an update"
    if not notice.pmid == earlier.article.pmid == earlier.study.pmid or later.article.pmid != later.study.pmid:
        yield "the note, the records and the ledgers are of different papers"
    if same_paper(earlier.article, later.article):
        yield "both records are of one paper"
    if not notice.guid.endswith(":notice/update/{}/{}".format(*pmids)):
        yield "its permanent id is not that of these two papers"
    if notice.citation != cite(later.article):
        yield "the citation is not the later paper's"
    if not all(shared(earlier.study, later.study)):
        yield "the studies are not about one condition and one kind of exercise"


def _rows(rows: tuple[ComparedRow, ...], earlier: Side, later: Side) -> Iterator[str]:
    if rows != compare(earlier.study, later.study):
        yield "its verdicts are not those of the two studies"
    meets = head_on(earlier.study, later.study)
    before, after = (_by_concept(side) for side in (earlier, later))
    yield from (f"not told by both: {row.outcome}" for row in rows if row.outcome not in before.keys() & after.keys())
    for concept in before.keys() & after.keys():
        own = [row for row in rows if row.outcome == concept]
        pairs = list(product(before[concept], after[concept]))
        yield from _invented(own, before[concept], after[concept])
        yield from _misjudged(own, pairs, meets)
        yield from _missing(concept, own, pairs, meets)


def _invented(rows: list[ComparedRow], before: list[Outcome], after: list[Outcome]) -> Iterator[str]:
    """Directions and places that no row of the ledgers has."""
    for row in rows:
        for direction, where, ledger in ((row.before, row.before_at, before), (row.after, row.after_at, after)):
            if not _said(direction, ledger):
                yield f"no row behind what is told of {row.outcome}: {SAID[direction]}"
            if where and not any(where in _places(member) for member in ledger):
                yield f"no row of {row.outcome} stands at: {where}"


def _said(direction: Direction, ledger: list[Outcome]) -> bool:
    """Whether a row says so; rows that differ are "mixed" together."""
    said = {member.direction for member in ledger}
    return direction in said or (direction is Direction.MIXED and len(said.intersection(CLEAR)) > 1)


def _places(row: Outcome) -> set[str]:
    """All that can be told of where a row stands."""
    choices = (("", COMPARISONS[row.comparison]), ("", row.timepoint or ""), ("", row.subgroup or ""))
    return {", ".join(" ".join(part.lower().split()) for part in parts if part) for parts in product(*choices)}


def _misjudged(rows: list[ComparedRow], pairs: list[tuple[Outcome, Outcome]], meets: bool) -> Iterator[str]:
    """Agreement and conflict without two clear rows in one frame behind them."""
    for row in rows:
        if row.bearing is Bearing.REFINES:
            continue
        backed = meets and any(
            _same_frame(one, other) and one.direction is row.before and other.direction is row.after
            for one, other in pairs
        )
        clear = row.before in CLEAR and row.after in CLEAR
        if not (backed and clear and (row.before is row.after) == (row.bearing is Bearing.AGREES)):
            yield f"the verdict on {row.outcome} is not that of the two studies"


def _missing(concept: str, rows: list[ComparedRow], pairs: list[tuple[Outcome, Outcome]], meets: bool) -> Iterator[str]:
    """Clear results of the later study that are not told, or not as the conflict or agreement that they are."""
    told = {(row.bearing, row.before, row.after) for row in rows}
    mixed = {row.after for row in rows if Direction.MIXED in (row.before, row.after)}
    for one, other in pairs:
        after = {row.after for row in rows}
        if other.direction is not Direction.REPORTED and other.direction not in after and not mixed:
            yield f"not told: {concept} in the later study"
        clear = one.direction in CLEAR and other.direction in CLEAR
        if meets and clear and not mixed and _same_frame(one, other):
            bearing = Bearing.AGREES if one.direction is other.direction else Bearing.CONFLICTS
            if (bearing, one.direction, other.direction) not in told:
                yield f"not told: {concept} {bearing.value}"


def _same_frame(one: Outcome, other: Outcome) -> bool:
    return one.comparison is other.comparison and all(
        " ".join((left or "").lower().split()) == " ".join((right or "").lower().split())
        for left, right in ((one.timepoint, other.timepoint), (one.subgroup, other.subgroup))
    )


def _by_concept(side: Side) -> dict[str, list[Outcome]]:
    return {
        concept: [row for row in side.study.outcomes if row.concept == concept]
        for concept in dict.fromkeys(row.concept for row in side.study.outcomes if row.concept)
    }


def _text(notice: Notice, earlier: Side, later: Side) -> Iterator[str]:
    own = tuple(sentence for sentence in notice.sentences if sentence.provenance is not Provenance.EDITOR)
    if not all(row.outcome in _by_concept(side) for row in notice.rows for side in (earlier, later)):
        return  # said above
    expected = tell(notice.rows, earlier, later)
    yield from (f"nothing backs: {sentence.text}" for sentence in own if sentence not in expected)
    yield from (f"left out: {sentence.text}" for sentence in expected if sentence not in own)
    if set(own) == set(expected) and own != expected:
        yield "its sentences are out of order"


def _sizes(notice: Notice, earlier: Side, later: Side) -> Iterator[str]:
    """Each verdict in its words, with the design and every stated number of both studies in the same sentence."""
    for sentence in notice.sentences:
        if sentence.provenance is not Provenance.DERIVED or not sentence.rows:
            continue
        if sentence.rows[-1] >= len(notice.rows):
            yield f"no rows behind: {sentence.text}"
            continue
        rows = [notice.rows[place] for place in sentence.rows]
        needed = [VERBS[rows[0].bearing], *(row.outcome for row in rows), SAID[rows[0].before], SAID[rows[0].after]]
        needed += [part for side in (earlier, later) for part in _size_words(side)]
        yield from (f"“{part}” is missing beside a verdict" for part in needed if part not in sentence.text)


def _size_words(side: Side) -> Iterator[str]:
    study = side.study
    yield DESIGNS[study.design].lower()
    people, studies = people_counted(side.article, study), study.n_studies
    if people is not None:
        yield f"n={people:,}"
    if (
        studies is not None
        and DESIGNS[study.design].endswith(("analysis", "review"))
        and is_stated(side.article, studies)
    ):
        yield f"{studies:,} "


def _strength(notice: Notice, earlier: Side, later: Side) -> Iterator[str]:
    """A weaker design is never told as overturning a stronger one (but for trials larger than a review)."""
    conflicts = any(row.bearing is Bearing.CONFLICTS for row in notice.rows)
    weaker = TIERS.get(later.study.design, 0) < TIERS.get(earlier.study.design, 0)
    larger = (later.study.n_participants or 0) > (earlier.study.n_participants or 0)
    if conflicts and weaker and not larger and not any(NOT_OVERTURNED in part.text for part in notice.sentences):
        yield "a weaker design is told as if it overturned a stronger one"
