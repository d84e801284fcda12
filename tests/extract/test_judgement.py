"""Prompted judgement: what was done to an outcome, in sentences of the tests' own making."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litwatch.domain.article import Article, Section
from litwatch.domain.study import Change, Evidence
from litwatch.extract.judgement import judge, views
from litwatch.extract.prompts import Context
from litwatch.extract.shortforms import lettered_groups, short_forms

UP, DOWN, SAME = Change.INCREASED, Change.DECREASED, Change.NO_DIFFERENCE


def article(*texts: str, title: str = "Tai chi for knee pain: a randomised trial") -> Article:
    return Article("1", title, tuple(Section("RESULTS", text) for text in texts))


@pytest.mark.parametrize(
    ("text", "prompt", "change"),
    [
        (
            "Pain was significantly lower in the yoga group than in controls (P = 0.01).",
            ("yoga", "control", "pain"),
            DOWN,
        ),
        (
            "Grip strength rose more with yoga than with usual care (P = 0.02).",
            ("yoga", "usual care", "grip strength"),
            UP,
        ),
        ("There was no significant difference in sleep between groups (P = 0.6).", ("yoga", "control", "sleep"), SAME),
        ("Neither fatigue nor mood differed between the groups.", ("cycling", "control", "mood"), SAME),
        (
            "Pain was significantly lower with massage than with swimming (P < 0.001).",
            ("swimming", "massage", "pain"),
            UP,
        ),
        (
            "Walking speed was 1.31 m/s in the dance group compared with 1.12 m/s in the control group (P = 0.004).",
            ("dance", "control", "walking speed"),
            UP,
        ),
        (
            "Serum ferritin was significantly higher in group A than in group B. Group A received iron; group B received zinc.",
            ("zinc", "iron", "ferritin"),
            DOWN,
        ),
    ],
)
def test_what_happened(text: str, prompt: tuple[str, str, str], change: Change) -> None:
    assert judge(article(text), *prompt).change is change


def test_each_outcome_is_answered_by_its_own_sentence() -> None:
    first = "Knee pain was significantly reduced by tai chi compared with education (P = 0.001)."
    second = "Balance did not differ between the groups (P = 0.45)."
    read = article(f"{first} {second}")
    pain = judge(read, "tai chi", "education", "knee pain")
    balance = judge(read, "tai chi", "education", "balance")
    assert (pain.change, balance.change) == (DOWN, SAME)
    assert pain.evidence == Evidence(0, 0, len(first), first)
    assert balance.evidence == Evidence(0, len(first) + 1, len(first) + 1 + len(second), second)
    assert 1 / 3 < pain.confidence <= 1


def test_an_abbreviation_stands_for_its_long_form() -> None:
    read = article(
        "We measured C-reactive protein (CRP) and haemoglobin at 12 weeks.",
        "Haemoglobin was significantly higher with rowing than with rest (P = 0.01).",
        "CRP was significantly lower with rowing than with rest (P = 0.01).",
    )
    found = judge(read, "rowing", "rest", "C-reactive protein")
    assert (found.change, found.evidence and found.evidence.section) == (DOWN, 2)


def test_the_title_can_be_all_that_answers() -> None:
    title = "Spinach significantly reduces fatigue compared with placebo"
    found = judge(Article("1", title), "spinach", "placebo", "fatigue")
    assert found.change is DOWN
    assert found.evidence == Evidence(-1, 0, len(title), title)


def test_nothing_to_read_is_no_confidence() -> None:
    found = judge(Article("1", ""), "yoga", "control", "pain")
    assert (found.change, found.confidence, found.evidence) == (SAME, 0.0, None)


def test_an_answer_is_given_for_an_outcome_that_is_not_named() -> None:
    found = judge(article("No differences between the groups were seen (P > 0.2)."), "yoga", "control", "bone density")
    assert found.change is SAME
    assert found.evidence is not None


def test_empty_prompts_are_answered() -> None:
    assert judge(article("Pain fell."), "", "", "").evidence is not None


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=200), st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_any_text_gives_a_verbatim_quotation(text: str, intervention: str, comparator: str, outcome: str) -> None:
    found = judge(Article("1", "", (Section(None, text),)), intervention, comparator, outcome)
    assert 0 <= found.confidence <= 1
    if found.evidence is not None:
        assert text[found.evidence.start : found.evidence.end] == found.evidence.text


def test_pieces_of_a_sentence_as_a_prompt_sees_it() -> None:
    (_, seen) = views(
        article("Pain fell more in the yoga group than in controls (P = 0.01)."), "yoga", "control", "pain"
    )
    assert seen.pieces == ["@", "<down>", "<up>", "in", "the", "US", "group", "than", "in", "THEM", "<sig>", "."]
    assert seen.at == 0


def test_short_forms_and_groups_of_a_text() -> None:
    assert short_forms("the visual analogue scale (VAS) and rest (see below)") == {
        "vas": ("visual", "analogue", "scale")
    }
    groups = lettered_groups("Group A received warm mud; group B: cold mud. Sleep (group C) was last.")
    assert {letter: set(found) for letter, found in groups.items()} == {
        "a": {"warm", "mud"},
        "b": {"cold", "mud"},
        "c": {"sleep"},
    }


def test_rare_terms_count_more() -> None:
    context = Context.of(["pain fell", "pain rose", "pain and gait", "pain again"])
    assert context.weight("gait") > context.weight("pain") == 0.25
    assert context.weight("never seen") == 1.0


def test_the_development_prompts_are_judged_well(shared: Path) -> None:
    """Evidence Inference, every third prompt of the development part: accuracy stays where it was measured (.84)."""
    folder = shared / "bench" / "evidence_inference"
    labels = {"significantly increased": UP, "significantly decreased": DOWN, "no significant difference": SAME}
    with gzip.open(folder / "abstract_dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        prompts = [json.loads(line) for line in lines][::3]
    wanted = {row["pmcid"] for row in prompts}
    with gzip.open(folder / "docs.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = {row["pmcid"]: row["text"] for row in map(json.loads, lines) if row["pmcid"] in wanted}
    right = 0
    for row in prompts:
        title, _, body = texts[row["pmcid"]].partition("\n")
        read = Article(row["pmcid"], title, (Section(None, body),))
        right += judge(read, row["intervention"], row["comparator"], row["outcome"]).change is labels[row["label"]]
    assert right / len(prompts) > 0.78
