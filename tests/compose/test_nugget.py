from __future__ import annotations

from dataclasses import replace

import pytest

from litwatch.compose.checks import faults
from litwatch.compose.citation import cite
from litwatch.compose.ledger import numbers
from litwatch.compose.nugget import compose_nugget, headline
from litwatch.domain.article import Article, Author, Journal, PartialDate
from litwatch.domain.citation import Citation
from litwatch.domain.digest import Tags
from litwatch.domain.study import CountKind, Design, Effect, Evidence, ExerciseCard, Measure, Named
from tests.compose.papers import AUTHORITY, names, spine, trial, trial_study


def test_the_spine_review_is_told_whole() -> None:
    article, study = spine()
    nugget = compose_nugget(article, study, ("inflammation", "exercise"), authority=AUTHORITY)
    assert nugget.guid == "tag:litwatch.example,2026:nugget/38921661"
    assert nugget.slug == "pmid-38921661"
    assert nugget.headline == "Effects of exercise therapy in axial spondyloarthritis"
    assert nugget.meta == "Meta-analysis, 20 trials, n=1,670: 8 better, 3 no clear change"
    assert nugget.topics == ("exercise", "inflammation")
    assert [(line.name, line.numbers) for line in nugget.better] == [
        ("BASFI", "WMD −0.49 (95% CI −0.65 to −0.32)"),
        ("BASMI", "WMD −0.49 (95% CI −0.87 to −0.11)"),
        ("BASDAI", "WMD −0.78 (95% CI −1.08 to −0.47)"),
        ("ASDAS", "WMD −0.44 (95% CI −0.64 to −0.24)"),
        ("VO2peak", "WMD 3.16 (95% CI 1.37 to 4.94)"),
        ("6-minute walk test", "WMD 27.64 (95% CI 12.04 to 43.24)"),
        ("pain", "SMD −0.47 (95% CI −0.74 to −0.21)"),
        ("fatigue", "SMD −0.49 (95% CI −0.71 to −0.27)"),
    ]
    pain = nugget.better[6]
    assert pain.effect == Effect(Measure.SMD, -0.47, (-0.74, -0.21))
    assert names(nugget.unchanged) == ["chest expansion", "CRP", "ESR"]
    assert (nugget.worse, nugget.other) == ((), ())
    assert nugget.citation == Citation(
        pmid="38921661",
        title=article.title,
        authors=("Zhang M", "Liang Z"),
        journal="Arch Phys Med Rehabil",
        volume="106",
        issue="1",
        pages="113-123",
        date="2025-01",
        doi="10.1016/j.apmr.2024.06.005",
    )
    assert faults(nugget, article, study) == ()


def test_a_note_can_be_found_by_design_condition_and_exercise() -> None:
    article, study = spine()
    review = replace(
        study,
        conditions=(Evidence(0, 0, 0, "ankylosing spondylitis"), Evidence(0, 0, 0, "chronic low back pain")),
        exercise=ExerciseCard(
            types=(Named("yoga", Evidence(0, 0, 0, "yoga")), Named("walking", Evidence(0, 0, 0, "walks")))
        ),
    )
    assert compose_nugget(article, review, (), authority=AUTHORITY).tags == Tags(
        "Meta-analysis", ("axial spondyloarthritis", "low back pain"), ("walking", "yoga")
    )
    protocol = replace(study, design=Design.PROTOCOL, outcomes=())
    assert compose_nugget(article, protocol, (), authority=AUTHORITY).tags == Tags("Study protocol")


def test_each_direction_has_its_list() -> None:
    article = trial()
    nugget = compose_nugget(article, trial_study(article), (), authority=AUTHORITY)
    assert nugget.meta == "Randomised trial, n=120: 1 better, 1 no clear change, 1 worse, 1 mixed or unclear"
    assert [line.numbers for line in (*nugget.better, *nugget.unchanged, *nugget.worse, *nugget.other)] == [
        "MD −1.20 (95% CI −1.90 to −0.50)",
        "p=0.45",
        "RR 1.8 (CI 1.1 to 2.9)",  # the sentence does not state the interval's level
        "",
    ]
    assert nugget.other[0].timepoint == "12 weeks"


def test_a_few_outcomes_stand_by_name_in_the_line_of_facts() -> None:
    article = trial()
    study = trial_study(article)
    few = replace(study, outcomes=tuple(replace(row, concept=row.name) for row in study.outcomes[:3]))
    nugget = compose_nugget(article, few, (), authority=AUTHORITY)
    assert nugget.meta == "Randomised trial, n=120: pain better, CRP no clear change, dizziness worse"
    assert faults(nugget, article, few) == ()
    for lie in ("CRP better, pain no clear change, dizziness worse", "pain better, CRP no clear change", "pain better"):
        told = replace(nugget, meta=f"Randomised trial, n=120: {lie}")
        assert "the verdict in the line of facts is not that of the ledger" in faults(told, article, few)


def test_a_name_that_the_lexicon_does_not_know_is_counted() -> None:
    article = trial()
    study = trial_study(article)
    few = replace(study, outcomes=tuple(replace(row, concept=None) for row in study.outcomes[:2]))
    assert compose_nugget(article, few, (), authority=AUTHORITY).meta.endswith(": 1 better, 1 no clear change")


def test_a_name_alone_stands_for_no_row_of_certain_people_or_times() -> None:
    article = trial()
    study = trial_study(article)
    known = [replace(row, concept=row.name) for row in study.outcomes[:2]]
    limited = replace(study, outcomes=(replace(known[0], timepoint="12 weeks"), known[1]))
    nugget = compose_nugget(article, limited, (), authority=AUTHORITY)
    assert nugget.meta == "Randomised trial, n=120: 1 better, 1 no clear change"
    named = replace(nugget, meta="Randomised trial, n=120: pain better, CRP no clear change")
    assert "the verdict in the line of facts is not that of the ledger" in faults(named, article, limited)


@pytest.mark.parametrize(
    ("effect", "quote", "told"),
    [
        (Effect(Measure.SMD, -0.5, (-0.7, -0.3)), "SMD -0.50 [-0.70; -0.30]", "SMD −0.50 (CI −0.70 to −0.30)"),
        (Effect(Measure.PERCENT, 12.0, p="<0.001"), "fell by 12% (P < .001)", "12%, p<0.001"),
        (Effect(Measure.MD, -4.2, unit="mm"), "by −4·2 mm", "MD −4.2 mm"),
        (Effect(Measure.BETA, 0.3, (0.1, 0.5), ci_level=90), "β=0.3 (90% CI 0.1-0.5)", "β 0.3 (90% CI 0.1 to 0.5)"),
        (Effect(Measure.OTHER, 3.0), "three times as many", ""),  # no digits to quote
        (Effect(Measure.MD, -4.2), "by 4.2 mm", ""),  # the sign is not in the sentence
        (Effect(Measure.MD, 4.2, (1.0, 9.9)), "by 4.2 mm", "MD 4.2"),
        (Effect(Measure.OR, None, (1.1, 2.9)), "OR (95% CI 1.1 to 2.9)", "95% CI 1.1 to 2.9"),
        (Effect(Measure.OTHER, p="ns"), "(ns)", ""),
        (Effect(Measure.OTHER, p="0.04"), "no number here", ""),
    ],
)
def test_numbers_are_those_of_the_sentence(effect: Effect, quote: str, told: str) -> None:
    assert numbers(effect, quote) == told


def test_a_number_of_people_that_the_abstract_does_not_state_is_not_told() -> None:
    article = trial()
    study = trial_study(article, n_participants=122, counts=())
    assert compose_nugget(article, study, (), authority=AUTHORITY).meta.startswith("Randomised trial: 1 better")


def test_planned_people_are_called_planned() -> None:
    article = trial()
    study = trial_study(article)
    counts = tuple(replace(count, kind=CountKind.PLANNED) for count in study.counts)
    planned = replace(study, design=Design.PROTOCOL, counts=counts, outcomes=())
    nugget = compose_nugget(article, planned, (), authority=AUTHORITY)
    assert nugget.meta == "Study protocol, no results yet, n=120 planned"
    assert "A plan for a study: there are no results yet." in [
        sentence.text for paragraph in nugget.paragraphs for sentence in paragraph.sentences
    ]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Walking and pain.", "Walking and pain"),
        ("[Walking and pain].", "Walking and pain"),
        ("[Walking] and pain", "[Walking] and pain"),
        ("", "(no title)"),
        ("Walking and pain. The study of adults", "Walking and pain. The study of adults"),
        ("Does Walking Help? A Question", "Does walking help? A question"),
        ("Walking Slowly vs. Resting in Adults", "Walking slowly vs. resting in adults"),
        ("WALKING AND PAIN", "Walking and pain"),
        ("Walking in the hills and hip pain: " + "a randomised trial " * 6, "Walking in the hills and hip pain"),
        ("Pain: " + "what walking does to it " * 6, "Pain: " + "what walking does to it " * 4 + "what walking does…"),
    ],
)  # fmt: skip
def test_headline(title: str, expected: str) -> None:
    assert headline(trial(title=title)) == expected
    assert len(expected) <= 120


def test_a_paper_ahead_of_print_is_cited_by_its_electronic_date() -> None:
    article = Article(
        pmid="1",
        title="T",
        journal=Journal(title="Journal of Fictional Studies", medline_ta="J Fict Stud"),
        published=PartialDate(2025),
        electronic=PartialDate(2025, 3, 1),
        authors=(Author(last="Moss", initials="A", suffix="Jr"), Author(collective="The Hill Walkers Group"), Author()),
        publication_status="aheadofprint",
    )
    citation = cite(article)
    assert (citation.date, citation.ahead_of_print) == ("2025-03-01", True)
    assert citation.authors == ("Moss A Jr", "The Hill Walkers Group")
    assert citation.journal == "J Fict Stud"
    printed = cite(replace(article, publication_status="ppublish"))
    assert (printed.date, printed.ahead_of_print) == ("2025", False)
