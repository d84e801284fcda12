"""People, arms, exercise and harms: texts of our own (cases/*.toml), and the shipped sample records."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litwatch.domain.article import Article, Record, Section
from litwatch.domain.study import Amount, Design, Evidence, ExerciseCard, HarmsReport, Study
from litwatch.extract.contrast import contrast
from litwatch.extract.exercise import exercise_card
from litwatch.extract.harms import harms_of
from litwatch.extract.quoting import title_sentence
from litwatch.extract.sentences import sentences
from litwatch.extract.study import read_study
from litwatch.extract.who import who
from litwatch.pubmed.parse import read_records

FOUNDING = ("38921661", "23776464")


def cases(name: str) -> list[Any]:
    path = Path(__file__).parent / "cases" / f"{name}.toml"
    table = tomllib.loads(path.read_text(encoding="utf-8"))["case"]
    return [pytest.param(case, id=" ".join(map(str, case.values()))[:70]) for case in table]


def sections(case: dict[str, Any]) -> tuple[Section, ...]:
    """The case's text, "LABEL: what stands under it"."""
    label, _, text = case.get("text", "").partition(": ")
    return (Section(label, text),) if text else ()


def text_of(evidence: Evidence | None) -> str | None:
    return evidence.text if evidence else None


def design_of(case: dict[str, Any]) -> Design:
    return Design.META_ANALYSIS if "meta-analysis" in case["title"] else Design.RANDOMIZED_TRIAL


@pytest.mark.parametrize("case", cases("who"))
def test_people_and_their_condition(case: dict[str, Any]) -> None:
    population, conditions = who(title_sentence(case["title"]), sentences(sections(case)), Design.RANDOMIZED_TRIAL)
    assert text_of(population) == case.get("population")
    assert [condition.text for condition in conditions] == ([case["condition"]] if "condition" in case else [])


@pytest.mark.parametrize("case", cases("arms"))
def test_what_is_tested_against_what(case: dict[str, Any]) -> None:
    arms = contrast(title_sentence(case["title"]), sentences(sections(case)), Design.RANDOMIZED_TRIAL)
    assert text_of(arms.intervention) == case.get("intervention")
    assert text_of(arms.comparator) == case.get("comparator")


@pytest.mark.parametrize("design", [Design.COHORT, Design.CASE_REPORT, Design.ANIMAL])
def test_only_what_is_done_to_people_on_purpose_has_arms(design: Design) -> None:
    title = title_sentence("The effect of tai chi versus stretching on fatigue")
    assert contrast(title, (), design) == (None, None)


def printed(amount: Amount) -> str:
    number = f"{amount.low:g}" if amount.low == amount.high else f"{amount.low:g}-{amount.high:g}"
    return f"{number} {amount.unit.value}"


def line(card: ExerciseCard) -> str:
    parts = [", ".join(kind.name for kind in card.types)]
    parts += [printed(amount) for amount in (card.frequency, card.session, card.length) if amount]
    parts += [card.intensity.text] if card.intensity else []
    parts += [card.supervision.kind.value] if card.supervision else []
    return "; ".join(parts)


@pytest.mark.parametrize("case", cases("exercise"))
def test_exercise_card(case: dict[str, Any]) -> None:
    title, parts, design = title_sentence(case["title"]), sentences(sections(case)), design_of(case)
    card = exercise_card(title, parts, design, contrast(title, parts, design))
    assert (line(card) if card else None) == case.get("card")


@pytest.mark.parametrize("case", cases("harms"))
def test_harms(case: dict[str, Any]) -> None:
    parts = sentences((Section("RESULTS", case["results"]), Section("CONCLUSION", case.get("conclusion", "Fine."))))
    harms = harms_of(title_sentence("Yoga"), parts, Design.RANDOMIZED_TRIAL)
    assert harms is not None
    assert (harms.report.value, text_of(harms.evidence)) == (case["report"], case.get("quote"))


def test_harms_are_no_question_where_nobody_is_treated() -> None:
    parts = sentences((Section("RESULTS", "Pain fell."),))
    assert harms_of(title_sentence("Walking"), parts, Design.COHORT) is None
    assert harms_of(title_sentence("Walking"), (), Design.RANDOMIZED_TRIAL) is None


def slices(study: Study) -> Iterator[Evidence | None]:
    yield from (study.population, *study.conditions, study.intervention, study.comparator)
    yield study.harms.evidence if study.harms else None
    if study.exercise:
        yield from (kind.evidence for kind in study.exercise.types)
        amounts = (study.exercise.frequency, study.exercise.session, study.exercise.length)
        yield from (amount.evidence for amount in amounts if amount)
        yield study.exercise.intensity
        yield from study.exercise.supervision.evidence if study.exercise.supervision else ()


def is_slice(article: Article, evidence: Evidence) -> bool:
    text = article.title if evidence.section == -1 else article.sections[evidence.section].text
    return bool(evidence.text) and text[evidence.start : evidence.end] == evidence.text


def samples() -> list[Article]:
    stream = BytesIO((files("litwatch.sample") / "records.xml").read_bytes())
    return [item.article for item in read_records(stream, "sample") if isinstance(item, Record)]


@pytest.mark.parametrize("article", samples(), ids=lambda article: article.pmid)
def test_every_phrase_of_the_samples_is_a_slice_of_its_record(article: Article) -> None:
    assert all(is_slice(article, part) for part in slices(read_study(article)) if part)


def test_the_founding_review() -> None:
    study = next(read_study(article) for article in samples() if article.pmid == FOUNDING[0])
    assert text_of(study.population) == "people with axial spondyloarthritis"
    assert [condition.text for condition in study.conditions] == ["Axial Spondyloarthritis"]
    assert text_of(study.intervention) == "Exercise Therapy"
    assert study.exercise is not None
    assert line(study.exercise) == "exercise"
    assert study.harms is not None
    assert study.harms.report is HarmsReport.SILENT


def test_the_founding_cohort() -> None:
    study = next(read_study(article) for article in samples() if article.pmid == FOUNDING[1])
    assert (study.intervention, study.comparator, study.exercise, study.harms) == (None, None, None, None)


VOCABULARY = (
    "effects of yoga versus usual care in adults with pain randomised to control group received exercise three times a "
    "week for 12 weeks 45 min ( ) [ , ; : . - 60-70% HRmax and or adverse events supervised home-based İ ² −"
)
WORDS = st.lists(st.sampled_from(VOCABULARY.split()), max_size=40)


@settings(max_examples=150, deadline=None)
@given(WORDS, WORDS)
def test_any_text_gives_slices_only(title: list[str], text: list[str]) -> None:
    body = (Section("METHODS", " ".join(text)), Section("RESULTS", " ".join(text)))
    article = Article(
        "1", f"{' '.join(title)}: a randomised trial", body, publication_types=("Randomized Controlled Trial",)
    )
    assert all(is_slice(article, part) for part in slices(read_study(article)) if part)
