"""The shipped sample records: design and counts of each, as a person reads them (cases/sample.toml)."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from litwatch.domain.article import Record
from litwatch.domain.study import Direction, Study
from litwatch.extract.study import read_study
from litwatch.pubmed.parse import read_records

CASES = tomllib.loads((Path(__file__).parent / "cases" / "sample.toml").read_text(encoding="utf-8"))["case"]


@cache
def studies() -> dict[str, Study]:
    stream = BytesIO((files("litwatch.sample") / "records.xml").read_bytes())
    records = [item for item in read_records(stream, "sample") if isinstance(item, Record)]
    return {record.article.pmid: read_study(record.article) for record in records}


def test_every_sample_record_has_its_case() -> None:
    assert {case["pmid"] for case in CASES} == set(studies())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["pmid"])
def test_design_and_counts(case: dict[str, Any]) -> None:
    study = studies()[case["pmid"]]
    assert study.design.value == case["design"]
    assert study.n_participants == case.get("n_participants")
    assert study.n_studies == case.get("n_studies")
    assert [[count.kind.value, count.value] for count in study.counts] == case.get("counts", [])


def test_the_founding_review_gives_all_its_outcomes() -> None:
    """Its results stand under DATA SYNTHESIS; the P printed after each I² tests heterogeneity."""
    rows = studies()["38921661"].outcomes
    assert [row.direction for row in rows] == [Direction.IMPROVED] * 8 + [Direction.NO_DIFFERENCE] * 3
    assert [row.effect and row.effect.ci for row in rows] == [
        (-0.65, -0.32),
        (-0.87, -0.11),
        (-1.08, -0.47),
        (-0.64, -0.24),
        (1.37, 4.94),
        (12.04, 43.24),
        (-0.74, -0.21),
        (-0.71, -0.27),
        None,
        None,
        None,
    ]
    assert [row.effect.p for row in rows if row.effect] == [None] * 8


def test_the_founding_cohort_tells_concurrent_and_prospective_associations_apart() -> None:
    rows = [(row.timepoint, row.subgroup, row.direction) for row in studies()["23776464"].outcomes]
    assert rows == [
        ("following year", None, Direction.IMPROVED),
        ("at the same time", None, Direction.IMPROVED),
        ("prospective", None, Direction.REPORTED),
        ("concurrent", "men", Direction.REPORTED),
    ]
