"""The verb that makes notes findable: published note and reading → entry of the search index."""

from __future__ import annotations

from collections.abc import Iterator

from litwatch.compose.questions import by_concept, conditions, exercises
from litwatch.domain.calendar import Week
from litwatch.domain.digest import Issue, LedgerLine, Nugget
from litwatch.domain.search import Entry, Facet
from litwatch.domain.study import Study
from litwatch.store import issues, search, studies
from litwatch.store.database import Connection, Database

AT_ONCE = 10
"""Issues indexed in one transaction: a few hundredths of a second."""


def index(tx: Connection, issue: Issue) -> None:
    """Make the notes of a published issue findable, in the transaction that publishes it."""
    read = studies.load(tx, [nugget.pmid for nugget in issue.nuggets])
    search.add(tx, [entry(nugget, read.get(nugget.pmid)) for nugget in issue.nuggets])


def catch_up(database: Database) -> int:
    """Index the issues that are not: published by an older version, or before the index was there. How many they were."""
    with database.read() as tx:
        weeks = search.unindexed(tx)
    _index(database, weeks)
    return len(weeks)


def rebuild(database: Database) -> int:
    """Index every issue anew, as studies are read now; searches go on meanwhile. How many issues there are."""
    with database.read() as tx:
        weeks = issues.weeks(tx)
    _index(database, weeks)
    return len(weeks)


def entry(nugget: Nugget, study: Study | None) -> Entry:
    """What a note is found by: its own words, its ledger, its paper, and what the reading says that it is about."""
    lines = (*nugget.better, *nugget.unchanged, *nugget.worse, *nugget.other)
    sentences = [sentence.text for paragraph in nugget.paragraphs for sentence in paragraph.sentences]
    citation = nugget.citation
    return Entry(
        nugget.guid,
        headline=f"{nugget.headline} {citation.title}",
        body=" ".join([nugget.meta, *sentences, nugget.takeaway.text if nugget.takeaway else ""]),
        outcomes=" ".join(_told(line) for line in lines),
        people=" ".join([*citation.authors, citation.journal]),
        facets=frozenset(_facets(nugget, study)),
    )


def _index(database: Database, weeks: list[Week]) -> None:
    """Short transactions: nobody waits long for the database."""
    for start in range(0, len(weeks), AT_ONCE):
        with database.write() as tx:
            for week in weeks[start : start + AT_ONCE]:
                found = issues.load(tx, week)
                if found:
                    index(tx, found)


def _told(line: LedgerLine) -> str:
    return " ".join(part for part in (line.name, line.numbers, line.timepoint, line.subgroup) if part)


def _facets(nugget: Nugget, study: Study | None) -> Iterator[tuple[Facet, str]]:
    verdicts = {
        "better": nugget.better,
        "unchanged": nugget.unchanged,
        "worse": nugget.worse,
        "other": nugget.other,
    }
    yield from ((Facet.VERDICT, verdict) for verdict, lines in verdicts.items() if lines)
    if year := nugget.citation.date[:4]:
        yield Facet.YEAR, year
    if study is None:
        return
    yield Facet.DESIGN, study.design.value
    yield from ((Facet.CONDITION, condition) for condition in conditions(study))
    yield from ((Facet.EXERCISE, exercise) for exercise in exercises(study))
    yield from ((Facet.OUTCOME, concept) for concept in by_concept(study))
