"""A ledger row that the editor corrects: the text follows, the gate judges again, and no null goes without a word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litwatch.compose.amending import amend
from litwatch.compose.checks import faults
from litwatch.compose.editing import Edition, replay, revise
from litwatch.compose.issue import Rules, Wanted, feature
from litwatch.compose.rank import Candidate
from litwatch.domain.digest import AmendedRow, Nugget
from litwatch.domain.edits import Add, Amend, Drop, Edit, Override, Words, with_edit
from litwatch.domain.prose import Part
from litwatch.domain.study import Change, ConclusionKind, ConclusionNote, Direction, Effect, Measure
from litwatch.errors import UsageError
from tests.compose.papers import AUTHORITY, slice_of, spine, trial, trial_study
from tests.compose.test_issue import composed

SPINE, WALK = "38921661", "99000101"
ADA = "Ada Moss"
ARTICLE = trial(WALK)
STUDY = trial_study(ARTICLE)
PAIN, CRP, DIZZINESS, STIFFNESS = STUDY.outcomes
PAPERS = {SPINE: Candidate(*spine(), ("back",)), WALK: Candidate(ARTICLE, STUDY, ("hip",))}


def make(wanted: Wanted) -> Nugget | tuple[str, ...]:
    return feature(PAPERS[wanted.mention.pmid], wanted, Rules(AUTHORITY))


def edition() -> Edition:
    return Edition(*composed(*PAPERS.values(), nuggets=2))


def walk(changed: Edition) -> Nugget:
    return next(nugget for nugget in changed.issue.nuggets if nugget.pmid == WALK)


def after(*edits: Edit) -> Edition:
    result = edition()
    for edit in edits:
        result = revise(result, edit, make)
    return result


def text_of(nugget: Nugget, *parts: Part) -> str:
    return " ".join(each.text for each in nugget.paragraphs if not parts or each.part in parts)


def test_the_text_follows_the_row() -> None:
    before = walk(edition())
    note = walk(after(Amend(WALK, PAIN, Direction.NO_DIFFERENCE, "the interval is of another group", ADA)))
    assert "pain" in text_of(before, Part.BETTER)
    assert before.takeaway and note.takeaway and before.takeaway.text != note.takeaway.text
    assert [line.name for line in note.better] == []
    assert [line.name for line in note.unchanged] == ["pain", "CRP"]
    assert "pain" in text_of(note, Part.UNCHANGED)
    assert text_of(note, Part.BETTER) == ""
    assert note.meta == "Randomised trial, n=120: 2 no clear change, 1 worse, 1 mixed or unclear"
    assert note.amended == (AmendedRow(PAIN, Direction.NO_DIFFERENCE, "the interval is of another group", ADA),)
    assert faults(note, ARTICLE, STUDY) == ()
    assert (note.guid, note.why, note.siblings, note.citation) == (
        before.guid,
        before.why,
        before.siblings,
        before.citation,
    )


def test_a_row_that_is_left_out_is_told_in_the_line_of_facts_and_in_the_mark() -> None:
    note = walk(after(Amend(WALK, CRP, None, "measured in another study", ADA)))
    assert note.meta == "Randomised trial, n=120: 1 better, 1 worse, 1 mixed or unclear, 1 left out by the editor"
    assert (note.unchanged, note.amended[0].row) == ((), CRP)
    assert faults(note, ARTICLE, STUDY) == ()


def test_the_gate_lets_no_row_go_without_its_mark() -> None:
    dropped = walk(after(Amend(WALK, CRP, None, "why", ADA)))
    unmarked = replace(dropped, amended=())
    assert "not told as no clear change: CRP" in faults(unmarked, ARTICLE, STUDY)
    hidden = replace(dropped, meta=dropped.meta.removesuffix(", 1 left out by the editor"))
    assert "the verdict in the line of facts is not that of the ledger" in faults(hidden, ARTICLE, STUDY)
    row = dropped.amended[0]
    for bad in (replace(row, why=" "), replace(row, by=""), replace(row, direction=CRP.direction)):
        assert "amended without a change, a reason or a name: CRP" in faults(
            replace(dropped, amended=(bad,)), ARTICLE, STUDY
        )
    other = AmendedRow(replace(PAIN, name="sleep"), None, "why", ADA)
    assert "amended, but not in the ledger as it was read: sleep" in faults(
        replace(dropped, amended=(row, other)), ARTICLE, STUDY
    )
    assert "a row is amended twice" in faults(replace(dropped, amended=(row, row)), ARTICLE, STUDY)


CHOICES = st.dictionaries(
    st.integers(0, len(STUDY.outcomes) - 1), st.sampled_from([None, *Direction]), min_size=1, max_size=4
)


@settings(deadline=None)
@given(CHOICES)
def test_whatever_an_editor_does_every_null_is_told_or_said_to_be_left_out(chosen: dict[int, Direction | None]) -> None:
    edits = [Amend(WALK, STUDY.outcomes[number], direction, "why", ADA) for number, direction in chosen.items()]
    try:
        note = walk(after(*edits))
    except UsageError as error:
        assert str(error).startswith(f"{WALK} cannot be told so: ")
        return
    told = {line.name for line in note.unchanged} | {each.row.name for each in note.amended}
    assert "CRP" in told
    assert faults(note, ARTICLE, STUDY) == ()
    assert not note.amended or faults(replace(note, amended=()), ARTICLE, STUDY)


def test_a_ledger_without_rows_is_refused() -> None:
    edits = [Amend(WALK, row, None, "why", ADA) for row in STUDY.outcomes]
    with pytest.raises(UsageError, match="99000101 cannot be told so: no row would be left in its ledger"):
        after(*edits)


def test_the_direction_as_read_takes_an_amendment_back() -> None:
    wrong = Amend(WALK, CRP, None, "why", ADA)
    assert after(wrong, Amend(WALK, CRP, CRP.direction, "I was wrong", ADA)) == edition()
    assert with_edit((wrong,), replace(wrong, by="Ben")) == (replace(wrong, by="Ben"),)
    assert len(with_edit((wrong,), replace(wrong, row=PAIN))) == 2


def test_what_is_the_editors_own_stays() -> None:
    amended = Amend(WALK, CRP, None, "why", ADA)
    mine: Sequence[Edit] = (Words(WALK, "Mine.", ADA), Override(WALK, 1, "small", ADA))
    one, other = walk(after(*mine, amended)), walk(after(amended, *mine))
    assert one == other
    assert (text_of(one, Part.EDITOR), one.rating and one.rating.editor) == ("Mine.", ADA)


def test_composed_anew_the_row_is_amended_again_unless_it_is_read_otherwise_now() -> None:
    edits = (Words(WALK, "Mine.", ADA), Amend(WALK, CRP, None, "why", ADA))
    assert replay(edition(), edits, make) == (after(*edits), ())
    stranger = Amend(WALK, replace(CRP, name="hs-CRP"), None, "why", ADA)
    kept, unfit = replay(edition(), (stranger,), make)
    assert kept == edition()
    assert len(unfit) == 1
    assert unfit[0].startswith(
        "amend: 99000101 cannot be told so: amended, but not in the ledger as it was read: hs-CRP"
    )


def test_a_dropped_note_leaves_no_amended_counts_behind() -> None:
    changed = after(Amend(WALK, CRP, None, "why", ADA), Drop(WALK, "doubtful", ADA))
    assert changed.issue.also[0].meta == "Randomised trial, n=120"
    assert walk(revise(changed, Add(WALK, ADA), make)).amended == ()


def test_only_the_rows_that_are_meant_change() -> None:
    pair = (AmendedRow(PAIN, Direction.NO_DIFFERENCE, "w", ADA), AmendedRow(CRP, None, "w", ADA))
    told = amend(STUDY, pair)
    assert told.outcomes == (
        replace(PAIN, direction=Direction.NO_DIFFERENCE, change=Change.NO_DIFFERENCE),
        DIZZINESS,
        STIFFNESS,
    )
    assert amend(told, pair) == told
    assert amend(STUDY, ()) == STUDY
    turned = amend(STUDY, [AmendedRow(PAIN, Direction.WORSENED, "w", ADA)]).outcomes[0]
    assert turned.change is None


def test_the_conclusion_is_blamed_only_for_rows_that_still_are_nulls() -> None:
    evidence = slice_of(ARTICLE, "Nordic walking eases hip pain.")
    both = replace(STUDY, outcomes=(PAIN, CRP, replace(CRP, name="ESR"), DIZZINESS))
    causal = ConclusionNote(ConclusionKind.CAUSAL_LANGUAGE, evidence)
    study = replace(both, conclusion_check=(ConclusionNote(ConclusionKind.NULLS_UNMENTIONED, evidence, (1, 2)), causal))
    first = amend(study, [AmendedRow(PAIN, None, "w", ADA), AmendedRow(CRP, Direction.IMPROVED, "w", ADA)])
    assert [(note.kind, note.rows) for note in first.conclusion_check] == [
        (ConclusionKind.NULLS_UNMENTIONED, (1,)),
        (ConclusionKind.CAUSAL_LANGUAGE, ()),
    ]
    assert first.outcomes[1].name == "ESR"
    none = amend(study, [AmendedRow(row, None, "w", ADA) for row in study.outcomes[1:3]])
    assert none.conclusion_check == (causal,)


def test_a_row_that_is_read_anew_is_the_row_that_was_amended() -> None:
    pair = (AmendedRow(PAIN, Direction.NO_DIFFERENCE, "w", ADA), AmendedRow(CRP, None, "w", ADA))
    moved = replace(CRP.evidence, start=CRP.evidence.start + 7, end=CRP.evidence.end + 7)
    anew = replace(STUDY, outcomes=(replace(PAIN, aliases=("hip pain",), effect=None), replace(CRP, evidence=moved)))
    assert [(row.name, row.direction) for row in amend(anew, pair).outcomes] == [("pain", Direction.NO_DIFFERENCE)]
    elsewhere = replace(CRP, evidence=replace(CRP.evidence, text="CRP did not change in the controls."))
    for other in (replace(CRP, timepoint="12 weeks"), replace(CRP, direction=Direction.MIXED), elsewhere):
        study = replace(STUDY, outcomes=(other,))
        assert amend(study, pair) == study


def test_of_two_rows_that_differ_in_their_numbers_alone_the_amended_one_changes() -> None:
    one, other = (replace(PAIN, effect=Effect(Measure.OR, value)) for value in (1.24, 1.81))
    study = replace(STUDY, outcomes=(replace(one, aliases=("hip pain",)), other))
    told = amend(study, [AmendedRow(one, None, "w", ADA)])
    assert told.outcomes == (other,)
    assert amend(study, [AmendedRow(one, None, "w", ADA), AmendedRow(other, None, "w", ADA)]).outcomes == ()


def test_a_row_that_was_read_anew_while_the_draft_waited_is_not_amended_twice() -> None:
    wrong, anew = Amend(WALK, replace(CRP, aliases=("hs-CRP",)), None, "why", ADA), Amend(WALK, CRP, None, "yes", ADA)
    assert [each.why for each in walk(after(wrong, anew)).amended] == ["yes"]
    assert after(wrong, Amend(WALK, CRP, CRP.direction, "I was wrong", ADA)) == edition()
    note = walk(after(wrong))
    twice = replace(note, amended=(*note.amended, replace(note.amended[0], row=CRP)))
    assert "a row is amended twice" in faults(twice, ARTICLE, STUDY)
