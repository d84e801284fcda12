"""The site's pages as bytes. They need no script, no other file, and link to each other by relative addresses."""

from __future__ import annotations

import base64
import hashlib
from bisect import bisect_right
from collections.abc import Sequence

from markupsafe import Markup

from litwatch.domain.digest import Issue, Mention, Nugget
from litwatch.domain.notice import Notice
from litwatch.domain.rows import dictionary
from litwatch.domain.tally import TalliedStudy, Tally
from litwatch.publish import lists, metadata, telling, templating
from litwatch.publish.archive import Archive
from litwatch.publish.channels import OPML, Format, alternates, channels
from litwatch.publish.parts import MAX_PAGE_BYTES, Part
from litwatch.publish.publication import (
    API,
    FEED,
    FEEDS,
    INDEX,
    METHOD,
    NOTICES,
    NOTICES_FEED,
    NUGGETS_FEED,
    QUESTIONS,
    REJECTS_FEED,
    STUDIES,
    SUBSCRIBE,
    Publication,
    issue_path,
    note_path,
)
from litwatch.publish.shelves import Sheet, Shelf

_API_DESCRIPTION = "Every paper, study, outcome row, note and issue as data: JSON, CSV, JSON Lines and citations."
_METHOD_DESCRIPTION = "How the notes are made from PubMed abstracts, and what they cannot tell."
_NOTICES_DESCRIPTION = "What was learned about notes after they were published."
_QUESTIONS_DESCRIPTION = "What all studies told so far say on one question, by design and size."
_STUDIES_DESCRIPTION = (
    "Every study told so far, in a note or in a line, by topic, condition, exercise, design and year."
)
_UNCOUNTED_DESCRIPTION = (
    "Fewer than two of the studies told so far answer this question now, or fewer than filled this page. Studies that were "
    "counted here before may have been retracted, or turned out to be one."
)
_FEEDS_DESCRIPTION = "Every feed: issues, single studies, topics, updates and corrections, and what was not picked."
_ALONE = Archive()


def issue_page(issue: Issue, publication: Publication, archive: Archive = _ALONE) -> bytes:
    """One issue as it was published, with banners on what was learned since; it lies at `issue_path(issue.week)`.

    Where it would weigh more than MAX_PAGE_BYTES the last notes stand in a line that leads to their own pages.
    """
    path, number = issue_path(issue.week), len(issue.nuggets)
    also = lists.also(issue)[0]
    linked = metadata.linked_issue(issue, publication)

    def told(whole: int, *, brief: bool = False) -> bytes:
        return page(
            "issue.html.j2",
            path,
            issue.summary,
            publication,
            archive=archive,
            issue=issue,
            linked=linked,
            also=also,
            whole=whole,
            brief=brief,
        )

    if len(everything := told(number)) <= MAX_PAGE_BYTES:
        return everything
    brief = len(told(0)) > MAX_PAGE_BYTES
    most = bisect_right(range(number), MAX_PAGE_BYTES, key=lambda whole: len(told(whole, brief=brief))) - 1
    return told(max(most, 0), brief=brief)


def also_page(issue: Issue, part: Part[Mention], publication: Publication, archive: Archive) -> bytes:
    """What of the lines of `issue` does not fit on its page."""
    description = f"What else was new in the issue of {issue.week}, in a line each."
    return page("also.html.j2", part.path, description, publication, archive=archive, issue=issue, part=part)


def note_page(issue: Issue, nugget: Nugget, publication: Publication, archive: Archive = _ALONE) -> bytes:
    """One note of `issue`, with its notices on top; it lies at `note_path(nugget.slug)`.

    Where it would weigh more than MAX_PAGE_BYTES its numbers stand in the list alone, without the picture.
    """

    def told(*, drawn: bool) -> bytes:
        return page(
            "note.html.j2",
            note_path(nugget.slug),
            f"A note by {publication.title}: {nugget.meta}",  # where there is no abstract, Zotero takes this for it
            publication,
            archive=archive,
            issue=issue,
            nugget=nugget,
            drawn=drawn,
            cited=metadata.tags(archive.citation(nugget)),
            linked=metadata.linked(issue, nugget, publication, archive),
        )

    everything = told(drawn=True)
    return everything if len(everything) <= MAX_PAGE_BYTES else told(drawn=False)


def rejects_page(
    issue: Issue, publication: Publication, archive: Archive, part: Part[telling.Unpicked] | None = None
) -> bytes:
    """What `issue` considered and does not show, by reason, or a part of it; it lies at `rejects_path(issue.week)`."""
    part = part or lists.rejects(issue, archive)[0]
    number = len(archive.rejects.get(issue.week, ()))
    description = f"What the issue of {issue.week} did not pick, with the reasons."
    return page("rejects.html.j2", part.path, description, publication, issue=issue, part=part, number=number)


def question_page(tally: Tally, publication: Publication, part: Part[TalliedStudy] | None = None) -> bytes:
    """The standing tally on one question, with each study behind it; it lies at `question_path(tally.question)`.

    Where these are many, a `part` of them.
    """
    part = part or lists.question(tally)[0]
    return page("question.html.j2", part.path, tally.summary, publication, tally=tally, part=part)


def uncounted_page(path: str, publication: Publication) -> bytes:
    """What lies at the `path` of a question that had a tally and has none any more, or more studies than now."""
    return page("uncounted.html.j2", path, _UNCOUNTED_DESCRIPTION, publication)


def questions_page(archive: Archive, publication: Publication, part: Part[Tally] | None = None) -> bytes:
    """The list of all questions, or a part of it."""
    part = part or lists.questions(archive)[0]
    return page("questions.html.j2", part.path, _QUESTIONS_DESCRIPTION, publication, part=part)


def studies_page(shelves: Sequence[Shelf], publication: Publication, archive: Archive) -> bytes:
    """Where to find every study told so far."""
    return page("studies.html.j2", STUDIES, _STUDIES_DESCRIPTION, publication, shelves=shelves, archive=archive)


def shelf_page(sheet: Sheet, publication: Publication, archive: Archive) -> bytes:
    """The studies of one topic, design or year, newest first, or a part of them; it lies at `sheet.path`."""
    description = f"{sheet.shelf.title}: studies told by {publication.title}, newest first."
    return page("shelf.html.j2", sheet.path, description, publication, sheet=sheet, archive=archive)


def notices_page(archive: Archive, publication: Publication, part: Part[Notice] | None = None) -> bytes:
    """Every update and correction, newest first, or a part of them."""
    part = part or lists.notices(archive)[0]
    return page("notices.html.j2", part.path, _NOTICES_DESCRIPTION, publication, archive=archive, part=part)


def index_page(archive: Archive, publication: Publication, part: Part[Issue] | None = None) -> bytes:
    """The list of all issues, newest first, or a part of it."""
    part = part or lists.issues(archive)[0]
    return page("index.html.j2", part.path, publication.description, publication, part=part)


def feeds_page(publication: Publication, archive: Archive) -> bytes:
    """Every feed in every format, and the list of them all."""
    topics = {topic for issue in archive.issues for nugget in issue.nuggets for topic in nugget.topics}
    every = channels(publication, topics)
    return page(
        "feeds.html.j2", FEEDS, _FEEDS_DESCRIPTION, publication, channels=every, formats=tuple(Format), opml=OPML
    )


def method_page(publication: Publication) -> bytes:
    """How notes are made, with the limits of that."""
    return page("method.html.j2", METHOD, _METHOD_DESCRIPTION, publication)


def api_page(publication: Publication) -> bytes:
    """What programs may ask of the web server; it lies at `API`."""
    return page("api.html.j2", API, _API_DESCRIPTION, publication, columns=dictionary())


def message_page(title: str, text: str, path: str, publication: Publication) -> bytes:
    """A few words that are no part of the site, such as an error, as the answer to a request for `path`."""
    return page("message.html.j2", path, "", publication, indexed=False, title=title, text=text)


def page(
    template: str, path: str, description: str, publication: Publication, *, indexed: bool = True, **values: object
) -> bytes:
    """The template filled in for `path` (without "/" in front); links lead up from there to the site's top folder.

    A page that is not `indexed` says so to search engines, and does not name its own address, which may be personal.
    """
    style = templating.source("page.css")
    root = "../" * path.count("/")
    text = templating.render(
        template,
        publication=publication,
        description=description,
        path=path,
        canonical=publication.url("" if path == INDEX else path),
        indexed=indexed,
        root=root,
        href=lambda path: root + path,
        quotes="details",
        style=style,
        style_hash=Markup(style_hash(style)),  # noqa: S704 (base64)
        alternates=alternates,
        feeds=FEEDS,
        feed=FEED,
        nuggets_feed=NUGGETS_FEED,
        notices_feed=NOTICES_FEED,
        rejects_feed=REJECTS_FEED,
        api=API,
        index=INDEX,
        method=METHOD,
        notices=NOTICES,
        questions=QUESTIONS,
        subscribe_path=SUBSCRIBE,
        studies=STUDIES,
        **values,
    )
    return text.encode("utf-8")


def style_hash(style: str) -> str:
    """The source expression that allows exactly this inline style sheet (Content Security Policy 3, 2.3.1)."""
    return "sha256-" + base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
