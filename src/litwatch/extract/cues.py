"""The cue words of verdicts (data/cues.toml), ready to be found in a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from litwatch.extract.resources import load
from litwatch.extract.words import Phrases


class Sense(StrEnum):
    """What a cue says: of the measured value (up, down), of the person (better, worse), or neither."""

    UP = "up"
    DOWN = "down"
    BETTER = "better"
    WORSE = "worse"
    DIFF = "diff"
    SAME = "same"


INVERSE = {Sense.UP: Sense.DOWN, Sense.DOWN: Sense.UP, Sense.BETTER: Sense.WORSE, Sense.WORSE: Sense.BETTER}


@dataclass(frozen=True, slots=True)
class CueWord:
    """A cue as the data file lists it: the parts of speech it can be, and its sense."""

    kinds: frozenset[str]
    sense: Sense


@cache
def cue_phrases() -> Phrases[CueWord]:
    """Finds every verb, noun, adjective and join cue."""
    kinds: dict[tuple[str, Sense], set[str]] = {}
    for kind in ("noun", "verb", "adjective", "join"):
        for sense, phrases in load("cues")[kind].items():
            for phrase in phrases:
                kinds.setdefault((phrase, Sense(sense)), set()).add(kind)
    return Phrases((phrase, CueWord(frozenset(found), sense)) for (phrase, sense), found in kinds.items())


@cache
def words_of(key: str) -> frozenset[str]:
    """One of the file's lists of single words."""
    return frozenset(load("cues")["lists"][key])


@cache
def words_of_any(*keys: str) -> frozenset[str]:
    """Several of these lists as one, put together once: many ask for each clause or word."""
    return frozenset().union(*map(words_of, keys))


@cache
def phrases_of(key: str) -> Phrases[str]:
    """One of the file's lists of phrases, ready to be found."""
    return Phrases((phrase, phrase) for phrase in load("cues")["lists"][key])
