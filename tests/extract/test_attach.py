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
        # Names that tell when, in whom or by what carry no statistic.
        (
            "Pain was lower within 48 h after surgery (P = 0.02).",
            {"pain": [(None, "0.02", None, None)], "surgery": [(None,) * 4]},
        ),
        (
            "Fatigue, as measured by the Lorne fatigue diary, fell (MD -2.0, P = 0.01).",
            {"fatigue": [(-2.0, "0.01", None, None)], "fatigue diary": [(None,) * 4]},
        ),
        (
            "IL-6 inhibitors (MD -0.4, 95% CI -0.7 to -0.1) were better at reducing disability.",
            {"il 6": [(None,) * 4], "disability": [(-0.4, None, None, None)]},
        ),
        (
            "Patients differed in age (P = 0.20), BMI (P = 0.30) and pain (P = 0.04).",
            {"bmi": [(None, "0.30", None, None)], "pain": [(None, "0.04", None, None)]},
        ),
        (
            "MD -1.3 (95% CI -5.2 to 2.5) minutes per day for pain and 0.1 (95% CI -0.1 to 0.3) nights per week for fatigue.",
            {"pain": [(-1.3, None, None, None)], "fatigue": [(0.1, None, None, None)]},
        ),
        (
            "There was a difference (P < 0.05) in pain and fatigue.",
            {"pain": [(None, "<0.05", None, None)], "fatigue": [(None, "<0.05", None, None)]},
        ),
        (
            "Higher vigour, lower pain and lower levels of fatigue were seen (all P < 0.05).",
            {
                "vigour": [(None, "<0.05", None, None)],
                "pain": [(None, "<0.05", None, None)],
                "fatigue": [(None, "<0.05", None, None)],
            },
        ),
        (
            "Pain and fatigue fell by 20% and 15%, respectively (P < 0.01).",
            {"pain": [(20.0, "<0.01", None, None)], "fatigue": [(15.0, "<0.01", None, None)]},
        ),
        (
            "Pain was lower at 6 and 12 weeks (P = 0.03 and P = 0.01, respectively).",
            {"pain": [(None, "0.03", "6 weeks", None), (None, "0.01", "12 weeks", None)]},
        ),
        (
            "Pain fell by 1.9 points (95% CI 1.1 to 2.7) in women and 2.9 points (95% CI 2.0 to 3.8) in men.",
            {"pain": [(1.9, None, None, "women"), (2.9, None, None, "men")]},
        ),
        (
            "Pain fell (6 weeks: MD -2.3; 12 weeks: MD -1.3, both P < 0.01).",
            {"pain": [(-2.3, "<0.01", "6 weeks", None), (-1.3, "<0.01", "12 weeks", None)]},
        ),
        ("Pain fell by 3.4% (from 54 to 52 mm; P = 0.03).", {"pain": [(3.4, "0.03", None, None)]}),
        # Two groups' own values are no estimate.
        (
            "Pain did not differ: 1.9 [0.1 to 3.9] and 1.6 [0.2 to 2.5] mm, respectively (P = 0.32).",
            {"pain": [(None, "0.32", None, None)]},
        ),
        (
            "Pain was 27 mm (95% CI 15 to 35) for the yoga group and 26 mm (95% CI 15 to 34) for the other (P = 0.89).",
            {"pain": [(None, "0.89", None, None)]},
        ),
        (
            "Pain was less frequent by 46% after yoga (pooled HR 0.54, 95% CI 0.43 to 0.68).",
            {"pain": [(0.54, None, None, None)]},
        ),
        (
            "Pain did not differ (MD 1.0, 95% CI -1.6 to 1.7; adjusted 1.1, 95% CI -1.6 to 1.9).",
            {"pain": [(1.0, None, None, None)]},
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
