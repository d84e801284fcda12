"""Whose result a comparison gives: the arm that the title or the aim names first, or the one that is no control."""

from __future__ import annotations

import pytest

from litwatch.domain.article import Article, Section
from litwatch.extract.study import read_study

DRUGS = "Effect of zorbine and plaxil on pain after knee repair: a randomised trial"
GROUPS = "In group Z, 5 mg zorbine was given. In group S, 5 ml saline was given."
VERSUS = "Keyhole versus open repair of the fictional hernia: a randomised trial"
SHORTS = "Patients were randomised to open repair (OR, n = 20) or keyhole repair (KR, n = 20)."

CASES = [
    # Letters and abbreviations stand for what the groups received.
    (DRUGS, GROUPS, "Pain was lower in group Z than in group S (P = 0.01).", "improved"),
    (DRUGS, GROUPS, "Pain was lower in group S than in group Z (P = 0.01).", "worsened"),
    (
        DRUGS,
        "25 mg zorbine was given to group A and saline to group B.",
        "Pain was lower in group B than in group A.",
        "worsened",
    ),
    (DRUGS, "Group K was treated as control.", "Pain was lower in group K (P = 0.01).", "worsened"),
    (VERSUS, SHORTS, "Pain was higher in the OR group than in the KR group (P = 0.02).", "improved"),
    (VERSUS, SHORTS, "Pain was lower in the OR group compared to the KR group (P = 0.02).", "worsened"),
    # A comparative told of one arm alone is one against the other that the title names.
    (VERSUS, "", "Pain was lower in the open group (P = 0.02).", "worsened"),
    (VERSUS, "", "Pain was lower in the keyhole group (P = 0.02).", "improved"),
    # The words that both arms share tell nothing.
    (
        "Injection of resin versus injection of sand for pain: a randomised trial",
        "",
        "The sand injection group had less pain than the resin injection group.",
        "worsened",
    ),
    # "Non-" before a group that the title names makes the control.
    ("Hip taping for pain: a randomised trial", "", "Pain was lower in the non-taping group (P = 0.01).", "worsened"),
    # A stretch of time after "over" is no arm, and what was before no other arm.
    ("Year-long yoga for pain: a trial", "", "Pain increased over the final year (P = 0.01).", "worsened"),
    (
        "Lumbrin for pain: a cohort study",
        "",
        "Pain improved compared with the scores before use of lumbrin.",
        "improved",
    ),
]


@pytest.mark.parametrize(("title", "methods", "result", "direction"), CASES)
def test_arms_are_told_apart_by_the_whole_abstract(title: str, methods: str, result: str, direction: str) -> None:
    sections = (Section("METHODS", methods), Section("RESULTS", result))
    study = read_study(Article("1", title, tuple(section for section in sections if section.text)))
    assert [outcome.direction.value for outcome in study.outcomes] == [direction]
