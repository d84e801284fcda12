"""The site's pages as bytes. They need no script, no other file, and link to each other by relative addresses."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence

from markupsafe import Markup

from litwatch.domain.digest import Issue
from litwatch.publish import templating
from litwatch.publish.publication import FEED, INDEX, METHOD, NUGGETS_FEED, Publication, issue_path

_METHOD_DESCRIPTION = "How the notes are made from PubMed abstracts, and what they cannot tell."


def issue_page(issue: Issue, publication: Publication) -> bytes:
    """One issue; it lies at `issue_path(issue.week)`."""
    return _page("issue.html.j2", issue_path(issue.week), issue.summary, publication, issue=issue)


def index_page(issues: Sequence[Issue], publication: Publication) -> bytes:
    """The list of all issues, newest first."""
    newest_first = sorted(issues, key=lambda issue: issue.week, reverse=True)
    return _page("index.html.j2", INDEX, publication.description, publication, issues=newest_first)


def method_page(publication: Publication) -> bytes:
    """How notes are made, with the limits of that."""
    return _page("method.html.j2", METHOD, _METHOD_DESCRIPTION, publication)


def _page(template: str, path: str, description: str, publication: Publication, **values: object) -> bytes:
    style = templating.source("page.css")
    text = templating.render(
        template,
        publication=publication,
        description=description,
        path=path,
        root="../" * path.count("/"),
        style=Markup(style),  # noqa: S704 (the package's own file)
        style_hash=Markup(style_hash(style)),  # noqa: S704 (base64)
        feed=FEED,
        nuggets_feed=NUGGETS_FEED,
        index=INDEX,
        method=METHOD,
        **values,
    )
    return text.encode("utf-8")


def style_hash(style: str) -> str:
    """The source expression that allows exactly this inline style sheet (Content Security Policy 3, 2.3.1)."""
    return "sha256-" + base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
