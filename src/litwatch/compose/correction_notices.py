"""Event → notice: what happened, when we learned of it, where the journal says so, what it means for our note."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from litwatch.compose.citation import cite
from litwatch.compose.corrections import PART, Event, split_place
from litwatch.domain.article import Article
from litwatch.domain.calendar import long_date
from litwatch.domain.citation import Citation
from litwatch.domain.notice import Notice, NoticeKind, notice_guid
from litwatch.domain.prose import Provenance, Sentence

_NAMES = {
    NoticeKind.RETRACTION: "Retraction notice",
    NoticeKind.ERRATUM: "Correction",
    NoticeKind.CONCERN: "Expression of concern",
}


@dataclass(frozen=True, slots=True)
class Told:
    """A paper that an issue told: as a note, or, with an empty `slug`, in one line under "Also new"."""

    pmid: str
    slug: str
    headline: str
    published: datetime
    """When that issue was."""
    written: datetime
    """When its notes were: what the record said then is what they tell."""
    citation: Citation | None = None
    """As published with the note."""


def correction_notice(
    event: Event, told: Told, *, record: Article | None, rewritten: bool, made: datetime, authority: str
) -> Notice:
    """The notice of `event`. `record` is the journal's own notice, if its record is at hand.

    `rewritten`: the abstract at PubMed is another than the one that the note was written from.
    """
    sentences = (
        *_happened(event),
        *_meaning(event, told, rewritten),
        *_journal(event),
        Sentence(f"We learned of it on {long_date(made)}.", Provenance.DERIVED, basis="made"),
    )
    return Notice(
        guid=notice_guid(authority, event.kind, told.pmid, event.source),
        kind=event.kind,
        pmid=told.pmid,
        slug=told.slug,
        headline=told.headline,
        made=made,
        sentences=sentences,
        citation=cite(record) if record else _citation(event),
    )


def final_notice(told: Told, final: Citation, *, source: str, made: datetime, authority: str) -> Notice:
    """The notice that the paper, told while ahead of print or as a preprint, is out in its final form."""
    if final.pmid == told.pmid:
        text = (
            f"The paper was ahead of print when we told it on {long_date(told.published)}; the citation is now final."
        )
    else:
        text = (
            f"What we told on {long_date(told.published)} was an earlier version (PMID {told.pmid}). The paper has since been "
            f"published as PMID {final.pmid}; its results may differ from those in our note."
        )
    return Notice(
        guid=notice_guid(authority, NoticeKind.FINAL, told.pmid, source),
        kind=NoticeKind.FINAL,
        pmid=told.pmid,
        slug=told.slug,
        headline=told.headline,
        made=made,
        sentences=(Sentence(text, Provenance.DERIVED, basis="citation"),),
        citation=final,
    )


def withdrawn_update(event: Event, update: Notice, *, made: datetime, authority: str) -> tuple[str, Notice]:
    """(source, notice) that the study which `update` rests on has been retracted (`event`); another update of the note."""
    assert update.citation is not None
    study = "Part of the study" if event.source == PART else "The study"
    text = (
        f"{study} behind our update of {long_date(update.made)} to this note (PMID {update.citation.pmid}) has been "
        "retracted."
    )
    source = f"{event.source} of {update.citation.pmid}"
    return source, Notice(
        guid=notice_guid(authority, NoticeKind.UPDATE, update.pmid, source),
        kind=NoticeKind.UPDATE,
        pmid=update.pmid,
        slug=update.slug,
        headline=update.headline,
        made=made,
        sentences=(
            Sentence(text, Provenance.DERIVED, basis=event.link.kind or "is_retracted"),
            Sentence("Please do not rely on what that update says.", Provenance.BOILERPLATE),
            *_journal(event),
        ),
        citation=update.citation,
    )


def editors_correction(text: str, told: Told, *, made: datetime, authority: str) -> tuple[str, Notice]:
    """(source, notice) of an editor's correction of the note; the same words about the same note are the same event."""
    source = hashlib.sha256(text.encode()).hexdigest()[:16]
    return source, Notice(
        guid=notice_guid(authority, NoticeKind.CORRECTION, told.pmid, source),
        kind=NoticeKind.CORRECTION,
        pmid=told.pmid,
        slug=told.slug,
        headline=told.headline,
        made=made,
        sentences=(Sentence(text, Provenance.EDITOR),),
    )


def _happened(event: Event) -> Iterator[Sentence]:
    if event.kind is NoticeKind.CONCERN:
        text = "The journal has published an expression of concern about this paper."
    elif event.link.kind == "CorrectedandRepublishedIn":
        text = "This paper has been corrected and published again."
    elif event.kind is NoticeKind.ERRATUM:
        text = "A correction to this paper has been published."
    elif event.source == PART:
        text = "Part of this paper has been retracted."
    elif event.link.kind == "RetractedandRepublishedIn":
        text = "This paper has been retracted and published again in another version."
    elif event.link.kind:
        text = "This paper has been retracted."
    else:
        text = "PubMed now lists this paper as retracted or withdrawn, without saying where that was announced."
    yield Sentence(text, Provenance.DERIVED, basis=event.link.kind or "is_retracted")
    if event.link.note:
        yield Sentence(f"PubMed’s remark: “{event.link.note}”.", Provenance.EXTRACTED, basis="Note")


def _meaning(event: Event, told: Told, rewritten: bool) -> Iterator[Sentence]:
    what = (
        f"Our note of {long_date(told.published)}"
        if told.slug
        else f"The line in our issue of {long_date(told.published)}"
    )
    if event.kind is NoticeKind.CONCERN:
        text = f"That is a warning, not a retraction; {what[0].lower()}{what[1:]} should be read with that in mind."
    elif event.kind is NoticeKind.ERRATUM:
        text = f"{what} was written before we knew of it."
    elif event.source == PART:
        text = f"{what} may rest on the retracted part: please do not rely on it without reading the journal’s notice."
    else:
        text = f"{what} rests on it: please do not rely on what it says."
    yield Sentence(text, Provenance.BOILERPLATE)
    if rewritten and event.kind is NoticeKind.ERRATUM:
        yield Sentence("The abstract at PubMed has changed since.", Provenance.DERIVED, basis="abstract")


def _journal(event: Event) -> Iterator[Sentence]:
    place, _ = split_place(event.link.source or "")
    if place:
        yield Sentence(f"The journal’s notice: {place}.", Provenance.EXTRACTED, basis="RefSource")


def _citation(event: Event) -> Citation | None:
    """As much of the journal's notice as the link to it tells."""
    place, doi = split_place(event.link.source or "")
    if not (place or event.link.pmid):
        return None
    return Citation(event.link.pmid or "", _NAMES[event.kind], (), place, doi=doi)
