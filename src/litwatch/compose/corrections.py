"""What a record says of a paper's fate → events, and events → notices in plain words.

Each event is met in two places: the paper's own record gains a link (RetractionIn, ErratumIn, …), and the journal's
notice is a record that links back (RetractionOf, ErratumFor, …). Both give the same event. Link types are NLM's
RefType, see "CommentsCorrections" in MEDLINE/PubMed XML Data Elements.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from litwatch.compose.citation import cite
from litwatch.compose.rank import is_retracted
from litwatch.domain.article import Article, Correction
from litwatch.domain.citation import Citation
from litwatch.domain.notice import Notice, NoticeKind

WHOLE, PART = "retraction", "partial retraction"
"""A paper is retracted once, however many records say so: these are the sources of such events."""

_KINDS = {
    "RetractionIn": NoticeKind.RETRACTION,
    "RetractedandRepublishedIn": NoticeKind.RETRACTION,
    "PartialRetractionIn": NoticeKind.RETRACTION,
    "ErratumIn": NoticeKind.ERRATUM,
    "CorrectedandRepublishedIn": NoticeKind.ERRATUM,
    "ExpressionOfConcernIn": NoticeKind.CONCERN,
}
_REVERSED = {
    "RetractionOf": "RetractionIn",
    "RetractedandRepublishedFrom": "RetractedandRepublishedIn",
    "PartialRetractionOf": "PartialRetractionIn",
    "ErratumFor": "ErratumIn",
    "CorrectedandRepublishedFrom": "CorrectedandRepublishedIn",
    "ExpressionOfConcernFor": "ExpressionOfConcernIn",
}
_DOI = re.compile(r"[\s.;,]*\bdoi:\s*(10\.\d{4,9}/\S+?)[.;,]?\s*\Z", re.IGNORECASE)
_NOT_WORD = re.compile(r"\W+")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a paper after it appeared.

    `link` is how the paper's own record points, or would point, to the journal's notice; its kind is "" where a record
    calls the paper retracted without saying where. `source` is the same however the event was met.
    """

    kind: NoticeKind
    source: str
    link: Correction

    @property
    def names(self) -> frozenset[str]:
        """All that this event is known by: a link without a PMID may get one later."""
        return _names(self.source, self.link.pmid, self.link.source or "")


def own_events(article: Article) -> tuple[Event, ...]:
    """The events that the paper's own record tells, each once."""
    events = [_event(link) for link in article.corrections if link.kind in _KINDS]
    if is_retracted(article) and not any(event.source == WHOLE for event in events):
        partly = any(event.source == PART for event in events)
        if not partly or "Retracted Publication" in article.publication_types:
            events.append(Event(NoticeKind.RETRACTION, WHOLE, Correction("")))
    return tuple(_once(events))


def pointed(article: Article) -> Iterator[tuple[str, Event]]:
    """(PMID, event) for each paper that `article`, a journal's notice, is about."""
    for link in article.corrections:
        if link.kind in _REVERSED and link.pmid:
            yield link.pmid, _event(Correction(_REVERSED[link.kind], article.pmid, place_of(cite(article))))


def final_version(article: Article) -> str | None:
    """The PMID under which a preprint was published in a journal; None for other papers."""
    links = article.corrections if "Preprint" in article.publication_types else ()
    return next((link.pmid for link in links if link.kind == "UpdateIn" and link.pmid), None)


def unknown(events: Iterable[Event], known: Sequence[tuple[str, Notice]]) -> tuple[Event, ...]:
    """The events, each once, of which no notice was made. `known`: (source, notice) of all notices about the paper."""
    return tuple(
        event
        for event in _once(events)
        if not any(notice.kind is event.kind and event.names & _names_of(source, notice) for source, notice in known)
    )


def split_place(place: str) -> tuple[str, str | None]:
    """PubMed's RefSource as (journal and place, DOI in lower case)."""
    found = _DOI.search(place)
    return (place[: found.start()].strip(), found[1].lower()) if found else (place.strip().rstrip("."), None)


def place_of(citation: Citation) -> str:
    """Where a paper stands, in the form of PubMed's RefSource: "J Pain. 2025-01;26(1):113-123. doi: 10.…"."""
    where = (citation.volume or "") + (f"({citation.issue})" if citation.issue else "")
    dated = ";".join(part for part in (citation.date, where) if part)
    paged = ":".join(part for part in (dated, citation.pages) if part)
    parts = (citation.journal.rstrip("."), paged, f"doi: {citation.doi}" if citation.doi else "")
    return ". ".join(part for part in parts if part)


def _event(link: Correction) -> Event:
    kind = _KINDS[link.kind]
    if kind is NoticeKind.RETRACTION:
        return Event(kind, PART if link.kind == "PartialRetractionIn" else WHOLE, link)
    place, doi = split_place(link.source or "")
    by_place = hashlib.sha256(_folded(place).encode()).hexdigest()[:16]
    return Event(kind, link.pmid or (f"doi:{doi}" if doi else f"place:{by_place}"), link)


def _once(events: Iterable[Event]) -> Iterator[Event]:
    seen: list[Event] = []
    for event in events:
        if not any(other.kind is event.kind and other.names & event.names for other in seen):
            seen.append(event)
            yield event


def _names(source: str, pmid: str | None, place: str) -> frozenset[str]:
    where, doi = split_place(place)
    # A place that names no more than a journal and a year may be that of two notices.
    exact = _folded(where) if sum(letter.isdigit() for letter in where) > len("2025") else None
    return frozenset(name for name in (source, pmid, doi, exact) if name)


def _names_of(source: str, notice: Notice) -> frozenset[str]:
    citation = notice.citation
    return _names(source, citation.pmid, place_of(citation)) if citation else frozenset({source})


def _folded(text: str) -> str:
    return _NOT_WORD.sub("", text).casefold()
