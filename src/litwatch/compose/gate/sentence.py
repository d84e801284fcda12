"""One sentence against the ledger."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from litwatch.compose.gate import comparisons
from litwatch.compose.gate.backing import Backing
from litwatch.compose.gate.claims import Claim, claims, clauses
from litwatch.compose.gate.counts import Number, Role, numbers, unbacked
from litwatch.compose.gate.known import CLEAR
from litwatch.compose.gate.passages import Passage, passages, quotations
from litwatch.compose.gate.reading import Token, read
from litwatch.compose.gate.words import ACTIVE, DESIGN_WORDS, Meaning
from litwatch.domain.prose import Part, Sentence
from litwatch.domain.study import Comparison, Direction, Outcome

ENUMERATIONS: Mapping[Part, frozenset[Direction]] = {
    Part.BETTER: frozenset({Direction.IMPROVED}),
    Part.UNCHANGED: frozenset({Direction.NO_DIFFERENCE}),
    Part.WORSE: frozenset({Direction.WORSENED}),
    Part.OTHER: frozenset({Direction.MIXED, Direction.REPORTED}),
}
"""The paragraphs that tell every row of the ledger, and the directions of those that belong there."""

_REFUSED = frozenset({Meaning.SIZE, Meaning.CAUSE, Meaning.ADVICE, Meaning.UNMENTIONED})


class Reading:
    """A sentence taken apart, with the rows that it says it rests on."""

    def __init__(self, part: Part, sentence: Sentence, backing: Backing) -> None:
        self.part = part
        self.backing = backing
        outcomes = backing.study.outcomes
        self.rows: dict[int, Outcome] = {row: outcomes[row] for row in sentence.rows if 0 <= row < len(outcomes)}
        self.sentence = sentence

    @cached_property
    def _quoted(self) -> tuple[list[Passage], list[str]]:
        own = (*self.backing.phrases, *(row.name for row in self.rows.values()))
        return quotations(self.sentence.text, self.backing.sources(self.part), own)

    @cached_property
    def faults(self) -> list[str]:
        """What is wrong with its quotations and its rows."""
        wrong = len(self.rows) != len(self.sentence.rows)
        rows = ["it rests on a row that is not in the ledger, or twice on one"] if wrong else []
        return [*rows, *self._quoted[1]]

    @cached_property
    def _passages(self) -> list[Passage]:
        # Phrases of the record tell who and what. Where outcomes are enumerated they could only hide one.
        phrases = () if self.part in ENUMERATIONS else self.backing.phrases
        return passages(self.sentence.text, self._names(), phrases, self._quoted[0])

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        return read(self.sentence.text, self._passages)

    @cached_property
    def own_words(self) -> str:
        """What is no passage, in small letters."""
        return _without(self.sentence.text, self._passages)

    def _names(self) -> dict[str, dict[int, Outcome]]:
        """How its rows may be called: by name, and where nothing is enumerated by an alias, too.

        A word that is the name of one row and an alias of another, or an alias of several, is about all of them if they
        went the same way; else it is about the row of that name, or about none.
        """
        rows = self.rows
        if self.part is Part.TAKEAWAY:  # a result without a direction is counted there, and contradicts none with one
            rows = {number: row for number, row in rows.items() if row.direction in CLEAR}
        names: dict[str, dict[int, Outcome]] = {}
        for number, row in rows.items():
            names.setdefault(row.name.lower(), {})[number] = row
        if self.part in ENUMERATIONS:
            return names
        aliased: dict[str, dict[int, Outcome]] = {}
        for number, row in rows.items():
            for alias in filter(None, row.aliases):
                aliased.setdefault(alias.lower(), {})[number] = row
        for alias, others in aliased.items():
            called = {**names.get(alias, {}), **others}
            if len({row.direction for row in called.values()}) == 1:
                names[alias] = called
        return names

    @property
    def told(self) -> list[tuple[int, ...]]:
        """The rows that are told by name, in order: for each name those that its words are about."""
        return [token.rows for token in self.tokens if token.rows]


def _without(text: str, found: Iterable[Passage]) -> str:
    pieces, place = [], 0
    for passage in found:
        pieces.append(text[place : passage.start])
        place = passage.end
    return "\0".join((*pieces, text[place:])).lower()


def read_faults(reading: Reading) -> Iterator[str]:
    """What the ledger does not back in a sentence that is not known word for word."""
    yield from reading.faults
    for token in reading.tokens:
        if token.unknown:
            yield f"a word that nobody checks: {token.text}"
        elif token.meaning in _REFUSED:
            yield f"{token.meaning} without backing: {token.text}"
        elif token.meaning is Meaning.DESIGN and token.text not in DESIGN_WORDS[reading.backing.study.design].split(
            "; "
        ):
            yield f"another design: {token.text}"
    yield from _others_named(reading)
    covered: set[int] = set()
    claimed = False
    for region in regions(reading):
        covered |= {row for token in region.tokens for row in region.of(token)}
        yield from region.faults(active=_active(reading), needed=_needed(reading.part))
        for clause in region.clauses:
            found = numbers(clause)
            yield from filter(None, (unbacked(number, reading.backing) for number in found))
            counted = [number.token for number in found if number.role in (Role.ROWS, Role.MORE)]
            said, unread = claims(clause, counted)
            yield from unread
            yield from _claimed(said, found, region, reading)
            claimed |= bool(said)
            covered |= {row for claim in said for row in _covered(claim, region, reading)}
    told = {(reading.rows[row].name.lower(), reading.rows[row].direction) for row in covered if row in reading.rows}
    yield from (
        f"rests on a row that it does not tell: {row.name}"
        for n, row in reading.rows.items()
        # "EQ-5D" tells a row of that name, and one that the abstract calls so beside its long name.
        if n not in covered and not any((alias.lower(), row.direction) in told for alias in row.aliases)
    )
    yield from _placed(reading, claimed=claimed)


def _needed(part: Part) -> comparisons.Needed:
    """What has to be said in such a paragraph with rows that were not compared with another group."""
    if part is Part.TAKEAWAY:
        return comparisons.IN_ONE_LINE
    return comparisons.IN_ENUMERATIONS if part in ENUMERATIONS and part is not Part.OTHER else {}


def _active(reading: Reading) -> str:
    return next((token.text for token in reading.tokens if token.meaning and token.text in ACTIVE), "")


class Region:
    """The clauses of a sentence that share what their rows are compared with, and those rows of the sentence.

    "Better for pain; before against after, better for sleep" has two: what comes before a word on comparing is about
    another group.
    """

    def __init__(self, clauses: list[list[Token]], rows: Mapping[int, Outcome]) -> None:
        self.clauses = clauses
        self.tokens = [token for clause in clauses for token in clause]
        self.said = comparisons.said(self.tokens)
        self.rows = rows

    def of(self, token: Token) -> tuple[int, ...]:
        """The rows of a told name that are compared in this way; if none is, all of them (which is a fault)."""
        return tuple(row for row in token.rows if row in self.rows) or token.rows

    def faults(self, *, active: str, needed: comparisons.Needed) -> Iterator[str]:
        clear = [row for row in self.rows.values() if row.direction in CLEAR]
        return comparisons.faults(self.said, clear, active=active, needed=needed)


def regions(reading: Reading) -> Iterator[Region]:
    """The regions of a sentence; most have one."""
    groups: list[list[list[Token]]] = []
    for clause in clauses(reading.tokens):
        if not groups or comparisons.kinds(clause):
            groups.append([])
        groups[-1].append(clause)
    for group in groups:
        kinds = comparisons.kinds([token for clause in group for token in clause]) or {Comparison.BETWEEN}
        rows = reading.rows
        if len(groups) > 1:
            rows = {number: row for number, row in rows.items() if row.comparison in kinds}
            # A name that none of them has is told for another comparison than its own: that is for the region to answer.
            told = [token.rows for clause in group for token in clause if rows.keys().isdisjoint(token.rows)]
            rows |= {number: reading.rows[number] for numbers in told for number in numbers}
        yield Region(group, rows)


def _others_named(reading: Reading) -> Iterator[str]:
    """Outcomes in the sentence's own words that it does not give as its rows.

    An outcome may be called by a word of ours ("treatment"): where that is read as such, it is none.
    """
    plain = {word for token in reading.tokens if token.meaning for word in (token.text, *token.text.split())}
    for number, row in enumerate(reading.backing.study.outcomes):
        name = row.name.lower()
        if number in reading.rows or name not in reading.own_words or name in plain:
            continue
        if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", reading.own_words):
            yield f"an outcome that the sentence does not rest on: {row.name}"


def _claimed(said: list[Claim], found: list[Number], region: Region, reading: Reading) -> Iterator[str]:
    roles = {id(number.token): number.role for number in found}
    everything = reading.backing.study.outcomes
    for claim in said:
        for token in claim.subjects:
            if token.rows:
                yield from _told(claim, [reading.rows[row] for row in region.of(token)])
            elif token.value is not None:
                more = roles.get(id(token)) is Role.MORE
                many = _untold(claim, region) if more else sum(map(claim.fits, everything))
                if token.value != many:
                    yield f"not so many are {claim.words}: {token.text}"
            else:
                yield from _quantified(claim, token, list(region.rows.values()) or everything)
        if not claim.subjects:
            yield from _said_of_all(claim, region.rows.values(), everything)
    if not said:
        for number in found:
            if number.role is Role.MORE or (number.role is Role.ROWS and number.token.value != len(everything)):
                yield f"the ledger has not so many rows: {number.token.text}"


def _told(claim: Claim, rows: Sequence[Outcome]) -> Iterator[str]:
    if claim.meaning is Meaning.VARIES:
        if claim.negated or len({row.direction for row in rows}) < 2:
            yield f"not told in different ways: {rows[0].name}"
    else:
        yield from (f"told as {claim.words}: {row.name}" for row in rows if not claim.fits(row))


def _untold(claim: Claim, region: Region) -> int:
    """How many names a claim is true of that it does not tell: the number in "pain and two more"."""
    told = {token.text.lower() for token in claim.subjects if token.rows}
    return len(_names(claim, region)) - len(told)


def _names(claim: Claim, region: Region) -> set[str]:
    """The names of which a claim is true in every row."""
    ways: dict[str, set[Direction]] = {}
    fitting: dict[str, bool] = {}
    of_unclear = claim.meaning in (Meaning.UNCLEAR, Meaning.MIXED)
    for row in region.rows.values():
        if row.direction not in CLEAR and not of_unclear:
            continue
        name = row.name.casefold()
        ways.setdefault(name, set()).add(row.direction)
        fitting[name] = fitting.get(name, True) and claim.fits(row)
    if claim.meaning is Meaning.VARIES:
        return {name for name in ways if len(ways[name]) > 1}
    return {name for name in fitting if fitting[name]}


def _quantified(claim: Claim, token: Token, rows: Sequence[Outcome]) -> Iterator[str]:
    fitting = sum(map(claim.fits, rows))
    if 2 * fitting <= len(rows) if token.meaning is Meaning.MOST else fitting != len(rows):
        yield f"not {token.text} are {claim.words}"


def _said_of_all(claim: Claim, rows: Collection[Outcome], everything: Iterable[Outcome]) -> Iterator[str]:
    """A direction without a subject: "Nothing got worse" is about the ledger, "That is better" about the rows."""
    if claim.negated:
        positive = Claim(claim.token, negated=False)
        yield from (f"told as {claim.words}: {row.name}" for row in everything if positive.fits(row))
        return
    if not rows:
        yield f"a direction of nothing: {claim.words}"
    yield from (f"told as {claim.words}: {row.name}" for row in rows if not claim.fits(row))


def _covered(claim: Claim, region: Region, reading: Reading) -> set[int]:
    """The rows that are told by a number or a word like "all", without their names."""
    if claim.subjects and all(token.rows for token in claim.subjects):
        return set()
    names = _names(claim, region)
    # "Pain and two more" counts names, and only those of which all rows went this way.
    by_name = claim.meaning is Meaning.VARIES or any(token.rows for token in claim.subjects)
    return {
        number
        for number, row in (region.rows if by_name else reading.rows).items()
        if (row.name.casefold() in names and row.direction in CLEAR if by_name else claim.fits(row) or claim.negated)
    }


def _placed(reading: Reading, *, claimed: bool) -> Iterator[str]:
    """Whether the paragraph is the one of these rows, and a primary outcome one."""
    named = [reading.rows[row] for rows in reading.told for row in rows]
    if reading.part in ENUMERATIONS:
        if not claimed:
            yield "an enumeration that does not say which way it went"
        kinds = ENUMERATIONS[reading.part]
        yield from (
            f"told in the paragraph of another direction: {row.name}" for row in named if row.direction not in kinds
        )
    if any(token.meaning is Meaning.PRIMARY for token in reading.tokens):
        yield from (f"not a primary outcome: {row.name}" for row in named if not row.primary)
