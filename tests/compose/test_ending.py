"""The conclusion and what it leaves out, harms, and the takeaway."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from litwatch.compose.ending import conclusion, harms, takeaway, unmentioned
from litwatch.compose.telling import Wording
from litwatch.domain.article import Article
from litwatch.domain.study import (
    Comparison,
    ConclusionKind,
    ConclusionNote,
    Direction,
    Harms,
    HarmsReport,
    Stance,
    Study,
)
from tests.compose.papers import section, slice_of, spine, trial, trial_rows, trial_study

ARTICLE = trial()
WORDING = Wording(ARTICLE)
STUDY = trial_study(ARTICLE)
OPENERS = ("In short", "The short version", "To take away", "In one line", "The upshot")


def concluding(text: str, **changes: Any) -> tuple[Article, Study]:
    """The trial with another conclusion; CRP, a known outcome, did not differ."""
    article = trial(sections=(*ARTICLE.sections[:3], section("CONCLUSIONS", text)))
    rows = tuple(replace(row, concept=row.name) for row in trial_rows(ARTICLE))
    return article, replace(STUDY, conclusion=slice_of(article, text.split(" | ")[0]), outcomes=rows, **changes)


def test_the_conclusion_is_quoted_in_the_authors_words() -> None:
    (sentence,) = conclusion(*concluding("Walking did not change CRP."), WORDING)
    assert sentence.text.endswith(": “Walking did not change CRP.”")
    assert sentence.basis == "conclusion"


def test_at_most_25_words_are_quoted() -> None:
    words = "Walking eases hip pain in adults, " + "and so on and so forth, " * 8 + "but CRP did not change."
    quoted = conclusion(*concluding(words), WORDING)[0].text.partition("“")[2].removesuffix("”")
    assert len(quoted.split()) <= 25
    assert "but CRP did not change." in quoted


@pytest.mark.parametrize("text", ["Conclusions.", "It works."])
def test_a_conclusion_that_says_nothing_is_not_quoted(text: str) -> None:
    assert conclusion(*concluding(text), WORDING) == ()


def test_nulls_that_the_conclusion_passes_over_are_named() -> None:
    article, study = concluding("Nordic walking eases hip pain.")
    told = conclusion(article, study, WORDING)[1]
    assert told.text == "It does not mention what showed no clear difference: CRP."
    assert told.rows == (1,)


@pytest.mark.parametrize(
    "text",
    [
        "Walking eases hip pain and leaves CRP as it was.",
        "Walking eases hip pain and acts on C-reactive protein.",
        "Walking eases hip pain, but not all we measured.",
        "Walking eases hip pain and is as good as rest.",
        "Most outcomes improved with walking.",
        "Walking is safe and eases hip pain.",
        "Walking eases pain and improves markers of inflammation.",
        "Walking eases pain and lowers CRPs.",
    ],
)
def test_a_conclusion_that_may_speak_of_nulls_is_not_blamed(text: str) -> None:
    assert unmentioned(*concluding(text)) == ()


def test_the_whole_conclusion_counts() -> None:
    article = trial(sections=(*ARTICLE.sections[:3], section("CONCLUSIONS", "Walking eases pain. CRP stayed.")))
    rows = tuple(replace(row, concept=row.name) for row in trial_rows(ARTICLE))
    study = replace(STUDY, conclusion=slice_of(article, "Walking eases pain."), outcomes=rows)
    assert unmentioned(article, study) == ()


@pytest.mark.parametrize("stance", [Stance.MIXED, Stance.NO_DIFFERENCE, Stance.HARMS, Stance.NONE])
def test_only_a_conclusion_in_favour_can_pass_over_nulls(stance: Stance) -> None:
    assert unmentioned(*concluding("Nordic walking eases hip pain.", stance=stance)) == ()


def test_a_row_that_moved_elsewhere_and_harms_need_no_mention() -> None:
    article, study = concluding("Nordic walking eases hip pain.")
    crp = study.outcomes[1]
    moved = replace(crp, direction=Direction.IMPROVED, timepoint="1 year")
    assert unmentioned(article, replace(study, outcomes=(crp, moved))) == ()
    assert unmentioned(article, replace(study, outcomes=(replace(crp, domain="harm"),))) == ()
    assert unmentioned(article, replace(study, outcomes=(replace(crp, comparison=Comparison.WITHIN),))) == ()


def test_what_the_reading_found_is_told() -> None:
    article, study = concluding("Walking leaves CRP as it was.")
    assert study.conclusion
    notes = (
        ConclusionNote(ConclusionKind.NULLS_UNMENTIONED, study.conclusion, (1,)),
        ConclusionNote(ConclusionKind.CAUSAL_LANGUAGE, study.conclusion),
    )
    told = [sentence.text for sentence in conclusion(article, replace(study, conclusion_check=notes), WORDING)]
    assert told[1:] == [
        "It does not mention what showed no clear difference: CRP.",
        "It speaks of cause and effect; what was observed is that things go together.",
    ]


def test_harms() -> None:
    def told(value: Harms | None, study: Study = STUDY) -> list[str]:
        return [sentence.text for sentence in harms(ARTICLE, replace(study, harms=value), WORDING)]

    quote = "“Dizziness was more common with walking (RR 1.8; 1.1 to 2.9).”"
    assert told(STUDY.harms)[0].startswith("On harms")
    assert told(STUDY.harms)[0].endswith(quote)
    assert told(None) == []
    assert told(Harms(HarmsReport.SILENT)) == [
        "Harms, and how many people had no benefit: not reported in the abstract."
    ]
    assert told(Harms(HarmsReport.MENTIONED)) == [
        "The abstract mentions harms, but gives no result that can be quoted."
    ]
    rows = (replace(STUDY.outcomes[2], domain="harm"),)
    assert told(Harms(HarmsReport.MENTIONED), replace(STUDY, outcomes=rows)) == []  # told among the rows
    concluded = Harms(HarmsReport.TOLD, STUDY.conclusion)
    assert told(concluded) == ["On harms, see the conclusion quoted above."]


def test_non_responders_are_not_called_unreported_where_the_abstract_speaks_of_response() -> None:
    article = trial(sections=(*ARTICLE.sections[:3], section("CONCLUSIONS", "Twelve people did not respond.")))
    told = harms(article, replace(STUDY, harms=Harms(HarmsReport.SILENT)), WORDING)
    assert [sentence.text for sentence in told] == ["Harms: not reported in the abstract."]


def said(study: Study, *used: str) -> str:
    sentence = takeaway(study, WORDING, used)
    assert sentence
    return sentence.text


def test_the_takeaway_tells_every_direction() -> None:
    opener, _, text = said(STUDY).partition(": ")
    assert opener in OPENERS
    assert text == "better for pain; no clear change in CRP; worse for dizziness; one result without a direction."
    text = said(spine()[1]).partition(": ")[2]
    assert text == "better for BASFI, BASMI and six more; no clear change in chest expansion, CRP and ESR."


def test_the_takeaway_keeps_comparisons_apart() -> None:
    pain, crp, *_ = STUDY.outcomes
    rows = (replace(pain, comparison=Comparison.WITHIN), crp)
    assert said(replace(STUDY, outcomes=rows)).endswith(
        ": no clear change in CRP; before against after, better for pain."
    )


def test_an_association_without_a_link_is_not_called_a_change() -> None:
    rows = tuple(replace(row, comparison=Comparison.ASSOCIATION) for row in STUDY.outcomes[:2])
    assert said(replace(STUDY, outcomes=rows)).endswith(": as an association, better for pain; no clear link with CRP.")
    assert said(replace(STUDY, outcomes=rows[1:])).endswith(": no clear link with CRP.")
    worse = replace(rows[0], name="sleep", direction=Direction.WORSENED)
    assert said(replace(STUDY, outcomes=(rows[1], worse))).endswith(
        ": as an association, worse for sleep; no clear link with CRP."
    )


def test_an_outcome_that_went_two_ways_is_not_called_better() -> None:
    pain, *_ = STUDY.outcomes
    rows = (pain, replace(pain, direction=Direction.NO_DIFFERENCE, timepoint="1 year"))
    assert said(replace(STUDY, outcomes=rows)).endswith(": different results for pain.")


def test_no_takeaway_twice() -> None:
    used: list[str] = []
    for _ in range(len(OPENERS) + 1):
        used.append(said(STUDY, *used))
    assert len(set(used)) == len(used)
    assert used[-1].startswith("In short (PMID 99000101): ")
    assert takeaway(replace(STUDY, outcomes=STUDY.outcomes[3:]), WORDING, ()) is None
