"""What the site is made from, read on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from litwatch.domain.calendar import Week
from litwatch.domain.citation import Citation
from litwatch.domain.notice import Notice, NoticeKind
from litwatch.domain.prose import Provenance, Sentence
from litwatch.publish.archive import outlined
from litwatch.service.site import load_archive
from litwatch.store import citations, issues, notices
from litwatch.store.database import Database
from litwatch.store.issues import Fate
from litwatch.store.notices import NoticeState
from tests.publish.later import TALLY
from tests.store.samples import issue, store

FIRST, SECOND = Week(2025, 12), Week(2025, 13)


def test_an_archive_has_every_issue_what_it_did_not_pick_and_the_notices_in_force(
    database: Database, now: datetime
) -> None:
    told = (issue(FIRST, "11"), issue(SECOND, "12"))
    update = Notice(
        "tag:x,2026:notice/1",
        NoticeKind.UPDATE,
        "11",
        "sample-11",
        "Pain",
        now,
        (Sentence("A later study agrees.", Provenance.DERIVED),),
    )
    with database.write() as tx:
        store(tx, "11", "12", "13")
        issues.publish(tx, told[0], {"11": (Fate.NUGGET, "")})
        issues.publish(tx, told[1], {"12": (Fate.NUGGET, ""), "13": (Fate.EXCLUDED, "no abstract")})
        notices.add(tx, update, source="12", state=NoticeState.ACCEPTED)
        ahead = Citation("11", "Pain", (), "J Fict")
        citations.keep(tx, "11", ahead, seen=now)
        citations.keep(tx, "11", replace(ahead, volume="7"), seen=now + timedelta(days=30))
        citations.keep(tx, "12", replace(ahead, pmid="12"), seen=now)
        proposed = replace(update, guid="tag:x,2026:notice/2", kind=NoticeKind.ERRATUM)
        notices.add(tx, proposed, source="13", state=NoticeState.PROPOSED)
    archive = load_archive(database, (TALLY,))
    assert archive.newest_first == tuple(map(outlined, told[::-1]))
    assert tuple(map(archive.whole, archive.newest_first)) == told[::-1]
    assert archive.news == (update,), "what waits for the editor is not in force"
    assert [reject.pmid for reject in archive.rejects[SECOND]] == ["13"]
    assert archive.rejects[FIRST] == []
    assert archive.tallies == (TALLY,)
    assert set(archive.citations) == {"11"}, "only what has changed"
    assert [dated.citation.volume for dated in archive.citations["11"]] == [None, "7"]
    assert archive.place(update).startswith("notes/sample-11.html#u-")
