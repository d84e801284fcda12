"""Findings by the grammar of scopes: a verdict word, the outcomes that it governs, and the statistic of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from litwatch.domain.study import Comparison, Design, Direction
from litwatch.extract.arms import Arms
from litwatch.extract.attach import Attached
from litwatch.extract.clauses import Clause, Name
from litwatch.extract.cues import Sense, words_of
from litwatch.extract.entries import NOTHING
from litwatch.extract.finding import Finding, first, item_of, overlaps, told
from litwatch.extract.items import Item
from litwatch.extract.leaning import turned
from litwatch.extract.lexicon import Polarity
from litwatch.extract.scopes import Scope, scopes
from litwatch.extract.undone import counts_people, is_denied_after, is_part, tells_no_result
from litwatch.extract.verdicts import Verdict, judge, polarity, read_scope
from litwatch.extract.why import Governed, Stage, Step


def governed(
    clause: Clause, found: tuple[Scope, ...], arms: Arms, design: Design, printed: Attached
) -> Iterator[Finding]:
    """What the grammar of scopes tells; `printed` are the entries of the clause's outcomes."""
    owners = owners_of(clause, found)
    for scope in found:
        reading = read_scope(clause, scope, arms, design, owners)
        if reading is None or _tells_nothing(clause, scope) or _is_side(clause, scope, found):
            continue
        stage = Stage.GOVERNED
        if is_denied_after(clause, scope, owners):
            stage = Stage.DENIED
            reading = replace(reading, sense=Sense.SAME, comparison=_across(reading.comparison))
        shared = not scope.after and counts_people(clause, scope.cue)
        listed = _listed(clause, scope)
        for item in scope.items:
            if is_part(clause, item.last):
                continue
            own_good = polarity(clause, item)
            for own in printed.get((item.first, item.last), NOTHING):
                verdict = judge(reading, own_good or listed, own.statistic)
                counted = shared and not (own.statistic and own.statistic.significant)
                if verdict is not None and counted:
                    verdict = Verdict(Direction.REPORTED, None, verdict.comparison)
                if verdict is not None:
                    by = Governed(scope, reading, None if own_good else listed)
                    step = Step(Stage.COUNTED if counted else stage, verdict, by)
                    finding = first(item, step, *own)
                    if told(finding) or own.statistic is not None:
                        yield finding


def _listed(clause: Clause, scope: Scope) -> Polarity | None:
    """The good direction of what a verdict is about, where it is known of a third of a list and all of these agree.

    What "and" joins is mostly of one kind: "reduced oxidative stress and | angiogenesis" (Hatzivassiloglou and McKeown,
    Predicting the semantic orientation of adjectives, 1997). What an exposure is associated with is not.
    """
    if "join" in scope.cue.payload.kinds:
        return None
    known = [good for item in scope.items if (good := polarity(clause, item)) is not None]
    return known[0] if len(set(known)) == 1 and 3 * len(known) >= len(scope.items) else None


def refused(clause: Clause, arms: Arms, design: Design) -> list[Item]:
    """The outcomes of verdicts that the grammar knows to tell no result: of an exposure, a purpose, the control group."""
    found = scopes(clause)
    owners = owners_of(clause, found)
    return sides(clause, found) + [
        item
        for scope in found
        if _tells_nothing(clause, scope) or read_scope(clause, scope, arms, design, owners) is None
        for item in scope.items
    ]


def sides(clause: Clause, found: tuple[Scope, ...]) -> list[Item]:
    """The names that are an arm of a comparison: "| walking | was superior to | rest | in reducing pain"."""
    compared = [scope for scope in found if _is_side(clause, scope, found)]
    ahead = [item_of(name) for scope in compared for name in clause.names if name.end <= scope.cue.start]
    return ahead + [item for scope in compared for item in scope.items]


def owners_of(clause: Clause, found: tuple[Scope, ...]) -> frozenset[int]:
    """The first words of the cues that have outcomes of their own; "surgery" in "similar to surgery" is none."""
    return frozenset(
        scope.cue.start
        for scope in found
        if not _is_side(clause, scope, found)
        and any(" ".join(clause.words[item.first : item.last]) not in words_of("vague") for item in scope.items)
    )


def _is_side(clause: Clause, scope: Scope, found: tuple[Scope, ...]) -> bool:
    """Whether what a verdict is about is an arm: "| walking was superior to rest | in reducing pain"."""
    words = clause.words
    if "verb" in scope.cue.payload.kinds:
        return False
    return any(
        scope.cue.end < other.cue.start
        and words[other.cue.start].endswith("ing")
        and words[other.cue.start - 1] == "in"
        for other in found
    )


def _tells_nothing(clause: Clause, scope: Scope) -> bool:
    told = (_is_exposure, _is_purpose, _is_means, tells_no_result)
    return any(tells(clause, scope) for tells in told)


def _is_means(clause: Clause, scope: Scope) -> bool:
    """Whether a verdict's subject is what works on the outcomes told after it: "participation was effective for …"."""
    if scope.after or clause.words[scope.cue.start] not in words_of("works"):
        return False
    return any(name.start >= scope.cue.end for name in clause.names)


def _across(comparison: Comparison) -> Comparison:
    """A change that is alike is alike between groups."""
    return Comparison.BETWEEN if comparison is Comparison.WITHIN else comparison


def _is_exposure(clause: Clause, scope: Scope) -> bool:
    """Whether the cue stands in the exposure of an association ("higher activity was associated with …")."""
    join = clause.said("joins")
    if join is None or scope.cue.end > join.start or scope.cue.payload.sense is Sense.DIFF:
        return False
    after = [*(name.start for name in clause.names), *(cue.start for cue in clause.cues)]
    if max(after) < join.end:  # "no decrease in pain associated with exercise"
        return False
    return not ("verb" in scope.cue.payload.kinds and _is_second_predicate(clause, join.start))


def _is_second_predicate(clause: Clause, at: int) -> bool:
    """Whether an association is told beside another verdict: "fell and was associated with …"."""
    passed = ("be", "adverb", "positive", "negative")
    while at > 0 and any(clause.words[at - 1] in words_of(key) for key in passed):
        at -= 1
    return at > 0 and clause.words[at - 1] in ("and", "but")


def _is_purpose(clause: Clause, scope: Scope) -> bool:
    """Whether the cue is an infinitive of purpose ("exercises to reduce pain"), which reports nothing."""
    at = scope.cue.start - 1
    while at > 0 and clause.words[at] in words_of("adverb"):
        at -= 1
    if at < 0 or clause.words[at] != "to" or "verb" not in scope.cue.payload.kinds:
        return False
    if at == 0:  # "To improve sleep, …"
        return not clause.opener
    return clause.words[at - 1] not in words_of("before_infinitive") and not clause.words[at - 1].endswith("ed")


def ruled(clause: Clause, name: Name, good: Polarity | None, arms: Arms, design: Design) -> str:
    """The sense that the grammar of scopes gives a name, as a feature: a sense of the value, "none", or ""."""
    found = scopes(clause)
    scope = next((each for each in found if overlaps(name, list(each.items))), None)
    if scope is None:
        return ""
    reading = read_scope(clause, scope, arms, design, owners_of(clause, found))
    if reading is None:
        return "none"
    return turned(reading.sense, good) + ("~" if reading.tends else "")
