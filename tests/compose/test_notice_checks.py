"""A notice that was changed in any way that matters is not told."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litwatch.compose.bearings import compare
from litwatch.compose.notice_checks import notice_faults
from litwatch.compose.notices import Side, tell
from litwatch.domain.notice import Bearing, ComparedRow, Notice, NoticeKind
from litwatch.domain.prose import Provenance, Sentence
from litwatch.domain.study import Comparison, Design, Direction
from tests.compose.evidence import EARLY, LATE, REVIEW, finding, sample_side, side, update

CONCEPTS = ("pain", "fatigue", "6-minute walk test", "C-reactive protein", "chest expansion")
WORDS = {
    "better": "worse",
    "worse": "better",
    "no clear change": "better",
    "conflicts on": "agrees on",
    "agrees on": "conflicts on",
    "adds to what is told of": "agrees on",
    "weaker": "stronger",
    "stronger": "weaker",
    "does not overturn": "overturns",
    "this note": "the new study",
    "randomised trial": "meta-analysis",
    "meta-analysis": "randomised trial",
    "cohort study": "meta-analysis",
}

rows = st.builds(
    finding,
    st.sampled_from(CONCEPTS),
    st.sampled_from(list(Direction)),
    timepoint=st.sampled_from([None, None, "12 weeks", "12 months"]),
    subgroup=st.sampled_from([None, None, "women"]),
    comparison=st.sampled_from([Comparison.BETWEEN, Comparison.BETWEEN, Comparison.WITHIN]),
)
CHANGES: list[dict[str, Any]] = [{}, REVIEW, {"design": Design.COHORT}, {"n_participants": None}]


@st.composite
def sides(draw: st.DrawFn) -> tuple[Side, Side]:
    earlier = side("99000101", *draw(st.lists(rows, min_size=1, max_size=6)), **draw(st.sampled_from(CHANGES)))
    ill = draw(st.sampled_from([("fibromyalgia",), ("fibromyalgia",), ("fibromyalgia", "obesity")]))
    return earlier, side(
        "99000102", *draw(st.lists(rows, min_size=1, max_size=6)), ill=ill, **draw(st.sampled_from(CHANGES))
    )


@given(sides())
@settings(max_examples=150, deadline=None)
def test_every_update_passes_its_own_gate(pair: tuple[Side, Side]) -> None:
    notice = update(*pair)
    if notice is not None:
        assert notice_faults(notice, *pair) == ()


def sound() -> tuple[Notice, Side, Side]:
    earlier, later = sample_side(EARLY), sample_side(LATE)
    notice = update(earlier, later)
    assert notice is not None
    return notice, earlier, later


@given(sides(), st.data())
@settings(max_examples=200, deadline=None)
def test_any_change_of_the_text_is_caught(pair: tuple[Side, Side], data: st.DataObject) -> None:
    notice = update(*pair)
    if notice is None:
        return
    place = data.draw(st.integers(0, len(notice.sentences) - 1))
    sentence = notice.sentences[place]
    changed = data.draw(st.sampled_from([changed_digit, changed_word, swapped_outcome, dropped]))(sentence, data)
    if changed == (sentence,):
        return
    mutant = replace(notice, sentences=notice.sentences[:place] + changed + notice.sentences[place + 1 :])
    assert notice_faults(mutant, *pair) != ()


def changed_digit(sentence: Sentence, data: st.DataObject) -> tuple[Sentence, ...]:
    digits = [found.start() for found in re.finditer(r"\d", sentence.text)]
    if not digits:
        return (sentence,)
    at = data.draw(st.sampled_from(digits))
    other = data.draw(st.sampled_from("0123456789".replace(sentence.text[at], "")))
    return (replace(sentence, text=sentence.text[:at] + other + sentence.text[at + 1 :]),)


def changed_word(sentence: Sentence, data: st.DataObject) -> tuple[Sentence, ...]:
    known = [word for word in WORDS if word in sentence.text]
    if not known:
        return (sentence,)
    word = data.draw(st.sampled_from(known))
    return (replace(sentence, text=sentence.text.replace(word, WORDS[word], 1)),)


def swapped_outcome(sentence: Sentence, data: st.DataObject) -> tuple[Sentence, ...]:
    named = [concept for concept in CONCEPTS if concept in sentence.text]
    if not named:
        return (sentence,)
    concept = data.draw(st.sampled_from(named))
    other = data.draw(st.sampled_from([name for name in CONCEPTS if name != concept]))
    return (replace(sentence, text=sentence.text.replace(concept, other, 1)),)


def dropped(sentence: Sentence, data: st.DataObject) -> tuple[Sentence, ...]:
    del sentence, data
    return ()


@given(sides(), st.data())
@settings(max_examples=200, deadline=None)
def test_rows_that_are_changed_together_with_their_text_are_caught(
    pair: tuple[Side, Side], data: st.DataObject
) -> None:
    """The text then fits the rows, but the rows do not fit the two studies."""
    correct = compare(pair[0].study, pair[1].study)
    if not correct:
        return
    place = data.draw(st.integers(0, len(correct) - 1))
    row = correct[place]
    mutants: dict[str, tuple[ComparedRow, ...]] = {
        "bearing": (
            replace(row, bearing=data.draw(st.sampled_from([each for each in Bearing if each != row.bearing]))),
        ),
        "after": (replace(row, after=data.draw(st.sampled_from([each for each in Direction if each != row.after]))),),
        "place": (replace(row, after_at="24 months"),),
        "dropped": (),
        "twice": (row, row),
    }
    changed = mutants[data.draw(st.sampled_from(sorted(mutants)))]
    wrong = correct[:place] + changed + correct[place + 1 :]
    notice = update(*pair)
    assert notice is not None
    mutant = replace(notice, rows=wrong, sentences=tell(wrong, *pair))
    assert notice_faults(mutant, *pair) != (), wrong


def _without_conflict(notice: Notice) -> Notice:
    return replace(notice, sentences=tuple(part for part in notice.sentences if "conflicts" not in part.text))


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (_without_conflict, "left out: It conflicts on chest expansion"),
        (lambda notice: replace(notice, rows=notice.rows[1:]), "not told: chest expansion"),
        (lambda notice: replace(notice, citation=None), "the citation is not the later paper's"),
        (lambda notice: replace(notice, kind=NoticeKind.CORRECTION), "it is not an update"),
        (lambda notice: replace(notice, pmid="1"), "of different papers"),
        (lambda notice: replace(notice, guid="tag:x,2026:notice/update/1/2"), "permanent id"),
        (lambda notice: replace(notice, sentences=notice.sentences[::-1]), "out of order"),
    ],
)
def test_what_is_wrong_is_said(change: Callable[[Notice], Notice], fault: str) -> None:
    notice, earlier, later = sound()
    assert any(fault in said for said in notice_faults(change(notice), earlier, later))


def test_a_weaker_design_is_not_told_as_overturning_a_stronger_one() -> None:
    earlier = side("99000101", finding("pain", Direction.IMPROVED), **REVIEW)
    later = side("99000102", finding("pain", Direction.WORSENED), design=Design.COHORT)
    notice = update(earlier, later)
    assert notice is not None
    bold = replace(notice, sentences=tuple(part for part in notice.sentences if "overturn" not in part.text))
    assert "a weaker design is told as if it overturned a stronger one" in notice_faults(bold, earlier, later)


def test_what_the_editor_adds_is_the_editors_own() -> None:
    notice, earlier, later = sound()
    own = Sentence("Chest expansion is measured with a tape.", Provenance.EDITOR)
    assert notice_faults(replace(notice, sentences=(*notice.sentences, own)), earlier, later) == ()
