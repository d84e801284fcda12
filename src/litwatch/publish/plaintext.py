"""An issue as plain text for the mail: wrapped, the ledger as aligned lines, as complete as the HTML."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from litwatch.domain.digest import Issue, LedgerLine, Mention, Nugget
from litwatch.domain.links import pubmed_url
from litwatch.domain.prose import Part
from litwatch.domain.text import clean_text
from litwatch.publish import phrases
from litwatch.publish.phrases import Group
from litwatch.publish.publication import METHOD, Publication, issue_path

WIDTH = 76
_RULE = "-" * WIDTH
_WIDEST_NAME = 30


def issue_text(issue: Issue, publication: Publication, *, address: str, leave: str | None, note: str = "") -> str:
    """The text part of a mail to `address`; `leave` is where to unsubscribe, `note` what else to say on top.

    Lines end with a line feed and are at most WIDTH characters long, but for single words (addresses) that are longer.
    """
    lines: list[str] = []
    lines += _head(issue, publication, leave, note)
    for number, nugget in enumerate(issue.nuggets, 1):
        lines += ["", _RULE, *_nugget(number, nugget, publication)]
    if issue.also:
        lines += ["", _RULE, "ALSO NEW", *_also(issue.also)]
    lines += ["", _RULE, "WHAT WAS SEARCHED", *_receipt(issue, publication)]
    lines += ["", _RULE, *_foot(publication, address, leave)]
    return "\n".join(lines) + "\n"


def _head(issue: Issue, publication: Publication, leave: str | None, note: str) -> Iterator[str]:
    yield from _wrap(f"{publication.title} · {phrases.long_date(issue.published)}")
    yield from _wrap(issue.title)
    yield ""
    yield from _wrap(issue.summary)
    yield from _wrap(note)
    yield from _wrap(phrases.SIGNATURES[issue.signature])
    if issue.foreword:
        yield from ("", phrases.FOREWORD)
        for paragraph in issue.foreword.split("\n\n"):
            yield from _wrap(paragraph, "  ")
    yield ""
    yield f"On the web:   {publication.url(issue_path(issue.week))}"
    if leave:
        yield f"Unsubscribe:  {leave}"
    if len(issue.nuggets) > 1:
        yield ""
        yield "IN THIS ISSUE"
        for number, nugget in enumerate(issue.nuggets, 1):
            yield from _wrap(nugget.headline, f"{number}. ")


def _nugget(number: int, nugget: Nugget, publication: Publication) -> Iterator[str]:
    yield from _wrap(nugget.headline, f"{number}. ")
    yield ""
    yield from _wrap(nugget.meta)
    yield from _wrap(" · ".join(publication.topic(topic) for topic in nugget.topics))
    for own in nugget.paragraphs:
        if own.part is not Part.EDITOR:
            yield ""
            yield from _wrap(own.text)
    if nugget.takeaway:
        yield ""
        yield from _wrap(nugget.takeaway.text)
    for group in phrases.ledger(nugget):
        yield from ("", f"{group.label} ({len(group.lines)})")
        yield from _group(group)
    for heading, paragraphs in phrases.editors_words(nugget):
        yield from ("", heading)
        for paragraph in paragraphs:
            yield from _wrap(paragraph, "  ")
    yield ""
    yield from _citation(nugget)


def _group(group: Group) -> Iterator[str]:
    names = [clean_text(line.name) for line in group.lines if line.numbers]
    column = max((len(name) for name in names if len(name) <= _WIDEST_NAME), default=0)
    for line, quote in group.with_quotes_once():
        yield from _ledger_line(group.sign, line, column)
        yield from _wrap(f"“{quote}”" if quote else "", " " * 6)


def _ledger_line(sign: str, line: LedgerLine, column: int) -> Iterator[str]:
    """One outcome: sign, name and numbers, those of a group in one column; below it what limits the result."""
    name, numbers = clean_text(line.name), clean_text(line.numbers)
    row = f"  {sign} {name:<{column}}  {numbers}".rstrip()
    if len(row) <= WIDTH and (len(name) <= column or not numbers):
        yield row
    else:
        yield from _wrap(name, f"  {sign} ")
        yield from _wrap(numbers, " " * 6)
    limits = phrases.qualifiers(line)
    yield from _wrap(f"({limits})" if limits else "", " " * 6)


def _citation(nugget: Nugget) -> Iterator[str]:
    citation = nugget.citation
    yield from _wrap(phrases.sentence(citation.title), "  ")
    yield from _wrap(", ".join(citation.authors) + "." if citation.authors else "", "  ")
    yield from _wrap(phrases.source_line(citation), "  ")
    for label, url in phrases.citation_links(citation):
        yield f"  {label}: {url}"


def _also(mentions: Iterable[Mention]) -> Iterator[str]:
    for mention in mentions:
        yield ""
        yield from _wrap(mention.title, "* ")
        yield from _wrap(mention.meta, "  ")
        url = pubmed_url(mention.pmid)
        if url:
            yield f"  {url}"


def _receipt(issue: Issue, publication: Publication) -> Iterator[str]:
    for row in phrases.receipt_rows(issue.receipt.polls, publication):
        yield ""
        yield from _wrap(row.topic)
        searches = phrases.counted(row.searches, "search", "searches")
        yield from _wrap(f"{row.days}, {searches}: {row.found} found, {row.new:,} new. Problems: {row.problems}.", "  ")
    yield ""
    yield from _wrap(phrases.receipt_summary(issue.receipt))


def _foot(publication: Publication, address: str, leave: str | None) -> Iterator[str]:
    yield from _wrap(phrases.ADVICE)
    yield ""
    yield from _wrap(phrases.SOURCE)
    yield ""
    yield f"How these notes are made: {publication.url(METHOD)}"
    yield from _wrap(
        f"You get this mail because {address} is subscribed to {publication.title}. "
        "It counts neither openings nor clicks."
    )
    yield f"Unsubscribe: {leave}" if leave else "To stop, answer it with the word “unsubscribe”."


def _wrap(text: str, first: str = "") -> list[str]:
    """`text` as lines, the first beginning with `first`, the others indented as far; no text, no line."""
    return textwrap.wrap(
        clean_text(text),
        WIDTH,
        initial_indent=first,
        subsequent_indent=" " * len(first),
        break_long_words=False,
        break_on_hyphens=False,
    )
