"""Everything published, read from the database at one moment: what the site is made from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from litwatch.domain.tally import Tally
from litwatch.publish.archive import Archive
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
