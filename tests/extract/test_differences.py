"""What a new reading changes: rows paired by what they tell of, not by their place."""

from __future__ import annotations

from dataclasses import replace

from litwatch.domain.study import (
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
from litwatch.extract.differences import Difference, FieldChange, RowChange, difference

HERE = Evidence(0, 0, 4, "Pain")


def row(name: str, direction: Direction = Direction.IMPROVED, **others: object) -> Outcome:
    return replace(Outcome(name, direction, Comparison.BETWEEN, HERE), **others)  # type: ignore[arg-type]


def study(*rows: Outcome, design: Design = Design.COHORT, n: int | None = 10, version: str = "1") -> Study:
    return Study("1", version, design, Stance.NONE, n_participants=n, outcomes=rows)


def test_equal_readings_do_not_differ_whatever_the_version() -> None:
    assert difference(study(row("pain")), study(row("pain"), version="2")) == Difference()
    assert not difference(study(row("pain")), study(row("pain")))


def test_a_first_reading_adds_all_its_rows() -> None:
    assert difference(None, study(row("pain"))) == Difference(added=(row("pain"),))


def test_fields_of_the_study() -> None:
    found = difference(study(), study(design=Design.PROTOCOL, n=None))
    assert found.study == (
        FieldChange("design", Design.COHORT, Design.PROTOCOL),
        FieldChange("n_participants", 10, None),
    )


def test_rows_come_go_and_change() -> None:
    worse = row("Pain", Direction.WORSENED, effect=Effect(Measure.MD, -1.0))
    found = difference(study(row("pain"), row("sleep")), study(row("mood"), worse))
    assert found.added == (row("mood"),)
    assert found.removed == (row("sleep"),)
    assert found.changed == (RowChange(row("pain"), worse, ("name", "direction", "effect")),)


def test_rows_of_one_name_are_paired_by_their_time() -> None:
    early, late = row("pain", timepoint="6 weeks"), row("pain", timepoint="12 weeks")
    turned = replace(early, direction=Direction.WORSENED)
    found = difference(study(early, late), study(late, turned))
    assert found == Difference(changed=(RowChange(early, turned, ("direction",)),))


def test_a_longer_name_for_the_same_concept_in_the_same_sentence_is_a_change() -> None:
    short, long = row("pain", concept="pain"), row("pain while walking", concept="pain")
    assert difference(study(short), study(long)).changed == (RowChange(short, long, ("name",)),)
    elsewhere = replace(long, evidence=Evidence(1, 0, 4, "Pain"))
    assert difference(study(short), study(elsewhere)).changed == ()
