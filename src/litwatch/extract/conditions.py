"""What people have: the phrase that names a condition, and its last word to know it by ("knee osteoarthritis").

Sentences are read here as chunks, what stands between two blanks, so that hyphens and brackets stay with their words.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from litwatch.extract.resources import load, word_set
from litwatch.extract.sentences import Sentence

_CHUNK = re.compile(r"\S+")
CLOSED = re.compile(r"[.,;:?!)\]]$")


class Chunk(NamedTuple):
    """What stands between two blanks, in lower case, with its place."""

    word: str
    start: int
    end: int


def chunks_of(text: str, start: int, end: int) -> list[Chunk]:
    """What stands between blanks in `text[start:end]`."""
    return [Chunk(match.group().lower(), *match.span()) for match in _CHUNK.finditer(text, start, end)]


def bare(word: str) -> str:
    return word.rstrip(".,;:?!)]")


def condition_in(chunks: list[Chunk]) -> tuple[int, int] | None:
    """The condition that `chunks` name: up to the last word that ends a condition."""
    chunks = chunks[: next((at for at, chunk in enumerate(chunks) if chunk.word in _conditions("over")), len(chunks))]
    first, length = 0, len(chunks)
    while first < length and chunks[first].word in _conditions("demographic"):
        first += 1
    last = next((at for at in range(length - 1, first - 1, -1) if _is_head(bare(chunks[at].word))), None)
    if last is None or chunks[first].word in _conditions("not_first") or not chunks[first].word[0].isalpha():
        return None
    words = {bare(chunk.word) for chunk in chunks[first : last + 1]}
    if words & (_conditions("nowhere") | word_set("who", "people")):
        return None
    if first == last and bare(chunks[last].word) in _conditions("vague"):
        return None
    if any(CLOSED.search(chunk.word) and not chunk.word.endswith(",") for chunk in chunks[first:last]):
        return None
    if (
        last + 1 < length
        and bare(chunks[last].word) == chunks[last].word
        and bare(chunks[last + 1].word) in _conditions("tails")
    ):
        last += 1
    elif bare(chunks[last].word) == chunks[last].word and [chunk.word for chunk in chunks[last + 1 : last + 2]] == [
        "of"
    ]:
        last = _of(chunks, last)
    return chunks[first].start, chunks[last].start + len(bare(chunks[last].word))


def _of(chunks: list[Chunk], head: int) -> int:
    """The last chunk of "osteoarthritis of the knee" whose head is at `head`; the head itself where more follows."""
    words = [bare(chunk.word) for chunk in chunks[head + 2 :]]
    return len(chunks) - 1 if words and len(words) <= 4 and not set(words) & {"and", "or", "with"} else head


def _is_head(word: str) -> bool:
    return word in _conditions("heads") or word.endswith(_endings())


@cache
def _endings() -> tuple[str, ...]:
    return tuple(load("who")["conditions"]["endings"])


def condition_of_title(title: Sentence) -> tuple[int, int] | None:
    """A condition that a title names without its people ("Yoga for chronic low back pain")."""
    if not any(_is_head(word) for word in title.words.words):
        return None
    chunks = chunks_of(title.plain, 0, len(title.plain))
    for at, chunk in enumerate(chunks):
        if chunk.word in ("for", "in") and at:
            at = _led(chunks, at)
            end = at + 1
            while (
                end < len(chunks)
                and chunks[end].word[0] not in "([-"
                and bare(chunks[end].word) not in word_set("who", "stops")
            ):
                end += 1
                if CLOSED.search(chunks[end - 1].word):
                    break
            found = condition_in(chunks[at + 1 : end])
            if found and found[1] == chunks[end - 1].start + len(bare(chunks[end - 1].word)):
                return found
    return None


def _led(chunks: list[Chunk], at: int) -> int:
    """The chunk before the condition that "for" at `at` leads to: "for [the treatment of] back pain"."""
    words = [chunk.word for chunk in chunks[at + 1 : at + 4]]
    step = int(words[:1] == ["the"])
    led = words[step : step + 1] != [] and words[step] in _conditions("led") and words[step + 1 : step + 2] == ["of"]
    return at + step + 2 if led else at


@cache
def _conditions(key: str) -> frozenset[str]:
    return frozenset(word.lower() for word in load("who")["conditions"][key])
