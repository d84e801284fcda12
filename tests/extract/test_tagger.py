"""The tagger: tokens, the best path, and what the shipped model finds."""

from __future__ import annotations

import pytest

from litwatch.extract.tagger import STATISTIC, decode, model, parse, spans, tokens_of

TURNS = {"BB": 0.0, "BI": 0.0, "BO": 0.0, "IB": 0.0, "II": 0.0, "IO": 0.0, "OB": 0.0, "OO": 0.0, "^B": 0.0, "^O": 0.0}


def test_tokens_fold_a_statistic_into_one() -> None:
    text = "Pain fell (MD -1.2; P=.01)"
    tokens = tokens_of(text, [(11, 25)], [(0, 4)])
    assert tokens.texts == ["Pain", "fell", "(", STATISTIC, ")"]
    assert [text[a:b] for a, b in zip(tokens.starts, tokens.ends, strict=True)][3] == "MD -1.2; P=.01"
    assert tokens.known == ["B", "", "(", "(", ""]


def test_tokens_take_a_number_for_any_other() -> None:
    assert tokens_of("after 12 weeks", [], []).texts == ["after", "0", "weeks"]


@pytest.mark.parametrize(
    ("scores", "labels"),
    [
        ([], ""),
        ([1 + 0j], "B"),
        ([1j], "O"),  # no name begins with I
        ([1 + 0j, 2j, -1 - 1j], "BIO"),
        ([1 + 0j, 1 + 0.5j], "BB"),
        ([-1 + 0j, 3j], "BI"),  # the second token pays for the first
    ],
)
def test_decode_finds_the_best_labels(scores: list[complex], labels: str) -> None:
    assert decode(scores, TURNS) == labels


def test_spans_of_labels() -> None:
    assert spans("OBIIOBB") == [(1, 4), (5, 6), (6, 7)]


def test_parse_reads_what_training_writes() -> None:
    read = parse("pain ache\nrose fell\n\nBB 0.50\n\n2wpain 120 -30\nk\\n 5 0\n")
    assert read.classes == {"pain": "#0", "ache": "#0", "rose": "#1", "fell": "#1"}
    assert read.turns == {"BB": 0.5}
    assert read.weights == {"2wpain": 1.2 - 0.3j, "k\n": 0.05 + 0j}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("There were no differences in stride length between groups.", ["stride length"]),
        ("Serum irisin increased after training.", ["Serum irisin"]),
        ("Patients were recruited from two hospitals.", []),
    ],
)
def test_shipped_model_names_outcomes_of_no_list(text: str, names: list[str]) -> None:
    tokens = tokens_of(text, [], [])
    found = spans(decode(model().score(tokens), model().turns))
    assert [text[tokens.starts[a] : tokens.ends[b - 1]] for a, b in found] == names
