"""One note, or one notice about a note, as plain text: wrapped, the ledger as aligned lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from litwatch.domain.calendar import long_date
from litwatch.domain.citation import Citation
from litwatch.domain.digest import LedgerLine, Length, Nugget, Sibling
from litwatch.domain.links import pubmed_url
from litwatch.domain.notice import Notice
from litwatch.domain.prose import Part, Sentence
from litwatch.domain.text import clean_text
from litwatch.publish import phrases, telling
from litwatch.publish.phrases import Group
from litwatch.publish.publication import Publication, note_path
from litwatch.publish.wrapping import WIDTH, wrap

_WIDEST_NAME = 30


def nugget_lines(number: int, nugget: Nugget, publication: Publication) -> Iterator[str]:
    """The note as the issue's text has it, as complete as in HTML; one told in short has fewer empty lines."""
    whole = nugget.length is not Length.SHORT
    yield from wrap(nugget.headline, f"{number}. ")
    yield ""
    yield from wrap(nugget.meta)
    yield from wrap(" · ".join(publication.topic(topic) for topic in nugget.topics))
    yield from _rating(nugget, whole)
    for paragraph in nugget.paragraphs:
        if paragraph.part is not Part.EDITOR:
            yield ""
            yield from wrap(_told(paragraph.sentences))
    if nugget.takeaway:
        yield ""
        yield from wrap(_told([nugget.takeaway]))
    yield from _editor(nugget)
    if nugget.why and whole:
        yield ""
        yield from wrap(nugget.why)
    for group in phrases.ledger(nugget):
        yield from ("", f"{group.label} ({len(group.lines)})")
        yield from _group(group)
    yield ""
    yield from citation_lines(nugget.citation)
    if nugget.siblings:
        yield from ("", "Other reports of the same study")
        yield from sibling_lines(nugget.siblings)
    yield ""
    yield f"This note’s own page: {publication.url(note_path(nugget.slug))}"


def notice_lines(notice: Notice, publication: Publication) -> Iterator[str]:
    """The notice as the issue's text has it."""
    yield from wrap(f"{phrases.NOTICES[notice.kind].upper()}: {notice.headline}")
    yield from wrap(long_date(notice.made))
    yield ""
    yield from wrap(_told(notice.sentences))
    if notice.rows:
        yield ""
    for row in notice.rows:
        yield from wrap(f"{row.outcome}: {telling.compared(row)}", "  * ")
    if notice.citation:
        yield ""
        yield from citation_lines(notice.citation)
    if notice.slug:
        yield ""
        yield f"Our note: {publication.url(note_path(notice.slug))}"


def citation_lines(citation: Citation) -> Iterator[str]:
    yield from wrap(phrases.sentence(citation.title), "  ")
    yield from wrap(", ".join(citation.authors) + "." if citation.authors else "", "  ")
    yield from wrap(phrases.source_line(citation), "  ")
    for label, url in phrases.citation_links(citation):
        yield f"  {label}: {url}"


def sibling_lines(siblings: Iterable[Sibling], indent: str = "  ") -> Iterator[str]:
    """Other reports of one study, each with what it adds."""
    for sibling in siblings:
        yield from wrap(sibling.title, f"{indent}* ")
        yield from wrap(sibling.meta + (f". It adds: {sibling.adds}" if sibling.adds else ""), f"{indent}  ")
        url = pubmed_url(sibling.pmid)
        if url:
            yield f"{indent}  {url}"


def _rating(nugget: Nugget, whole: bool) -> Iterator[str]:
    rating = nugget.rating
    if rating:
        reasons = f": {'; '.join(rating.reasons)}" if (whole or rating.editor) and rating.reasons else ""
        yield from wrap(f"{telling.stars(rating)} {telling.rating_text(rating)}{reasons}")


def _editor(nugget: Nugget) -> Iterator[str]:
    """What the editor has added and changed."""
    for heading, words in telling.editors_words(nugget):
        yield from ("", *wrap(heading))
        for text in words:
            yield from wrap(text, "  ")
    if nugget.amended:
        yield from ("", *wrap(phrases.AMENDED))
        for row in nugget.amended:
            yield from wrap(telling.amended(row), "  * ")


def _told(sentences: Iterable[Sentence]) -> str:
    return " ".join(str(passage) for passage in telling.passages(sentences))


def _group(group: Group) -> Iterator[str]:
    names = [clean_text(line.name) for line in group.lines if line.numbers]
    column = max((len(name) for name in names if len(name) <= _WIDEST_NAME), default=0)
    for line, quote in group.with_quotes_once():
        yield from _ledger_line(group.sign, line, column)
        yield from wrap(f"“{quote}”" if quote else "", " " * 6)


def _ledger_line(sign: str, line: LedgerLine, column: int) -> Iterator[str]:
    """One outcome: sign, name and numbers, those of a group in one column; below it what limits the result."""
    name, numbers = clean_text(line.name), clean_text(line.numbers)
    row = f"  {sign} {name:<{column}}  {numbers}".rstrip()
    if len(row) <= WIDTH and (len(name) <= column or not numbers):
        yield row
    else:
        yield from wrap(name, f"  {sign} ")
        yield from wrap(numbers, " " * 6)
    limits = phrases.qualifiers(line)
    yield from wrap(f"({limits})" if limits else "", " " * 6)
