"""What a clause says of the outcomes that it names: findings.

Two readers share the work. The grammar of scopes ties a verdict word to the outcomes that it governs; it is precise, and
goes first. A name that no verdict word governs by that grammar is read by the model of leanings, from all that stands
around it; it speaks only where it is sure enough.
"""

from __future__ import annotations

from collections.abc import Iterator

from litwatch.domain.study import Comparison, Design, Direction
from litwatch.extract.arms import Arms, Subject
from litwatch.extract.asides import members_of
from litwatch.extract.attach import attached
from litwatch.extract.cases import Setting, cases
from litwatch.extract.clauses import Clause, Name
from litwatch.extract.cues import words_of
from litwatch.extract.deciding import Decision, decided
from litwatch.extract.entries import NOTHING, Entry
from litwatch.extract.finding import Finding, consistent, first, item_of, overlaps, polarity_of, statistic_near, told
from litwatch.extract.governed import governed, sides
from litwatch.extract.items import Item
from litwatch.extract.members import statistics_of_members
from litwatch.extract.numbers import Statistic
from litwatch.extract.scopes import scopes
from litwatch.extract.undone import is_bout, is_hypothetical, is_level, is_part, refers_back
from litwatch.extract.ungoverned import is_exposure, no_outcome, ungoverned
from litwatch.extract.values import by_values
from litwatch.extract.verdicts import Verdict, comparison_of, polarity, same
from litwatch.extract.why import Stage, Step


def decisions(clause: Clause, setting: Setting) -> list[Decision]:
    """What a clause tells of each of its outcomes and names: what the readers find, decided."""
    if not (clause.cues or clause.names):
        return []
    if _elliptic(clause):
        return [Decision(case, case.findings) for case in cases(clause, list(_left_out(clause, setting)))]
    return decided(clause, list(read(clause, setting)), setting)


def read(clause: Clause, setting: Setting) -> Iterator[Finding]:
    """What the two readers find. A conclusion's findings count only for outcomes whose good direction is known."""
    found = _found(clause, setting.arms, setting.design, concluded=setting.concluded)
    found_all = _unfolded(clause, (_valued(clause, finding, setting) for finding in found))
    if clause.has(words_of("conflict")):
        yield from (_conflicting(finding) for finding in found_all)
    elif not (clause.has(words_of("uncertain")) or is_hypothetical(clause) or refers_back(clause)):
        level = is_level(clause)
        for finding in found_all:
            bout = is_bout(clause, finding.item.first, finding.item.last)
            yield _levelled(finding) if level else _as_told(finding) if bout else consistent(finding)


def _by_values(clause: Clause, name: Name, arms: Arms, design: Design, entry: Entry) -> Finding | None:
    """What the values of two arms tell of a name that no verdict word governs; surer than what the model guesses."""
    told_by = None if no_outcome(clause, name) else by_values(clause, name, arms, design)
    return first(item_of(name), Step(Stage.VALUES, told_by.verdict, told_by), *entry) if told_by else None


def _valued(clause: Clause, finding: Finding, setting: Setting) -> Finding:
    """A finding that is only reported, with what the values of two arms tell."""
    verdict, item = finding.verdict, finding.item
    if verdict.direction is not Direction.REPORTED or verdict.change is not None:
        return finding
    name = Name(item.first, item.last, item.concept, item.core)
    told_by = by_values(clause, name, setting.arms, setting.design)
    return finding.because(Step(Stage.VALUES, told_by.verdict, told_by)) if told_by is not None else finding


def _unfolded(clause: Clause, found: Iterator[Finding]) -> Iterator[Finding]:
    """Each class with its members in brackets as its members: "cytokines (IL-6, TNF-α and IL-10)"."""
    for finding in found:
        end = clause.ends[finding.item.last - 1]
        aside = next((aside for aside in clause.asides if 0 <= aside.start - 1 - end <= 2), None)
        members = members_of(aside) if aside is not None and not _is_composite(clause, finding.item) else []
        own = _tested_members(clause, finding.item.last)
        if own:
            yield from (_of_member(finding, member, statistic) for member, statistic in own)
        elif members:
            alone = finding._replace(statistic=None) if _estimates(finding.statistic) else finding
            yield from (alone._replace(member=member) for member in members)
        else:
            yield finding


def _is_composite(clause: Clause, item: Item) -> bool:
    """Whether the members of a class count together, and what is told of it of none alone: "adverse events (…)"."""
    return not words_of("composites").isdisjoint(clause.words[item.first : item.last])


def _tested_members(clause: Clause, last: int) -> list[tuple[tuple[int, int], Statistic]]:
    """The members with statistics in the brackets that follow the outcome ending at word `last`, before any other name."""
    end = clause.ends[last - 1]
    limit = min((clause.starts[name.start] for name in clause.names if name.start >= last), default=len(clause.raw))
    asides = (aside for aside in clause.asides if end <= aside.start < limit)
    return next((found for aside in asides if (found := statistics_of_members(clause, aside))), [])


def _estimates(statistic: Statistic | None) -> bool:
    return statistic is not None and (statistic.effect.value is not None or statistic.effect.ci is not None)


def _of_member(finding: Finding, member: tuple[int, int], statistic: Statistic) -> Finding:
    """A class's finding for a member with a statistic of its own, which may deny the difference."""
    verdict = same(finding.verdict.comparison) if statistic.significant is False else finding.verdict
    return finding._replace(member=member, statistic=statistic).because(Step(Stage.MEMBER, verdict))


def _conflicting(finding: Finding) -> Finding:
    mixed = Verdict(Direction.MIXED, None, finding.verdict.comparison)
    return finding._replace(statistic=None).because(Step(Stage.CONFLICT, mixed))


def _as_told(finding: Finding) -> Finding:
    """What a test itself changed: the way of the value alone."""
    verdict = finding.verdict
    if verdict.direction in (Direction.IMPROVED, Direction.WORSENED):
        finding = finding.because(Step(Stage.BOUT, Verdict(Direction.REPORTED, verdict.change, verdict.comparison)))
    return consistent(finding)


def _levelled(finding: Finding) -> Finding:
    """A change that did not differ between groups."""
    if finding.verdict.change is None and finding.verdict.direction not in (Direction.IMPROVED, Direction.WORSENED):
        return consistent(finding)
    return consistent(finding.because(Step(Stage.LEVEL, same(Comparison.BETWEEN))))


def _found(clause: Clause, arms: Arms, design: Design, *, concluded: bool) -> Iterator[Finding]:
    """What the two readers and the watch for harms find."""
    found = scopes(clause)
    taken = [item for scope in found for item in scope.items]
    passed = taken + sides(clause, found)
    names = [name for name in clause.names if not (overlaps(name, passed) or is_exposure(clause, name))]
    printed = attached(clause, [*taken, *names])
    for finding in governed(clause, found, arms, design, printed):
        if not concluded or finding.item.concept or polarity(clause, finding.item) or _concludes(clause, finding):
            yield finding
    for name in names:
        if concluded and not (name.concept or polarity_of(clause, name)):
            continue
        for entry in printed.get((name.start, name.end), NOTHING):
            leaning = _by_values(clause, name, arms, design, entry) or ungoverned(clause, name, arms, design, entry)
            if leaning is not None and told(leaning):
                taken.append(leaning.item)
                yield leaning
    if not concluded:
        yield from _harms(clause, taken)


def _concludes(clause: Clause, finding: Finding) -> bool:
    """Whether a conclusion says of a name of several words that it got better or worse ("improved hand dexterity").

    The good direction need not be known for that; single words are too often an adjective ("safe and effective").
    """
    item = finding.item
    if finding.verdict.direction not in (Direction.IMPROVED, Direction.WORSENED) or item.last - item.first < 2:
        return False
    if not any(cue.end <= item.first for cue in clause.cues) or _is_unfinished(clause.words[item.last - 1]):
        return False
    return any((name.start, name.end) == (item.first, item.last) for name in clause.names)


def _is_unfinished(word: str) -> bool:
    return word.endswith(tuple(words_of("unfinished")))


def _elliptic(clause: Clause) -> bool:
    """A clause that only takes outcomes out of the verdict before it: "… but not function", "… except for sleep"."""
    return not clause.cues and (clause.opener == "except" or (clause.opener == "but" and clause.words[0] == "not"))


def _left_out(clause: Clause, setting: Setting) -> Iterator[Finding]:
    """The outcomes that "but not …" or "except …" leaves out: no difference, or if all else was that, a difference."""
    told_before = setting.before
    comparison = comparison_of(clause, setting.design, Subject.UNNAMED)
    changed = told_before == {Direction.NO_DIFFERENCE}
    for name in clause.names:
        if is_part(clause, name.end):
            continue
        statistic = statistic_near(clause, name)
        if clause.opener == "except" and not told_before and not (statistic and statistic.significant is False):
            continue
        if changed and clause.opener == "except":
            step = Step(Stage.LEFT_OUT, Verdict(Direction.REPORTED, None, comparison))
            yield first(item_of(name), step, statistic)
        elif not changed and not (statistic and statistic.significant):
            yield first(item_of(name), Step(Stage.LEFT_OUT, same(comparison)), statistic)


def _harms(clause: Clause, taken: list[Item]) -> Iterator[Finding]:
    """Adverse events that a clause only reports ("no serious adverse events occurred")."""
    for name in clause.names:
        if name.concept is not None and name.concept.name == "adverse events" and not overlaps(name, taken):
            between = clause.said("versus") or clause.said("between")
            comparison = Comparison.BETWEEN if between else Comparison.WITHIN
            yield first(item_of(name), Step(Stage.HARM, Verdict(Direction.REPORTED, None, comparison)))
