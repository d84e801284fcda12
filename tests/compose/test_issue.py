from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from litwatch.compose.issue import Fates, Rules, compose_issue
from litwatch.compose.rank import Candidate
from litwatch.domain.article import Correction, MeshHeading, PartialDate
from litwatch.domain.calendar import Week
from litwatch.domain.digest import Issue
from litwatch.domain.run import PollReceipt
from litwatch.domain.study import Design, Evidence, Study
from tests.compose.papers import AUTHORITY, spine, trial, trial_study

NOW = datetime(2025, 3, 21, 7, tzinfo=UTC)
WEEK = Week(2025, 12)


def candidate(pmid: str, **article: Any) -> Candidate:
    return Candidate(trial(pmid, **article), trial_study(trial(pmid)), ("exercise-pain",))


def composed(*candidates: Candidate, nuggets: int = 7, **more: Any) -> tuple[Issue, Fates]:
    rules = Rules(AUTHORITY, nuggets_per_issue=nuggets)
    return compose_issue(WEEK, candidates, published=NOW, rules=rules, **more)


def poll(topic: str = "exercise-pain", **more: Any) -> PollReceipt:
    window = (date(2025, 3, 1), date(2025, 3, 20))
    return PollReceipt(topic, "exercise AND pain", NOW, 1.0, window, window[1], **more)


def test_an_issue_tells_the_best_and_lists_the_rest() -> None:
    review = Candidate(*spine(), ("exercise-inflammation",))
    walks = [candidate(f"9900010{number}") for number in range(3)]
    issue, fates = composed(*walks, review, candidate("99000200", sections=()), nuggets=2)
    assert [nugget.pmid for nugget in issue.nuggets] == ["38921661", "99000102"]
    assert [(mention.pmid, mention.meta) for mention in issue.also] == [
        ("99000101", "Randomised trial, n=120: 1 better, 1 no clear change, 1 worse, 1 mixed or unclear"),
        ("99000100", "Randomised trial, n=120: 1 better, 1 no clear change, 1 worse, 1 mixed or unclear"),
        ("99000200", "no abstract"),
    ]
    assert issue.week == WEEK
    assert issue.guid == "tag:litwatch.example,2026:issue/2025-W12"
    assert issue.title == "Effects of exercise therapy in axial spondyloarthritis (and 1 more)"
    assert issue.summary == "2 studies told outcome by outcome, 3 more in a line each, out of 5 new papers."
    assert issue.published == NOW
    assert (issue.receipt.considered, issue.receipt.nuggets, issue.receipt.mentioned) == (5, 2, 3)
    assert {pmid: fate for pmid, (fate, _) in fates.items()} == {
        "38921661": "nugget",
        "99000100": "mention",
        "99000101": "mention",
        "99000102": "nugget",
        "99000200": "mention",
    }
    assert fates["38921661"][1].startswith("featured: 100 points: meta-analysis (+40)")
    assert issue.nuggets[0].why == f"Picked with {fates['38921661'][1].removeprefix('featured: ')}."
    assert [nugget.rating.stars for nugget in issue.nuggets if nugget.rating] == [3, 3]
    assert fates["99000100"][1].startswith("not among the best of the week: 75 points")


def test_what_is_not_shown_is_counted_with_its_reason() -> None:
    issue, fates = composed(
        candidate("99000101", corrections=(Correction("RetractionIn"),)),
        candidate("99000102", published=PartialDate(2020)),
        candidate("99000103", published=PartialDate(2021)),
        candidate("99000104", doi="10.5555/told"),
        candidate("99000105", doi="10.5555/x", publication_status="aheadofprint"),
        candidate("99000106", doi="10.5555/x"),
        told_dois={"10.5555/TOLD"},
        unreadable={"99000107": "not XML"},
    )
    assert issue.receipt.excluded == (
        ("older than 400 days", 2),
        ("another record of the same paper", 1),
        ("cannot be read", 1),
        ("retracted", 1),
        ("told in an earlier issue", 1),
    )
    assert [nugget.pmid for nugget in issue.nuggets] == ["99000106"]
    assert issue.also == ()
    assert issue.receipt.considered == 7
    assert fates["99000105"] == ("excluded", "another record of the same paper: PMID 99000106")
    assert fates["99000107"] == ("excluded", "cannot be read: not XML")


def test_a_retracted_record_does_not_take_the_place_of_its_twin() -> None:
    retracted = candidate("99000109", doi="10.5555/x", publication_types=("Retracted Publication",))
    issue, fates = composed(candidate("99000101", doi="10.5555/x"), retracted)
    assert fates["99000109"] == ("excluded", "retracted")
    assert [nugget.pmid for nugget in issue.nuggets] == ["99000101"]


def test_a_note_that_fails_the_gate_makes_room_for_the_next() -> None:
    article = trial("99000900")
    rows = trial_study(article).outcomes
    forged = replace(rows[0], evidence=Evidence(2, 0, 4, "Wrong"))
    bad = Candidate(article, trial_study(article, outcomes=(forged, *rows[1:])), ("exercise-pain",))
    issue, fates = composed(bad, candidate("99000101"), nuggets=1)
    assert [nugget.pmid for nugget in issue.nuggets] == ["99000101"]
    assert fates["99000900"] == (
        "mention",
        "its note did not pass the checks: the sentence behind pain is not in the abstract",
    )
    assert [mention.meta for mention in issue.also] == ["its note did not pass the checks"]


def test_a_quiet_week_says_what_was_searched() -> None:
    issue, fates = composed(polls=[poll(), poll("inflammation-pain", failed="PubMed esearch: no answer"), poll()])
    assert issue.title == "A quiet week: nothing new, but 1 of 2 topics not searched"
    assert issue.summary == (
        "PubMed was asked 3 times about 2 topics, 1 of them without success; 0 new papers came in."
    )
    assert (issue.nuggets, issue.also, fates) == ((), (), {})
    assert len(issue.receipt.polls) == 3


def test_a_quiet_week_is_told_in_two_lines() -> None:
    issue, _ = composed(polls=[poll(), poll()])
    assert (issue.title, issue.summary) == (
        "A quiet week: nothing new",
        "PubMed was asked 2 times about 1 topic; 0 new papers came in.",
    )


@pytest.mark.parametrize(
    ("polls", "title", "searched"),
    [
        ([poll(failed="no answer")], "could not be searched", "1 time about 1 topic, without success; the same days"),
        ([], "was not searched", "PubMed was not asked"),
    ],
)
def test_a_week_without_an_answer_from_pubmed_is_not_called_quiet(
    polls: list[PollReceipt], title: str, searched: str
) -> None:
    issue, _ = composed(polls=polls)
    assert issue.title == f"No news: PubMed {title}"
    assert searched in issue.summary


def test_a_week_with_nothing_to_feature() -> None:
    issue, _ = composed(candidate("99000101", sections=()), polls=[poll()])
    assert issue.title == "A quiet week: nothing to feature"
    assert issue.summary == "PubMed was asked 1 time about 1 topic; 1 new paper came in, 1 of them listed below."


def test_one_nugget_gives_the_issue_its_title() -> None:
    issue, _ = composed(candidate("99000101"))
    assert issue.title == "Nordic walking for hip pain"
    assert issue.summary == "1 study told outcome by outcome, 0 more in a line each, out of 1 new paper."


def test_a_paper_that_nobody_could_read_is_listed() -> None:
    unread = Candidate(trial("99000101"), None, ("exercise-pain",))
    issue, _ = composed(unread)
    assert [(mention.title, mention.meta) for mention in issue.also] == [
        ("Nordic walking for hip pain: a randomised trial", "could not be read")
    ]


@pytest.mark.parametrize(
    ("article", "study", "label"),
    [
        ({}, {"design": Design.PROTOCOL}, "Study protocol, no results yet, n=120 planned"),
        ({}, {"design": Design.ANIMAL}, "Animal study"),
        ({}, {"design": Design.COMMENTARY}, "Commentary, n=120"),
        ({}, {"outcomes": ()}, "Randomised trial, n=120: no clear result in the abstract"),
        ({"mesh": (MeshHeading("Animals"),)}, {}, "Randomised trial: not in people"),
        ({"sections": ()}, {}, "no abstract"),
    ],
)
def test_a_listed_paper_says_what_it_is(article: dict[str, Any], study: dict[str, Any], label: str) -> None:
    paper = Candidate(trial(**article), trial_study(trial(), **study), ())
    issue, _ = composed(paper)
    assert [mention.meta for mention in issue.also] == [label]


def test_the_order_of_the_input_makes_no_difference() -> None:
    papers = [
        candidate("99000101", doi="10.5555/x"),
        candidate("99000102", doi="10.5555/x"),
        candidate("99000103"),
        Candidate(*spine(), ("b", "a")),
        candidate("99000104", sections=()),
    ]
    polls = [poll(), poll("inflammation-pain")]
    first = composed(*papers, nuggets=2, polls=polls)
    for order in list(permutations(papers))[::7]:
        assert composed(*order, nuggets=2, polls=list(reversed(polls))) == first


HASHED = """
import sys; sys.path.insert(0, sys.argv[1])
from tests.compose.test_issue import candidate, composed, spine, Candidate
papers = [candidate(f"9900010{n}") for n in range(4)] + [Candidate(*spine(), ("b", "a", "c"))]
print(composed(*papers, nuggets=3, told_dois={f"10.5555/{n}" for n in range(9)}))
"""


def test_the_hash_seed_makes_no_difference(root: Path) -> None:
    def run(seed: str) -> str:
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", HASHED, str(root)]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

    assert run("1") == run("2") != ""


def test_no_study_is_both_told_and_listed() -> None:
    study: Study = trial_study(trial("99000101"))
    issue, fates = composed(Candidate(trial("99000101"), study, ()), candidate("99000102"), nuggets=1)
    shown = [nugget.pmid for nugget in issue.nuggets] + [mention.pmid for mention in issue.also]
    assert sorted(shown) == sorted(pmid for pmid, (fate, _) in fates.items() if fate != "excluded")
