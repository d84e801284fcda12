"""An archive whose notes are outlined in memory makes the same site, and tells nothing by halves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from litwatch.domain.digest import Issue
from litwatch.errors import StoreUnavailable
from litwatch.publish import phrases
from litwatch.publish.archive import Archive, outlined
from litwatch.publish.pages import issue_page, note_page
from litwatch.publish.site import Documents
from tests.publish.later import ARCHIVE
from tests.publish.sample import ISSUE, PUBLICATION

OUTLINE = outlined(ISSUE).nuggets[0]


def lean(archive: Archive) -> Archive:
    by_week = {issue.week: issue for issue in archive.issues}
    return replace(archive, issues=tuple(map(outlined, archive.issues)), whole=lambda issue: by_week[issue.week])


def test_the_site_is_the_same_to_the_byte() -> None:
    expected, found = (Documents(archive, PUBLICATION) for archive in (ARCHIVE, lean(ARCHIVE)))
    assert list(found) == list(expected)
    assert any(path.endswith(".png") for path in found) and any(path.endswith(".bib") for path in found)
    assert [path for path in found if found[path]() != expected[path]()] == []


@pytest.mark.parametrize(
    "field", ["better", "unchanged", "worse", "other", "citation", "paragraphs", "takeaway", "why", "amended"]
)
def test_what_is_left_out_is_not_taken_for_nothing(field: str) -> None:
    value = getattr(OUTLINE, field)
    for use in (bool, len, list, str, "{}".format, lambda each: each[0], lambda each: each.text):
        with pytest.raises(LookupError, match="only outlined"):
            use(value)


def test_an_outlined_note_cannot_be_told() -> None:
    issue = outlined(ISSUE)
    with pytest.raises(LookupError, match="only outlined"):
        phrases.ledger(OUTLINE)
    with pytest.raises(LookupError, match="only outlined"):
        note_page(issue, OUTLINE, PUBLICATION)
    with pytest.raises(LookupError, match="only outlined"):
        issue_page(issue, PUBLICATION)


def test_a_database_that_is_away_leaves_no_item_out() -> None:
    """The feed would be kept, and readers would think that they had seen all of it."""

    def away(_: Issue) -> Issue:
        raise StoreUnavailable("read", "connection refused")

    documents = Documents(replace(lean(ARCHIVE), whole=away), PUBLICATION)
    for path in ("feed.xml", "nuggets.json"):
        with pytest.raises(StoreUnavailable):
            documents[path]()
