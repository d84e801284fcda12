"""Everything published, read from the database at one moment: what the site is made from."""

from __future__ import annotations

from collections.abc import Sequence

from litwatch.domain.tally import Tally
from litwatch.publish.archive import Archive
from litwatch.store import citations, issues, notices
from litwatch.store.database import Database
from litwatch.store.notices import NoticeState

EVERYTHING = 10_000
"""More issues than two centuries of weeks."""


def load_archive(database: Database, tallies: Sequence[Tally] = ()) -> Archive:
    """All issues, what each did not pick, the notices in force, how citations have changed; and `tallies`."""
    with database.read() as tx:
        published = issues.recent(tx, EVERYTHING)
        return Archive(
            issues=published,
            notices=notices.listing(tx, NoticeState.ACCEPTED),
            citations=citations.healed(tx),
            rejects={issue.week: issues.rejects(tx, issue.week) for issue in published},
            tallies=tallies,
        )
