from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litwatch.compose.checks import faults
from litwatch.compose.nugget import compose_nugget
from litwatch.domain.article import Article, Section
from litwatch.domain.difference import MinimalDifference
from litwatch.domain.digest import LedgerLine, Nugget
from litwatch.domain.prose import Part
from litwatch.domain.study import Effect, Evidence, Measure, Study
from tests.compose.papers import AUTHORITY, spine, trial, trial_study

LISTS = ("better", "unchanged", "worse", "other")
TEXTS = ("headline", "meta")


def papers() -> list[tuple[Article, Study]]:
    article = trial()
    return [spine(), (article, trial_study(article))]


def note(article: Article, study: Study) -> Nugget:
    return compose_nugget(article, study, ("exercise",), authority=AUTHORITY)


@pytest.mark.parametrize(("article", "study"), papers())
def test_an_honest_note_passes(article: Article, study: Study) -> None:
    assert faults(note(article, study), article, study) == ()


def digits(text: str) -> list[int]:
    return [place for place, character in enumerate(text) if character.isdigit()]


def other_digit(text: str, place: int, step: int) -> str:
    return f"{text[:place]}{(int(text[place]) + step) % 10}{text[place + 1 :]}"


@st.composite
def mutations(draw: st.DrawFn) -> tuple[Article, Study, Nugget]:
    """A note in which one thing is wrong."""
    article, study = draw(st.sampled_from(papers()))
    kind: Callable[[st.DrawFn, Nugget], Nugget] = draw(
        st.sampled_from([change_digit, change_line, drop_line, move_line, repeat_line, change_citation, drop_caveat])
    )
    return article, study, kind(draw, note(article, study))


def change_digit(draw: st.DrawFn, nugget: Nugget) -> Nugget:
    places = [(name, place) for name in TEXTS for place in digits(getattr(nugget, name))]
    name, place = draw(st.sampled_from(places))
    changed: dict[str, Any] = {name: other_digit(getattr(nugget, name), place, draw(st.integers(1, 9)))}
    return replace(nugget, **changed)


def with_lines(nugget: Nugget, name: str, lines: list[LedgerLine]) -> Nugget:
    changed: dict[str, Any] = {name: tuple(lines)}
    return replace(nugget, **changed)


def a_line(draw: st.DrawFn, nugget: Nugget) -> tuple[str, list[LedgerLine], int]:
    name = draw(st.sampled_from([name for name in LISTS if getattr(nugget, name)]))
    lines = list(getattr(nugget, name))
    return name, lines, draw(st.integers(0, len(lines) - 1))


def change_line(draw: st.DrawFn, nugget: Nugget) -> Nugget:
    name, lines, place = a_line(draw, nugget)
    line = lines[place]
    mutants = [replace(line, name="mood"), replace(line, subgroup="women"), replace(line, timepoint="9 weeks")]
    mutants += [replace(line, comparison="within"), replace(line, quote=line.quote[:-2])]
    mutants += [replace(line, quote=other_digit(line.quote, at, 1)) for at in digits(line.quote)]
    mutants += [
        replace(line, numbers=other_digit(line.numbers, at, draw(st.integers(1, 9)))) for at in digits(line.numbers)
    ]
    if line.numbers:
        mutants += [replace(line, numbers=line.numbers + "0"), replace(line, numbers=line.numbers + ", p=0.01")]
        turned = [("−", ""), ("MD", "OR"), ("=", "<"), (" to ", " to −"), ("(", "(about ")]
        mutants += [replace(line, numbers=line.numbers.replace(*pair, 1)) for pair in turned if pair[0] in line.numbers]
    else:
        mutants.append(replace(line, numbers="MD 1.20"))
    shown = line.effect or Effect(Measure.MD)
    drawn = [replace(shown, value=7.25), replace(shown, ci=(-7.0, 8.0)), replace(shown, i2=40.0)]
    drawn += [replace(shown, measure=Measure.HR), replace(shown, unit="ells"), replace(shown, p="0.0001")]
    mutants += [replace(line, effect=effect) for effect in drawn]
    mutants.append(replace(line, noticeable=MinimalDifference(1.0, "points", "nobody", "doi:10.5555/none")))
    lines[place] = draw(st.sampled_from(mutants))
    return with_lines(nugget, name, lines)


def drop_line(draw: st.DrawFn, nugget: Nugget) -> Nugget:
    name, lines, place = a_line(draw, nugget)
    return with_lines(nugget, name, lines[:place] + lines[place + 1 :])


def move_line(draw: st.DrawFn, nugget: Nugget) -> Nugget:
    name, lines, place = a_line(draw, nugget)
    target = draw(st.sampled_from([other for other in LISTS if other != name]))
    moved = with_lines(nugget, name, lines[:place] + lines[place + 1 :])
    return with_lines(moved, target, [*getattr(nugget, target), lines[place]])


def repeat_line(draw: st.DrawFn, nugget: Nugget) -> Nugget:
    name, lines, place = a_line(draw, nugget)
    return with_lines(nugget, name, [*lines, lines[place]])


def change_citation(draw: st.DrawFn, nugget: Nugget) -> Nugget:
    cited = nugget.citation
    mutants = [replace(cited, pmid="1"), replace(cited, doi=None), replace(cited, authors=cited.authors[1:])]
    mutants.append(replace(cited, date="2024"))
    return replace(nugget, citation=draw(st.sampled_from(mutants)))


def drop_caveat(draw: st.DrawFn, nugget: Nugget) -> Nugget:
    limits = next(paragraph for paragraph in nugget.paragraphs if paragraph.part is Part.LIMITS)
    gone = draw(st.sampled_from(limits.sentences))
    left = replace(limits, sentences=tuple(sentence for sentence in limits.sentences if sentence != gone))
    return replace(nugget, paragraphs=tuple(left if part is limits else part for part in nugget.paragraphs))


@given(mutations())
@settings(max_examples=300, deadline=None)
def test_every_mutation_is_caught(case: tuple[Article, Study, Nugget]) -> None:
    article, study, mutant = case
    assert mutant != note(article, study)
    assert faults(mutant, article, study)


COUNTS = "the verdict in the line of facts is not that of the ledger"
IDS = "its permanent ids are not those of its paper"


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"meta": "Meta-analysis, 20 trials, n=1,670: 8 better"}, COUNTS),
        ({"meta": "Meta-analysis, 20 trials, n=1,670: 8 better, 3 worse"}, COUNTS),
        (
            {"meta": "Meta-analysis, 21 trials: 8 better, 3 no clear change"},
            "the number of studies is not in the abstract",
        ),
        ({"meta": "Meta-analysis, n=1,67: 8 better, 3 no clear change"}, "the number of people is not in the abstract"),
        ({"meta": "Cohort study: 8 better, 3 no clear change"}, "the line of facts is not about this design"),
        ({"unchanged": ()}, "not told as no clear change: chest expansion"),
        ({"headline": "Exercise cures"}, "the headline is not the paper's title"),
        ({"headline": "Effects of Exercise Ther…"}, "the headline is not the paper's title"),
        ({"paragraphs": ()}, "not told: Read from the abstract only."),
        ({"slug": "pmid-1"}, IDS),
        ({"guid": "tag:litwatch.example,2026:nugget/1"}, IDS),
        ({"pmid": "1"}, "the note, the record and the ledger are of different papers"),
    ],
)
def test_a_fault_is_named(changed: dict[str, Any], fault: str) -> None:
    article, study = spine()
    assert fault in faults(replace(note(article, study), **changed), article, study)


@pytest.mark.parametrize(
    "evidence",
    [
        Evidence(1, 0, 5, "Wrong"),
        Evidence(9, 0, 5, "Pain "),
        Evidence(-2, 0, 5, "Pain "),
        Evidence(2, 0, 0, ""),
        Evidence(2, -3, 2, "Pa"),
    ],
)
def test_a_sentence_that_is_not_in_the_abstract_is_caught(evidence: Evidence) -> None:
    article = trial()
    study = trial_study(article)
    forged = replace(study, outcomes=(replace(study.outcomes[0], evidence=evidence), *study.outcomes[1:]))
    assert "the sentence behind pain is not in the abstract" in faults(note(article, forged), article, forged)


def test_a_number_of_the_ledger_that_its_sentence_lacks_does_not_reach_the_reader() -> None:
    article = trial()
    study = trial_study(article)
    rows = tuple(replace(entry, effect=Effect(Measure.MD, -9.9, (-10.0, -9.0))) for entry in study.outcomes)
    forged = replace(study, outcomes=rows)
    nugget = note(article, forged)
    assert [line.numbers for line in nugget.better] == [""]
    assert faults(nugget, article, forged) == ()
    told = replace(nugget, better=(replace(nugget.better[0], numbers="MD −9.9 (CI −10.0 to −9.0)"),))
    assert "not told as better: pain" in faults(told, article, forged)


def test_a_changed_record_no_longer_backs_its_note() -> None:
    article = trial()
    study = trial_study(article)
    revised = replace(article, sections=(Section(None, "Withdrawn."),))
    assert faults(note(article, study), revised, study)
