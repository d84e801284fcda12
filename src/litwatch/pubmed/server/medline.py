"""An `Article` in NLM's MEDLINE format: `TAG - value` lines, folded at 87 characters (efetch's rettype "medline")."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from litwatch.domain.article import Article, Author, MeshHeading, PartialDate

_MONTHS = ("", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WIDTH = 87


def medline_text(article: Article) -> str:
    """The record's lines, without an empty line around them."""
    return "".join(_line(tag, value) for tag, value in _fields(article) if value)


def _line(tag: str, value: str) -> str:
    folded = textwrap.wrap(value, _WIDTH - 6, break_long_words=False, break_on_hyphens=False) or [""]
    return f"{tag:<4}- " + "\n      ".join(folded) + "\n"


def _fields(article: Article) -> Iterator[tuple[str, str | None]]:
    journal = article.journal
    yield "PMID", article.pmid
    yield "OWN", "NLM"
    yield "STAT", article.medline_status or "Publisher"
    yield "DCOM", f"{article.completed:%Y%m%d}" if article.completed else None
    yield "LR", f"{article.revised:%Y%m%d}" if article.revised else None
    yield "IS", journal.issn and f"{journal.issn} (Print)"
    yield "VI", journal.volume
    yield "IP", journal.issue
    yield "DP", date_text(article.published)
    yield "TI", article.title
    yield "PG", journal.pages
    yield "LID", article.doi and f"{article.doi} [doi]"
    yield "AB", " ".join(f"{part.label}: {part.text}" if part.label else part.text for part in article.sections)
    yield "CI", article.copyright
    for author in article.authors:
        yield from _author(author)
    yield from (("LA", language) for language in article.languages)
    yield from (("SI", f"{item.bank}/{item.number}") for item in article.registry_ids if item.source == "databank")
    yield from (("PT", kind) for kind in article.publication_types)
    yield "TT", article.vernacular_title
    yield "DEP", str(article.electronic).replace("-", "") if article.electronic else None
    yield "PL", journal.country
    yield "TA", journal.medline_ta or journal.abbreviation
    yield "JT", journal.title
    yield "JID", journal.nlm_id
    yield from _tail(article)


def _tail(article: Article) -> Iterator[tuple[str, str | None]]:
    yield from (("RN", f"0 ({name})") for name in article.substances)
    yield from (("MH", _heading(heading)) for heading in article.mesh)
    yield "PMC", article.pmc
    yield from (("OT", word) for word in article.keywords)
    yield "COIS", article.conflict_of_interest
    for status, tag in (("entrez", "EDAT"), ("medline", "MHDA"), ("pubmed", "CRDT")):
        day = article.history_day(status)
        yield tag, f"{day:%Y/%m/%d} 00:00" if day else None
    yield from (("PHST", f"{entry.day:%Y/%m/%d} 00:00 [{entry.status}]") for entry in article.history)
    for kind, value in (("pii", article.pii), ("doi", article.doi)):
        yield "AID", value and f"{value} [{kind}]"
    yield "PST", article.publication_status
    yield "SO", source_text(article)


def _author(author: Author) -> Iterator[tuple[str, str | None]]:
    yield "CN", author.collective
    if author.last:
        yield "FAU", ", ".join(part for part in (author.last, author.fore, author.suffix) if part)
        yield "AU", author.name
    yield "AUID", author.orcid and f"ORCID: {author.orcid}"
    yield from (("AD", place) for place in author.affiliations)


def _heading(heading: MeshHeading) -> str:
    def starred(name: str, major: bool) -> str:
        return f"*{name}" if major else name

    return "/".join(
        [starred(heading.descriptor, heading.major), *(starred(q.name, q.major) for q in heading.qualifiers)]
    )


def date_text(moment: PartialDate | None) -> str:
    """As a citation prints it: "2016 Apr 21"; what the record says where the year is unknown."""
    if moment is None:
        return ""
    if moment.year is None:
        return moment.raw
    parts = [str(moment.year)]
    if moment.month:
        parts.append(_MONTHS[moment.month])
        if moment.day:
            parts.append(str(moment.day))
    return " ".join(parts)


def source_text(article: Article) -> str:
    """The SO field: "Journal. Date;Volume(Issue):Pages."."""
    parts = article.journal
    issue = f"({parts.issue})" if parts.issue else ""
    place = f";{parts.volume or ''}{issue}" if parts.volume or issue else ""
    text = f"{date_text(article.published)}{place}{f':{parts.pages}' if parts.pages else ''}"
    return f"{parts.medline_ta or parts.abbreviation or parts.title or ''}. {text}."
