from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from litwatch.compose.rank import (
    Candidate,
    Verdict,
    is_notice,
    is_retracted,
    judge,
    ranking,
    standing,
    twins,
)
from litwatch.domain.article import Correction, MeshHeading, PartialDate
from litwatch.domain.study import Design, Direction
from tests.compose.papers import spine, trial, trial_study

TODAY = date(2025, 3, 21)
OWN = "not a study with results of its own"
CONCERN = "the journal has published an expression of concern"


def candidate(pmid: str = "99000101", study: dict[str, Any] | None = None, **article: Any) -> Candidate:
    """The fictional trial, with fields of its record or its study changed."""
    return Candidate(trial(pmid, **article), trial_study(trial(pmid), **(study or {})), ("exercise",))


def verdict(subject: Candidate, told: frozenset[str] = frozenset()) -> Verdict:
    return judge(subject, today=TODAY, max_age_days=400, told=told)


def test_a_sound_trial_may_be_featured() -> None:
    assert verdict(candidate()).place == "nugget"


@pytest.mark.parametrize(
    ("subject", "reason"),
    [
        (candidate(corrections=(Correction("RetractionIn", pmid="99000999"),)), "retracted"),
        (candidate(corrections=(Correction("RetractedandRepublishedIn", pmid="99000999"),)), "retracted"),
        (candidate(publication_types=("Journal Article", "Retracted Publication")), "retracted"),
        (candidate(title="RETRACTED: Nordic walking for hip pain."), "retracted"),
        (candidate(title="WITHDRAWN: Nordic walking for hip pain."), "retracted"),
        (candidate(publication_types=("Retraction of Publication",), sections=()), "a correction notice"),
        (candidate(publication_types=("Published Erratum",)), "a correction notice"),
        (candidate(corrections=(Correction("RetractionOf", pmid="99000100"),)), "a correction notice"),
        (candidate(corrections=(Correction("PartialRetractionOf", pmid="99000100"),)), "a correction notice"),
        (candidate(title="Correction to: Nordic walking for hip pain."), "a correction notice"),
        (candidate(title="Author's correction: Nordic walking."), "a correction notice"),
        (candidate(title="Erratum."), "a correction notice"),
        (candidate(published=PartialDate(2024, 2, 14)), "older than 400 days: published 2024"),
    ],
)
def test_excluded(subject: Candidate, reason: str) -> None:
    assert (verdict(subject).place, str(verdict(subject))) == ("excluded", reason)


@pytest.mark.parametrize(
    ("subject", "reason"),
    [
        (candidate(sections=()), "no abstract"),
        (Candidate(trial(), None, ()), "could not be read"),
        (candidate(study={"design": Design.PROTOCOL}), f"{OWN}: study protocol, no results yet"),
        (candidate(study={"design": Design.COMMENTARY}), f"{OWN}: commentary"),
        (candidate(study={"design": Design.OTHER}), f"{OWN}: other paper"),
        (candidate(kind="book"), f"{OWN}: randomised trial"),
        (candidate(study={"design": Design.ANIMAL}), "not in people"),
        (candidate(mesh=(MeshHeading("Animals"), MeshHeading("Pain"))), "not in people"),
        (candidate(study={"outcomes": ()}), "no clear result in the abstract"),
        (candidate(published=PartialDate(None, raw="9999-9999")), "no date of publication"),
        (candidate(corrections=(Correction("ExpressionOfConcernIn"),)), CONCERN),
    ],
)  # fmt: skip
def test_mentioned_only(subject: Candidate, reason: str) -> None:
    assert (verdict(subject).place, str(verdict(subject))) == ("mention", reason)


def test_results_without_a_direction_make_no_note() -> None:
    rows = tuple(replace(row, direction=Direction.REPORTED) for row in trial_study(trial()).outcomes)
    assert verdict(candidate(study={"outcomes": rows})).reason == "no clear result in the abstract"


def test_a_paper_told_before_is_not_told_again() -> None:
    subject = candidate(doi="10.5555/ABC")
    assert str(verdict(subject, frozenset({"10.5555/abc"}))) == "told in an earlier issue: DOI 10.5555/ABC"
    assert verdict(candidate(doi=None), frozenset({""})).place == "nugget"


@pytest.mark.parametrize("title", ["Correction of posture by exercise", "Retraction exercises: a trial", "Errata", ""])
def test_not_every_correction_is_a_notice(title: str) -> None:
    assert not is_notice(trial(title=title))
    assert not is_retracted(trial(title=title))


def test_of_two_records_of_a_paper_the_final_one_counts() -> None:
    ahead = candidate("99000300", doi="10.5555/x", publication_status="aheadofprint")
    final = candidate("99000200", doi="10.5555/X", publication_status="ppublish")
    later = candidate("99000400", doi="10.5555/x", publication_status="ppublish")
    other = candidate("99000500", doi=None)
    assert twins([ahead, final, other]) == {"99000300": "99000200"}
    assert twins([later, ahead, final]) == {"99000300": "99000400", "99000200": "99000400"}


def test_the_best_come_first_and_of_equals_the_later() -> None:
    review = Candidate(*spine(), ())
    equals = [candidate("99000102"), candidate("99000110"), candidate("99000103")]
    expected = ["38921661", "99000110", "99000103", "99000102"]
    for order in ([review, *equals], [*reversed(equals), review]):
        assert [paper.pmid for paper in ranking(order)] == expected


def test_the_next_paper_on_a_condition_of_the_issue_falls_behind() -> None:
    """Titles tell the condition: two on fibromyalgia, one on migraine, all equal but for the PMID."""
    first, second = (candidate(pmid, title="Walking for fibromyalgia.") for pmid in ("99000105", "99000104"))
    other = candidate("99000101", title="Walking for migraine.")
    ranked = ranking([second, other, first])
    assert [paper.pmid for paper in standing(ranked, [])] == ["99000105", "99000104", "99000101"]
    beside = standing(ranked[1:], ranked[:1])
    assert [paper.pmid for paper in beside] == ["99000101", "99000104"]
    assert beside[1].score.parts[-1] == ("another note on fibromyalgia in this issue", -10)
    assert beside[0].score == ranked[2].score


def test_every_note_on_the_condition_counts() -> None:
    papers = ranking([candidate(f"9900010{number}", title="Walking for fibromyalgia.") for number in range(4)])
    (last,) = standing(papers[3:], papers[:3])
    assert last.score.parts[-1] == ("3 notes on fibromyalgia in this issue", -30)
    assert last.score.total == papers[0].score.total - 30
