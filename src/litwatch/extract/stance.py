"""What the authors' own conclusion says of the intervention or exposure."""

from __future__ import annotations

from functools import cache

from litwatch.domain.study import Design, Stance
from litwatch.extract.resources import load
from litwatch.extract.sentences import Role, Sentence
from litwatch.extract.words import Phrases, split_words


@cache
def _phrases(key: str) -> Phrases[str]:
    return Phrases((phrase, phrase) for phrase in load("stance")[key])


def conclusion_sentences(sentences: tuple[Sentence, ...]) -> list[Sentence]:
    """The sentences of the conclusion; where none is marked, the last sentence."""
    found = [sentence for sentence in sentences if sentence.role is Role.CONCLUSIONS]
    return found or [sentence for sentence in sentences if sentence.role is Role.RESULTS][-1:]


def main_conclusion(sentences: tuple[Sentence, ...]) -> Sentence | None:
    """The first concluding sentence that says something of an effect, else the first."""
    found = conclusion_sentences(sentences)
    return next((sentence for sentence in found if _marks(sentence)), found[0] if found else None)


def _marks(sentence: Sentence) -> set[Stance]:
    words = split_words(sentence.plain).words
    if _phrases("unsure").first(words) is not None and _phrases("contrast").first(words) is None:
        return {Stance.NONE}
    null = list(_phrases("no_difference").find(words))
    taken = [range(hit.start, hit.end + 4) for hit in null]
    marks = {Stance.NO_DIFFERENCE} if null else set()
    for key, stance in (("harms", Stance.HARMS), ("favours", Stance.FAVOURS)):
        hits = [hit for hit in _phrases(key).find(words) if not any(hit.start in span for span in taken)]
        if hits and not (stance is Stance.FAVOURS and _phrases("outlook").first(words) and len(hits) < 2):
            marks.add(stance)
    if not marks and _phrases("weak").first(words) is not None:
        return {Stance.NO_DIFFERENCE}
    return marks


def stance_of(sentences: tuple[Sentence, ...], design: Design) -> Stance:
    """`none` for designs without an effect and for conclusions that say nothing; `mixed` where they say both."""
    if design.value in load("stance")["no_conclusion"]:
        return Stance.NONE
    marks: set[Stance] = set()
    for sentence in conclusion_sentences(sentences):
        marks |= _marks(sentence)
    marks.discard(Stance.NONE)
    if len(marks) == 1:
        return marks.pop()
    if not marks:
        return Stance.NONE
    return Stance.MIXED
