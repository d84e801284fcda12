"""What a later study says about a note: per outcome, with design and size beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from litwatch.compose.bearings import Standing, compare, standing
from litwatch.compose.notice_checks import notice_faults
from litwatch.compose.notices import NEW_EDITION, NOT_OVERTURNED, SAID, Side, update_notice
from litwatch.compose.nugget import compose_nugget
from litwatch.compose.versions import same_paper
from litwatch.domain.article import Correction
from litwatch.domain.notice import Bearing, ComparedRow, NoticeKind
from litwatch.domain.prose import Provenance
from litwatch.domain.study import Comparison, Design, Direction, Evidence
from tests.compose.evidence import EARLY, LATE, MADE, REVIEW, finding, sample_side, side, update
from tests.compose.papers import AUTHORITY, trial

BETTER, SAME, WORSE = Direction.IMPROVED, Direction.NO_DIFFERENCE, Direction.WORSENED
MIXED, REPORTED = Direction.MIXED, Direction.REPORTED


def test_a_later_review_conflicts_on_one_outcome_and_agrees_on_five() -> None:
    earlier, later = sample_side(EARLY), sample_side(LATE)
    notice = update(earlier, later)
    assert notice is not None
    assert notice_faults(notice, earlier, later) == ()
    assert notice.kind is NoticeKind.UPDATE
    assert notice.guid == f"tag:{AUTHORITY}:notice/update/{EARLY}/{LATE}"
    assert (notice.pmid, notice.slug) == (EARLY, f"pmid-{EARLY}")
    assert notice.citation is not None and notice.citation.pmid == LATE
    bearings = {row.outcome: row.bearing for row in notice.rows}
    agreed = ("BASDAI", "ASDAS", "BASFI", "BASMI", "fatigue")
    assert bearings == {"chest expansion": Bearing.CONFLICTS} | dict.fromkeys(agreed, Bearing.AGREES)
    assert notice.rows[0] == ComparedRow("chest expansion", Bearing.CONFLICTS, SAME, BETTER)
    texts = [sentence.text for sentence in notice.sentences]
    assert texts[1] == (
        "It conflicts on chest expansion: no clear change in the meta-analysis of this note (20 trials, n=1,670), "
        "better in the new meta-analysis (15 studies, n=1,699)."
    )
    assert texts[2] == "The new estimate for chest expansion: SMD 0.35 (95% CI 0.04 to 0.65)."
    assert texts[3].startswith("It agrees on BASFI, BASMI, BASDAI, ASDAS and fatigue: better both in the meta-analysis")
    assert "Neither of the two settles the question." in texts
    assert "Two reviews of one question may pool the same trials" in notice.text
    # What the later one does not tell stands as it stood: both blood markers among them.
    assert texts[-1].endswith(
        "VO2max, 6-minute walk test, pain, C-reactive protein and erythrocyte sedimentation rate."
    )


def test_every_verdict_has_both_designs_and_sizes_beside_it() -> None:
    notice = update(sample_side(EARLY), sample_side(LATE))
    assert notice is not None
    verdicts = [part for part in notice.sentences if part.provenance is Provenance.DERIVED and part.rows]
    assert sorted(place for part in verdicts for place in part.rows) == list(range(len(notice.rows)))
    for part in verdicts:
        assert part.text.count("meta-analysis") == 2
        assert "20 trials, n=1,670" in part.text and "15 studies, n=1,699" in part.text


@pytest.mark.parametrize("before", list(Direction))
@pytest.mark.parametrize("after", list(Direction))
def test_the_rules_of_bearing(before: Direction, after: Direction) -> None:
    """Improved against no difference or worse conflicts, likes agree, what is unclear never does either."""
    rows = compare(
        side("99000101", finding("pain", before)).study,
        side("99000102", finding("pain", after)).study,
    )
    if after is REPORTED:
        assert rows == ()
        return
    clear = {BETTER, SAME, WORSE}
    if before not in clear or after not in clear:
        expected = Bearing.REFINES
    else:
        expected = Bearing.AGREES if before is after else Bearing.CONFLICTS
    assert rows == (ComparedRow("pain", expected, before, after),)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({}, {"timepoint": "12 months"}, ("", "12 months")),
        ({"timepoint": "12 weeks"}, {"timepoint": "12 Months"}, ("12 weeks", "12 months")),
        ({}, {"subgroup": "women"}, ("", "women")),
        ({}, {"comparison": Comparison.WITHIN}, ("between groups", "before and after")),
        (
            {"comparison": Comparison.WITHIN, "timepoint": "3 weeks"},
            {"comparison": Comparison.ASSOCIATION, "subgroup": "men"},
            ("before and after, 3 weeks", "as an association, men"),
        ),
    ],
)
def test_another_frame_refines(before: dict[str, Any], after: dict[str, Any], told: tuple[str, str]) -> None:
    earlier = side("99000101", finding("pain", BETTER, **before))
    later = side("99000102", finding("pain", SAME, **after))
    (row,) = compare(earlier.study, later.study)
    assert (row.bearing, row.before, row.after) == (Bearing.REFINES, BETTER, SAME)
    assert (row.before_at, row.after_at) == told
    notice = update(earlier, later)
    assert notice is not None and notice_faults(notice, earlier, later) == ()
    for place in filter(None, told):
        assert f"({place})" in notice.text


def test_the_same_frame_in_other_letters_is_the_same() -> None:
    rows = compare(
        side("99000101", finding("pain", BETTER, timepoint="12 Weeks", subgroup="Women")).study,
        side("99000102", finding("pain", SAME, timepoint="12  weeks", subgroup="women")).study,
    )
    assert [row.bearing for row in rows] == [Bearing.CONFLICTS]


def test_each_frame_has_its_own_verdict() -> None:
    earlier = side("99000101", finding("pain", BETTER), finding("pain", SAME, timepoint="12 months"))
    later = side("99000102", finding("pain", BETTER), finding("pain", BETTER, timepoint="12 months"))
    rows = compare(earlier.study, later.study)
    assert [(row.bearing, row.before) for row in rows] == [(Bearing.CONFLICTS, SAME), (Bearing.AGREES, BETTER)]
    notice = update(earlier, later)
    assert notice is not None and notice_faults(notice, earlier, later) == ()


def test_rows_of_one_frame_that_differ_do_not_conflict_with_anything() -> None:
    earlier = side("99000101", finding("pain", BETTER), finding("pain", SAME))
    (row,) = compare(earlier.study, side("99000102", finding("pain", SAME)).study)
    assert (row.bearing, row.before) == (Bearing.REFINES, MIXED)


@pytest.mark.parametrize("treated", [0, 1])
def test_no_difference_between_two_treatments_is_no_null(treated: int) -> None:
    stretching = Evidence(0, 0, 10, "stretching")
    sides = [side("99000101", finding("pain", BETTER)), side("99000102", finding("pain", SAME))]
    sides[treated] = replace(sides[treated], study=replace(sides[treated].study, comparator=stretching))
    (row,) = compare(sides[0].study, sides[1].study)
    assert row.bearing is Bearing.REFINES
    notice = update(*sides)
    assert notice is not None and notice_faults(notice, *sides) == ()
    assert "The comparison is another one: with" in notice.text and "“stretching”" in notice.text


def test_other_conditions_as_well_refine() -> None:
    earlier = side("99000101", finding("pain", BETTER), ill=("fibromyalgia",))
    later = side("99000102", finding("pain", SAME), ill=("fibromyalgia", "obesity"))
    notice = update(earlier, later)
    assert notice is not None and notice_faults(notice, earlier, later) == ()
    assert notice.rows[0].bearing is Bearing.REFINES
    assert "The people differ: fibromyalgia in this note, fibromyalgia and overweight or obesity" in notice.text


@pytest.mark.parametrize(
    "later",
    [
        side("99000102", finding("pain", SAME), ill=("obesity",)),
        side("99000102", finding("pain", SAME), ill=()),
        side("99000102", finding("pain", SAME), kind="yoga"),
        side("99000102", finding("pain", SAME), exercise=None),
        side("99000102", finding("fatigue", SAME)),
        side("99000102", finding("pain", REPORTED)),
        side("99000101", finding("pain", SAME)),
    ],
    ids=["other people", "people unknown", "other exercise", "no exercise", "other outcome", "no direction", "itself"],
)
def test_studies_of_other_questions_say_nothing(later: Side) -> None:
    assert update(side("99000101", finding("pain", BETTER)), later) is None


def test_free_names_alone_never_match() -> None:
    earlier = side("99000101", replace(finding("pain", BETTER), concept=None))
    later = side("99000102", replace(finding("pain", SAME), concept=None))
    assert update(earlier, later) is None


def test_a_note_is_compared_as_it_was_told() -> None:
    """Read again, the earlier study says something else; the note does not."""
    earlier, later = (
        side("99000101", finding("pain", BETTER), finding("fatigue", BETTER)),
        side("99000102", finding("pain", SAME), finding("fatigue", SAME)),
    )
    nugget = compose_nugget(earlier.article, earlier.study, (), authority=AUTHORITY)
    reread = replace(earlier.study, outcomes=(finding("pain", WORSE), finding("fatigue", BETTER)))
    notice = update_notice(nugget, replace(earlier, study=reread), later, authority=AUTHORITY, made=MADE)
    assert notice is not None
    assert [row.outcome for row in notice.rows] == ["fatigue"]


@pytest.mark.parametrize(
    ("earlier", "later", "weighs"),
    [
        ({}, {"design": Design.COHORT}, Standing.WEAKER),
        (REVIEW, {"n_participants": 80}, Standing.WEAKER),
        (REVIEW, {"n_participants": None}, Standing.WEAKER),
        (REVIEW, {"n_participants": 2000}, Standing.EVEN),
        (REVIEW, {"n_participants": 2000, "design": Design.COHORT}, Standing.WEAKER),
        ({}, {"n_participants": 59}, Standing.SMALLER),
        ({}, {"n_participants": 60}, Standing.EVEN),
        ({}, {"n_participants": None}, Standing.EVEN),
        ({}, {"n_participants": 5000}, Standing.EVEN),
        ({}, REVIEW, Standing.EVEN),
        ({}, REVIEW | {"n_participants": 121}, Standing.STRONGER),
        ({"design": Design.CROSS_SECTIONAL}, {}, Standing.STRONGER),
    ],
)
def test_what_a_later_result_weighs(earlier: dict[str, Any], later: dict[str, Any], weighs: Standing) -> None:
    before = side("99000101", finding("pain", BETTER), **earlier)
    after = side("99000102", finding("pain", SAME), **later)
    if weighs is Standing.EVEN and later is REVIEW:
        before = replace(before, study=replace(before.study, n_participants=121))
    assert standing(before.study, after.study) is weighs
    notice = update(before, after)
    assert notice is not None and notice_faults(notice, before, after) == ()
    assert (NOT_OVERTURNED in notice.text) is (weighs in (Standing.WEAKER, Standing.SMALLER))


def test_what_agrees_is_not_weighed() -> None:
    notice = update(
        side("99000101", finding("pain", BETTER)), side("99000102", finding("pain", BETTER), design=Design.COHORT)
    )
    assert notice is not None
    assert len(notice.sentences) == 2


def test_a_size_that_is_not_stated_is_said_to_be_so() -> None:
    earlier = side("99000101", finding("pain", BETTER), n_participants=None)
    later = side("99000102", finding("pain", BETTER), **(REVIEW | {"n_participants": 99_999}))
    notice = update(earlier, later)
    assert notice is not None and notice_faults(notice, earlier, later) == ()
    assert "the randomised trial of this note (size not stated)" in notice.text
    assert "the new meta-analysis (12 studies, number of people not stated)" in notice.text


def test_two_reports_of_one_trial_are_told_as_such() -> None:
    earlier = side("99000101", finding("pain", BETTER), registry_ids=("NCT99000001",))
    later = side("99000102", finding("pain", SAME), registry_ids=("NCT99000001", "NCT99000002"))
    notice = update(earlier, later)
    assert notice is not None and notice_faults(notice, earlier, later) == ()
    assert "Both report one registered study (NCT99000001)" in notice.text


def test_versions_of_one_paper_are_no_two_studies() -> None:
    one, other = trial("99000101"), trial("99000102")
    assert not same_paper(one, other)
    assert same_paper(one, replace(other, doi=(one.doi or "").upper()))
    preprint = replace(one, publication_types=("Preprint",))
    assert same_paper(preprint, replace(other, corrections=(Correction("UpdateOf", "99000101"),)))
    assert same_paper(replace(preprint, corrections=(Correction("UpdateIn", "99000102"),)), other)
    assert not same_paper(one, replace(other, corrections=(Correction("CommentOn", "99000101"),)))


@pytest.mark.parametrize("kind", ["Republished", "CorrectedandRepublished", "RetractedandRepublished"])
def test_a_paper_that_was_published_again_gives_itself_no_update(kind: str) -> None:
    earlier, later = side("99000101", finding("pain", BETTER)), side("99000102", finding("pain", BETTER))
    again = replace(later, article=replace(later.article, corrections=(Correction(f"{kind}From", "99000101"),)))
    before = replace(earlier, article=replace(earlier.article, corrections=(Correction(f"{kind}In", "99000102"),)))
    assert update(earlier, later) is not None
    assert update(earlier, again) is None
    assert update(before, later) is None


def test_an_updated_review_is_told_and_called_so() -> None:
    """A review that is kept up to date gets a new record, linked with the old one, as its editions appear."""
    earlier = side("99000101", finding("pain", SAME), **REVIEW)
    later = side("99000102", finding("pain", BETTER), **REVIEW)
    edition = replace(later, article=replace(later.article, corrections=(Correction("UpdateOf", "99000101"),)))
    notice = update(earlier, edition)
    assert notice is not None and notice_faults(notice, earlier, edition) == ()
    assert [row.bearing for row in notice.rows] == [Bearing.CONFLICTS]
    assert notice.text.count("two independent results") == 1 and NEW_EDITION in notice.text


def test_every_direction_has_words() -> None:
    assert set(SAID) == set(Direction)
