"""Would you notice? Only where nothing has to be guessed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from litwatch.compose.sizes import noticeable, sizes
from litwatch.compose.telling import Wording
from litwatch.domain.difference import MinimalDifference
from litwatch.domain.prose import Provenance
from litwatch.domain.study import Comparison, Direction, Effect, Measure, Outcome
from litwatch.service.differences import minimal_differences
from tests.compose.papers import row, section, trial, trial_study

MIDS = {
    "BIIS": MinimalDifference(1.0, "points", "people with imaginary stiffness", "doi:10.5555/fictional.mid"),
    "grip": MinimalDifference(5.0, "kg", "rowers", "doi:10.5555/fictional.grip"),
}
QUOTE = "The BIIS fell (MD -1.5; 95% CI -2.0 to -1.2) and grip rose by 6.5 kg (5.5 to 7.5)."
ARTICLE = trial(sections=(section(None, QUOTE),))
FELL = Effect(Measure.MD, -1.5, (-2.0, -1.2))


def told(outcome: Outcome) -> list[str]:
    study = replace(trial_study(trial()), outcomes=(outcome,))
    return [sentence.text for sentence in sizes(study, Wording(ARTICLE), MIDS)]


def biis(**more: Any) -> Outcome:
    options: dict[str, Any] = {"effect": FELL, "concept": "BIIS"} | more
    return row(ARTICLE, "BIIS", options.pop("direction", Direction.IMPROVED), options.pop("quote", QUOTE), **options)


def test_an_estimate_is_held_against_what_people_notice() -> None:
    study = replace(trial_study(trial()), outcomes=(biis(),))
    question, answer = sizes(study, Wording(ARTICLE), MIDS)
    assert (question.text, question.provenance) == ("Would you notice?", Provenance.BOILERPLATE)
    assert answer.text == (
        "Enough for people to notice, with the whole interval: "
        "BIIS (−1.5 against 1 point in people with imaginary stiffness)."
    )
    assert (answer.provenance, answer.rows, answer.basis) == (Provenance.DERIVED, (0,), "mid doi:10.5555/fictional.mid")


@pytest.mark.parametrize(
    ("least", "words"),
    [
        (1.0, "Enough for people to notice, with the whole interval"),
        (1.2, "Enough for people to notice, with the whole interval"),
        (1.4, "Enough for people to notice, but the interval reaches below that"),
        (1.5, "Enough for people to notice, but the interval reaches below that"),
        (1.8, "Less than people notice, but the interval reaches that far"),
        (2.0, "Less than people notice, but the interval reaches that far"),
        (2.1, "Less than people notice, with the whole interval"),
    ],
)
def test_estimate_and_interval_are_compared(least: float, words: str) -> None:
    study = replace(trial_study(trial()), outcomes=(biis(),))
    mids = {"BIIS": replace(MIDS["BIIS"], value=least)}
    assert sizes(study, Wording(ARTICLE), mids)[1].text.startswith(words + ": ")


@pytest.mark.parametrize(
    "outcome",
    [
        biis(concept="another"),
        biis(concept=None),
        biis(direction=Direction.NO_DIFFERENCE),
        biis(direction=Direction.WORSENED),
        biis(comparison=Comparison.ASSOCIATION),
        biis(effect=None),
        biis(effect=replace(FELL, measure=Measure.SMD)),
        biis(effect=replace(FELL, measure=Measure.PERCENT)),
        biis(effect=replace(FELL, ci=None)),
        biis(effect=replace(FELL, ci=(-2.0, 0.2))),  # improved, says the row; the interval does not
        biis(effect=replace(FELL, value=-9.9, ci=(-10.0, -9.0))),  # not in the sentence
        replace(biis(), name="stiffness"),  # a wider word than the instrument's
    ],
)
def test_silent_when_unsure(outcome: Outcome) -> None:
    assert told(outcome) == []


def test_a_unit_of_measurement_has_to_be_stated() -> None:
    grip = row(ARTICLE, "grip", Direction.IMPROVED, QUOTE, effect=Effect(Measure.MD, 6.5, (5.5, 7.5)), concept="grip")
    assert told(grip)[1].endswith(": grip (6.5 against 5 kg in rowers).")
    unstated = replace(grip, evidence=replace(grip.evidence, text=QUOTE.replace(" kg", "")))
    assert told(unstated) == []
    pounds = replace(grip, evidence=replace(grip.evidence, text=QUOTE.replace(" kg", " kgf")))
    assert told(pounds) == []


def test_only_scales_that_cannot_be_mistaken_come_from_the_lexicon() -> None:
    mids = minimal_differences()
    assert mids["BASDAI"] == MinimalDifference(
        1.1, "points", "active ankylosing spondylitis", "doi:10.3899/jrheum.151244"
    )
    assert mids["6-minute walk test"].unit == "m"
    assert mids["VAS pain"].unit == "mm"
    assert not {"Neck Disability Index", "Oswestry Disability Index", "pain catastrophising", "WOMAC function"} & set(
        mids
    )


def test_any_row_on_the_scale_can_be_held_against_it() -> None:
    """Whichever way it went: an interval around nothing says more with what people notice beside it."""
    around_nothing = Effect(Measure.MD, -1.5, (-2.0, 7.5))
    assert noticeable(biis(), MIDS) == MIDS["BIIS"]
    assert noticeable(biis(direction=Direction.NO_DIFFERENCE, effect=around_nothing), MIDS) == MIDS["BIIS"]
    assert noticeable(biis(comparison=Comparison.ASSOCIATION), MIDS) is None
    assert noticeable(biis(effect=replace(FELL, measure=Measure.SMD)), MIDS) is None
    assert noticeable(biis(effect=replace(FELL, ci=None)), MIDS) is None
    assert noticeable(biis(effect=None), MIDS) is None
    assert noticeable(biis(concept="grip"), MIDS) is None
    assert noticeable(biis(), {}) is None
