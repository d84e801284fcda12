"""The whole text of a note: its order, its length, and that it is the same for everybody."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from litwatch.compose.enumerations import PARTS
from litwatch.compose.nugget import compose_nugget, said
from litwatch.compose.prose import FEWEST_WORDS, MOST_WORDS, Prose, Told, compose_prose
from litwatch.domain.article import Article, Record
from litwatch.domain.digest import Length
from litwatch.domain.prose import Part, Provenance
from litwatch.domain.study import Direction, Study
from litwatch.extract.study import read_study
from litwatch.pubmed.parse import open_records
from litwatch.service.differences import minimal_differences
from tests.compose.papers import AUTHORITY, section, spine, trial, trial_rows, trial_study

ORDER = list(Part)


def prose(article: Article, study: Study, length: Length = Length.NOTE) -> Prose:
    return compose_prose(article, study, length=length, told=Told(mids=minimal_differences()))


def text(told: Prose) -> str:
    return " ".join(paragraph.text for paragraph in told.paragraphs)


def many_rows(number: int) -> tuple[Article, Study]:
    """The trial with so many outcomes more, each with numbers."""
    article = trial()
    pain, *rest = trial_rows(article)
    letters = "abcdefghijklmnopqrstuvwxyz"
    more = [
        replace(pain, name=f"imaginary outcome {letters[place // 26]}{letters[place % 26]}") for place in range(number)
    ]
    return article, trial_study(article, outcomes=(*more, *rest))


def test_paragraphs_stand_in_the_order_of_a_note() -> None:
    told = prose(*spine())
    parts = [paragraph.part for paragraph in told.paragraphs]
    assert parts == sorted(parts, key=ORDER.index)
    assert len(set(parts)) == len(parts)
    assert told.takeaway


def test_every_sentence_says_where_it_comes_from() -> None:
    for paper in (spine(), (trial(), trial_study(trial())), many_rows(4)):
        for paragraph in prose(*paper).paragraphs:
            for sentence in paragraph.sentences:
                assert sentence.provenance in (Provenance.EXTRACTED, Provenance.DERIVED, Provenance.BOILERPLATE)
                assert sentence.basis or sentence.provenance is Provenance.BOILERPLATE


def test_a_note_has_a_hundred_words_at_least() -> None:
    article = trial()
    told = prose(article, trial_study(article, harms=None, comparator=None, outcomes=trial_rows(article)[:2]))
    assert told.length is Length.NOTE
    assert FEWEST_WORDS <= told.words <= MOST_WORDS[Length.NOTE]
    # Too few words without them: the authors' aim and the sentences behind rows are quoted.
    assert "We asked whether Nordic walking eases hip pain in adults." in text(told)
    assert "The sentence behind pain" in text(told)


def test_a_paper_with_little_to_say_is_told_in_short() -> None:
    article = trial(sections=(section(None, "Pain fell more with walking. That was all."),), title="Walking.")
    pain = replace(trial_rows(trial())[0], effect=None)
    evidence = replace(pain.evidence, section=0, start=0, end=28, text="Pain fell more with walking.")
    study = Study(
        pmid=article.pmid,
        extractor="test",
        design=trial_study(trial()).design,
        stance=trial_study(trial()).stance,
        outcomes=(replace(pain, evidence=evidence),),
    )
    told = prose(article, study)
    assert told.length is Length.SHORT
    assert told.words < 60
    assert "pain" in text(told)
    assert "“Pain fell more with walking.”" in text(told)


def test_without_a_clear_row_a_paper_is_told_in_short() -> None:
    article, study = many_rows(9)
    reported = tuple(replace(row, direction=Direction.REPORTED) for row in study.outcomes)
    told = prose(article, replace(study, outcomes=reported))
    assert (told.length, told.takeaway) == (Length.SHORT, None)


@pytest.mark.parametrize("number", [5, 12, 20, 30, 40])
def test_many_rows_are_fitted_and_no_name_is_lost(number: int) -> None:
    article, study = many_rows(number)
    for length in (Length.NOTE, Length.FEATURE):
        told = prose(article, study, length)
        assert told.length is length
        assert told.words <= MOST_WORDS[length]
        rows = [
            index
            for paragraph in told.paragraphs
            if paragraph.part in PARTS
            for sentence in paragraph.sentences
            if sentence.basis == "rows"
            for index in sentence.rows
        ]
        assert sorted(rows) == list(range(len(study.outcomes)))
        assert all(row.name in text(told) for row in study.outcomes)


def test_numbers_go_before_names_and_those_without_a_direction_first() -> None:
    few, many = text(prose(*many_rows(3))), text(prose(*many_rows(20)))
    assert "CRP (p=0.45)" in few
    assert "MD −1.20" in few
    assert "p=0.45" not in many
    assert "CRP" in many


def test_a_feature_tells_more() -> None:
    article, study = spine()
    note, feature = prose(article, study), prose(article, study, Length.FEATURE)
    assert note.words < feature.words <= MOST_WORDS[Length.FEATURE]
    assert "The aim, in the authors’ words" in text(feature)


def test_the_sample_review_is_told_whole(root: Path) -> None:
    """The record that ships with litwatch, read by litwatch itself."""
    records = open_records(root / "src" / "litwatch" / "sample" / "records.xml")
    article = next(item.article for item in records if isinstance(item, Record) and item.article.pmid == "38921661")
    told = prose(article, read_study(article))
    whole = text(told)
    assert "20 trials" in whole
    assert "1,670 people" in whole
    assert "Of eleven outcomes, eight are better and three are without a clear change." in whole
    assert ": chest expansion, C-reactive protein and erythrocyte sedimentation rate." in whole
    assert "both blood markers (C-reactive protein and erythrocyte sedimentation rate) showed no clear change" in whole
    assert "It does not mention what showed no clear difference: chest expansion, C-reactive protein and" in whole
    assert "BASDAI (−0.78 against 1.1 points in active ankylosing spondylitis)" in whole
    assert "WMD −0.49 (95% CI −0.65 to −0.32)" in whole


def test_the_sample_cohort_tells_what_a_careful_note_tells(root: Path) -> None:
    """Attenuation, at once against later, men against women: what there is no direction of is told in its own words."""
    records = open_records(root / "src" / "litwatch" / "sample" / "records.xml")
    article = next(item.article for item in records if isinstance(item, Record) and item.article.pmid == "23776464")
    for length in (Length.NOTE, Length.FEATURE):
        told = prose(article, read_study(article), length)
        whole = text(told)
        assert "Of 6,419 people invited, 4,219 were analysed." in whole
        assert "but adjusting for pain at the start attenuated" in whole
        assert "less pain at the same time, whereas the prospective association was weak.”" in whole
        assert "“The concurrent association was somewhat stronger in men than in women.”" in whole
        assert "An observational study" in whole
        assert "“The direction of cause cannot be settled by these data.”" in whole
        assert told.length is length


def test_a_feature_quotes_no_sentence_that_repeats_its_numbers() -> None:
    feature = text(prose(*spine(), Length.FEATURE))
    assert "The sentence behind chest expansion: “Chest expansion, CRP and ESR did not change.”" in feature
    assert "The sentence behind BASFI" not in feature


def test_said_is_what_an_issue_must_not_repeat() -> None:
    article = trial()
    nugget = compose_nugget(article, trial_study(article), (), authority=AUTHORITY)
    assert nugget.takeaway
    assert said(nugget) == {nugget.paragraphs[0].sentences[0].text, nugget.takeaway.text}
    again = compose_nugget(article, trial_study(article), (), authority=AUTHORITY, told=Told(said(nugget)))
    assert said(again).isdisjoint(said(nugget))
