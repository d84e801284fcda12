"""The cases that a clause puts to the decision: every name in it, with what the two readers made of it.

A case is seen by what stands around the name (the pieces that the model of leanings sees, too), by what was read (the
verdict, whose it is, the statistic), and by where the clause stands (the sentence's role, the study's design).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from litwatch.domain.study import Design, Direction
from litwatch.extract.arms import Arms
from litwatch.extract.clauses import Clause, Name
from litwatch.extract.cues import words_of
from litwatch.extract.finding import Finding, polarity_of, statistic_near
from litwatch.extract.leaning import features as leaning_features
from litwatch.extract.leaning import model as leanings
from litwatch.extract.numbers import Statistic
from litwatch.extract.sentences import Role
from litwatch.extract.verdicts import comparison_of
from litwatch.extract.whose import subject
from litwatch.extract.words import stem

DIRECTIONS = (
    Direction.IMPROVED,
    Direction.WORSENED,
    Direction.NO_DIFFERENCE,
    Direction.MIXED,
    Direction.REPORTED,
)
"""In the order of a model's weights; no result has no weights of its own."""
_LISTS = ("hedge", "uncertain", "conflict", "association", "tendency")
_PHRASES = ("both", "between", "within", "versus", "joins", "baseline")
_UNREAD = "unread"
"""Stands for the direction of a name of which the readers tell nothing."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a clause stands: its sentence's role, the study, and the directions told by the clause before it."""

    role: Role
    design: Design
    arms: Arms
    before: frozenset[Direction] = frozenset()

    @property
    def concluded(self) -> bool:
        return self.role is Role.CONCLUSIONS

    def after(self, told: Iterable[Direction]) -> Setting:
        """The setting of the next clause of the sentence."""
        return replace(self, before=frozenset(told))


@dataclass(slots=True)
class Case:
    """A name with the findings that the readers made of it: none, one, or several (members, time points)."""

    name: Name
    findings: list[Finding]

    def statistic(self, clause: Clause) -> Statistic | None:
        found = self.findings[0].statistic if self.findings else None
        return found or statistic_near(clause, self.name)


def cases(clause: Clause, found: list[Finding]) -> list[Case]:
    """The outcomes that the readers found and the names that they left, in order of place."""
    made: dict[tuple[int, int], Case] = {}
    for finding in found:
        item = finding.item
        case = made.setdefault((item.first, item.last), Case(Name(item.first, item.last, item.concept, item.core), []))
        case.findings.append(finding)
    taken = list(made)
    for name in clause.names:
        if not any(first < name.end and name.start < last for first, last in taken):
            made[name.start, name.end] = Case(name, [])
    return [made[span] for span in sorted(made)]


def features(clause: Clause, case: Case, setting: Setting, among: int) -> list[str]:
    """What a case is decided by; `among` is the number of findings in its clause. In all about a hundred keys."""
    name = case.name
    good = polarity_of(clause, name)
    statistic = case.statistic(clause)
    significant = statistic.significant if statistic else None
    tested = {None: "?", True: "sig", False: "ns"}[significant]
    verdict = case.findings[0].verdict if case.findings else None
    ruled = verdict.direction.value if verdict else _UNREAD
    change = f"{ruled} {verdict.change.value}" if verdict and verdict.change else ruled
    seen = leaning_features(clause, name, good, significant, ruled)
    lean = leanings().lean([*seen, *_without_rule(good, tested)])
    leans = f"{lean.sense.value}{int(lean.sure * 5)}"
    whose = subject(clause, setting.arms, name.start)
    words = clause.words[name.start : name.end]
    known = name.concept is not None
    before = name.start and clause.words[name.start - 1]
    after = clause.words[name.end] if name.end < len(clause.words) else "$"
    estimate = statistic is not None and statistic.effect.value is not None
    told = min((each.value for each in setting.before), default="-")
    compared = comparison_of(clause, setting.design, whose).value
    return [
        *seen,
        f"read {change}",
        f"read {change} {tested}",
        f"lean {leans}",
        f"lean {leans} {ruled}",
        f"lean {leans} {good}",
        f"lean {leans} known {known}",
        f"role {setting.role.value}",
        f"role {setting.role.value} {ruled}",
        f"design {setting.design.value}",
        f"design {setting.design.value} {ruled}",
        f"whose {whose.value}",
        f"whose {whose.value} {ruled}",
        f"whose {whose.value} {lean.sense.value} {good}",
        f"compared {compared} {ruled}",
        f"head {stem(words[-1])}",
        f"first {stem(words[0])}",
        f"length {min(len(words), 6)}",
        f"cues {min(len(clause.cues), 3)}",
        f"cues {min(len(clause.cues), 3)} {bool(clause.statistics)}",
        f"statistics {min(len(clause.statistics), 3)} {ruled}",
        f"estimate {estimate} {ruled} {tested}",
        f"concept {name.concept.name if name.concept else '-'}",
        f"domain {name.concept.domain if name.concept else '-'}",
        f"domain {name.concept.domain if name.concept else '-'} {ruled}",
        f"known {known} {ruled}",
        f"names {min(len(clause.names), 4)}",
        f"told {told} {ruled}",
        f"opener {clause.opener} {ruled}",
        f"among {min(among, 3)} {ruled}",
        f"before {before}",
        f"after {after}",
        f"around {before} {after}",
        f"before {before} {ruled}",
        f"after {after} {ruled}",
        *(f"says {key} {ruled}" for key in _LISTS if clause.has(words_of(key))),
        *(f"says {key} {ruled}" for key in _PHRASES if clause.said(key)),
    ]


def _without_rule(good: str | None, tested: str) -> list[str]:
    """What the model of leanings sees of a name of which the readers tell nothing."""
    return ["rule=", f"rule= p={tested}", f"good={good} rule="]


def common(clause: Clause) -> list[str]:
    """What all cases of a clause share: its words."""
    return ["#", *{f"word {word}" for word in clause.words if word.isalpha()}]
