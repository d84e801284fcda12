"""The outcome ledger of one article: a row for each outcome of each result-bearing clause, without repetitions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from litwatch.domain.study import Change, Comparison, Design, Direction, Evidence, Outcome
from litwatch.extract.arms import Arms
from litwatch.extract.attach import statistic_of
from litwatch.extract.clauses import Clause, clauses
from litwatch.extract.cues import Sense, phrases_of, words_of
from litwatch.extract.details import aliases_of, key_of, primary_keys, subgroup_of, timepoint_of
from litwatch.extract.numbers import Statistic
from litwatch.extract.scopes import Item, Scope, scopes
from litwatch.extract.sentences import Role, Sentence
from litwatch.extract.verdicts import Verdict, judge, polarity, read_scope

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
            _row(sentence, clause, item, verdict, statistic, primary)
            for item, verdict, statistic in _verdicts(clause, design, arms, concluded=concluded)
        ]
    yield from before


def _verdicts(
    clause: Clause, design: Design, arms: Arms, *, concluded: bool
) -> Iterator[tuple[Item, Verdict, Statistic | None]]:
    """Each outcome of a clause with its verdict and its statistic."""
    found = scopes(clause)
    owners = frozenset(scope.cue.start for scope in found)
    everything = [item for scope in found for item in scope.items]
    for scope in found:
        reading = read_scope(clause, scope, arms, design, owners)
        if reading is None or _is_exposure(clause, scope):
            continue
        for index, item in enumerate(scope.items):
            good = polarity(clause, item)
            if concluded and item.concept is None and good is None:
                continue
            statistic = statistic_of(clause, scope, index, everything)
            verdict = judge(reading, good, statistic)
            if verdict is not None and (_told(item, verdict) or statistic is not None):
                yield item, verdict, None if _contradicts(verdict, statistic) else statistic
    if not concluded:
        yield from _harms(clause, everything)


def _contradicts(verdict: Verdict, statistic: Statistic | None) -> bool:
    """Whether a significant statistic stands beside "no difference": one of the two belongs to something else."""
    return verdict.direction is Direction.NO_DIFFERENCE and statistic is not None and statistic.significant is True


def _told(item: Item, verdict: Verdict) -> bool:
    """Whether a row says enough without a number: which way, or at least of which known outcome."""
    return verdict.direction is not Direction.REPORTED or item.concept is not None


def _harms(clause: Clause, taken: list[Item]) -> Iterator[tuple[Item, Verdict, None]]:
    """Adverse events that a clause only reports ("no serious adverse events occurred")."""
    for hit in clause.concepts:
        free = not any(item.first < hit.end and hit.start < item.last for item in taken)
        if hit.payload.name == "adverse events" and free:
            between = phrases_of("versus").first(clause.words) or phrases_of("between").first(clause.words)
            comparison = Comparison.BETWEEN if between else Comparison.WITHIN
            yield Item(hit.start, hit.end, hit.payload, hit.end), Verdict(Direction.REPORTED, None, comparison), None


def _takes_back(clause: Clause) -> bool:
    """A clause such as "but this difference was not significant", which turns the clause before it."""
    words = set(clause.words)
    return (
        clause.opener in ("but", "although", "though", "however")
        and bool(words & {"difference", "differences", "this", "these", "it"})
        and "not" in words
        and bool(words & {"significant", "significance"})
        and not clause.concepts
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


def _is_exposure(clause: Clause, scope: Scope) -> bool:
    """Whether the cue stands in the exposure of an association ("higher activity was associated with …")."""
    join = phrases_of("joins").first(clause.words)
    return join is not None and scope.cue.end <= join.start and scope.cue.payload.sense is not Sense.DIFF


def _row(
    sentence: Sentence,
    clause: Clause,
    item: Item,
    verdict: Verdict,
    statistic: Statistic | None,
    primary: frozenset[str],
) -> Row:
    start, end = clause.starts[item.first], clause.ends[item.last - 1]
    name = re.sub(r"\s+", " ", clause.text[start:end]).strip().replace(" -", "-")
    name = re.sub(r"\s+", " ", sentence.text[start:end]) if len(name) == end - start else name
    concept = item.concept
    time, group = timepoint_of(sentence, clause), subgroup_of(clause)
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
    names = {row.key[0] for row in rows if not row.concluded} | {
        row.outcome.concept for row in rows if not row.concluded and row.outcome.concept
    }
    for row in rows:
        if row.concluded and (row.outcome.concept in names or any(_same_outcome(row.key[0], name) for name in names)):
            continue
        if row.concluded and names and row.outcome.concept in words_of("broad"):
            continue
        old = kept.get(row.key)
        if old is None:
            kept[row.key] = row
        elif _estimates_differ(old.outcome, row.outcome) and _rank(old) == _rank(row):
            kept[(*row.key, str(len(kept)))] = row
        elif _weight(row) > _weight(old):
            kept[row.key] = replace(row, outcome=row.outcome)
    return list(kept.values())


def _same_outcome(one: str, other: str) -> bool:
    """Whether one name only narrows or widens the other: "strength" and "grip strength"."""
    left, right = set(key_of(one).split()), set(key_of(other).split())
    return left <= right or right <= left


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
