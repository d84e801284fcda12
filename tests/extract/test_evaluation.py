"""Figures of findings against gold: worked examples, and the same as the shared scorer gives."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litwatch.extract.contract import article_from_json, findings
from litwatch.extract.evaluation import Tally, estimate, evaluated, likeness, p_value, pairs
from litwatch.extract.study import read_study


def outcome(name: str, direction: str = "improved", **others: Any) -> dict[str, Any]:
    return {"name": name, "direction": direction, **others}


TEXT = "Pain fell by 1.5 points (P = .03). Sleep did not change."
GOLD: dict[str, Any] = {
    "id": "1",
    "title": "Rowing",
    "abstract": [{"label": None, "text": TEXT}],
    "design": "randomized_trial",
    "n_participants": 40,
    "n_studies": None,
    "stance": "favours",
    "outcomes": [
        outcome("pain intensity", effect={"value": -1.5, "ci": None, "p": "0.03"}),
        outcome("sleep", "no_difference"),
    ],
}
FOUND: dict[str, Any] = {
    "id": "1",
    "design": "randomized_trial",
    "n_participants": None,
    "n_studies": None,
    "stance": "favours",
    "outcomes": [
        outcome("Pain", effect={"value": 1.5, "ci": None, "p": "P=.03"}, evidence={"text": "Pain fell by 1.5 points"}),
        outcome("sleep", "improved", evidence={"text": "Sleep changed"}),
        outcome("mood", evidence={"text": "Pain"}),
    ],
}


def test_a_worked_example() -> None:
    figures = evaluated([(GOLD, FOUND)])
    assert (figures["records"], figures["answered"]) == (1, 1)
    assert (figures["design"], figures["n_participants"], figures["stance"]) == (1.0, 0.0, 1.0)
    assert figures["n_studies"] is None, "neither side gives a number"
    assert (figures["outcome_precision"], figures["outcome_recall"]) == (2 / 3, 1.0)
    assert figures["outcome_f1"] == pytest.approx(0.8)
    assert figures["direction_f1"] == pytest.approx(0.4)
    assert (figures["effect_f1"], figures["linked_effect_f1"], figures["p_f1"]) == (1.0, 1.0, 1.0)
    assert figures["grounded"] == pytest.approx(2 / 3)


def test_what_was_not_read_counts_as_wrong() -> None:
    figures = evaluated([(GOLD, None)])
    assert (figures["answered"], figures["design"], figures["outcome_f1"]) == (0, 0.0, 0.0)
    assert figures["grounded"] is None


@pytest.mark.parametrize(
    ("left", "right", "alike"),
    [
        ("pain intensity", "pain", 2 / 3),
        ("BASFI scores", "basfi", 1.0),
        ("IL-6", "il 6", 1.0),
        ("quality of life", "pain", 0.0),
        ("total score", "total score", 1.0),
        ("mobilities", "mobility", 1.0),
    ],
)
def test_names_are_likened_by_their_telling_words(left: str, right: str, alike: float) -> None:
    assert likeness(outcome(left), outcome(right)) == pytest.approx(alike)


def test_ties_go_to_the_row_with_the_same_time() -> None:
    gold = [outcome("pain", timepoint="6 weeks"), outcome("pain", timepoint="12 weeks")]
    found = [outcome("pain", timepoint="12 weeks"), outcome("pain", timepoint="6 weeks")]
    assert pairs(gold, found) == [(gold[0], found[1]), (gold[1], found[0])]


def test_estimates_and_p_values_in_one_way_of_writing() -> None:
    assert estimate(outcome("pain", effect={"value": -2, "ci": [3, -1]})) == (2.0, 1.0, 3.0)
    assert estimate(outcome("pain", effect={"value": None, "ci": None, "p": "0.1"})) is None
    assert [p_value(outcome("pain", effect={"p": text})) for text in ("P ≤ .05", "=0.02", "<0.001", None)] == [
        "<0.05",
        "0.02",
        "<0.001",
        None,
    ]


@pytest.fixture(scope="module")
def scorer(shared: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score_findings", shared / "tools" / "score_findings.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


NAMES = st.sampled_from(
    ["pain", "pain score", "knee pain", "sleep quality", "IL-6", "quality of life", "mean", "gait speed"]
)
EFFECTS = st.none() | st.fixed_dictionaries(
    {
        "value": st.none() | st.sampled_from([0.5, -0.5, 2]),
        "ci": st.none() | st.sampled_from([[-1, 0.2], [0.2, 1]]),
        "p": st.none() | st.sampled_from(["0.03", "<.001", "P≤0.05", ">0.05", "p = 0.03"]),
    }
)
OUTCOMES = st.fixed_dictionaries(
    {
        "name": NAMES,
        "aliases": st.lists(NAMES, max_size=1),
        "direction": st.sampled_from(["improved", "worsened", "no_difference"]),
        "effect": EFFECTS,
        "timepoint": st.sampled_from([None, "6 weeks"]),
        "subgroup": st.sampled_from([None, "women"]),
        "evidence": st.sampled_from([None, {"text": "Pain fell"}, {"text": "never said"}]),
    }
)
RECORDS = st.fixed_dictionaries(
    {
        "design": st.sampled_from(["cohort", "protocol"]),
        "n_participants": st.sampled_from([None, 10]),
        "n_studies": st.sampled_from([None, 4]),
        "stance": st.sampled_from(["favours", "none"]),
        "outcomes": st.lists(OUTCOMES, max_size=5),
    }
)


@settings(deadline=None, max_examples=80)
@given(st.lists(st.tuples(RECORDS, st.none() | RECORDS), max_size=3))
def test_the_figures_are_the_scorers(
    scorer: ModuleType, records: list[tuple[dict[str, Any], dict[str, Any] | None]]
) -> None:
    source = {"title": "Rowing", "abstract": [{"text": TEXT}]}
    gold = {str(at): {**want, **source, "id": str(at)} for at, (want, _) in enumerate(records)}
    found = {str(at): {**got, "id": str(at)} for at, (_, got) in enumerate(records) if got is not None}
    assert evaluated((want, found.get(key)) for key, want in gold.items()) == scorer.score(gold, found)


def test_the_figures_on_the_gold_are_the_scorers(shared: Path, scorer: ModuleType) -> None:
    gold = scorer.read(shared / "gold" / "dev.jsonl")
    found = {key: json.loads(json.dumps(findings(read_study(article_from_json(row))))) for key, row in gold.items()}
    tally = Tally()
    for key, row in gold.items():
        tally.add(row, found[key])
    assert tally.figures() == scorer.score(gold, found)


def test_of_equally_good_pairs_the_first_counts() -> None:
    """0.6 + 0.3 + 0.1 and 0.5 + 0.3 + 0.1 + 0.1 are both 1; added up one by one from the left the first falls short of it."""
    found = outcome("oak elm ash fir yew", timepoint="6 weeks")
    first = outcome("oak elm ash pine larch", timepoint="12 weeks")
    other = outcome("oak elm birch", timepoint="6 weeks")
    assert likeness(first, found) == pytest.approx(0.6)
    assert likeness(other, found) == 0.5
    assert pairs([first, other], [found]) == [(first, found)]
