"""What each number of a sentence counts, and whether that many are there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from litwatch.compose.gate.backing import Backing
from litwatch.compose.gate.claims import DIRECTIONS
from litwatch.compose.gate.passages import Kind
from litwatch.compose.gate.reading import Token
from litwatch.compose.gate.words import Meaning
from litwatch.domain.study import CountKind

_KINDS = {
    Meaning.INVITED: CountKind.INVITED,
    Meaning.RANDOMISED: CountKind.RANDOMISED,
    Meaning.ENROLLED: CountKind.ENROLLED,
    Meaning.ANALYSED: CountKind.ANALYSED,
    Meaning.POOLED: CountKind.POOLED,
    Meaning.PLANNED: CountKind.PLANNED,
}


class Role(StrEnum):
    """What a number counts."""

    PEOPLE = "people"
    TRIALS = "trials"
    ROWS = "rows"
    TOTAL = "total"
    """The rows out of which others are counted: "8 of 11"."""
    MORE = "more"
    """The names of one direction that are not told: "pain and two more"."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a sentence; for people, how they are told to be counted."""

    token: Token
    role: Role
    kinds: frozenset[CountKind] = frozenset()


def numbers(clause: Sequence[Token]) -> list[Number]:
    """Every number in `clause` with what it counts: told by the words after it, up to the next number."""
    places = [place for place, token in enumerate(clause) if token.value is not None]
    found: list[Number] = []
    for place, following in zip(places, [*places[1:], len(clause)], strict=False):
        before = clause[max(0, place - 2) : place]
        after = clause[place + 1 : following]
        if after and after[0].text in ("more", "others"):
            found.append(Number(clause[place], Role.MORE))
        elif following < len(clause) and after and all(token.text == "of" for token in after):
            # "8 of 11 outcomes": the first counts what the second does.
            found.append(Number(clause[place], _role([], clause[following + 1 :])))
        elif before and before[-1].text == "of":
            role = _role(before, after)
            found.append(Number(clause[place], Role.TOTAL if role is Role.ROWS else role, _kinds(after)))
        else:
            found.append(Number(clause[place], _role(before, after), _kinds([*before, *after])))
    return found


def _role(before: Sequence[Token], after: Sequence[Token]) -> Role:
    for token in (*after, *before):
        if token.meaning is Meaning.PEOPLE or token.meaning in _KINDS:
            return Role.PEOPLE
        if token.meaning is Meaning.TRIALS:
            return Role.TRIALS
        if token.meaning is Meaning.OUTCOMES or token.meaning in DIRECTIONS:
            return Role.ROWS
        if after and token.passage is Kind.SLICE and token is after[0]:
            return Role.PEOPLE  # "looked at 120 older adults with knee pain"
        if token.rows:
            break
    return Role.NONE


def _kinds(tokens: Iterable[Token]) -> frozenset[CountKind]:
    return frozenset(_KINDS[token.meaning] for token in tokens if token.meaning in _KINDS)


def unbacked(number: Number, backing: Backing) -> str | None:
    """What is wrong with a number of people, of trials, or of nothing that is known; numbers of rows are claims."""
    value = number.token.value
    assert value is not None
    text = number.token.text
    if number.role is Role.PEOPLE:
        if value not in backing.people or (not number.kinds and value != backing.study.n_participants):
            return f"the number of people is not in the abstract: {text}"
        if number.kinds and not number.kinds & backing.people[value]:
            return f"so many people are not told as {', '.join(sorted(number.kinds))}: {text}"
    elif number.role is Role.TRIALS:
        if value not in backing.trials:
            return f"the number of studies is not in the abstract: {text}"
    elif number.role is Role.TOTAL:
        if value != Decimal(len(backing.study.outcomes)):
            return f"the ledger has not so many rows: {text}"
    elif number.role is Role.NONE:
        return f"a number without anything behind it: {text}"
    return None
