"""Everything published, read from the database at one moment: what the site is made from."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from litwatch.domain.calendar import Week
from litwatch.domain.digest import Issue
from litwatch.domain.tally import Tally
from litwatch.errors import StoreError
from litwatch.publish.archive import Archive, outlined
from litwatch.publish.channels import feed_paths
from litwatch.publish.files import digests
from litwatch.publish.publication import Publication
from litwatch.publish.site import write_site
from litwatch.service.hub import Announcer
from litwatch.store import citations, issues, notices
from litwatch.store.database import Database
from litwatch.store.notices import NoticeState

EVERYTHING = 10_000
"""More issues than two centuries of weeks."""
_WHOLE = 16
"""Issues that are kept as they were published: pages of one are asked for together, and feeds have the newest."""


def load_archive(database: Database, tallies: Sequence[Tally] = ()) -> Archive:
    """All issues, what each did not pick, the notices in force, how citations have changed; and `tallies`.

    The issues are outlined, since the notes of ten years take more memory than all else; `whole` reads one again.
    """

    @lru_cache(maxsize=_WHOLE)
    def whole(week: Week) -> Issue:
        with database.read() as tx:
            found = issues.load(tx, week)
        if found is None:
            raise StoreError("read", f"the issue of {week} is not there any more")
        return found

    with database.read() as tx:
        published = [outlined(issue) for issue in issues.newest_first(tx)]
        return Archive(
            issues=published,
            notices=notices.listing(tx, NoticeState.ACCEPTED),
            citations=citations.healed(tx),
            rejects={issue.week: issues.rejects(tx, issue.week) for issue in published},
            tallies=tallies,
            whole=lambda issue: whole(issue.week),
        )


def write(
    database: Database,
    directory: Path,
    publication: Publication,
    tallies: Sequence[Tally] = (),
    announcer: Announcer | None = None,
) -> list[Path]:
    """Write feeds and pages of everything published; the files that changed. The hub will be told of changed feeds."""
    changed = write_site(directory, load_archive(database, tallies), publication)
    if announcer:
        announcer.note(digests(directory, feed_paths(publication)))
    return changed
