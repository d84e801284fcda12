"""The verb that watches: what newly came in is held against the published notes, and what bears on them is proposed.

New is every study on a topic that no issue has dealt with yet and that the next issue could tell: in people, with
results of its own, neither retracted nor too old nor another record of a paper told before. So an update can stand in
the same issue that tells or lists the later study. A study and a note that come out in the same issue are not compared;
the tallies count both.

Everything that conflicts with a note is proposed. Of the notes that a study only agrees with or refines, the three
strongest get an update: a feed should not repeat "this, too" under thirty notes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime

import structlog

from litwatch.compose.bearings import TIERS, shared
from litwatch.compose.notice_checks import notice_faults
from litwatch.compose.notices import Side, as_told, update_notice
from litwatch.compose.questions import by_concept, conditions, exercises
from litwatch.compose.rank import Candidate, is_retracted, judge, twins
from litwatch.compose.tally import Told, answers, question_of, tallies, tally
from litwatch.domain.article import Article, ParseFailure
from litwatch.domain.calendar import Clock
from litwatch.domain.digest import Nugget
from litwatch.domain.notice import Bearing, Notice
from litwatch.domain.study import Study
from litwatch.domain.tally import Tally
from litwatch.errors import LitwatchError, UsageError
from litwatch.extract.lexicon import concepts
from litwatch.store import articles, notices, shown, studies
from litwatch.store.articles import StoredRecord
from litwatch.store.database import Connection, Database
from litwatch.store.notices import NoticeState

Parse = Callable[[StoredRecord], Article | ParseFailure]

MOST_OTHERS = 3
"""Updates without a conflict that one study gives at most."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Material:
    """What may bear on what, read at one moment: PMID → its study, record or note."""

    newcomers: Mapping[str, Study]
    noted: Mapping[str, Study]
    nuggets: Mapping[str, Nugget]
    records: Sequence[StoredRecord]
    told_dois: frozenset[str]
    retracted: Set[str]
    """Published papers of which a retraction was told, whatever their own records say."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known about the questions of the published notes, and what newly bears on them.

    `state` is what an update is when it is made: proposed where an editor decides, else accepted.
    """

    database: Database
    authority: str
    max_age_days: int
    parse: Parse
    clock: Clock
    state: NoticeState

    def watch(self) -> tuple[Notice, ...]:
        """Store an update for every note that a new study bears on; those that are new.

        An update that was made before, whatever became of it, is not made again.
        """
        now = self.clock()
        with self.database.read() as tx:
            material = _gather(tx, now)
        if material is None:
            return ()
        parsed = {record.pmid: self.parse(record) for record in material.records}
        readable = {pmid: article for pmid, article in parsed.items() if isinstance(article, Article)}
        made: list[tuple[str, Notice]] = []
        for later in _fit(material, readable, now, self.max_age_days):
            found = _updates(later, material, readable, authority=self.authority, made=now)
            made += [(later.article.pmid, notice) for notice in _chosen(found)]
        with self.database.write() as tx:
            new = tuple(notice for source, notice in made if notices.add(tx, notice, source=source, state=self.state))
        if new:
            log.info("updates to earlier notes", notes=[notice.pmid for notice in new])
        return new

    def notices(self, state: NoticeState) -> list[Notice]:
        """All notices in that state, newest first."""
        with self.database.read() as tx:
            return notices.listing(tx, state)

    def settle(self, guid: str, state: NoticeState) -> Notice:
        """Accept or dismiss the proposed notice with this guid, or with one that ends so ("38921661/99000060").

        LitwatchError if there is none, or more than one.
        """
        with self.database.write() as tx:
            proposed = notices.listing(tx, NoticeState.PROPOSED)
            meant = [notice for notice in proposed if notice.guid == guid or notice.guid.endswith(f"/{guid}")]
            if len(meant) != 1:
                raise LitwatchError(f"{'no' if not meant else 'more than one'} proposed notice is called {guid}")
            settled = notices.settle(tx, meant[0].guid, state, now=self.clock())
            assert settled is not None, "it was in the list of this transaction"
            return settled

    def tallies(self) -> tuple[Tally, ...]:
        """Every question that at least two of the studies told so far answer, the one with most studies first."""
        return tallies(self._told())

    def tally(self, text: str) -> Tally:
        """The count on one question ("exercise x CRP in axial spondyloarthritis"); UsageError if it is none."""
        names = {name.casefold(): each.name for each in concepts() for name in (*each.aliases, each.name)}
        try:
            question = question_of(text, names)
        except ValueError as error:
            raise UsageError(str(error)) from error
        return tally(question, answers(question, self._told()))

    def _told(self) -> tuple[Told, ...]:
        """What was told or listed so far and may answer a question, as its records and readings are now."""
        with self.database.read() as tx:
            retracted = notices.retracted(tx)
            told = [each for each in shown.shown(tx) if each.pmid not in retracted]
            read = studies.load(tx, [each.pmid for each in told])
            wanted = [pmid for pmid, study in read.items() if exercises(study) and by_concept(study)]
            records = articles.load(tx, wanted)
            amended = shown.amended(tx)
        parsed = {record.pmid: self.parse(record) for record in records if record.deleted is None}
        return tuple(
            Told(article, _as_counted(read[each.pmid], amended.get(each.pmid)), each.week, each.slug)
            for each in told
            if isinstance(article := parsed.get(each.pmid), Article)
        )


def _as_counted(study: Study, amended: Nugget | None) -> Study:
    """The reading; where an editor has amended the note, no row counts in a direction that the note does not tell."""
    return as_told(amended, study) if amended else study


def _gather(tx: Connection, now: datetime) -> _Material | None:
    """None if there is nothing to compare."""
    candidates = articles.candidates(tx, until=now)
    read = studies.load(tx, [candidate.pmid for candidate in candidates])
    newcomers = {pmid: study for pmid, study in read.items() if _comparable(study)}
    concepts = {concept for study in newcomers.values() for concept in by_concept(study)}
    noted = studies.load(tx, shown.notes_with(tx, concepts))
    pairs = [
        (new, old)
        for new, study in newcomers.items()
        for old, other in noted.items()
        if all(shared(other, study)) and by_concept(study).keys() & by_concept(other).keys()
    ]
    if not pairs:
        return None
    new, old = ({pair[side] for pair in pairs} for side in (0, 1))
    dois = [candidate.doi for candidate in candidates if candidate.doi and candidate.pmid in new]
    return _Material(
        newcomers={pmid: newcomers[pmid] for pmid in sorted(new)},
        noted={pmid: noted[pmid] for pmid in sorted(old)},
        nuggets=shown.nuggets(tx, old),
        records=articles.load(tx, sorted(new | old)),
        told_dois=frozenset(articles.told_dois(tx, dois)),
        retracted=notices.retracted(tx),
    )


def _comparable(study: Study) -> bool:
    return study.design in TIERS and bool(conditions(study) and exercises(study) and by_concept(study))


def _fit(material: _Material, readable: Mapping[str, Article], now: datetime, max_age_days: int) -> Iterator[Side]:
    """The new studies that an issue could tell, each paper once."""
    candidates = [
        Candidate(readable[pmid], study, ()) for pmid, study in material.newcomers.items() if pmid in readable
    ]
    told = [
        candidate
        for candidate in candidates
        if judge(candidate, today=now.date(), max_age_days=max_age_days, told=material.told_dois).place == "nugget"
    ]
    doubles = twins(told)
    for candidate in told:
        if candidate.study and candidate.article.pmid not in doubles:
            yield Side(candidate.article, candidate.study)


def _updates(
    later: Side, material: _Material, readable: Mapping[str, Article], *, authority: str, made: datetime
) -> Iterator[tuple[Notice, Study]]:
    """The notices that pass the gate, with the study of the note that each is about."""
    for pmid, nugget in material.nuggets.items():
        article = readable.get(pmid)
        if article is None or is_retracted(article) or pmid in material.retracted:
            continue
        earlier = Side(article, as_told(nugget, material.noted[pmid]))
        notice = update_notice(nugget, earlier, later, authority=authority, made=made)
        wrong = notice_faults(notice, earlier, later) if notice else ()
        if wrong:
            log.error("update did not pass the checks", note=pmid, later=later.article.pmid, faults=wrong)
        elif notice:
            yield notice, earlier.study


def _chosen(found: Iterator[tuple[Notice, Study]]) -> list[Notice]:
    """All that conflict, and of the others the few on the strongest studies."""
    conflicting: list[Notice] = []
    others: list[tuple[Notice, Study]] = []
    for notice, study in found:
        if any(row.bearing is Bearing.CONFLICTS for row in notice.rows):
            conflicting.append(notice)
        else:
            others.append((notice, study))
    others.sort(key=lambda pair: (-TIERS[pair[1].design], -(pair[1].n_participants or 0), pair[0].pmid))
    return conflicting + [notice for notice, _ in others[:MOST_OTHERS]]
