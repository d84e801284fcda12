"""Every row by name in exactly one enumeration, in the words of its direction and its kind of comparison."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litwatch.compose.checks import sentence_faults
from litwatch.compose.enumerations import PARTS, behind, enumerations, tally
from litwatch.compose.telling import Detail, Wording
from litwatch.domain.prose import Part, Provenance
from litwatch.domain.study import Comparison, Design, Direction, Outcome, Stance, Study
from tests.compose.papers import row, section, spine, trial, trial_rows, trial_study

ARTICLE = trial()
WORDING = Wording(ARTICLE)
NUMBERS = dict.fromkeys(PARTS, Detail.NUMBERS)
NAMES = ("pain", "CRP", "sleep", "BASDAI", "pain intensity", "grip strength", "Mood")


def with_rows(*kinds: tuple[str, Direction, Comparison]) -> Study:
    pain = replace(trial_rows(ARTICLE)[0], effect=None)
    rows = tuple(replace(pain, name=name, direction=way, comparison=against) for name, way, against in kinds)
    return replace(trial_study(ARTICLE), outcomes=rows)


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(Direction), st.sampled_from(Comparison))))
@settings(max_examples=200, deadline=None)
def test_every_row_is_told_once_and_in_its_part(kinds: list[tuple[str, Direction, Comparison]]) -> None:
    study = with_rows(*kinds)
    paragraphs = enumerations(study, WORDING, NUMBERS)
    told = [index for paragraph in paragraphs for sentence in paragraph.sentences for index in sentence.rows]
    assert sorted(told) == list(range(len(kinds)))
    for paragraph in paragraphs:
        for sentence in paragraph.sentences:
            rows = [study.outcomes[index] for index in sentence.rows]
            assert {row.direction for row in rows} <= set(PARTS[paragraph.part])
            assert len({row.direction for row in rows}) == 1
            assert len({row.comparison for row in rows}) == 1 or paragraph.part is Part.OTHER
            assert all(row.name.lower() in sentence.text.lower() for row in rows)


@pytest.mark.parametrize(
    ("direction", "comparison", "words"),
    [
        (Direction.IMPROVED, Comparison.BETWEEN, ("comparison",)),
        (Direction.IMPROVED, Comparison.WITHIN, ("before",)),
        (Direction.IMPROVED, Comparison.ASSOCIATION, ("ssociation", "Linked")),
        (Direction.WORSENED, Comparison.WITHIN, ("before",)),
        (Direction.NO_DIFFERENCE, Comparison.ASSOCIATION, ("link",)),
        (Direction.NO_DIFFERENCE, Comparison.WITHIN, ("before",)),
        (Direction.REPORTED, Comparison.BETWEEN, ("without a clear direction",)),
        (Direction.MIXED, Comparison.BETWEEN, ("Mixed",)),
    ],
)
def test_what_is_compared_is_said(direction: Direction, comparison: Comparison, words: tuple[str, ...]) -> None:
    (paragraph,) = enumerations(with_rows(("pain", direction, comparison)), WORDING, NUMBERS)
    (sentence,) = paragraph.sentences
    assert any(word in sentence.text for word in words)
    assert sentence.text.endswith(": pain.")
    assert sentence.provenance is Provenance.EXTRACTED


def test_also_needs_something_before_it() -> None:
    """The first phrasing, whatever the PMID, where nothing else is told."""
    alone = with_rows(("pain", Direction.REPORTED, Comparison.BETWEEN))
    beside = with_rows(
        ("CRP", Direction.IMPROVED, Comparison.BETWEEN), ("pain", Direction.REPORTED, Comparison.BETWEEN)
    )
    wordings = [Wording(trial(str(pmid))) for pmid in range(99000101, 99000121)]
    assert {enumerations(alone, wording, NUMBERS)[-1].text for wording in wordings} == {
        "Reported without a clear direction: pain."
    }
    assert len({enumerations(beside, wording, NUMBERS)[-1].text for wording in wordings}) == 2


def test_many_rows_are_told_in_several_sentences() -> None:
    better, unchanged = enumerations(spine()[1], WORDING, NUMBERS)
    assert [len(sentence.rows) for sentence in better.sentences] == [4, 4]
    assert better.sentences[1].text.startswith("Also better: VO2peak (WMD 3.16 (95% CI 1.37 to 4.94)); ")
    assert unchanged.text.endswith(": chest expansion, CRP and ESR.")


def test_rows_are_counted_where_there_are_many() -> None:
    assert [sentence.text for sentence in tally(spine()[1])] == [
        "Of eleven outcomes, eight are better and three are without a clear change."
    ]
    assert tally(trial_study(ARTICLE)) == ()
    same = [("pain", Direction.IMPROVED, Comparison.BETWEEN)] * 7
    assert tally(with_rows(*same))[0].text == "All seven results told here are better."
    one = [*same, ("CRP", Direction.WORSENED, Comparison.BETWEEN), ("sleep", Direction.MIXED, Comparison.BETWEEN)]
    told = tally(with_rows(*one))[0]
    assert told.text == "Of nine results, seven are better, one is worse and one is told without a direction."
    assert told.rows == tuple(range(9))


def test_the_sentence_behind_a_row_is_quoted_the_primary_outcome_first() -> None:
    study = trial_study(ARTICLE)
    primary = tuple(replace(row, primary=row.name == "CRP") for row in study.outcomes)
    assert behind(study, WORDING, 0) == {}
    assert behind(study, WORDING, 1)[Part.BETTER][0].text == (
        "The sentence behind pain: “Pain fell more with walking (MD −1.20, 95% CI −1.90 to −0.50).”"
    )
    first = behind(replace(study, outcomes=primary), WORDING, 1)
    assert [sentence.text for sentence in first[Part.UNCHANGED]] == [
        "The sentence behind CRP: “CRP did not differ (p = 0.45).”"
    ]
    concluded = replace(study, conclusion=study.outcomes[0].evidence)
    assert Part.BETTER not in behind(concluded, WORDING, 3)


def test_sentences_that_say_no_more_than_their_numbers_come_last() -> None:
    pain, crp, *_ = trial_rows(ARTICLE)
    study = replace(trial_study(ARTICLE), outcomes=(pain, replace(crp, effect=None)), harms=None)
    assert set(behind(study, WORDING, 1)) == {Part.UNCHANGED}
    assert set(behind(study, WORDING, 2)) == {Part.UNCHANGED, Part.BETTER}
    assert set(behind(study, WORDING, 2, repeats=False)) == {Part.UNCHANGED}


def test_a_result_of_certain_people_without_a_direction_is_told_in_the_abstracts_words() -> None:
    article = trial(
        sections=(section(None, "Walking went with less pain at once. Later it did so weakly. In men it did so more."),)
    )
    at_once, later, men = (
        row(article, "pain", way, quote, **of)
        for way, quote, of in (
            (Direction.IMPROVED, "Walking went with less pain at once.", {"timepoint": "at once"}),
            (Direction.REPORTED, "Later it did so weakly.", {"timepoint": "later"}),
            (Direction.REPORTED, "In men it did so more.", {"subgroup": "men"}),
        )
    )

    def told(*rows: Outcome) -> list[str]:
        study = Study(article.pmid, "test", Design.COHORT, Stance.NONE, outcomes=rows)
        quotes = behind(study, Wording(article), 0, parted=2).get(Part.OTHER, ())
        assert all(sentence_faults(Part.OTHER, sentence, article, study) == () for sentence in quotes)
        return [sentence.text for sentence in quotes]

    assert told(at_once, later, men) == [
        "The sentence behind pain: “Later it did so weakly.”",
        "The sentence behind pain: “In men it did so more.”",
    ]
    # Nothing stands apart where there is nothing that it could stand apart from.
    assert told(later) == told(at_once, replace(later, timepoint="at once")) == []
    assert told(at_once, replace(later, name="sleep")) == []
