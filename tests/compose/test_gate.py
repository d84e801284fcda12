"""Sentences as somebody else than the writer might put them: a language model, honest or not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from litwatch.compose.checks import sentence_faults
from litwatch.domain.article import Article
from litwatch.domain.prose import Part, Provenance, Sentence
from litwatch.domain.study import Comparison, Study
from tests.compose.noted import paper
from tests.compose.papers import spine, trial, trial_study


def judged(part: Part, text: str, rows: tuple[int, ...], paper: tuple[Article, Study]) -> tuple[str, ...]:
    return sentence_faults(part, Sentence(text, Provenance.MODEL, rows, "model"), *paper)


def walking() -> tuple[Article, Study]:
    article = trial()
    return article, trial_study(article)


@pytest.mark.parametrize(
    ("part", "text", "rows"),
    [
        (Part.LEAD, "The team randomised 120 people.", ()),
        (Part.BETTER, "Better than in the comparison: pain (MD −1.20 (95% CI −1.90 to −0.50)).", (0,)),
        (Part.UNCHANGED, "CRP did not change.", (1,)),
        (Part.TAKEAWAY, "Pain improved, but CRP did not change, and dizziness got worse.", (0, 1, 2)),
        (Part.TAKEAWAY, "Nordic walking eased pain, while CRP stayed the same.", (0, 1)),
    ],
)
def test_an_honest_sentence_of_a_model_passes(part: Part, text: str, rows: tuple[int, ...]) -> None:
    assert judged(part, text, rows, walking()) == ()


@pytest.mark.parametrize(
    ("part", "text", "rows", "fault"),
    [
        (Part.BETTER, "CRP improved.", (1,), "told as improved: CRP"),
        (Part.UNCHANGED, "Pain did not change.", (0,), "told as did not change: pain"),
        (Part.BETTER, "Pain improved dramatically.", (0,), "size without backing: dramatically"),
        (Part.BETTER, "Pain improved because inflammation fell.", (0,), "cause without backing: because"),
        (Part.BETTER, "Pain improved, and so did mobility.", (0,), "a word that nobody checks: mobility"),
        (Part.BETTER, "Pain improved (MD −2.20).", (0,), "a number without anything behind it: −2.20"),
        (Part.BETTER, "Pain improved in 90 people.", (0,), "the number of people is not in the abstract: 90"),
        (Part.BETTER, "Pain and stiffness improved.", (0,), "an outcome that the sentence does not rest on: stiffness"),
        (Part.LEAD, "120 people were invited.", (), "so many people are not told as invited: 120"),
        (Part.LEAD, "This cohort study looked at 120 adults.", (), "another design: cohort study"),
        (Part.LEAD, "You should try it.", (), "advice without backing: should"),
        (Part.TAKEAWAY, "Nothing got worse.", (), "told as not got worse: dizziness"),
        (Part.TAKEAWAY, "All outcomes were better.", (0, 1, 2, 3), "not all are better"),
        (Part.TAKEAWAY, "Three outcomes were better.", (0, 1, 2), "not so many are better: three"),
        (Part.TAKEAWAY, "Pain improved, not CRP.", (0, 1), "a negation that belongs to nothing"),
        (Part.TAKEAWAY, "Better from before to after: pain.", (0,), "told as within but is between: pain"),
        (
            Part.CONCLUSION,
            "They say: “Nordic walking cures hip pain.”",
            (),
            "not in the record: “Nordic walking cures hip pain.”",
        ),
        (Part.BETTER, "Pain improved.", (0, 7), "it rests on a row that is not in the ledger, or twice on one"),
        (Part.BETTER, "Read from the abstract only.", (), "marked as what it is not: Read from the abstract only."),
    ],
)
def test_a_dishonest_sentence_is_refused_for_its_fault(
    part: Part, text: str, rows: tuple[int, ...], fault: str
) -> None:
    assert fault in judged(part, text, rows, walking())


def test_a_model_marks_its_sentences_and_nobody_else_does() -> None:
    article, study = spine()
    sentence = Sentence("Better than in the comparison: pain.", Provenance.MODEL, (6,), "rows")
    assert "a model's sentence is marked, and no other" in sentence_faults(Part.BETTER, sentence, article, study)


def test_the_editors_words_are_not_checked_but_kept_apart() -> None:
    article, study = spine()
    own = Sentence("I have seen this work wonders.", Provenance.EDITOR)
    assert sentence_faults(Part.EDITOR, own, article, study) == ()
    assert sentence_faults(Part.BETTER, own, article, study) != ()


def test_a_number_that_ends_a_sentence_after_a_slice_of_the_record_is_judged_too() -> None:
    article, walking, *_ = paper()
    sentence = Sentence("This trial tested Nordic walking in 2034.", Provenance.EXTRACTED)
    assert "a number without anything behind it: 2034" in sentence_faults(Part.LEAD, sentence, article, walking)


@pytest.mark.parametrize(
    ("text", "pain", "crp", "fault"),
    [
        ("better for pain; no clear link with CRP", "association", "association", "not told as association: pain"),
        ("better for pain; as an association, no clear change in CRP", "within", "association",
         "not told as within: pain"),
        ("better for pain; before against after, no clear change in CRP", "association", "within",
         "not told as association: pain"),
        ("as an association, better for pain; before against after, no clear change in CRP", "between", "within",
         "told as association but is between: pain"),
        ("as an association, better for pain; no clear link with CRP", "association", "association", None),
        ("better for pain; before against after, no clear change in CRP", "between", "within", None),
    ],
)  # fmt: skip
def test_what_is_said_of_comparing_holds_for_its_own_part_of_a_sentence_only(
    text: str, pain: str, crp: str, fault: str | None
) -> None:
    article, study = walking()
    rows = tuple(
        replace(row, comparison=Comparison(kind)) for row, kind in zip(study.outcomes, (pain, crp), strict=False)
    )
    told = judged(Part.TAKEAWAY, f"In short: {text}.", (0, 1), (article, replace(study, outcomes=rows)))
    assert told == (() if fault is None else (fault,))
