"""An issue as plain text for the mail: wrapped, the ledger as aligned lines, as complete as the HTML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from litwatch.domain.calendar import Week, long_date
from litwatch.domain.digest import Issue, Mention
from litwatch.domain.links import pubmed_url
from litwatch.domain.notice import Notice
from litwatch.publish import phrases, telling
from litwatch.publish.plain_note import citation_lines, notice_lines, nugget_lines, sibling_lines
from litwatch.publish.publication import METHOD, Publication, issue_path, note_path, rejects_path, told_path
from litwatch.publish.wrapping import RULE, wrap


def issue_text(
    issue: Issue, publication: Publication, *, address: str | None, leave: str | None, note: str = ""
) -> str:
    """The text part of a mail to `address`, or with None of no mail; `leave` is where to unsubscribe, `note` what else
    to say on top.

    Lines end with a line feed and are wrapped as `wrapping.wrap` does.
    """
    lines: list[str] = []
    lines += _head(issue, publication, leave, note)
    for number, nugget in enumerate(issue.nuggets, 1):
        lines += ["", RULE, *nugget_lines(number, nugget, publication)]
    if issue.also:
        lines += ["", RULE, "ALSO NEW", *_also(issue.also, publication)]
    for told in telling.news(issue):
        lines += ["", RULE, told.heading.upper()]
        for notice in told.notices:
            lines += ["", *notice_lines(notice, publication)]
    lines += ["", RULE, "WHAT WAS SEARCHED", *_receipt(issue, publication)]
    lines += ["", RULE, *_foot(publication, address, leave)]
    return "\n".join(lines) + "\n"


def notice_text(notice: Notice, week: Week, publication: Publication, *, address: str, leave: str | None) -> str:
    """The text part of a mail to `address` that tells a notice about a note of the issue of `week`."""
    lines = [
        *wrap(f"{publication.title} · {long_date(notice.made)}"),
        *wrap(f"{phrases.NOTICES[notice.kind].upper()}: {notice.headline}"),
        "",
        *(line for passage in telling.passages(notice.sentences) for line in wrap(str(passage))),
    ]
    if notice.citation:
        lines += ["", *citation_lines(notice.citation)]
    lines += ["", "Our note, as it was published:", publication.url(told_path(week, notice.slug))]
    lines += ["", RULE, *wrap(phrases.ADVICE), "", *wrap(phrases.why_told(notice, week, publication))]
    lines += _leaving(address, leave)
    return "\n".join(lines) + "\n"


def _head(issue: Issue, publication: Publication, leave: str | None, note: str) -> Iterator[str]:
    yield from wrap(f"{publication.title} · {long_date(issue.published)}")
    yield from wrap(issue.title)
    yield ""
    yield from wrap(issue.summary)
    yield from wrap(note)
    yield ""
    yield f"On the web:   {publication.url(issue_path(issue.week))}"
    if leave:
        yield f"Unsubscribe:  {leave}"
    yield ""
    yield from wrap(phrases.signature(issue))
    for number, paragraph in enumerate(telling.paragraphs(issue.foreword)):
        yield from ("", *([] if number else [phrases.FOREWORD]))
        yield from wrap(paragraph, "  ")
    news = telling.news(issue)
    if len(issue.nuggets) > 1 or news:
        yield from ("", "IN THIS ISSUE")
        for number, nugget in enumerate(issue.nuggets, 1):
            yield from wrap(nugget.headline, f"{number}. ")
        for told in news:
            yield f"{told.heading}: {len(told.notices)}"


def _also(mentions: Iterable[Mention], publication: Publication) -> Iterator[str]:
    for mention in mentions:
        yield ""
        yield from wrap(mention.title, "* ")
        yield from wrap(mention.meta, "  ")
        url = pubmed_url(mention.pmid)
        if url:
            yield f"  {url}"
        if mention.earlier:
            yield f"  The earlier note on this study: {publication.url(note_path(mention.earlier))}"
        yield from sibling_lines(mention.siblings)


def _receipt(issue: Issue, publication: Publication) -> Iterator[str]:
    for row in phrases.receipt_rows(issue.receipt.polls, publication):
        yield ""
        yield from wrap(row.topic)
        yield from wrap(phrases.receipt_line(row), "  ")
    yield ""
    yield from wrap(phrases.receipt_summary(issue.receipt))
    yield from wrap(phrases.recheck_summary(issue.receipt))
    if issue.receipt.excluded:
        yield f"Paper by paper: {publication.url(rejects_path(issue.week))}"


def _foot(publication: Publication, address: str | None, leave: str | None) -> Iterator[str]:
    yield from wrap(phrases.ADVICE)
    yield ""
    yield from wrap(phrases.SOURCE)
    yield ""
    yield f"How these notes are made: {publication.url(METHOD)}"
    if address:
        yield ""
        yield from wrap(phrases.why_sent(publication))
        yield from _leaving(address, leave)


def _leaving(address: str, leave: str | None) -> Iterator[str]:
    """Each on a line of its own: the lines around them are the same for everybody."""
    yield f"Sent to: {address}"
    yield f"Unsubscribe: {leave}" if leave else "To stop, answer it with the word “unsubscribe”."
