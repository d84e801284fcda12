"""Two fictional studies of one question, and the two of the sample: an early review and a later one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from litwatch.compose.notices import Side, update_notice
from litwatch.compose.nugget import compose_nugget
from litwatch.domain.article import Record
from litwatch.domain.notice import Notice
from litwatch.domain.study import Comparison, Design, Direction, Evidence, ExerciseCard, Named, Outcome
from litwatch.extract.study import read_study
from litwatch.pubmed.parse import open_records
from tests.compose.papers import AUTHORITY, slice_of, trial, trial_study

SAMPLE = Path(__file__).resolve().parents[2] / "src/litwatch/sample/records.xml"
MADE = datetime(2025, 3, 21, 7, tzinfo=UTC)
EARLY, LATE = "38921661", "99000060"
"""Reviews of exercise in axial spondyloarthritis; in the later one chest expansion did improve."""


@cache
def sample_records() -> dict[str, Record]:
    """The records that ship with litwatch, by PMID."""
    return {item.article.pmid: item for item in open_records(SAMPLE) if isinstance(item, Record)}


@cache
def sample_side(pmid: str) -> Side:
    article = sample_records()[pmid].article
    return Side(article, read_study(article))


def finding(concept: str, direction: Direction, **more: Any) -> Outcome:
    """A row of the fictional trial; its sentence is of no importance here."""
    more.setdefault("comparison", Comparison.BETWEEN)
    quote = "CRP did not differ (p = 0.45)."
    return Outcome(concept, direction, evidence=slice_of(trial(), quote), concept=concept, **more)


def side(
    pmid: str, *rows: Outcome, ill: Sequence[str] = ("fibromyalgia",), kind: str = "walking", **changes: Any
) -> Side:
    """A trial of 120 people with these rows."""
    article = trial(pmid)
    named = Named(kind, Evidence(-1, 0, 6, "Nordic"))
    fields: dict[str, Any] = {
        "outcomes": rows,
        "conditions": tuple(Evidence(-1, 0, len(text), text) for text in ill),
        "exercise": ExerciseCard(types=(named,)),
    }
    return Side(article, replace(trial_study(article), **(fields | changes)))


def update(earlier: Side, later: Side) -> Notice | None:
    nugget = compose_nugget(earlier.article, earlier.study, (), authority=AUTHORITY)
    return update_notice(nugget, earlier, later, authority=AUTHORITY, made=MADE)


REVIEW: dict[str, Any] = {"design": Design.META_ANALYSIS, "n_participants": 120, "n_studies": 12}
"""A review instead of the trial: the abstract states both numbers."""
