"""The subject: the best nugget's headline, unless it is too long or has words that filters count."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from litwatch.domain.notice import NoticeKind
from litwatch.publish.subject import CHARACTERS, is_neutral, notice_subject, subject
from tests.publish.later import UPDATE
from tests.publish.nasty import any_text
from tests.publish.sample import ISSUE, PUBLICATION, QUIET, REVIEW, WEEK


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
    assert subject(replace(ISSUE, nuggets=(replace(REVIEW, headline=title),)), PUBLICATION) == f"litwatch: {title}"


@pytest.mark.parametrize(
    "title",
    [
        "Twelve weeks of supervised walking reduces pain and fatigue but not depression or sleep in invented rowers",
        "Aquatic exercise improves function but does not reduce pain or C-reactive protein in fictional knees: a trial",
    ],
)
def test_a_headline_stands_whole_or_not_at_all(title: str) -> None:
    """What is cut off could be what did not improve."""
    best = replace(REVIEW, headline=title, meta="Randomised trial, n=80: 2 better, 2 not")
    told = subject(replace(ISSUE, nuggets=(best,)), PUBLICATION)
    assert told == "litwatch: Exercise and inflammation: Randomised trial, n=80: 2 better, 2 not"
    later = notice_subject(replace(UPDATE, kind=NoticeKind.RETRACTION, headline=title), WEEK)
    assert later == "Retracted: a study in the issue of 2026-W03"


@pytest.mark.parametrize("kind", NoticeKind)
def test_a_notice_tells_what_happened_in_neutral_words(kind: NoticeKind) -> None:
    loud = replace(UPDATE, kind=kind, headline="Sildenafil and weight loss for invented men: 100% free")
    assert notice_subject(loud, WEEK).endswith(": a study in the issue of 2026-W03")
    assert is_neutral(notice_subject(loud, WEEK))
    calm = notice_subject(replace(UPDATE, kind=kind, headline="Tai chi improves balance, not pain"), WEEK)
    assert calm.endswith(": Tai chi improves balance, not pain")


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
