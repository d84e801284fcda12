"""The form of a replacement: other words around the same names, numbers and quotations."""

from __future__ import annotations

import pytest

from litwatch.compose.replacement import fixed, form_faults
from tests.compose.noted import CRP, DIZZINESS, OPENING, PAIN, TAKEAWAY, paper

NAMES = [row.name for row in paper()[1].outcomes]
SLICES = ("120 adults", "Nordic walking", "waiting list", "Nordic walking for hip pain: a randomised trial")
TESTED = "It tested Nordic walking."
QUOTED = "The authors conclude: “Nordic walking eases hip pain.”"


def faults(old: str, new: str, rows: tuple[int, ...] = ()) -> list[str]:
    return list(form_faults(new, old, [NAMES[row] for row in rows], SLICES))


@pytest.mark.parametrize(
    ("old", "rows", "new"),
    [
        (OPENING, (), "In this randomised trial, 120 adults took part."),
        (PAIN, (0,), "Pain (MD −1.20 (95% CI −1.90 to −0.50)) was better with the treatment than without."),
        (CRP, (1,), "CRP (p=0.45) did not clearly change."),
        (TAKEAWAY, (0, 1, 2), "Dizziness was worse, CRP did not clearly change and pain was better."),
        (QUOTED, (), "The authors conclude that “Nordic walking eases hip pain.”"),
    ],
)
def test_other_words_around_the_same_things_have_the_form(old: str, rows: tuple[int, ...], new: str) -> None:
    assert faults(old, new, rows) == []


@pytest.mark.parametrize(
    ("old", "rows", "new", "reason"),
    [
        (CRP, (1,), "", "it is no whole sentence"),
        (CRP, (1,), "CRP (p=0.45) did not clearly change", "it is no whole sentence"),
        (CRP, (1,), "as for CRP (p=0.45), no clear change.", "it is no whole sentence"),
        (CRP, (1,), "CRP (p=0.46) did not clearly change.", "its numbers are not those of the sentence"),
        (CRP, (1,), "CRP did not clearly change.", "its numbers are not those of the sentence"),
        (CRP, (1,), "In all 99 people CRP (p=0.45) did not change.", "its numbers are not those of the sentence"),
        (CRP, (1,), "ESR (p=0.45) did not clearly change.", "it does not have crp (p=0.45)"),
        (CRP, (1,), "CRP did not clearly change (p=0.45).", "it does not have crp (p=0.45)"),
        (CRP, (1,), "CRP (p=0.45) did not change, nor did CRP.", "it has crp once too often"),
        (CRP, (1,), "CRP (p=0.45) did not change. Take it daily.", "it is more than one sentence"),
        (CRP, (1,), "CRP (p=0.45) did " + "really " * 30 + "not change.", "it is too long"),
        (CRP, (1,), "CRP (p=0.45) did not change, see https://x.example.", "it has strange characters: U+002F"),
        (CRP, (1,), "CRP (p=0.45) did <b>not</b> change.", "it has strange characters: U+002F U+003C U+003E"),
        (CRP, (1,), "CRP (p=0.45) did n\N{CYRILLIC SMALL LETTER O}t change.", "it has strange characters: U+043E"),
        (CRP, (1,), "CRP (p=0.45) \N{RIGHT-TO-LEFT OVERRIDE}did not change.", "it has strange characters: U+202E"),
        (CRP, (1,), "CRP (p=0.45) did not change \N{ARABIC-INDIC DIGIT THREE}.", "it has strange characters: U+0663"),
        (TAKEAWAY, (0, 1, 2), "Pain was better, dizziness was worse.", "it does not have crp"),
        (CRP, (1,), "CRP (p=0.45) did not change, and you should stop.", "it brings in you"),
        (PAIN, (0,), PAIN.replace("with the treatment than without", "without the treatment than with"), "it does not"),
        (
            PAIN,
            (0,),
            PAIN.replace("Better", "Better in the control group"),
            "it has in the control group with the treatment than without once too often",
        ),
        (PAIN, (0,), PAIN.replace("with the treatment than without", "at all"), "it does not have with the treatment"),
        (TESTED, (), "It tested a waiting list.", "it does not have nordic walking"),
        (TESTED, (), "Nordic walking for hip pain: a randomised trial.", "it has nordic walking for hip pain"),
        (TESTED, (), "It tested Nordic walking against a waiting list.", "it has waiting list once too often"),
        (TESTED, (), "It tested 120 adults, Nordic walking.", "its numbers"),
        (QUOTED, (), "The authors conclude: “Nordic walking cures hip pain.”", "it does not have “nordic"),
    ],
)
def test_anything_else_has_not(old: str, rows: tuple[int, ...], new: str, reason: str) -> None:
    assert any(fault.startswith(reason) for fault in faults(old, new, rows)), faults(old, new, rows)


def test_numbers_may_not_change_places() -> None:
    both = "Better: pain (MD −1.20). Worse: dizziness (RR 1.8)."
    swapped = "Better: pain (RR 1.8). Worse: dizziness (MD −1.20)."
    assert faults(both, swapped, (0, 2))


def test_a_count_keeps_its_direction_and_stands_once() -> None:
    """ "No better" is true of as many rows as showed no change, so the gate alone would let it pass."""
    counted = "Pain and CRP: one is better, one is without a clear change."
    assert faults(counted, "CRP and pain: one is without a clear change, one is better.", (0, 1)) == []
    assert faults(counted, "Pain and CRP: one is no better, one is without a clear change.", (0, 1))
    assert faults(counted, "Pain and CRP: one is better, one is without a clear change, one is clear.", (0, 1))
    assert faults(OPENING, "This randomised trial looked at 120 adults (120).")


def test_a_word_that_is_there_is_not_there_for_use_elsewhere() -> None:
    old = "This review pools 20 trials, with 1,670 people in all."
    assert faults(old, "This all review pools 20 trials, with 1,670 people in all.") == ["it brings in all"]


def test_a_name_within_a_name_is_not_the_name() -> None:
    assert fixed("Painless work; pain (12 weeks).", ["pain"], []) == {"pain (12 weeks)": 1}


def test_an_open_bracket_takes_nothing_with_it() -> None:
    assert fixed("Pain (12 weeks was better.", ["pain"], []) == {"pain": 1, "better": 1}


def test_dizziness_keeps_its_nested_brackets() -> None:
    told = fixed(DIZZINESS, ["dizziness"], [])
    assert told == {"dizziness (rr 1.8 (ci 1.1 to 2.9))": 1, "with the treatment than without": 1}
