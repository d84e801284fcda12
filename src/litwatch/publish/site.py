"""The whole public folder: pages and feeds, each written only when its bytes changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from litwatch.domain.digest import Issue
from litwatch.publish.feeds import issues_feed, nuggets_feed
from litwatch.publish.files import write_if_changed
from litwatch.publish.pages import index_page, issue_page, method_page
from litwatch.publish.publication import FEED, INDEX, METHOD, NUGGETS_FEED, Publication, issue_path


def write_site(directory: Path, issues: Sequence[Issue], publication: Publication) -> list[Path]:
    """Writes the site of all `issues` below `directory`; returns the files that changed.

    The feeds come last: what a feed links to is there before it. Raises PublishError if a file cannot be written.
    """
    changed = []
    for path, content in _files(issues, publication):
        if write_if_changed(directory / path, content):
            changed.append(directory / path)
    return changed


def _files(issues: Sequence[Issue], publication: Publication) -> Iterator[tuple[str, bytes]]:
    yield METHOD, method_page(publication)
    for issue in issues:
        yield issue_path(issue.week), issue_page(issue, publication)
    yield INDEX, index_page(issues, publication)
    yield NUGGETS_FEED, nuggets_feed(issues, publication)
    yield FEED, issues_feed(issues, publication)
