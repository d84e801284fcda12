"""The outcome ledger of one article: a row for each outcome of each result-bearing clause, without repetitions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from litwatch.domain.study import Change, Comparison, Design, Direction, Evidence, Outcome
from litwatch.extract.arms import Arms
from litwatch.extract.clauses import Clause, clauses
from litwatch.extract.cues import phrases_of, words_of
from litwatch.extract.details import aliases_of, key_of, primary_keys, subgroup_of
from litwatch.extract.reading import Finding, findings
from litwatch.extract.scopes import Item
from litwatch.extract.sentences import Role, Sentence
from litwatch.extract.times import points_of, times_in

_SILENT = frozenset({Design.PROTOCOL, Design.GUIDELINE, Design.COMMENTARY})
_RANK = {Comparison.BETWEEN: 2, Comparison.ASSOCIATION: 2, Comparison.WITHIN: 1}


@dataclass(frozen=True, slots=True)
class Row:
    """An outcome with what decides between repetitions."""

    outcome: Outcome
    key: tuple[str, ...]
    concluded: bool


def ledger(sentences: tuple[Sentence, ...], design: Design, title: str) -> tuple[Outcome, ...]:
    """All outcomes that an abstract reports, in order. Protocols, guidelines and commentaries report none."""
    if design in _SILENT:
        return ()
    arms = Arms.of(title)
    primary = primary_keys(sentences)
    rows: list[Row] = []
    for sentence in sentences:
        if sentence.role not in (Role.RESULTS, Role.CONCLUSIONS):
            continue
        rows.extend(_rows(sentence, design, arms, primary))
    return tuple(row.outcome for row in _merged(rows))


def _rows(sentence: Sentence, design: Design, arms: Arms, primary: frozenset[str]) -> Iterator[Row]:
    concluded = sentence.role is Role.CONCLUSIONS
    before: list[Row] = []
    for clause in clauses(sentence):
        if _no_result(clause, concluded):
            continue
        if _takes_back(clause):
            before = [_without_difference(row) for row in before]
            continue
        yield from before
        before = [
            _row(sentence, clause, finding, primary, time)
            for finding in findings(clause, arms, design, concluded=concluded)
            for time in ((finding.time,) if finding.time else _times(clause, finding.item))
        ]
    yield from before


def _times(clause: Clause, item: Item) -> tuple[str | None, ...]:
    """The time points of an outcome; (None,) where the clause names none for it."""
    found = times_in(clause.text, clause.starts[0], clause.ends[-1])
    first = min([name.start for name in clause.names], default=item.first)
    start, end = clause.starts[item.first], clause.ends[item.last - 1]
    return points_of(found, clause.starts[first], start, end) or (None,)


def _takes_back(clause: Clause) -> bool:
    """A clause such as "but this difference was not significant", which turns the clause before it."""
    words = set(clause.words)
    return (
        clause.opener in ("but", "although", "though", "however")
        and bool(words & {"difference", "differences", "this", "these", "it"})
        and "not" in words
        and bool(words & {"significant", "significance"})
        and not clause.names
    )


def _without_difference(row: Row) -> Row:
    null = replace(row.outcome, direction=Direction.NO_DIFFERENCE, change=Change.NO_DIFFERENCE)
    return replace(row, outcome=null)


def _no_result(clause: Clause, concluded: bool) -> bool:
    """Whether a clause states an aim, a plan, a baseline fact or, in a conclusion, a hope."""
    if phrases_of("baseline").first(clause.words) is not None and not clause.has(frozenset({"after", "change"})):
        return True
    if clause.has(words_of("hedge")) and (concluded or "whether" in clause.words or "aim" in clause.words):
        return True
    return concluded and clause.has(frozenset({"may", "might"}))


def _row(
    sentence: Sentence,
    clause: Clause,
    finding: Finding,
    primary: frozenset[str],
    time: str | None,
) -> Row:
    item, verdict, statistic = finding.item, finding.verdict, finding.statistic
    start, end = clause.starts[item.first], clause.ends[item.last - 1]
    name = re.sub(r"\s+", " ", clause.text[start:end]).strip().replace(" -", "-")
    name = re.sub(r"\s+", " ", sentence.text[start:end]) if len(name) == end - start else name
    concept = item.concept
    group = subgroup_of(clause)
    outcome = Outcome(
        name=name,
        direction=verdict.direction,
        comparison=verdict.comparison,
        evidence=Evidence(sentence.section, sentence.start, sentence.end, sentence.text),
        aliases=aliases_of(clause, end, name, concept),
        change=verdict.change,
        effect=statistic.effect if statistic else None,
        timepoint=time,
        subgroup=group,
        primary=key_of(name) in primary or "primary outcome" in clause.text.lower(),
        concept=concept.name if concept else None,
        domain=concept.domain if concept else None,
    )
    return Row(outcome, (key_of(name), time or "", group or ""), sentence.role is Role.CONCLUSIONS)


def _merged(rows: list[Row]) -> list[Row]:
    """Between outranks within, results outrank the conclusion, a row with its estimate one without."""
    kept: dict[tuple[str, ...], Row] = {}
    for row in rows:
        if row.concluded and _already_told(row, rows):
            continue
        old = kept.get(row.key)
        if old is None:
            kept[row.key] = row
        elif _differ(old, row) and _rank(old) == _rank(row):
            kept[(*row.key, str(len(kept)))] = row
        elif _weight(row) > _weight(old):
            kept[row.key] = replace(row, outcome=row.outcome)
    return list(kept.values())


def _already_told(row: Row, rows: list[Row]) -> bool:
    """Whether the results have told what a conclusion says: the same outcome, unless at another time point."""
    told = [other for other in rows if not other.concluded]
    if told and row.outcome.concept in words_of("broad"):
        return True
    same = [
        other
        for other in told
        if _same_outcome(row.key[0], other.key[0])
        or (row.outcome.concept is not None and row.outcome.concept == other.outcome.concept)
    ]
    time = row.outcome.timepoint
    return bool(same) and (time is None or any(other.outcome.timepoint in (None, time) for other in same))


def _same_outcome(one: str, other: str) -> bool:
    """Whether one name only narrows or widens the other: "strength" and "grip strength"."""
    left, right = set(key_of(one).split()), set(key_of(other).split())
    return left <= right or right <= left


def _differ(one: Row, other: Row) -> bool:
    """Whether two rows of one name tell different things: another estimate, or another verdict in another sentence."""
    if _estimates_differ(one.outcome, other.outcome):
        return True
    apart = one.outcome.evidence != other.outcome.evidence
    return apart and not other.concluded and one.outcome.direction is not other.outcome.direction


def _rank(row: Row) -> int:
    return _RANK[row.outcome.comparison]


def _weight(row: Row) -> tuple[int, bool]:
    effect = row.outcome.effect
    return _rank(row), effect is not None and effect.value is not None


def _estimates_differ(one: Outcome, other: Outcome) -> bool:
    left, right = one.effect, other.effect
    if left is None or right is None or left.value is None or right.value is None:
        return False
    return left.value != right.value
