"""The subject: the best nugget's headline, unless it has words that filters count."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from litwatch.publish.subject import CHARACTERS, is_neutral, subject
from tests.publish.nasty import any_text
from tests.publish.sample import ISSUE, PUBLICATION, QUIET, REVIEW


@pytest.mark.parametrize(
    "title",
    [
        "Sildenafil and exercise in fictional men",
        "Duloxetine versus walking for invented knees: a trial",
        "Effect of adalimumab on imaginary joints",
        "Pregabalin, gabapentin or tai chi",
        "Opioids and yoga",
        "Exercise and erectile function after prostatectomy",
        "Weight loss and knee pain",
        "Pelvic floor training and sexual function",
        "A miracle cure for back pain",
        "100% free of pain!",
        "WALKING CURED ALL PAIN IN KEYBOARDS",
    ],
)
def test_what_filters_count_stays_out_of_the_subject(title: str) -> None:
    assert not is_neutral(title)
    loud = replace(ISSUE, nuggets=(replace(REVIEW, headline=title, meta="Randomised trial, n=80: 1 better"),))
    assert subject(loud, PUBLICATION) == "litwatch: Exercise and inflammation: Randomised trial, n=80: 1 better"


@pytest.mark.parametrize(
    "title",
    [
        "Walking groups for people with inflamed joints: a systematic review",
        "Yoga, pain and freedom of movement: HIIT and CRP in RA",
        "Virtual reality and neck pain",
        "Interval training, IL-6, TNF and CRP in adults with osteoarthritis",
        "Cold baths: dose and response",
        "Survival of virtuous runners",
    ],
)
def test_what_research_is_about_may_stand_there(title: str) -> None:
    assert is_neutral(title)
    assert subject(replace(ISSUE, nuggets=(replace(REVIEW, headline=title),)), PUBLICATION).startswith(
        f"litwatch: {title}"[:60]
    )


def test_a_verdict_is_never_cut_off() -> None:
    loud = replace(
        REVIEW, headline="Sildenafil", meta="Meta-analysis, 14 trials, n=1,204: 3 better, 3 no clear change, 1 worse"
    )
    told = subject(replace(ISSUE, nuggets=(loud,)), PUBLICATION)
    assert told == "litwatch: Exercise and inflammation, 2026-W03"
    shorter = replace(loud, meta="Meta-analysis, n=1,204: 3 better, 3 no clear change")
    assert subject(replace(ISSUE, nuggets=(shorter,)), PUBLICATION) == f"litwatch: 2026-W03: {shorter.meta}"


def test_where_every_word_is_loud_the_week_remains() -> None:
    loud = replace(REVIEW, headline="Sildenafil", meta="Randomised trial, n=8: erectile function better", topics=())
    assert subject(replace(ISSUE, nuggets=(loud,)), PUBLICATION) == "litwatch: New studies, 2026-W03"


def test_a_quiet_week_is_counted() -> None:
    assert subject(QUIET, PUBLICATION) == "litwatch: 2026-W03, 0 new studies"


@settings(max_examples=40, deadline=None)
@given(any_text)
def test_any_text_makes_one_short_line(text: str) -> None:
    told = subject(
        replace(ISSUE, nuggets=(replace(REVIEW, headline=text, meta=text),)), replace(PUBLICATION, title=text)
    )
    assert len(told) <= CHARACTERS
    assert "\n" not in told
