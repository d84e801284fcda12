"""What a clause says of the outcomes that it names: findings.

Two readers share the work. The grammar of scopes ties a verdict word to the outcomes that it governs; it is precise, and
goes first. A name that no verdict word governs by that grammar is read by the model of leanings, from all that stands
around it; it speaks only where it is sure enough.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from litwatch.domain.study import Comparison, Design, Direction
from litwatch.extract.arms import Arms, Subject, subject
from litwatch.extract.attach import statistic_of
from litwatch.extract.clauses import Clause, Name
from litwatch.extract.cues import INVERSE, Sense, phrases_of, words_of
from litwatch.extract.leaning import compared, features, model, nearest_sense, turned
from litwatch.extract.lexicon import Polarity
from litwatch.extract.numbers import RATIOS, Statistic
from litwatch.extract.scopes import Item, Scope, scopes
from litwatch.extract.times import series
from litwatch.extract.verdicts import Verdict, comparison_of, directed, judge, polarity, read_scope, same

_SURE = 0.6


class Finding(NamedTuple):
    """An outcome of a clause, what is said of it, and the statistic printed for it."""

    item: Item
    verdict: Verdict
    statistic: Statistic | None
    time: str | None = None
    """The time of this statistic, where an outcome has several, each of its own time."""


def findings(clause: Clause, arms: Arms, design: Design, *, concluded: bool) -> Iterator[Finding]:
    """The findings of a clause. A conclusion's count only for outcomes whose good direction is known."""
    if _elliptic(clause):
        yield from _left_out(clause, design)
        return
    found_all = _found(clause, arms, design, concluded=concluded)
    if clause.has(words_of("conflict")):
        yield from (finding._replace(verdict=_mixed(finding.verdict), statistic=None) for finding in found_all)
    elif not clause.has(words_of("uncertain")):
        yield from map(_levelled if _levels(clause) else _consistent, found_all)


def _mixed(verdict: Verdict) -> Verdict:
    return Verdict(Direction.MIXED, None, verdict.comparison)


def _levels(clause: Clause) -> bool:
    """Whether a clause ends with "… in both groups, without a difference between them"."""
    return any(
        cue.payload.sense is Sense.DIFF
        and not {"no", "without", "not"}.isdisjoint(clause.words[max(0, cue.start - 3) : cue.start])
        and "between" in clause.words[cue.end : cue.end + 3]
        and not any(name.start >= cue.end for name in clause.names)
        for cue in clause.cues
    )


def _levelled(finding: Finding) -> Finding:
    """A change within groups that did not differ between them."""
    if finding.verdict.comparison is not Comparison.WITHIN:
        return _consistent(finding)
    return _consistent(finding._replace(verdict=same(Comparison.BETWEEN)))


def _found(clause: Clause, arms: Arms, design: Design, *, concluded: bool) -> Iterator[Finding]:
    """What the two readers and the watch for harms find."""
    found = scopes(clause)
    taken = [item for scope in found for item in scope.items]
    for finding in _governed(clause, found, arms, design):
        if not concluded or finding.item.concept or polarity(clause, finding.item):
            yield finding
    for name in clause.names:
        if _overlaps(name, taken) or (concluded and not (name.concept or polarity_of(clause, name))):
            continue
        leaning = _leaning(clause, name, arms, design)
        if leaning is not None and _told(leaning):
            taken.append(leaning.item)
            yield leaning
    if not concluded:
        yield from _harms(clause, taken)


def _governed(clause: Clause, found: tuple[Scope, ...], arms: Arms, design: Design) -> Iterator[Finding]:
    """What the grammar of scopes tells."""
    owners = frozenset(scope.cue.start for scope in found)
    everything = [item for scope in found for item in scope.items]
    for scope in found:
        reading = read_scope(clause, scope, arms, design, owners)
        if reading is None or _is_exposure(clause, scope) or _is_purpose(clause, scope):
            continue
        if scope.after and _denied_after(clause, scope, owners):
            reading = replace(reading, sense=Sense.SAME, comparison=_across(reading.comparison))
        for index, item in enumerate(scope.items):
            if item.last < len(clause.words) and clause.words[item.last] in words_of("stranger"):
                continue
            statistic = statistic_of(clause, scope, index, everything)
            for time, own in _timed(clause, item) or ((None, statistic),):
                verdict = judge(reading, polarity(clause, item), own)
                if verdict is not None:
                    finding = Finding(item, verdict, own, time)
                    if _told(finding) or own is not None:
                        yield finding


def _timed(clause: Clause, item: Item) -> list[tuple[str | None, Statistic | None]]:
    """The statistics of an outcome that has several, each of another time; empty if they are not of different times."""
    end = clause.ends[item.last - 1]
    limit = min((clause.starts[n.start] for n in clause.names if n.start >= item.last), default=clause.ends[-1])
    last = max((aside.end for aside in clause.asides if aside.start <= limit), default=limit)
    limit = last if limit == clause.ends[-1] else limit
    own = [statistic for statistic in clause.statistics if end <= statistic.start < limit]
    if len(own) < 2:
        return []
    times = series(clause.raw, [(statistic.start, statistic.end) for statistic in own], end, limit)
    if None in times or len(set(times)) < len(times):
        return []
    return list(zip(times, own, strict=True))


def _denied_after(clause: Clause, scope: Scope, owners: frozenset[int]) -> bool:
    """Whether a noun of change is the subject of a null predicate: "declines in BMI and weight did not differ"."""
    if "noun" not in scope.cue.payload.kinds or scope.cue.payload.sense not in INVERSE:
        return False
    for cue in clause.cues:
        if cue.start < scope.items[-1].last or cue.start in owners:
            continue
        if cue.payload.sense is Sense.SAME:
            return True
        near = clause.words[max(scope.items[-1].last, cue.start - 4) : cue.start]
        return cue.payload.sense is Sense.DIFF and "verb" in cue.payload.kinds and ("not" in near or "nor" in near)
    return False


def _across(comparison: Comparison) -> Comparison:
    """A change that is alike is alike between groups."""
    return Comparison.BETWEEN if comparison is Comparison.WITHIN else comparison


def _elliptic(clause: Clause) -> bool:
    """A clause that only takes outcomes out of the verdict before it: "… but not function", "… except for sleep"."""
    return not clause.cues and (clause.opener == "except" or (clause.opener == "but" and clause.words[0] == "not"))


def _left_out(clause: Clause, design: Design) -> Iterator[Finding]:
    """The outcomes that "but not …" leaves out: no difference, unless a statistic says otherwise."""
    comparison = comparison_of(clause, design, Subject.UNNAMED)
    for name in clause.names:
        statistic = statistic_near(clause, name)
        if clause.opener == "but" and not (statistic and statistic.significant):
            yield Finding(item_of(name), same(comparison), statistic)


def _consistent(finding: Finding) -> Finding:
    """Without a significant statistic beside "no difference": one of the two belongs to something else."""
    statistic = finding.statistic
    null = finding.verdict.direction is Direction.NO_DIFFERENCE
    return finding._replace(statistic=None) if null and statistic and statistic.significant else finding


def _told(finding: Finding) -> bool:
    """Whether a row says enough without a number: which way, or at least of which known outcome."""
    verdict = finding.verdict
    return verdict.direction is not Direction.REPORTED or verdict.change is not None or finding.item.concept is not None


def _overlaps(name: Name, taken: list[Item]) -> bool:
    return any(item.first < name.end and name.start < item.last for item in taken)


def _is_exposure(clause: Clause, scope: Scope) -> bool:
    """Whether the cue stands in the exposure of an association ("higher activity was associated with …")."""
    join = phrases_of("joins").first(clause.words)
    return join is not None and scope.cue.end <= join.start and scope.cue.payload.sense is not Sense.DIFF


def _is_purpose(clause: Clause, scope: Scope) -> bool:
    """Whether the cue is an infinitive of purpose ("exercises to reduce pain"), which reports nothing."""
    at = scope.cue.start - 1
    while at > 0 and clause.words[at] in words_of("adverb"):
        at -= 1
    if at < 1 or clause.words[at] != "to" or "verb" not in scope.cue.payload.kinds:
        return False
    return clause.words[at - 1] not in words_of("before_infinitive") and not clause.words[at - 1].endswith("ed")


def _harms(clause: Clause, taken: list[Item]) -> Iterator[Finding]:
    """Adverse events that a clause only reports ("no serious adverse events occurred")."""
    for name in clause.names:
        if name.concept is not None and name.concept.name == "adverse events" and not _overlaps(name, taken):
            between = phrases_of("versus").first(clause.words) or phrases_of("between").first(clause.words)
            comparison = Comparison.BETWEEN if between else Comparison.WITHIN
            yield Finding(item_of(name), Verdict(Direction.REPORTED, None, comparison), None)


# names that no verdict word governs


def _leaning(clause: Clause, name: Name, arms: Arms, design: Design) -> Finding | None:
    """What the model of leanings tells of a name; None where it is not sure enough."""
    statistic = statistic_near(clause, name)
    if not (clause.cues or statistic) or _no_outcome(clause, name) or _is_lone_harm(clause, name):
        return None
    good = polarity_of(clause, name)
    significant = statistic.significant if statistic else None
    leaning = model().lean(features(clause, name, good, significant, ""))
    whose = subject(clause, arms, name.start)
    if leaning.sure < _SURE or (whose is Subject.CONTROL_ALONE and leaning.sense is not Sense.SAME):
        return None
    comparison = comparison_of(clause, design, whose)
    if significant is False or leaning.sense is Sense.SAME:
        return Finding(item_of(name), same(comparison), statistic)
    sense: Sense = leaning.sense
    if not _tells_way(clause, name):
        sense = _signed(statistic)
    elif good is None:
        sense = nearest_sense(clause, name) or sense
    if sense is Sense.DIFF:
        return Finding(item_of(name), Verdict(Direction.REPORTED, None, comparison), statistic)
    if whose is Subject.CONTROL:
        sense = INVERSE[sense]
    return Finding(item_of(name), directed(sense, good, comparison), statistic)


def _tells_way(clause: Clause, name: Name) -> bool:
    """Whether anything in the clause says which way: a cue of a way, or two values printed after the name."""
    return any(cue.payload.sense in INVERSE for cue in clause.cues) or compared(clause, name) not in ("", "same")


def _signed(statistic: Statistic | None) -> Sense:
    """The way that a difference's estimate goes, if it is one and significant."""
    effect = statistic.effect if statistic else None
    if effect is None or not effect.value or statistic is None or not statistic.significant:
        return Sense.DIFF
    if effect.measure in RATIOS:
        return Sense.UP if effect.value > 1 else Sense.DOWN
    return Sense.UP if effect.value > 0 else Sense.DOWN


def _is_lone_harm(clause: Clause, name: Name) -> bool:
    """Adverse events of which no comparison is made."""
    harm = name.concept is not None and name.concept.name == "adverse events"
    compares = phrases_of("versus").first(clause.words) or phrases_of("between").first(clause.words)
    return harm and not compares and phrases_of("both").first(clause.words) is None


def _no_outcome(clause: Clause, name: Name) -> bool:
    """Whether the words around a name make it part of something else ("strength | training"), or an exposure."""
    after = clause.words[name.end] if name.end < len(clause.words) else ""
    if _describes_people(clause, name) or clause.words[max(0, name.start - 2)] in words_of("favour"):
        return True
    if after in words_of("stranger") or not words_of("never").isdisjoint(clause.words[name.start : name.end]):
        return True
    join = phrases_of("joins").first(clause.words)
    return join is not None and name.end <= join.start and any(other.start >= join.end for other in clause.names)


def _describes_people(clause: Clause, name: Name) -> bool:
    """Whether a name tells who was studied or what was adjusted for: "adults with back pain", "adjusted for age"."""
    at = name.start - 1
    floor = max(0, at - 6)
    while at > floor and clause.words[at] not in ("with", "for"):
        if clause.words[at] in words_of("bound") or clause.words[at] == ",":
            return False
        at -= 1
    if at < 1 or clause.words[at] not in ("with", "for"):
        return False
    before = clause.words[at - 1]
    if clause.words[at] == "for":
        return before in ("adjusted", "adjustment", "adjusting", "controlling", "controlled", "accounting")
    return before in words_of("persons")


def item_of(name: Name) -> Item:
    """A name as the item of a scope."""
    return Item(name.start, name.end, name.concept, name.core)


def polarity_of(clause: Clause, name: Name) -> Polarity | None:
    """Which way is good for the person."""
    return polarity(clause, item_of(name))


def statistic_near(clause: Clause, name: Name) -> Statistic | None:
    """The statistic printed for a name: the first after it, if no other name stands between; or the clause's only one."""
    end = clause.ends[name.end - 1]
    later = [clause.starts[other.start] for other in clause.names if other.start >= name.end]
    limit = min(later, default=len(clause.text))
    own = [statistic for statistic in clause.statistics if end <= statistic.start < limit]
    if own:
        return own[0]
    after = [statistic for statistic in clause.statistics if statistic.start >= end]
    return after[0] if len(after) == 1 else None


def ruled(clause: Clause, name: Name, good: Polarity | None, arms: Arms, design: Design) -> str:
    """The sense that the grammar of scopes gives a name, as a feature: a sense of the value, "none", or ""."""
    found = scopes(clause)
    scope = next((each for each in found if _overlaps(name, list(each.items))), None)
    if scope is None:
        return ""
    reading = read_scope(clause, scope, arms, design, frozenset(each.cue.start for each in found))
    if reading is None:
        return "none"
    return turned(reading.sense, good) + ("~" if reading.tends else "")
