"""An article prepared for searching: each searched part folded once, when it is first asked for."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date

from litwatch.domain.article import Article, MeshHeading, PartialDate, Section
from litwatch.pubmed.query.fold import fold_entries

Span = tuple[date, date]
"""First and last day that a date of the record can mean."""


class _Slots(dict[tuple[str, ...], str]):
    """Slots -> their folded entries, filled on demand."""

    __slots__ = ("_article",)

    def __init__(self, article: Article) -> None:
        self._article = article

    def __missing__(self, slots: tuple[str, ...]) -> str:
        if len(slots) == 1:
            text = fold_entries(entry for entry in _SLOTS[slots[0]](self._article) if entry)
        else:
            text = "".join(self[slot,] for slot in slots)  # each begins and ends with an edge
        self[slots] = text
        return text


class ArticleIndex:
    """What queries are evaluated against. Build it once for many queries; making one costs next to nothing."""

    __slots__ = ("_days", "article", "texts")

    def __init__(self, article: Article) -> None:
        self.article = article
        self.texts: Mapping[tuple[str, ...], str] = _Slots(article)
        """Names of slots (see `_SLOTS`) -> `| entry | entry |` in the spelling of `fold`, one slot after the other."""
        self._days: dict[str, tuple[Span, ...]] = {}

    def days(self, tag: str) -> tuple[Span, ...]:
        """The days of the record that the date field `tag` searches; empty if it has none."""
        if tag not in self._days:
            self._days[tag] = tuple(_DATES[tag](self.article))
        return self._days[tag]


def _sections(sections: Iterable[Section]) -> Iterator[str]:
    for section in sections:
        yield section.label or ""
        yield section.text


def _other_abstracts(article: Article) -> Iterator[str]:
    for abstract in article.other_abstracts:
        yield from _sections(abstract.sections)


def _pairs(headings: Iterable[MeshHeading], *, major: bool) -> Iterator[str]:
    for heading in headings:
        for qualifier in heading.qualifiers:
            if qualifier.major or not major:
                yield pair(heading.descriptor, qualifier.name)


def pair(descriptor: str, qualifier: str) -> str:
    """A heading with its subheading as one entry. (A digit-free marker keeps the two halves apart.)"""
    return f"{descriptor} xsubheadingx {qualifier}"


def _qualifiers(article: Article) -> Iterator[str]:
    return (qualifier.name for heading in article.mesh for qualifier in heading.qualifiers)


def _authors(article: Article) -> Iterator[str]:
    return (author.name for author in article.authors)


def _full_names(article: Article) -> Iterator[str]:
    for author in article.authors:
        if author.last and author.fore:
            yield f"{author.last} {author.fore}"
            yield f"{author.fore} {author.last}"


def _ends(article: Article, which: int) -> Iterator[str]:
    if article.authors:
        yield article.authors[which].name


def _journal(article: Article) -> Iterator[str]:
    journal = article.journal
    for name in (journal.title, journal.abbreviation, journal.medline_ta, journal.issn, journal.issn_linking):
        yield name or ""
    # "The journal of pain : official journal of …" is also known by what stands before the colon, and without "The".
    short = (journal.title or "").partition(":")[0].strip()
    yield short
    if short.lower().startswith("the "):
        yield short[4:]


def _identifiers(article: Article) -> Iterator[str]:
    return (identifier or "" for identifier in (article.doi, article.pii, article.pmc))


def _registry(article: Article) -> Iterator[str]:
    for entry in article.registry_ids:
        yield from (f"{entry.bank}/{entry.number}", entry.number, entry.bank)


def _grants(article: Article) -> Iterator[str]:
    return (" ".join(filter(None, (grant.number, grant.agency, grant.country))) for grant in article.grants)


_SLOTS: Mapping[str, Callable[[Article], Iterable[str]]] = {
    "title": lambda article: (article.title,),
    "vernacular": lambda article: (article.vernacular_title or "",),
    "abstract": lambda article: _sections(article.sections),
    "other_abstracts": _other_abstracts,
    "keywords": lambda article: article.keywords,
    "mesh": lambda article: (heading.descriptor for heading in article.mesh),
    "mesh_pairs": lambda article: _pairs(article.mesh, major=False),
    "major": lambda article: (heading.descriptor for heading in article.mesh if heading.is_major),
    "major_pairs": lambda article: _pairs(article.mesh, major=True),
    "qualifiers": _qualifiers,
    "types": lambda article: article.publication_types,
    "substances": lambda article: article.substances,
    "languages": lambda article: article.languages,
    "authors": _authors,
    "full_authors": _full_names,
    "first_author": lambda article: _ends(article, 0),
    "last_author": lambda article: _ends(article, -1),
    "collectives": lambda article: (author.collective or "" for author in article.authors),
    "orcid": lambda article: (author.orcid or "" for author in article.authors),
    "affiliations": lambda article: (place for author in article.authors for place in author.affiliations),
    "journal": _journal,
    "nlm_id": lambda article: (article.journal.nlm_id or "",),
    "country": lambda article: (article.journal.country or "",),
    "volume": lambda article: (article.journal.volume or "",),
    "issue": lambda article: (article.journal.issue or "",),
    "pages": lambda article: (article.journal.pages or "", (article.journal.pages or "").partition("-")[0]),
    "identifiers": _identifiers,
    "pmid": lambda article: (article.pmid,),
    "registry": _registry,
    "grants": _grants,
    "conflict": lambda article: (article.conflict_of_interest or "",),
    "status": lambda article: (article.medline_status or "",),
}


def _span(day: PartialDate | None) -> Iterator[Span]:
    first = day.earliest() if day else None
    if day is None or first is None:
        return
    month = day.month or 12
    yield first, first if day.day else date(first.year, month, monthrange(first.year, month)[1])


def _single(day: date | None) -> Iterator[Span]:
    if day:
        yield day, day


def _published(article: Article) -> Iterator[Span]:
    yield from _span(article.published)
    yield from _span(article.electronic)


# An index is made of what the record holds, so three fields are approximations: `crdt` is the best guess of arrival,
# `edat` falls back to it, and `lr` is NLM's own revision date rather than PubMed's.
_DATES: Mapping[str, Callable[[Article], Iterator[Span]]] = {
    "dp": _published,
    "ppdt": lambda article: _span(article.published),
    "epdt": lambda article: _span(article.electronic),
    "crdt": lambda article: _single(article.arrived),
    "edat": lambda article: _single(article.history_day("entrez") or article.arrived),
    "lr": lambda article: _single(article.revised),
    "mhda": lambda article: _single(article.history_day("medline")),
    "dcom": lambda article: _single(article.completed),
}
