"""Which rows and counts each word of direction is about, and whether they bear it out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from litwatch.compose.gate.reading import Token
from litwatch.compose.gate.words import Meaning
from litwatch.domain.study import Change, Direction, Outcome

DIRECTIONS: Mapping[Meaning, frozenset[Direction]] = {
    Meaning.BETTER: frozenset({Direction.IMPROVED}),
    Meaning.WORSE: frozenset({Direction.WORSENED}),
    Meaning.SAME: frozenset({Direction.NO_DIFFERENCE}),
    Meaning.CHANGED: frozenset({Direction.IMPROVED, Direction.WORSENED}),
    Meaning.UNCLEAR: frozenset({Direction.MIXED, Direction.REPORTED}),
    Meaning.MIXED: frozenset({Direction.MIXED}),
    Meaning.LIKEWISE: frozenset(Direction),
    Meaning.VARIES: frozenset(Direction),
    Meaning.LOWER: frozenset({Direction.IMPROVED, Direction.WORSENED, Direction.REPORTED, Direction.MIXED}),
    Meaning.HIGHER: frozenset({Direction.IMPROVED, Direction.WORSENED, Direction.REPORTED, Direction.MIXED}),
}
"""Which rows a word of direction may be said of."""

_CHANGES = {Meaning.LOWER: Change.DECREASED, Meaning.HIGHER: Change.INCREASED}
_STOPS = frozenset({".", "!", "?", ";"})


@dataclass(slots=True)
class Claim:
    """A direction, and the rows and counts that it is said of. Without any it is said of all that is in question."""

    token: Token
    negated: bool
    subjects: list[Token] = field(default_factory=list)
    opened: bool = False
    """A colon follows: what is told after it belongs to it."""

    @property
    def meaning(self) -> Meaning:
        assert self.token.meaning is not None
        return self.token.meaning

    @property
    def words(self) -> str:
        return f"not {self.token.text}" if self.negated else self.token.text

    def fits(self, row: Outcome) -> bool:
        """Whether the row bears the claim out."""
        if self.negated:
            # "CRP did not improve" is true of a null. What "not unchanged" means nobody needs to find out.
            unclear = self.meaning in (Meaning.SAME, Meaning.UNCLEAR)
            return not unclear and row.direction is Direction.NO_DIFFERENCE
        change = _CHANGES.get(self.meaning)
        return row.direction in DIRECTIONS[self.meaning] and (change is None or row.change is change)


def clauses(tokens: Iterable[Token]) -> Iterator[list[Token]]:
    """The parts of a sentence that make their own statements: between full stops, semicolons and words like "but".

    A semicolon inside an enumeration begins no clause: what follows it has no direction of its own.
    """
    parts: list[list[Token]] = [[]]
    listed = [False]
    for token in tokens:
        if (token.mark and token.text in _STOPS) or token.meaning is Meaning.CONTRAST:
            parts.append([])
            listed.append(token.text == ";")
        parts[-1].append(token)
    whole: list[list[Token]] = []
    for part, after_semicolon in zip(parts, listed, strict=True):
        if whole and after_semicolon and not any(token.meaning in DIRECTIONS for token in part):
            whole[-1] += part
        else:
            whole.append(part)
    return iter(whole)


def claims(clause: Iterable[Token], counts: Iterable[Token]) -> tuple[list[Claim], list[str]]:
    """Every claim of a direction in `clause`, and what cannot be read. `counts` are its numbers of rows."""
    counted = {id(token) for token in counts}
    found: list[Claim] = []
    waiting: list[Token] = []
    negated = False
    for token in clause:
        if token.meaning is Meaning.NOT:
            negated = True
        elif token.text == ":" and found and not waiting:
            found[-1].opened = True
        elif token.rows or id(token) in counted or token.meaning in (Meaning.ALL, Meaning.MOST):
            (found[-1].subjects if found and found[-1].opened else waiting).append(token)
        elif token.meaning in DIRECTIONS:
            found.append(_claim(token, negated, waiting, found))
            waiting, negated = [], False
    if negated:
        return found, ["a negation that belongs to nothing"]
    if waiting and found:
        found[-1].subjects += waiting
    return found, []


def _claim(token: Token, negated: bool, waiting: list[Token], earlier: list[Claim]) -> Claim:
    last = earlier[-1] if earlier else None
    if last and waiting and not last.subjects and not last.negated:
        last.subjects += waiting  # "Better were pain and fatigue, unchanged …": the direction comes first
        return Claim(token, negated)
    if last and not waiting and not negated:
        return Claim(token, negated, list(last.subjects))  # "Pain was lower, that is better"
    return Claim(token, negated, waiting)
