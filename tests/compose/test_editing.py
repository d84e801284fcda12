"""An editor's changes to a draft: what they do, what they refuse, and what no change can do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litwatch.compose.editing import Edition, replay, revise
from litwatch.compose.issue import Rules, Wanted, feature
from litwatch.compose.rank import Candidate
from litwatch.domain.digest import Issue, Mention, Nugget, Rating
from litwatch.domain.edits import Add, Drop, Edit, Foreword, Move, Override, Words, with_edit
from litwatch.domain.prose import Paragraph, Part, Provenance, Sentence
from litwatch.domain.study import Evidence
from litwatch.errors import UsageError
from tests.compose.papers import AUTHORITY, spine, trial, trial_study
from tests.compose.test_issue import candidate, composed

SPINE, FIRST, SECOND, BARE, FORGED = "38921661", "99000101", "99000102", "99000104", "99000105"
ADA = "Ada Moss"
RULES = Rules(AUTHORITY)


def forged() -> Candidate:
    """A reading with evidence that is not in the abstract."""
    article = trial(FORGED)
    rows = trial_study(article).outcomes
    wrong = replace(rows[0], evidence=Evidence(2, 0, 4, "Wrong"))
    return Candidate(article, trial_study(article, outcomes=(wrong, *rows[1:])), ("exercise-pain",))


PAPERS = {
    paper.article.pmid: paper
    for paper in (
        Candidate(*spine(), ("exercise-inflammation",)),
        candidate(FIRST),
        candidate(SECOND),
        candidate(BARE, sections=()),
        forged(),
    )
}


def make(wanted: Wanted) -> Nugget | tuple[str, ...]:
    return feature(PAPERS[wanted.mention.pmid], wanted, RULES)


def edition() -> Edition:
    """The review and the later trial are featured, the other three listed."""
    return Edition(*composed(*PAPERS.values(), nuggets=2))


def after(*edits: Edit, start: Callable[[], Edition] = edition) -> Edition:
    result = start()
    for edit in edits:
        result = revise(result, edit, make)
    return result


def nuggets(issue: Issue) -> list[str]:
    return [nugget.pmid for nugget in issue.nuggets]


def ledger_of(note: Nugget) -> tuple[object, ...]:
    """What a note says of its study and cannot be changed."""
    return note.guid, note.meta, note.better, note.unchanged, note.worse, note.other, note.citation


def test_an_added_note_begins_and_ends_in_words_of_its_own() -> None:
    notes = after(Add(FIRST, ADA)).issue.nuggets
    assert nuggets(after(Add(FIRST, ADA)).issue) == [SPINE, SECOND, FIRST]
    assert len({note.paragraphs[0].sentences[0].text for note in notes}) == 3
    assert len({note.takeaway for note in notes}) == 3


def test_own_words_stand_in_paragraphs_of_their_own() -> None:
    before = edition().issue.nuggets[0]
    note = after(Words(SPINE, "Small trials.  They\ndiffer!\n \nI would wait.\x00", ADA)).issue.nuggets[0]
    first, second = note.paragraphs[len(before.paragraphs) :]
    assert (first.part, first.text, second.text) == (Part.EDITOR, "Small trials. They differ!", "I would wait.")
    assert first.sentences[1] == Sentence("They differ!", Provenance.EDITOR, basis=ADA)
    assert replace(note, paragraphs=before.paragraphs) == before


def test_new_words_take_the_place_of_old_ones_and_no_words_remove_them() -> None:
    told = after(Words(SPINE, "One.", ADA), Words(SPINE, "Two.", "Ben")).issue.nuggets[0]
    assert [paragraph.text for paragraph in told.paragraphs if paragraph.part is Part.EDITOR] == ["Two."]
    assert after(Words(SPINE, "One.", ADA), Words(SPINE, " ", ADA)) == edition()
    assert after(Foreword("Hello.", ADA), Foreword("", ADA)) == edition()


def test_a_paragraph_of_the_program_stays_before_the_editors() -> None:
    lead = Paragraph(Part.LEAD, (Sentence("A trial of walking.", Provenance.DERIVED),))

    def with_lead() -> Edition:
        start = edition()
        first, *rest = start.issue.nuggets
        return replace(start, issue=replace(start.issue, nuggets=(replace(first, paragraphs=(lead,)), *rest)))

    note = after(Words(SPINE, "Mine.", ADA), start=with_lead).issue.nuggets[0]
    assert [paragraph.part for paragraph in note.paragraphs] == [Part.LEAD, Part.EDITOR]


def test_an_overridden_rating_says_who_why_and_what_the_key_gives() -> None:
    rated = edition()
    first, *rest = rated.issue.nuggets
    by_key = replace(first, rating=Rating(4, ("meta-analysis", "1,670 people")))
    start = replace(rated, issue=replace(rated.issue, nuggets=(by_key, *rest)))
    once = after(Override(SPINE, 2, "the trials differ", ADA), start=lambda: start).issue.nuggets[0]
    assert once.rating == Rating(2, ("the trials differ", "by the key 4", "meta-analysis", "1,670 people"), ADA)
    edits = (Override(SPINE, 2, "the trials differ", ADA), Override(SPINE, 3, "on reflection", "Ben"))
    twice = after(*edits, start=lambda: start).issue.nuggets[0]
    assert twice.rating == Rating(3, ("on reflection", "by the key 4", "meta-analysis", "1,670 people"), "Ben")
    unrated = after(Override(SPINE, 5, "good", ADA)).issue.nuggets[0]
    assert unrated.rating is not None and unrated.rating.stars == 5


def test_a_dropped_nugget_is_listed_first_with_the_reason_kept() -> None:
    result = after(Drop(SPINE, "told\nelsewhere", ADA))
    assert nuggets(result.issue) == [SECOND]
    assert result.issue.also[0] == Mention(
        SPINE,
        "Effects of Exercise Therapy in Axial Spondyloarthritis: A Systematic Review, Meta-analysis, and "
        "Meta-regression of Randomized Trials",
        "Meta-analysis, 20 trials, n=1,670: 8 better, 3 no clear change",
        ("exercise-inflammation",),
        "10.1016/j.apmr.2024.06.005",
    )
    assert result.fates[SPINE] == ("mention", "dropped by the editor, Ada Moss: told elsewhere")
    assert (result.issue.receipt.nuggets, result.issue.receipt.mentioned) == (1, 4)
    assert result.issue.title == "Nordic walking for hip pain"
    assert result.issue.summary == "1 study told outcome by outcome, 4 more in a line each, out of 5 new papers."


def test_a_paper_dropped_and_added_again_tells_the_same() -> None:
    again, before = after(Drop(SPINE, "no", ADA), Add(SPINE, ADA), Move(SPINE, 1, ADA)), edition()
    assert [ledger_of(note) for note in again.issue.nuggets] == [ledger_of(note) for note in before.issue.nuggets]
    assert again.issue.nuggets[0].why == "Picked by the editor."
    assert again.issue.receipt == before.issue.receipt
    assert again.fates[SPINE] == ("nugget", "added by the editor, Ada Moss")


def test_all_notes_can_be_dropped() -> None:
    assert after(Drop(SPINE, "no", ADA), Drop(SECOND, "no", ADA)).issue.title.startswith("A quiet week")


def test_the_first_note_gives_the_issue_its_title() -> None:
    moved = after(Move(SECOND, 1, ADA)).issue
    assert nuggets(moved) == [SECOND, SPINE]
    assert moved.title == "Nordic walking for hip pain (and 1 more)"
    assert after(Move(SECOND, 1, ADA), Move(SECOND, 2, ADA)) == edition()


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (Words("1", "x", ADA), "the draft of 2025-W12 has no nugget on 1"),
        (Words(FIRST, "x", ADA), "99000101 is listed under 'Also new': add it first"),
        (Drop("1", "x", ADA), "has no nugget on 1"),
        (Move(SPINE, 0, ADA), "there is no place 0: the draft has 2 nuggets"),
        (Move(SPINE, 3, ADA), "there is no place 3"),
        (Override(SPINE, 0, "x", ADA), "stars are 1 to 5, not 0"),
        (Override(SPINE, 6, "x", ADA), "stars are 1 to 5, not 6"),
        (Add(SPINE, ADA), "has a nugget on 38921661 already"),
        (Add("1", ADA), "1 is not listed under 'Also new'"),
        (Add(BARE, ADA), "99000104 cannot be told: it has no abstract"),
        (Add(FORGED, ADA), "99000105 cannot be told: the sentence behind pain is not in the abstract"),
    ],
)
def test_what_makes_no_sense_is_refused(edit: Edit, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        after(edit)


def test_changes_are_made_again_in_another_edition() -> None:
    edits: tuple[Edit, ...] = (
        Foreword("Hello.", ADA),
        Words(FIRST, "Mine.", ADA),
        Words(SPINE, "Mine, too.", ADA),
        Add(FIRST, ADA),
        Drop(SECOND, "no", ADA),
        Move(FIRST, 1, ADA),
    )
    grown = Edition(*composed(*PAPERS.values(), candidate("99000103"), nuggets=2))
    result, unfit = replay(grown, edits, make)
    assert (nuggets(result.issue), unfit) == ([FIRST, SPINE, "99000103"], ())
    assert [note.paragraphs[-1].text for note in result.issue.nuggets[:2]] == ["Mine.", "Mine, too."]
    shrunk = Edition(*composed(PAPERS[SECOND], nuggets=2))
    result, unfit = replay(shrunk, edits, make)
    assert (nuggets(result.issue), result.issue.foreword) == ([], "Hello.")
    assert len(unfit) == 4


def test_a_later_edit_takes_the_place_of_an_earlier_one_about_the_same() -> None:
    kept: tuple[Edit, ...] = ()
    for edit in (Drop(SPINE, "no", ADA), Words(SPINE, "a", ADA), Foreword("a", ADA), Move(SPINE, 1, ADA)):
        kept = with_edit(kept, edit)
    assert len(kept) == 4
    for newer in (Add(SPINE, ADA), Words(SPINE, "b", "Ben"), Foreword("b", "Ben"), Move(SPINE, 2, ADA)):
        kept = with_edit(kept, newer)
    assert kept == (Add(SPINE, ADA), Words(SPINE, "b", "Ben"), Foreword("b", "Ben"), Move(SPINE, 2, ADA))
    assert len(with_edit(kept, Words(SECOND, "c", ADA))) == 5


MADE = {note.pmid: note for note in after(Add(FIRST, ADA)).issue.nuggets}
_pmids = st.sampled_from([*PAPERS, "1"])
_edits = st.one_of(
    st.builds(Add, _pmids, st.just(ADA)),
    st.builds(Drop, _pmids, st.text(max_size=9), st.just(ADA)),
    st.builds(Move, _pmids, st.integers(0, 5), st.just(ADA)),
    st.builds(Override, _pmids, st.integers(0, 6), st.text(max_size=9), st.just(ADA)),
    st.builds(Words, _pmids, st.text(max_size=40), st.just(ADA)),
    st.builds(Foreword, st.text(max_size=40), st.just(ADA)),
)


@given(st.lists(_edits, max_size=12))
def test_no_change_touches_what_a_note_says_of_its_study(edits: list[Edit]) -> None:
    """And no paper gets lost, the receipt counts what is there, and the editor's sentences are all marked."""
    start = result = edition()
    for edit in edits:
        try:
            result = revise(result, edit, make)
        except UsageError as error:
            assert "\n" not in str(error)
    issue = result.issue
    shown = [*nuggets(issue), *(mention.pmid for mention in issue.also)]
    assert sorted(shown) == sorted(result.fates) == sorted(start.fates)
    assert {pmid for pmid, (place, _) in result.fates.items() if place == "nugget"} == set(nuggets(issue))
    assert (issue.receipt.nuggets, issue.receipt.mentioned) == (len(issue.nuggets), len(issue.also))
    for note in issue.nuggets:
        own = [paragraph for paragraph in note.paragraphs if paragraph.part is Part.EDITOR]
        assert {sentence.provenance for paragraph in own for sentence in paragraph.sentences} <= {Provenance.EDITOR}
        assert ledger_of(note) == ledger_of(MADE[note.pmid])
        rest = tuple(paragraph for paragraph in note.paragraphs if paragraph.part is not Part.EDITOR)
        assert {sentence.provenance for paragraph in rest for sentence in paragraph.sentences}.isdisjoint(
            {Provenance.EDITOR}
        )
