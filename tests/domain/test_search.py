"""What a question for notes is taken to mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litwatch.domain.search import MOST_WORDS, ask, folded


@pytest.mark.parametrize(
    ("text", "phrases", "without"),
    [
        ("walking", ("walking",), ()),
        ("Walking  KNEE", ("walking", "knee"), ()),
        ('"knee pain" walking', ("knee pain", "walking"), ()),
        ('"knee pain', ("knee pain",), ()),
        ("walking -rats", ("walking",), ("rats",)),
        ('-"healthy people"', (), ("healthy people",)),
        ("6-minute walk", ("6 minute", "walk"), ()),
        ("TNF-α", ("tnf alpha",), ()),
        ("Przykład Ångström", ("przykład", "angstrom"), ()),
        ('a"b"', ("a", "b"), ()),
        ('- -- "" \' % * ^ : ( )', (), ()),
        ("walking walking", ("walking",), ()),
    ],
)
def test_a_question(text: str, phrases: tuple[str, ...], without: tuple[str, ...]) -> None:
    asked = ask(text)
    assert (asked.phrases, asked.without) == (phrases, without)


def test_a_long_question_is_cut() -> None:
    many = [f"w{number}" for number in range(MOST_WORDS)]
    asked = ask(" ".join([*many, "-mice", '"in rats"', "-mice"]))
    assert (asked.phrases, asked.without) == (tuple(many), ())
    assert asked.left_out == ("-mice", "in rats"), "and it is told"
    cut = ask(" ".join([*many[1:], '"knee pain"']))
    assert (cut.phrases[-1], cut.left_out) == ("knee", ("pain",))


def test_what_is_said_twice_counts_once() -> None:
    asked = ask(f"pain {'exercise ' * MOST_WORDS}{'-rats ' * MOST_WORDS}zebrafish")
    assert (asked.phrases, asked.without) == (("pain", "exercise", "zebrafish"), ("rats",))
    assert asked.left_out == ()


@given(st.text())
def test_any_text_can_be_asked_for(text: str) -> None:
    asked = ask(text)
    assert all(phrase and '"' not in phrase and "\0" not in phrase for phrase in (*asked.phrases, *asked.without))


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)
