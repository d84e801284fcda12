"""Which way is good, by the words of a name."""

from __future__ import annotations

import pytest

from litwatch.extract.lexicon import concepts
from litwatch.extract.resources import load
from litwatch.extract.wanted import listed, wanted, wanted_of
from litwatch.extract.words import split_words, stem

LISTS = ("lower", "higher", "depends", "silent", "lost", "removed")


@pytest.mark.parametrize(
    ("name", "better"),
    [
        ("post-operative bleeding", "lower"),
        ("risk of revision surgery", "lower"),
        ("number of relapses", "lower"),
        ("proportion of responders", "higher"),
        ("need for rescue analgesia", "lower"),
        ("rescue analgesic doses", "lower"),
        ("duration of surgery", "lower"),
        ("duration of analgesia", "higher"),
        ("time to extubation", "lower"),
        ("time to first rescue medication", "higher"),
        ("time to relapse", "higher"),
        ("graft loss", "lower"),
        ("loss of muscle power", "lower"),
        ("symptom reduction", "higher"),
        ("clearance of the virus", None),
        ("abnormal gait pattern", "lower"),
        ("poor sleep", "lower"),
        ("non-adherence", "lower"),
        ("proportion without flares", "higher"),
        ("tendinitis", "lower"),
        ("hypoglycaemia", "lower"),
        ("tumour cells", "lower"),
        ("arthritis activity", "lower"),
        ("daily activities", "higher"),
        ("favourable prognosis", "higher"),
        ("prevalence of breastfeeding", "higher"),
        ("incidence of bradycardia", "lower"),
        ("enzyme activity", None),
        ("stress protein expression", None),
        ("oxygen consumption", None),
        ("stroke volume", None),
        ("half-life", None),
        ("apoptosis", None),
        ("sedation", None),
        ("colour", None),
    ],
)
def test_the_words_of_a_name_tell(name: str, better: str | None) -> None:
    assert wanted(tuple(split_words(name).words)) == better


@pytest.mark.parametrize(
    ("concept", "before", "after", "better"),
    [
        ("pain", "pain", "", "lower"),
        ("pain", "pain", "relief", "higher"),
        ("pain", "pain", "tolerance", "higher"),
        ("pain", "pain", "scores", "lower"),
        ("pain", "pain", "during movement", "lower"),
        ("sleep quality", "sleep quality", "disturbance", "lower"),
        ("mobility", "loss of mobility", "", "lower"),
        ("mobility", "mobility", "loss", "lower"),
        ("recovery", "time to recovery", "", "lower"),
        ("analgesic use", "time to first analgesic use", "", "higher"),
        ("range of motion", "range of motion", "", "higher"),
        ("cytokines", "cytokine", "release syndrome", "lower"),
        ("interleukin-10", "interleukin-10", "", None),
        ("quality of life", "low quality of life", "", "lower"),
        ("sleep disturbance", "poor sleep", "quality", "lower"),
        ("pain", "low pain", "", "lower"),
        ("remission", "low disease activity", "", "higher"),
        ("remission", "incidence of remission", "", "higher"),
    ],
)
def test_words_beside_a_concept_may_turn_it_round(concept: str, before: str, after: str, better: str | None) -> None:
    named = next(each for each in concepts() if each.name == concept)
    assert wanted_of(named, tuple(before.split()), tuple(after.split())) == better


def test_every_phrase_is_written_as_it_is_looked_up() -> None:
    phrases = [phrase for kind in LISTS for phrase in listed(load("polarity")[kind])]
    assert [
        phrase for phrase in phrases if " ".join(split_words(phrase).words) != phrase or len(phrase.split()) > 4
    ] == []


def test_no_phrase_tells_two_things() -> None:
    kinds: dict[str, set[str]] = {}
    for kind in LISTS:
        for phrase in listed(load("polarity")[kind]):
            kinds.setdefault(" ".join(map(stem, phrase.split())), set()).add(kind)
    assert {phrase: told for phrase, told in kinds.items() if len(told) > 1} == {}
