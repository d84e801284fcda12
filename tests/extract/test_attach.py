"""Which statistic is whose: the entries of each name of a clause."""

from __future__ import annotations

import pytest

from litwatch.domain.article import Section
from litwatch.extract.attach import entries
from litwatch.extract.clauses import clauses
from litwatch.extract.finding import item_of
from litwatch.extract.sentences import sentences

Row = tuple[float | None, str | None, str | None, str | None]


def printed(text: str) -> dict[str, list[Row]]:
    """Each outcome's entries as (value, p, time, subgroup)."""
    (clause,) = clauses(sentences((Section("RESULTS", text),))[0])
    named = [item_of(name) for name in clause.names]
    return {
        " ".join(clause.words[item.first : item.last]): [
            (
                entry.statistic.effect.value if entry.statistic else None,
                entry.statistic.effect.p if entry.statistic else None,
                entry.time,
                entry.subgroup,
            )
            for entry in entries(clause, item, named)
        ]
        for item in named
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Pain improved (P = 0.01).", {"pain": [(None, "0.01", None, None)]}),
        (
            "A 5-point reduction in pain was seen, and fatigue fell (P = 0.02).",
            {"pain": [(5.0, None, None, None)], "fatigue": [(None, "0.02", None, None)]},
        ),
        (
            "MD -0.5 (95% CI -0.9 to -0.1) for pain and -0.7 (95% CI -1.2 to -0.2) for fatigue.",
            {"pain": [(-0.5, None, None, None)], "fatigue": [(-0.7, None, None, None)]},
        ),
        (
            "Fatigue fell at 6 weeks (MD -2.0, P = 0.01) and at 12 weeks (MD -1.0, P = 0.20).",
            {"fatigue": [(-2.0, "0.01", "6 weeks", None), (-1.0, "0.20", "12 weeks", None)]},
        ),
        (
            "Pain fell (women: MD -2.0, P = 0.01; men: MD -1.0, P = 0.20).",
            {"pain": [(-2.0, "0.01", None, "women"), (-1.0, "0.20", None, "men")]},
        ),
        (
            "Pain and fatigue improved (P = 0.01 and P = 0.04, respectively).",
            {"pain": [(None, "0.01", None, None)], "fatigue": [(None, "0.04", None, None)]},
        ),
        (
            "Pain and fatigue improved (both P < 0.05).",
            {"pain": [(None, "<0.05", None, None)], "fatigue": [(None, "<0.05", None, None)]},
        ),
        (
            "Pain fell (MD -1.2, 95% CI -1.9 to -0.5; I2 = 60%, P = 0.03).",
            {"pain": [(-1.2, None, None, None)]},
        ),
        ("Pain and fatigue did not change.", {"pain": [(None,) * 4], "fatigue": [(None,) * 4]}),
    ],
)
def test_entries_of_each_outcome(text: str, expected: dict[str, list[Row]]) -> None:
    assert printed(text) == expected


def test_a_statistic_of_what_nobody_named_is_given_to_no_outcome() -> None:
    assert printed("Pain (-12%, P = 0.01) and zyxin titre (-40%, P = 0.02) fell.")["pain"] == [
        (-12.0, "0.01", None, None)
    ]
