from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import pytest

from litwatch.compose.issue import Fates, Rules, compose_issue
from litwatch.compose.rank import Candidate
from litwatch.compose.stories import PLAN, SAME_PAPER, EarlierNote, registrations
from litwatch.domain.article import Correction
from litwatch.domain.calendar import Week
from litwatch.domain.digest import Issue, Sibling
from litwatch.domain.study import Design, Direction, Evidence, Outcome
from tests.compose.papers import AUTHORITY, spine, trial, trial_rows, trial_study

TRIAL = "NCT00000001"
REVIEW = "CRD42000000001"


def report(pmid: str, *numbers: str, topics: tuple[str, ...] = ("pain",), **study: Any) -> Candidate:
    article = trial(pmid, **study.pop("article", {}))
    return Candidate(article, trial_study(trial(pmid), registry_ids=numbers, **study), topics)


def composed(*candidates: Candidate, **more: Any) -> tuple[Issue, Fates]:
    moment = datetime(2025, 3, 21, 7, tzinfo=UTC)
    return compose_issue(Week(2025, 12), candidates, published=moment, rules=Rules(AUTHORITY), **more)


def earlier(pmid: str, *numbers: str, design: Design = Design.RANDOMIZED_TRIAL) -> EarlierNote:
    study = trial_study(trial(pmid), registry_ids=numbers, design=design)
    return EarlierNote(f"pmid-{pmid}", "Nordic walking", study)


def renamed(name: str, direction: Direction, **more: Any) -> Outcome:
    return replace(trial_rows(trial())[0], name=name, direction=direction, **more)


def test_two_reports_of_a_trial_are_one_nugget() -> None:
    issue, fates = composed(
        report("99000101", TRIAL, n_participants=120, topics=("pain",)),
        report("99000102", TRIAL, outcomes=trial_rows(trial())[:1], topics=("inflammation",)),
        report("99000103"),
    )
    assert [nugget.pmid for nugget in issue.nuggets] == ["99000101", "99000103"]
    (sibling,) = issue.nuggets[0].siblings
    assert (sibling.pmid, sibling.meta) == ("99000102", "Randomised trial, n=120: 1 better")
    assert sibling.title == "Nordic walking for hip pain: a randomised trial"
    assert issue.nuggets[0].topics == ("inflammation", "pain")
    assert issue.also == ()
    assert fates["99000102"] == (
        "mention",
        f"told with another report of the same study: PMID 99000101, {TRIAL}",
    )


def test_what_a_sibling_adds_is_told_row_by_row() -> None:
    rows = (
        trial_rows(trial())[0],  # the lead's own
        renamed("sleep", Direction.IMPROVED),
        renamed("CRP", Direction.WORSENED),  # unchanged in the lead: what differs is told
        renamed("pain", Direction.NO_DIFFERENCE, timepoint="2 years", subgroup="women"),
        renamed("mood", Direction.REPORTED),
    )
    lead = report("99000101", TRIAL, n_participants=120)
    issue, _ = composed(lead, report("99000099", TRIAL, outcomes=rows, n_participants=None))
    (nugget,) = issue.nuggets
    assert (nugget.pmid, nugget.siblings[0].adds) == (
        "99000101",
        "better: sleep; no clear change: pain (2 years, women); worse: CRP; mixed or unclear: mood",
    )


def test_rows_that_the_record_does_not_hold_are_not_told() -> None:
    """The record was revised since it was read, or the reading is not of this record."""
    forged = replace(trial_rows(trial())[0], name="sleep", evidence=Evidence(2, 0, 6, "Forged"))
    issue, _ = composed(report("99000101", TRIAL), report("99000099", TRIAL, outcomes=(forged,)))
    (sibling,) = issue.nuggets[0].siblings
    assert (sibling.meta, sibling.adds) == ("Randomised trial", "")


def test_a_plan_is_told_with_the_results_and_not_instead() -> None:
    plan = report("99000109", TRIAL, design=Design.PROTOCOL, n_participants=5000)
    issue, _ = composed(plan, report("99000101", TRIAL))
    assert [(nugget.pmid, nugget.siblings[0].adds) for nugget in issue.nuggets] == [("99000101", PLAN)]


def test_two_papers_without_a_note_are_one_line() -> None:
    plans = [report(pmid, TRIAL, design=Design.PROTOCOL) for pmid in ("99000101", "99000102")]
    issue, fates = composed(*plans)
    assert [(mention.pmid, [each.pmid for each in mention.siblings]) for mention in issue.also] == [
        ("99000102", ["99000101"])
    ]
    assert issue.receipt.mentioned == len(fates) == 2


def test_another_record_of_a_paper_is_told_with_it() -> None:
    ahead = report("99000105", article={"doi": "10.5555/x", "publication_status": "aheadofprint"})
    issue, fates = composed(ahead, report("99000104", article={"doi": "10.5555/X"}))
    (nugget,) = issue.nuggets
    assert nugget.siblings == (
        Sibling(
            "99000105",
            "Nordic walking for hip pain: a randomised trial",
            "Randomised trial, n=120: 1 better, 1 no clear change, 1 worse, 1 mixed or unclear",
            SAME_PAPER,
            "10.5555/x",
        ),
    )
    assert fates["99000105"] == ("excluded", f"{SAME_PAPER}: PMID 99000104")


def test_a_second_record_of_a_sibling_goes_with_the_story() -> None:
    second = report("99000102", TRIAL, article={"doi": "10.5555/x"}, n_participants=None)
    copy = report("99000090", TRIAL, article={"doi": "10.5555/x", "publication_status": "aheadofprint"})
    issue, _ = composed(report("99000101", TRIAL), second, copy)
    assert [each.pmid for each in issue.nuggets[0].siblings] == ["99000102", "99000090"]


def test_a_trial_told_before_gets_a_line_with_the_earlier_note() -> None:
    issue, fates = composed(report("99000201", TRIAL), earlier=[earlier("99000101", TRIAL), earlier("99000102", TRIAL)])
    assert issue.nuggets == ()
    (mention,) = issue.also
    assert (mention.earlier, mention.meta) == (
        "pmid-99000101",
        "Randomised trial, n=120: another report of a study told before",
    )
    assert fates["99000201"] == ("mention", f"another report of a study told before: {TRIAL}")


@pytest.mark.parametrize("told_by", ["both", "preprint", "paper"])
def test_a_preprint_is_told_with_the_paper_that_it_became(told_by: str) -> None:
    preprint: dict[str, Any] = {"publication_types": ("Preprint",)}
    paper: dict[str, Any] = {"publication_status": "aheadofprint"}
    if told_by != "paper":
        preprint["corrections"] = (Correction("UpdateIn", "99000101"),)
    if told_by != "preprint":
        paper["corrections"] = (Correction("UpdateOf", "99000105", "medRxiv. 2025 Jan 2."),)
    issue, fates = composed(report("99000105", article=preprint), report("99000101", article=paper))
    (nugget,) = issue.nuggets
    assert nugget.pmid == "99000101"
    assert [(each.pmid, each.adds) for each in nugget.siblings] == [("99000105", SAME_PAPER)]
    assert issue.also == ()
    assert fates["99000105"] == ("excluded", f"{SAME_PAPER}: PMID 99000101")


def test_every_record_of_a_preprint_goes_with_the_better_record_of_its_paper() -> None:
    link = (Correction("UpdateIn", "99000103"),)
    preprint = {"doi": "10.5555/pre", "publication_types": ("Preprint",)}
    issue, fates = composed(
        report("99000101", article=preprint),
        report("99000102", article={**preprint, "corrections": link}),
        report("99000103", article={"doi": "10.5555/final", "publication_status": "aheadofprint"}),
        report("99000104", article={"doi": "10.5555/final"}),
    )
    assert [nugget.pmid for nugget in issue.nuggets] == ["99000104"]
    assert {reason for place, reason in fates.values() if place == "excluded"} == {f"{SAME_PAPER}: PMID 99000104"}


def test_a_paper_whose_preprint_was_told_gets_a_line() -> None:
    link = Correction("UpdateOf", "99000105", "medRxiv. 2024 Dec 2:2024.12.01.24318000.")
    issue, fates = composed(report("99000201", article={"corrections": (link,)}), earlier=[earlier("99000105")])
    assert issue.nuggets == ()
    assert [mention.earlier for mention in issue.also] == ["pmid-99000105"]
    assert fates["99000201"] == ("mention", "another report of a study told before: PMID 99000105")


def test_a_new_version_of_a_review_is_a_paper_of_its_own() -> None:
    link = Correction("UpdateOf", "99000105", "J Fict Stud. 2019 Jan;3:CD000001.")
    issue, _ = composed(report("99000201", article={"corrections": (link,)}), earlier=[earlier("99000105")])
    assert [nugget.pmid for nugget in issue.nuggets] == ["99000201"]


@pytest.mark.parametrize(
    ("one", "other"),
    [("JPRN-UMIN000001234", "UMIN000001234"), ("ACTRN12605000001606P", "ACTRN12605000001606")],
)
def test_one_registration_in_two_writings_is_one_trial(one: str, other: str) -> None:
    issue, _ = composed(report("99000101", one), report("99000102", other))
    (nugget,) = issue.nuggets
    assert len(nugget.siblings) == 1


def test_without_a_shared_registration_nothing_is_one_story() -> None:
    issue, _ = composed(report("99000201"), report("99000202", "NCT00000002"), earlier=[earlier("99000101", TRIAL)])
    assert len(issue.nuggets) == 2
    assert all(nugget.siblings == () for nugget in issue.nuggets)


def test_a_review_is_no_report_of_the_trials_that_it_lists() -> None:
    article, study = spine()
    study = replace(study, registry_ids=(TRIAL, REVIEW))
    assert registrations(study) == {REVIEW}
    review = Candidate(article, study, ("pain",))
    issue, _ = composed(review, report("99000201", TRIAL), earlier=[earlier("99000101", TRIAL)])
    assert [nugget.pmid for nugget in issue.nuggets] == ["38921661"]
    again, _ = composed(review, earlier=[earlier("99000101", REVIEW, design=Design.META_ANALYSIS)])
    assert again.nuggets == ()


def test_a_paper_on_two_trials_does_not_make_them_one() -> None:
    one, other = report("99000101", "NCT00000001"), report("99000102", "NCT00000002")
    both = report("99000103", "NCT00000001", "NCT00000002", outcomes=trial_rows(trial())[:1])
    issue, _ = composed(one, other, both)
    assert [nugget.pmid for nugget in issue.nuggets] == ["99000102", "99000101"]
    assert sum(len(nugget.siblings) for nugget in issue.nuggets) == 1


def test_a_retracted_report_is_no_sibling() -> None:
    retracted = report("99000102", TRIAL, article={"publication_types": ("Retracted Publication",)})
    issue, fates = composed(report("99000101", TRIAL), retracted)
    assert issue.nuggets[0].siblings == ()
    assert fates["99000102"] == ("excluded", "retracted")


def test_the_order_of_the_input_makes_no_difference() -> None:
    papers = [
        report("99000101", "NCT00000001", "NCT00000002"),
        report("99000102", "NCT00000002"),
        report("99000103", "NCT00000001", design=Design.PROTOCOL),
        report("99000104", "NCT00000002", article={"doi": "10.5555/x"}),
        report("99000105", article={"doi": "10.5555/x", "publication_status": "aheadofprint"}),
    ]
    first = composed(*papers, earlier=[earlier("99000001", "NCT00000009")])
    for order in list(permutations(papers))[::5]:
        assert composed(*order, earlier=[earlier("99000001", "NCT00000009")]) == first
