"""The outcome lexicon: what a clinician may write into it, and what is found with it."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

import pytest

from litwatch.extract.lexicon import (
    DOMAINS,
    Concept,
    Difference,
    concept_key,
    concept_phrases,
    concepts,
)
from litwatch.extract.resources import load
from litwatch.extract.words import plain, split_words

KEYS = {"aliases", "better", "lower_among", "unit", "range", "mid", "mid_source", "mid_in"}
SOURCE = re.compile(r"doi:10\.\d{4,9}/\S+|pmid:[1-9]\d{4,7}")


def entries() -> list[tuple[str, dict[str, Any]]]:
    return [(name, entry) for domain in DOMAINS for name, entry in load(f"lexicon/{domain}").items()]


def words_of(text: str) -> list[str]:
    return split_words(plain(text)).words


def found(text: str) -> list[str]:
    return [hit.payload.name for hit in concept_phrases().find(words_of(text))]


def named(name: str) -> Concept:
    return next(concept for concept in concepts() if concept.name == name)


def test_it_is_large_and_covers_every_domain() -> None:
    assert len(concepts()) >= 400
    assert {concept.domain for concept in concepts()} == set(DOMAINS)


def test_entries_have_only_the_documented_keys_and_say_which_way_is_good() -> None:
    assert {key for _, entry in entries() for key in entry} == KEYS
    assert {entry["better"] for _, entry in entries()} == {"lower", "higher", "depends"}
    assert all(entry["better"] == "depends" for _, entry in entries() if "lower_among" in entry)


def test_no_name_belongs_to_two_concepts() -> None:
    owners: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for concept in concepts():
        for phrase in (concept.name, *concept.aliases):
            owners[concept_key(phrase)].add(concept.name)
    assert [sorted(names) for names in owners.values() if len(names) > 1] == []


def test_no_name_is_empty_or_written_twice() -> None:
    for concept in concepts():
        keys = [concept_key(phrase) for phrase in (concept.name, *concept.aliases)]
        assert all(keys), concept.name
        assert len(keys) == len(set(keys)), concept.name


def test_everyday_words_are_no_outcomes() -> None:
    verbs = "had, did, aim, met, pass, map, fit, hit, change, affect, control, test, suffering"
    nouns = "age, ages, arm, base, step, cat, mass, time, care, group, index, score, level, training, diet, uptake"
    assert found(f"{verbs}, {nouns}") == []


def test_ranges_rise() -> None:
    assert [concept.name for concept in concepts() if concept.range and concept.range[0] >= concept.range[1]] == []


def test_minimal_important_differences_have_a_source_and_lie_within_the_range() -> None:
    with_mid = [concept for concept in concepts() if concept.mid]
    assert len(with_mid) >= 25
    for concept in with_mid:
        assert concept.mid is not None
        assert SOURCE.fullmatch(concept.mid.source), concept.name
        assert concept.mid.population, concept.name
        assert concept.mid.value > 0, concept.name
        assert concept.range or concept.unit, concept.name
        if concept.range:
            assert concept.mid.value < (concept.range[1] - concept.range[0]) / 2, concept.name


@pytest.mark.parametrize(
    ("name", "better"),
    [
        ("BASDAI", "lower"),
        ("BASFI", "lower"),
        ("BASMI", "lower"),
        ("ASDAS", "lower"),
        ("ASAS20 response", "higher"),
        ("DAS28", "lower"),
        ("CDAI", "lower"),
        ("SDAI", "lower"),
        ("ACR20 response", "higher"),
        ("HAQ-DI", "lower"),
        ("WOMAC", "lower"),
        ("WOMAC function", "lower"),
        ("KOOS", "higher"),
        ("KOOS pain", "higher"),
        ("KOOS-PS", "lower"),
        ("HOOS", "higher"),
        ("Oxford Knee Score", "higher"),
        ("Lequesne index", "lower"),
        ("Lysholm score", "higher"),
        ("IKDC", "higher"),
        ("Kujala score", "higher"),
        ("Harris Hip Score", "higher"),
        ("iHOT-33", "higher"),
        ("LEFS", "higher"),
        ("FAAM", "higher"),
        ("Foot Function Index", "lower"),
        ("VISA-A", "higher"),
        ("ODI", "lower"),
        ("RMDQ", "lower"),
        ("Quebec Back Pain Disability Scale", "lower"),
        ("NDI", "lower"),
        ("DASH", "lower"),
        ("QuickDASH", "lower"),
        ("SPADI", "lower"),
        ("Constant score", "higher"),
        ("ASES", "higher"),
        ("WORC", "higher"),
        ("PRTEE", "lower"),
        ("AUSCAN", "lower"),
        ("FIHOA", "lower"),
        ("PSFS", "higher"),
        ("FIQ", "lower"),
        ("SF-36", "higher"),
        ("SF-36 bodily pain", "higher"),
        ("EQ-5D", "higher"),
        ("Nottingham Health Profile", "lower"),
        ("ASQoL", "lower"),
        ("visual analogue scale", "lower"),
        ("pressure pain threshold", "higher"),
        ("Tampa Scale of Kinesiophobia", "lower"),
        ("Pain Catastrophizing Scale", "lower"),
        ("Pain Self-Efficacy Questionnaire", "higher"),
        ("CPAQ", "higher"),
        ("HADS", "lower"),
        ("PSQI", "lower"),
        ("FACIT-F", "higher"),
        ("Fatigue Severity Scale", "lower"),
        ("6MWT", "higher"),
        ("Timed Up and Go", "lower"),
        ("five times sit-to-stand", "lower"),
        ("30-second chair stand test", "higher"),
        ("SPPB", "higher"),
        ("Berg Balance Scale", "higher"),
        ("VO2peak", "higher"),
        ("grip strength", "higher"),
        ("CRP", "lower"),
        ("ESR", "lower"),
        ("IL-6", "lower"),
        ("IL-10", None),
        ("adiponectin", "higher"),
        ("leukocytes", None),
        ("cortisol", None),
        ("BDNF", "higher"),
        ("HDL cholesterol", "higher"),
        ("LDL cholesterol", "lower"),
        ("resting heart rate", "lower"),
        ("heart rate variability", "higher"),
        ("body weight", None),
        ("BMI", None),
        ("weight loss", "higher"),
        ("step count", "higher"),
        ("sedentary time", "lower"),
        ("falls", "lower"),
        ("QALYs", "higher"),
        ("sick leave", "lower"),
    ],
)
def test_the_good_direction_of_well_known_outcomes(name: str, better: str | None) -> None:
    hit = concept_phrases().first(words_of(name))
    assert hit is not None
    assert (hit.start, hit.end) == (0, len(words_of(name)))
    assert hit.payload.better == better


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("interleukin-1 beta", "interleukin-1β"),
        ("IL-1β", "interleukin-1β"),
        ("IL1b", "interleukin-1β"),
        ("tumour necrosis factor-α", "TNF-α"),
        ("tumor necrosis factor alpha", "TNF-α"),
        ("hs-CRP", "hs-CRP"),
        ("V̇O2max", "VO2max"),
        ("VO₂ peak", "VO2max"),
        ("pain catastrophising", "pain catastrophising"),
        ("pain catastrophizing", "pain catastrophising"),
        ("haemoglobin", "haemoglobin"),
        ("hemoglobin", "haemoglobin"),
        ("Visual Analog Scale", "VAS pain"),
        ("30‑s chair stand test", "30-second chair stand test"),
        ("pressure pain thresholds", "pressure pain threshold"),
    ],
)
def test_spellings_of_one_outcome(text: str, name: str) -> None:
    assert found(text) == [name]


def test_the_last_s_of_an_abbreviation_is_no_plural() -> None:
    assert found("patients who had HADS scores above 8") == ["HADS"]
    assert "C-reactive protein" not in found("complex regional pain syndrome (CRPS)")
    assert found("the PPTs") == ["pressure pain threshold"]


def test_less_weight_is_good_for_people_with_obesity_only() -> None:
    weight = named("body weight")
    populations = ("Adults with obesity", "Adults with cancer cachexia")
    assert [weight.better_in(words_of(people)) for people in populations] == ["lower", None]
    assert named("pain").better_in(["obesity"]) == "lower"


def test_the_manual_shows_an_entry_as_it_is() -> None:
    oswestry = named("Oswestry Disability Index")
    assert oswestry.mid == Difference(10, "pmid:18165753", "low back pain")
    assert oswestry.range == (0.0, 100.0)
    assert {"ODI", "Oswestry"} <= set(oswestry.aliases)
