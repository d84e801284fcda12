"""Studies come back equal, and their ledger stands in columns."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from litwatch.domain.study import (
    Change,
    Comparison,
    Design,
    Direction,
    Effect,
    Evidence,
    Measure,
    Outcome,
    Stance,
    Study,
)
from litwatch.store import studies
from litwatch.store.database import Database
from litwatch.store.schema import outcome, study
from tests.store import samples
from tests.store.samples import MONDAY, store


def test_a_study_comes_back_equal(database: Database) -> None:
    first, second = samples.study("11", "pain", "fatigue"), samples.study("12")
    with database.write() as tx:
        store(tx, "11", "12", "13")
        studies.save(tx, [second, first], read_at=MONDAY)
        studies.save(tx, [], read_at=MONDAY)
    with database.read() as tx:
        assert studies.load(tx, ["11", "12", "13"]) == {"11": first, "12": second}
        row = tx.execute(select(study).where(study.c.pmid == "11")).one()
    assert (row.extractor, row.design, row.stance) == ("1", "randomized_trial", "favours")
    assert (row.n_participants, row.n_studies, row.read_at) == (120, None, MONDAY)


def test_every_field_of_an_outcome_has_its_column(database: Database) -> None:
    full = Outcome(
        name="pain",
        direction=Direction.IMPROVED,
        comparison=Comparison.WITHIN,
        evidence=Evidence(-1, 4, 8, "pain"),
        aliases=("VAS",),
        change=Change.DECREASED,
        effect=Effect(Measure.SMD, -0.5, (-0.75, -0.25), 90.0, "0.03", 41.0, "cm"),
        timepoint="12 weeks",
        subgroup="women",
        primary=True,
        concept="pain",
        domain="symptom",
    )
    bare = Outcome("sleep", Direction.REPORTED, Comparison.ASSOCIATION, Evidence(0, 0, 5, "Sleep"))
    without_ci = samples.outcome("function", effect=Effect(Measure.R, 0.5))
    with database.write() as tx:
        store(tx, "11")
        value = Study("11", "1", Design.COHORT, Stance.NONE, outcomes=(full, bare, without_ci))
        studies.save(tx, [value], read_at=MONDAY)
    with database.read() as tx:
        rows = [tuple(row) for row in tx.execute(select(outcome).order_by(outcome.c.position))]
    measured = ("SMD", -0.5, -0.75, -0.25, 90.0, "0.03", 41.0, "cm")
    head = ("11", 0, "pain", "pain", "symptom", "improved", "decreased", "within")
    assert rows[0] == (*head, *measured, "12 weeks", "women", True, -1, 4, 8, "pain")
    nothing = [None] * 10
    assert rows[1] == ("11", 1, "sleep", None, None, "reported", None, "association", *nothing, False, 0, 0, 5, "Sleep")
    assert rows[2][8:13] == ("r", 0.5, None, None, None)


def test_a_new_reading_takes_the_place_of_the_old_one(database: Database) -> None:
    with database.write() as tx:
        store(tx, "11", "12")
        studies.save(tx, [samples.study("11", "a", "b", "c"), samples.study("12", "d")], read_at=MONDAY)
        studies.save(tx, [samples.study("11", "x"), samples.study("11", "y", "z")], read_at=MONDAY)
        names = tx.execute(select(outcome.c.pmid, outcome.c.name).order_by(outcome.c.pmid, outcome.c.position)).all()
        assert names == [("11", "y"), ("11", "z"), ("12", "d")]
        assert studies.load(tx, ["11"]) == {"11": samples.study("11", "y", "z")}


def test_a_study_needs_its_article(database: Database) -> None:
    with pytest.raises(IntegrityError), database.write() as tx:
        studies.save(tx, [samples.study("11")], read_at=MONDAY)
