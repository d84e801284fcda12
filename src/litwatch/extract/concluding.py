"""What a conclusion is scored by: a linear model of the authors' stance over words, verdict senses, design and ledger.

A concluding sentence is read as pieces: a plain word is itself, a verdict word its sense ("<better>", "<worse>",
"<diff>", …), a known outcome "@". Up and down are turned to better and worse by the outcome that stands nearest. A
piece that a denial reaches is marked: in "did not reduce pain" stands "¬<better>". The weights (data/stance.txt) come
from training/stance.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from litwatch.domain.study import Design, Outcome, Stance
from litwatch.extract.cues import Sense, cue_phrases
from litwatch.extract.lexicon import Polarity, concept_phrases
from litwatch.extract.resources import word_set
from litwatch.extract.sentences import Role, Sentence

Features = dict[str, float]

STANCES = (Stance.FAVOURS, Stance.NO_DIFFERENCE, Stance.HARMS, Stance.MIXED, Stance.NONE)
"""The columns of the data file."""
_UNIT = 100
"""Weights are printed as whole hundredths."""
_DENIED = "¬"
_DENIAL_REACH = 7
_OUTCOME_REACH = 12
"""How many words a verdict may stand before the outcome that says what is good; after it, fewer."""
_BACKWARD = 3


def pieces(words: list[str]) -> list[str]:
    """A sentence's words with verdict words as their senses, outcomes as "@" and denied pieces marked."""
    names = {hit.start: hit for hit in concept_phrases().find(words)}
    cues = {hit.start: hit for hit in cue_phrases().find(words)}
    good = [(hit.start, hit.end, hit.payload.better) for hit in names.values() if hit.payload.better]
    stops, negations = word_set("stance", "stops"), word_set("stance", "negations")
    found: list[str] = []
    at = denied = 0
    while at < len(words):
        word = words[at]
        if word in stops:
            denied = 0
        mark = _DENIED if denied > 0 else ""
        denied = _DENIAL_REACH if word in negations else denied - 1
        end = at + 1
        if at in cues:
            piece, end = f"<{_turned(cues[at].payload.sense, at, good)}>", cues[at].end
        elif at in names:
            concept, end = names[at].payload, names[at].end
            piece = f"@{concept.better or ''}{' harm' if concept.domain == 'harm' else ''}"
        else:
            piece = "0" if word[0].isdigit() else word
        found.append(mark + piece)
        at = max(end, at + 1)
    return found


def _turned(sense: Sense, at: int, good: list[tuple[int, int, Polarity]]) -> str:
    """Up and down as better and worse, by the nearest outcome whose good direction is known."""
    if sense not in (Sense.UP, Sense.DOWN) or not good:
        return sense.value
    distance, way = min((start - at if start > at else at - end + _BACKWARD, way) for start, end, way in good)
    if distance > _OUTCOME_REACH:
        return sense.value
    return (Sense.BETTER if (way == "higher") is (sense is Sense.UP) else Sense.WORSE).value


def _senses(found: Iterable[str]) -> str:
    """Which verdicts a text gives. A bare "difference" or "effect" says none; "no difference" does."""
    return " ".join(sorted({piece for piece in found if "<" in piece and piece != "<diff>"}))


def text_features(concluding: list[Sentence]) -> Features:
    """What the concluding sentences say."""
    found: Features = {}
    everything: set[str] = set()
    for sentence in concluding:
        words = sentence.words.words
        read = pieces(words)
        everything.update(read)
        contrast = " but" if not word_set("stance", "contrast").isdisjoint(words) else ""
        found[f"sentence {_senses(read)}{contrast}"] = 1.0
    found.update(dict.fromkeys(everything, 1.0))
    found[f"all {_senses(everything)}"] = 1.0
    return found


def ledger_features(concluding: list[Sentence], design: Design, outcomes: tuple[Outcome, ...]) -> Features:
    """What the study is, and which way its rows go: shares of all rows, and what is told in the conclusion alone."""
    ways = Counter(row.direction.value for row in outcomes)
    sides = Counter(f"{row.comparison.value} {row.direction.value}" for row in outcomes)
    places = {(sentence.section, sentence.start) for sentence in concluding}
    told = [row for row in outcomes if (row.evidence.section, row.evidence.start) in places]
    return {
        f"design {design.value}": 1.0,
        "rows none": float(not outcomes),
        "labelled": float(any(sentence.role is Role.CONCLUSIONS for sentence in concluding)),
        **{f"share {way}": count / len(outcomes) for way, count in (ways + sides).items()},
        **{f"has {way}": 1.0 for way in ways},
        **{f"primary {row.direction.value}": 1.0 for row in outcomes if row.primary},
        **{f"concluded {row.direction.value}": 1.0 for row in told},
    }


@cache
def model() -> dict[str, tuple[int, ...]]:
    """The shipped weights: a row for each feature, a column for each of STANCES; "" is the constant."""
    text = (files("litwatch.extract") / "data" / "stance.txt").read_text(encoding="utf-8")
    lines = (line.split("\t") for line in text.split("\n") if line and not line.startswith("#"))
    return {feature: tuple(map(int, weights)) for feature, *weights in lines}


def best(found: Features) -> Stance:
    """The stance with the highest sum of weights."""
    weights = model()
    # In a fixed order: rounding decides a tie, and the order of a set changes from one run to the next.
    known = [(found[feature], weights[feature]) for feature in sorted(found.keys() & weights.keys())]
    rows = [row if value == 1.0 else [value * weight for weight in row] for value, row in known]
    totals = [sum(column) for column in zip(weights[""], *rows, strict=True)]
    return STANCES[totals.index(max(totals))]


def line(feature: str, weights: Iterable[float]) -> str:
    """A line of the data file."""
    return "\t".join([feature, *(str(round(weight * _UNIT)) for weight in weights)])
