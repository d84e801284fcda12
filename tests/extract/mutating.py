"""Damage done to abstracts: what copying, conversion and careless typing do to text, and what nobody thought of."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

_BRACKETS_AND_HEADS = ("(", "[", ")", "]", "((", "<", "p=", "p<", "95% CI", "; ", ", ", "and ", "± ")
_SPACES = ("  ", "\u2009", "\n", "\t")
_ODD = (0x1F600, 0xFFFE, 0, 0x202E, 0xD800)
_KINDS = ("cut", "repeat", "odd", "open", "stops", "case", "shuffle", "spaces", "foreign")


def damaged(record: dict[str, Any], titles: Sequence[str], random: Random) -> dict[str, Any]:
    """A record of JSON Lines with its title and texts damaged, some sections lost, and now and then in another order.

    `titles` are strange texts to be pasted in.
    """
    sections = [
        {"label": section["label"], "text": mutated(section["text"], titles, random)}
        for section in record["abstract"]
        if random.random() > 0.05
    ]
    if random.random() < 0.2:
        random.shuffle(sections)
    return {"id": record["id"], "title": mutated(record["title"], titles, random), "abstract": sections}


def mutated(text: str, titles: Sequence[str], random: Random) -> str:
    """The text after one to four injuries."""
    for _ in range(random.randint(1, 4)):
        text = _once(text, random.choice(_KINDS), titles, random)
    return text


def _once(text: str, kind: str, titles: Sequence[str], random: Random) -> str:
    start = random.randrange(len(text) + 1)
    end = min(len(text), start + random.randrange(1, 60))
    before, piece, after = text[:start], text[start:end], text[end:]
    match kind:
        case "cut":
            return before + after
        case "repeat":
            return before + piece * random.randint(2, 6) + after
        case "odd":
            return before + "".join(_character(random) for _ in range(random.randint(1, 8))) + piece + after
        case "open":
            return before + random.choice(_BRACKETS_AND_HEADS) * random.randint(1, 5) + piece + after
        case "stops":
            return text.replace(".", random.choice(("", ",", " ", "..")), random.randint(1, 6))
        case "case":
            return text.upper() if random.random() < 0.3 else text.lower()
        case "shuffle":
            words = text.split(" ")
            random.shuffle(words)
            return " ".join(words)
        case "spaces":
            return text.replace(" ", random.choice(_SPACES), 40)
        case _:
            return before + random.choice(titles) + piece + after


def _character(random: Random) -> str:
    ranges = (random.randrange(32, 127), random.randrange(0x80, 0x2FFF), random.choice(_ODD))
    return chr(random.choice(ranges))
