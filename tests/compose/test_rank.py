from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from litwatch.compose.rank import (
    Candidate,
    Verdict,
    appeared_by,
    best_first,
    is_notice,
    is_retracted,
    judge,
    score,
    twins,
)
from litwatch.domain.article import Correction, HistoryDate, MeshHeading, PartialDate
from litwatch.domain.study import Comparison, Design, Direction
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
        (candidate(publication_types=("Journal Article", "Retracted Publication")), "retracted"),
        (candidate(title="RETRACTED: Nordic walking for hip pain."), "retracted"),
        (candidate(title="WITHDRAWN: Nordic walking for hip pain."), "retracted"),
        (candidate(publication_types=("Retraction of Publication",), sections=()), "a correction notice"),
        (candidate(publication_types=("Published Erratum",)), "a correction notice"),
        (candidate(corrections=(Correction("RetractionOf", pmid="99000100"),)), "a correction notice"),
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


@pytest.mark.parametrize(
    ("published", "electronic", "day"),
    [
        (PartialDate(2025, 1, 31), None, date(2025, 1, 31)),
        (PartialDate(2024, 2), None, date(2024, 2, 29)),
        (PartialDate(2024), None, date(2024, 12, 31)),
        (PartialDate(2024), PartialDate(2024, 11, 5), date(2024, 11, 5)),
        (PartialDate(2025, 1), PartialDate(2024, 6, 26), date(2024, 6, 26)),
        (PartialDate(None), PartialDate(2024, 6, 26), date(2024, 6, 26)),
        (PartialDate(None), None, None),
    ],
)
def test_the_day_by_which_a_paper_had_appeared(
    published: PartialDate, electronic: PartialDate | None, day: date | None
) -> None:
    assert appeared_by(trial(published=published, electronic=electronic)) == day


def test_the_limit_of_age_is_the_papers_own_date_whenever_pubmed_entered_it() -> None:
    late = (HistoryDate("entrez", date(2025, 3, 20)),)
    assert verdict(candidate(published=PartialDate(2024, 2, 15), history=late)).place == "nugget"  # 400 days
    assert verdict(candidate(published=PartialDate(2024, 2, 14), history=late)).place == "excluded"  # 401 days
    assert verdict(candidate(published=PartialDate(2026, 1))).place == "nugget"  # an issue of the future


def test_of_two_records_of_a_paper_the_final_one_counts() -> None:
    ahead = candidate("99000300", doi="10.5555/x", publication_status="aheadofprint")
    final = candidate("99000200", doi="10.5555/X", publication_status="ppublish")
    later = candidate("99000400", doi="10.5555/x", publication_status="ppublish")
    other = candidate("99000500", doi=None)
    assert twins([ahead, final, other]) == {"99000300": "99000200"}
    assert twins([later, ahead, final]) == {"99000300": "99000400", "99000200": "99000400"}


def test_the_score_is_open() -> None:
    article, study = spine()
    assert str(score(article, study)) == (
        "80 points: meta-analysis 40, 1,670 people 20, 11 clear results 10, 8 with an estimate 10"
    )


def test_what_lowers_a_score() -> None:
    subject = candidate()
    assert subject.study is not None
    base = score(subject.article, subject.study).total
    before_after = tuple(replace(row, comparison=Comparison.WITHIN) for row in subject.study.outcomes)
    assert score(subject.article, replace(subject.study, outcomes=before_after)).total == base - 8
    children = replace(subject.article, mesh=(MeshHeading("Child"), MeshHeading("Humans")))
    assert score(children, subject.study).total == base - 8
    family = replace(subject.article, mesh=(MeshHeading("Child"), MeshHeading("Adult")))
    assert score(family, subject.study).total == base
    assert score(subject.article, replace(subject.study, registry_ids=("NCT00000000",))).total == base + 4


def test_the_best_come_first_and_of_equals_the_later() -> None:
    review = Candidate(*spine(), ())
    equals = [candidate("99000102"), candidate("99000110"), candidate("99000103")]
    expected = ["38921661", "99000110", "99000103", "99000102"]
    for order in ([review, *equals], [*reversed(equals), review]):
        assert [entry.article.pmid for entry, _ in best_first(order)] == expected
