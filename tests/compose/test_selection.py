"""What holds for every selection: the chosen depend on the papers alone, and nothing is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from litwatch.compose.issue import Fates, Rules, compose_issue
from litwatch.compose.rank import Candidate, ranking, standing
from litwatch.domain.article import Correction, PartialDate
from litwatch.domain.calendar import Week
from litwatch.domain.digest import Issue
from litwatch.domain.study import Design
from tests.compose.papers import AUTHORITY, trial, trial_rows, trial_study

CONDITIONS = ("migraine", "fibromyalgia", "gout", "low back pain", "mood")
FEW = settings(max_examples=40, deadline=None)


def paper(number: int, condition: str, rows: int, design: Design, registration: str | None = None) -> Candidate:
    pmid = f"990{number:05}"
    study = trial_study(
        trial(pmid),
        design=design,
        outcomes=trial_rows(trial(pmid))[:rows],
        registry_ids=(registration,) if registration else (),
    )
    return Candidate(trial(pmid, title=f"Walking for {condition}."), study, ("pain",))


PAPERS = st.lists(
    st.builds(
        paper,
        st.integers(0, 500),
        st.sampled_from(CONDITIONS),
        st.integers(1, 4),
        st.sampled_from([Design.RANDOMIZED_TRIAL, Design.META_ANALYSIS, Design.COHORT, Design.PROTOCOL]),
        st.sampled_from([None, None, "NCT00000001", "NCT00000002"]),
    ),
    max_size=8,
    unique_by=lambda each: each.article.pmid,
)


def composed(candidates: list[Candidate], limit: int = 3, **more: Any) -> tuple[Issue, Fates]:
    moment = datetime(2025, 3, 21, 7, tzinfo=UTC)
    rules = Rules(AUTHORITY, nuggets_per_issue=limit)
    return compose_issue(Week(2025, 12), candidates, published=moment, rules=rules, **more)


def chosen(candidates: list[Candidate], limit: int = 3) -> list[str]:
    return [nugget.pmid for nugget in composed(candidates, limit)[0].nuggets]


@FEW
@given(PAPERS, st.randoms(use_true_random=False))
def test_the_order_of_the_input_makes_no_difference(papers: list[Candidate], random: Any) -> None:
    shuffled = list(papers)
    random.shuffle(shuffled)
    assert composed(shuffled) == composed(papers)


@FEW
@given(PAPERS, st.sampled_from(["retracted", "old", "notice"]))
def test_adding_a_reject_never_changes_the_chosen(papers: list[Candidate], kind: str) -> None:
    kinds: dict[str, dict[str, Any]] = {
        "retracted": {"publication_types": ("Retracted Publication",)},
        "old": {"published": PartialDate(2001)},
        "notice": {"corrections": (Correction("ErratumFor"),)},
    }
    changes = kinds[kind]
    rejected = trial("99000999", doi="10.5555/other", **changes)
    # Of the same trial, condition and DOI as others, and as strong as can be.
    twin = papers[0].article.doi if papers else None
    study = trial_study(trial("99000999"), design=Design.META_ANALYSIS, registry_ids=("NCT00000001",))
    for article in (rejected, replace(rejected, doi=twin)):
        issue, fates = composed([*papers, Candidate(article, study, ("pain",))])
        assert [nugget.pmid for nugget in issue.nuggets] == chosen(papers)
        assert fates["99000999"][0] == "excluded"


@FEW
@given(PAPERS, st.integers(0, 500), st.sampled_from(CONDITIONS))
def test_a_paper_that_is_not_chosen_changes_nothing(papers: list[Candidate], number: int, condition: str) -> None:
    more = paper(number, condition, 1, Design.COHORT)
    if more.article.pmid in {each.article.pmid for each in papers}:
        return
    after = chosen([*papers, more])
    if more.article.pmid not in after:
        assert after == chosen(papers)


@FEW
@given(PAPERS, st.integers(1, 4))
def test_every_paper_is_somewhere_and_no_issue_is_too_long(papers: list[Candidate], limit: int) -> None:
    issue, fates = composed(papers, limit)
    assert sorted(fates) == sorted(each.article.pmid for each in papers)
    assert all(reason for _, reason in fates.values())
    told = [nugget.pmid for nugget in issue.nuggets] + [mention.pmid for mention in issue.also]
    siblings = [*(nugget.siblings for nugget in issue.nuggets), *(mention.siblings for mention in issue.also)]
    beside = [each.pmid for group in siblings for each in group]
    assert sorted(told + beside) == sorted(fates)
    assert len(issue.nuggets) <= limit


@FEW
@given(PAPERS, st.integers(1, 4))
def test_each_next_note_is_the_best_beside_those_before(papers: list[Candidate], limit: int) -> None:
    """The rule of the documentation, said once more in its own words."""
    papers = [replace(each, study=replace(each.study, registry_ids=())) for each in papers if each.study]
    papers = [each for each in papers if each.study and each.study.design is not Design.PROTOCOL]
    left = {each.pmid: each for each in ranking(papers)}
    before: list[Any] = []
    for pmid in chosen(papers, limit):
        best = max(
            left.values(),
            key=lambda each: (
                each.score.total - 10 * sum(bool(each.conditions & other.conditions) for other in before),
                int(each.pmid),
            ),
        )
        assert pmid == best.pmid
        before.append(left.pop(pmid))


def test_the_penalty_is_no_quota() -> None:
    """Only papers on one condition: the issue is as full as it can be."""
    papers = [paper(number, "migraine", 2, Design.RANDOMIZED_TRIAL) for number in range(4)]
    assert len(chosen(papers, 3)) == 3
    assert len(standing(ranking(papers), [])) == 4


HASHED = """
import sys; sys.path.insert(0, sys.argv[1])
from tests.compose.test_selection import composed, paper, CONDITIONS, Design
papers = [paper(n, f"{CONDITIONS[n % 3]} and {CONDITIONS[n % 5]}", 1 + n % 4, Design.RANDOMIZED_TRIAL,
                f"NCT0000000{n % 4}" if n % 2 else None) for n in range(12)]
print(composed(papers, 5))
"""


def test_the_hash_seed_makes_no_difference(root: Path) -> None:
    def run(seed: str) -> str:
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", HASHED, str(root)]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

    assert run("1") == run("2") == run("3") != ""
