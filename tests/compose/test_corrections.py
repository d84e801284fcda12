"""Events: what a record says of a paper's fate, the same from both sides, each known by all its names."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litwatch.compose.citation import cite
from litwatch.compose.correction_notices import Told, correction_notice
from litwatch.compose.corrections import (
    PART,
    WHOLE,
    Event,
    final_version,
    own_events,
    place_of,
    pointed,
    split_place,
    unknown,
)
from litwatch.domain.article import Correction
from litwatch.domain.notice import Notice, NoticeKind
from tests.compose.papers import AUTHORITY, trial

DAY = datetime(2025, 3, 28, tzinfo=UTC)
TOLD = Told("99000101", "pmid-99000101", "Nordic walking", datetime(2025, 3, 21, tzinfo=UTC), DAY)
PAIRS = {
    "RetractionIn": "RetractionOf",
    "RetractedandRepublishedIn": "RetractedandRepublishedFrom",
    "PartialRetractionIn": "PartialRetractionOf",
    "ErratumIn": "ErratumFor",
    "CorrectedandRepublishedIn": "CorrectedandRepublishedFrom",
    "ExpressionOfConcernIn": "ExpressionOfConcernFor",
}


def events(*links: Correction, **more: Any) -> tuple[Event, ...]:
    return own_events(trial(corrections=links, **more))


def noticed(event: Event) -> tuple[str, Notice]:
    return event.source, correction_notice(event, TOLD, record=None, rewritten=False, made=DAY, authority=AUTHORITY)


@pytest.mark.parametrize(("own", "back"), PAIRS.items())
def test_both_directions_give_one_event(own: str, back: str) -> None:
    (event,) = events(Correction(own, "99000901", "J Fict Stud. 2025 Mar 27"))
    notice = trial("99000901", corrections=(Correction(back, "99000101"),))
    ((pmid, seen_from_notice),) = pointed(notice)
    assert pmid == "99000101"
    assert (seen_from_notice.kind, seen_from_notice.source) == (event.kind, event.source)
    assert unknown([seen_from_notice], [noticed(event)]) == ()
    assert unknown([event], [noticed(seen_from_notice)]) == ()


@pytest.mark.parametrize("kind", ["CommentIn", "CommentOn", "Cites", "UpdateIn", "RetractionOf", "ErratumFor", ""])
def test_other_links_are_no_events(kind: str) -> None:
    assert events(Correction(kind, "99000901")) == ()


def test_a_record_may_call_itself_retracted_without_a_link() -> None:
    for paper in (trial(publication_types=("Retracted Publication",)), trial(title="RETRACTED: Nordic walking.")):
        (event,) = own_events(paper)
        assert (event.kind, event.source) == (NoticeKind.RETRACTION, WHOLE)
        assert "without saying where" in noticed(event)[1].text
        later = events(Correction("RetractionIn", "99000901"), publication_types=("Retracted Publication",))
        assert unknown(later, [noticed(event)]) == (), "a paper is retracted once"


def test_a_part_and_then_the_whole_are_two_events() -> None:
    (part,) = events(Correction("PartialRetractionIn", "99000901"))
    assert part.source == PART
    assert "Part of this paper" in noticed(part)[1].text
    both = events(Correction("PartialRetractionIn", "99000901"), Correction("RetractionIn", "99000902"))
    assert [event.source for event in unknown(both, [noticed(part)])] == [WHOLE]


PLACES = st.tuples(st.integers(1, 12), st.integers(1, 99), st.integers(1, 999)).map(
    lambda part: f"J Fict Stud. 2025;{part[0]}({part[1]}):{part[2]}"
)


@given(first=PLACES, second=PLACES)
def test_two_errata_without_pmids_are_told_apart_by_their_place(first: str, second: str) -> None:
    found = events(Correction("ErratumIn", None, first), Correction("ErratumIn", None, second))
    assert len(found) == (1 if first == second else 2)
    assert unknown(found[:1], [noticed(found[0])]) == ()
    assert unknown(found[1:], [noticed(found[0])]) == found[1:]


def test_a_journal_and_a_year_name_no_notice() -> None:
    vague = "Proceedings of the Fictional Society. 2025"
    assert len(events(Correction("ErratumIn", "1", vague), Correction("ErratumIn", "2", vague))) == 2


@pytest.mark.parametrize(
    ("place", "split"),
    [
        ("Cell Rep. 2022;39:1. doi: 10.1016/j.x.2022.1.", ("Cell Rep. 2022;39:1", "10.1016/j.x.2022.1")),
        ("doi: 10.5555/ABC", ("", "10.5555/abc")),
        ("Lancet 1998 Mar 7;351(9104):760", ("Lancet 1998 Mar 7;351(9104):760", None)),
        ("Infection. 2017 Aug 7;:", ("Infection. 2017 Aug 7;:", None)),
        ("", ("", None)),
    ],
)
def test_a_place_and_its_doi(place: str, split: tuple[str, str | None]) -> None:
    assert split_place(place) == split


def test_the_place_of_a_citation_reads_like_pubmeds() -> None:
    assert place_of(cite(trial())) == "J Fict Stud. 2025-02;3:1-9. doi: 10.5555/fictional.99000101"


def test_only_a_preprint_has_a_final_version_elsewhere() -> None:
    paper = trial(corrections=(Correction("UpdateIn", "99000102"),))
    assert final_version(paper) is None, "an updated review is another study"
    assert final_version(replace(paper, publication_types=("Preprint",))) == "99000102"


def test_a_notice_says_what_when_and_where() -> None:
    link = Correction("ErratumIn", "99000902", "J Fict Stud. 2025;3:77. doi: 10.5555/e.", "Dose")
    (event,) = events(link)
    notice = correction_notice(event, TOLD, record=None, rewritten=True, made=DAY, authority=AUTHORITY)
    assert notice.guid == "tag:litwatch.example,2026:notice/99000101/erratum/99000902"
    assert [sentence.text for sentence in notice.sentences] == [
        "A correction to this paper has been published.",
        "PubMed’s remark: “Dose”.",
        "Our note of 21 March 2025 was written before we knew of it.",
        "The abstract at PubMed has changed since.",
        "The journal’s notice: J Fict Stud. 2025;3:77.",
        "We learned of it on 28 March 2025.",
    ]
    assert notice.citation is not None
    assert (notice.citation.pmid, notice.citation.doi) == ("99000902", "10.5555/e")
