"""The decision on every name of a clause: no result, or a result in which direction (data/decisions.txt.gz).

The two readers (the grammar of scopes and the model of leanings) make findings by rule; a linear model trained on
annotated abstracts (training/) weighs what they found with all else that is known of the clause, and has the last word.
It may drop a finding, make one of a name that the readers left, and give a direction where they only report. It never
overturns a direction that they tell: a denial, a test or a plain "more" is surer than what usually stands in such places.
"""

from __future__ import annotations

import gzip
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from litwatch.domain.study import Comparison, Direction
from litwatch.extract.arms import Subject
from litwatch.extract.attach import attached
from litwatch.extract.cases import DIRECTIONS, Case, Setting, cases, common, features
from litwatch.extract.clauses import Clause
from litwatch.extract.cues import Sense, words_of
from litwatch.extract.entries import NOTHING
from litwatch.extract.finding import Finding, consistent, first, item_of, overlaps, polarity_of
from litwatch.extract.governed import refused, ruled
from litwatch.extract.items import Item
from litwatch.extract.leaning import turned
from litwatch.extract.lexicon import Polarity
from litwatch.extract.undone import denies, is_hypothetical, tells_method
from litwatch.extract.ungoverned import is_lone_harm, no_outcome, tells_way
from litwatch.extract.verdicts import Verdict, comparison_of, directed, same
from litwatch.extract.whose import subject
from litwatch.extract.why import Governed, Refusal, Stage, Step, Weighed

Row = tuple[float, ...]
_HUNDREDTHS = 100
"""The file holds hundredths: whole numbers load faster, and only the sum is divided."""

SURE = 0.35
"""How likely a name must be a result to become one."""
SURE_OF_NULL = 0.2
"""The same for a name of which the readers tell that there was no difference: no null is to be left out."""
_CLEAR = 0.7
"""How much of the likelihood of better and worse together one must have that only the model tells."""
_WAYS = frozenset({Direction.IMPROVED, Direction.WORSENED})


@dataclass(frozen=True, slots=True)
class Model:
    """Weights by feature: one for each of `DIRECTIONS`, relative to no result, in units of `1 / scale`."""

    weights: dict[str, Row]
    scale: int = 1

    def score(self, found: list[str]) -> list[float]:
        rows = [row for row in map(self.weights.get, found) if row is not None]
        if not rows:
            return [0.0] * len(DIRECTIONS)
        return [sum(column) / self.scale for column in zip(*rows, strict=True)]


def likelihoods(scores: list[float]) -> list[float]:
    """How likely each direction is; what is missing to 1 is how likely the name is no result."""
    top = max(0.0, *scores)
    odds = [math.exp(score - top) for score in scores]
    total = sum(odds) + math.exp(-top)
    return [each / total for each in odds]


@dataclass(slots=True)
class Decision:
    """What came of a name of a clause, and what decided it."""

    case: Case
    findings: list[Finding]
    """None if the name is no result."""
    refusal: Refusal | None = None
    weighed: Weighed | None = None


def decided(clause: Clause, found: list[Finding], setting: Setting) -> list[Decision]:
    """The decisions on a clause's outcomes and names, in order of place."""
    every = cases(clause, found)
    unread = any(not case.findings for case in every)
    no_results = refused(clause, setting.arms, setting.design) if unread else []
    made = [Decision(case, [], _refusal(clause, case, setting, no_results)) for case in every]
    pending = [each for each in made if each.refusal is None]
    if not pending:
        return made
    base = model().score(common(clause))
    chosen: list[tuple[Decision, Weighed, Direction]] = []
    for each in pending:
        own = model().score(features(clause, each.case, setting, len(found)))
        likely = likelihoods([one + other for one, other in zip(base, own, strict=True)])
        weighed = Weighed(len(found), likely, _likeliest(each.case, likely), _enough(clause, each.case))
        each.weighed = weighed
        # What a verdict word of a conclusion tells must stay; what it repeats is left out later, by the rows of the results.
        if weighed.result > weighed.enough or (setting.concluded and _is_told(each.case)):
            tells = _may_tell(clause, each.case, weighed.direction, setting)
            chosen.append((each, weighed, weighed.direction if tells else Direction.REPORTED))
        elif chosen and not each.case.findings and _is_listed(clause, chosen[-1][0].case, chosen[-1][2], each.case):
            chosen.append((each, weighed._replace(listed=True), Direction.NO_DIFFERENCE))
    added = any(not each.case.findings for each, _, _ in chosen)
    printed = attached(clause, [item_of(each.case.name) for each, _, _ in chosen]) if added else {}
    for each, weighed, direction in chosen:
        case = each.case
        if case.findings:
            each.findings += _turned(clause, case, direction, weighed)
        else:
            whose = subject(clause, setting.arms, case.name.start)
            verdict = _verdict(clause, case, direction, setting, whose)
            stage = Stage.LISTED if weighed.listed else Stage.DECIDED
            step = Step(stage, verdict, weighed._replace(whose=whose))
            entries = printed.get((case.name.start, case.name.end), NOTHING)
            each.findings += [_tested(first(item_of(case.name), step, *entry)) for entry in entries]
    return made


def _refusal(clause: Clause, case: Case, setting: Setting, no_results: list[Item]) -> Refusal | None:
    """Why the grammar knows a name to be no result, if the readers tell nothing of it: an exposure, a purpose, a hope,
    the control group's own change.
    """
    if case.findings:
        return None
    if refusal := no_outcome(clause, case.name):
        return refusal
    if overlaps(case.name, no_results):
        return Refusal.NO_RESULT
    if is_hypothetical(clause):
        return Refusal.HYPOTHETICAL
    if tells_method(clause):
        return Refusal.METHOD
    whose = subject(clause, setting.arms, case.name.start)
    return Refusal.CONTROL if whose in (Subject.CONTROL, Subject.CONTROL_ALONE) else None


def _enough(clause: Clause, case: Case) -> float:
    """How likely a case must be a result to be one: less for a null of what is known to be a name."""
    item = item_of(case.name)
    named = item.concept is not None or any(overlaps(name, [item]) for name in clause.names)
    return SURE_OF_NULL if named and _is_null(case) else SURE


def _is_null(case: Case) -> bool:
    """Whether the readers tell that there was no difference."""
    return any(finding.verdict.direction is Direction.NO_DIFFERENCE for finding in case.findings)


def _is_told(case: Case) -> bool:
    """Whether the grammar tells something of a name, or a reader that there was no difference.

    What is only leant towards in conclusions was wrong three times in four on annotated abstracts.
    """
    return any(
        isinstance(finding.steps[0].values, Governed) or finding.verdict.direction is Direction.NO_DIFFERENCE
        for finding in case.findings
    )


def _is_listed(clause: Clause, before: Case, direction: Direction, case: Case) -> bool:
    """Whether a name only goes on a list that tells no difference, which is that of each member (contract, rule 3)."""
    if not (_is_null(before) if before.findings else direction is Direction.NO_DIFFERENCE):
        return False
    between = clause.words[before.name.end : case.name.start]
    denied = denies(clause, case.statistic(clause)) and not is_lone_harm(clause, case.name)
    return denied and bool(between) and words_of("list_marks").issuperset(between)


def _may_tell(clause: Clause, case: Case, direction: Direction, setting: Setting) -> bool:
    """Whether a clause can tell a direction: a way needs a word or two values that tell it, and lone harms are reported.

    What favours an arm of which it is not clear whose it is tells none.
    """
    if direction in _WAYS:
        if _is_against(clause, case, direction, setting):
            return False
        unclear = clause.has(words_of("favour")) and subject(clause, setting.arms, case.name.start) is Subject.UNCLEAR
        return tells_way(clause, case.name) and not unclear
    if direction is Direction.NO_DIFFERENCE:
        return denies(clause, case.statistic(clause)) and not is_lone_harm(clause, case.name)
    return True


def _is_against(clause: Clause, case: Case, direction: Direction, setting: Setting) -> bool:
    """Whether a way is the other one than the verdict word over a name has it that the readers only report."""
    if not any(finding.verdict.direction is Direction.REPORTED for finding in case.findings):
        return False
    good = polarity_of(clause, case.name)
    told = ruled(clause, case.name, good, setting.arms, setting.design)
    return told == turned(Sense.WORSE if direction is Direction.IMPROVED else Sense.BETTER, good)


def _likeliest(case: Case, among: list[float]) -> Direction:
    """The likeliest direction; better or worse that the readers do not tell, too, must be clearly the likelier of them."""
    likely = dict(zip(DIRECTIONS, among, strict=True))
    best = max(likely, key=likely.__getitem__)
    if best in _WAYS and not any(finding.verdict.direction is best for finding in case.findings):
        ways = likely[Direction.IMPROVED] + likely[Direction.WORSENED]
        if likely[best] < _CLEAR * ways:
            return Direction.REPORTED
    return best


def _turned(clause: Clause, case: Case, direction: Direction, weighed: Weighed) -> Iterator[Finding]:
    """The findings of a case; one that is only reported, of an outcome whose good direction is known, may get one."""
    good = polarity_of(clause, case.name)
    for finding in case.findings:
        verdict = finding.verdict
        if verdict.direction is not Direction.REPORTED or direction is Direction.REPORTED or good is None:
            yield finding.because(Step(Stage.KEPT, verdict, weighed))
        else:
            yield _tested(finding.because(Step(Stage.DECIDED, _told(direction, good, verdict.comparison), weighed)))


def _verdict(clause: Clause, case: Case, direction: Direction, setting: Setting, whose: Subject) -> Verdict:
    comparison = comparison_of(clause, setting.design, whose)
    if direction is Direction.NO_DIFFERENCE and whose is Subject.BOTH and comparison is Comparison.WITHIN:
        return same(Comparison.BETWEEN)
    return _told(direction, polarity_of(clause, case.name), comparison)


def _told(direction: Direction, good: Polarity | None, comparison: Comparison) -> Verdict:
    """A direction as a verdict, with the way the value went as far as the polarity tells."""
    if direction is Direction.NO_DIFFERENCE:
        return same(comparison)
    if direction in _WAYS:
        return directed(Sense.BETTER if direction is Direction.IMPROVED else Sense.WORSE, good, comparison)
    return Verdict(direction, None, comparison)


def _tested(finding: Finding) -> Finding:
    """A test decides: one that shows no difference makes it none."""
    statistic = finding.statistic
    if statistic is not None and statistic.significant is False:
        return finding.because(Step(Stage.TEST, same(finding.verdict.comparison)))
    return consistent(finding)


def reasons(clause: Clause, case: Case, setting: Setting, weighed: Weighed) -> list[tuple[str, float]]:
    """The weights that made a direction the likeliest of a case, by feature, the heaviest first."""
    column = weighed.likely.index(max(weighed.likely))
    found = [*common(clause), *features(clause, case, setting, weighed.among)]
    heard = [(key, model().weights[key][column] / model().scale) for key in found if key in model().weights]
    return sorted(heard, key=lambda reason: (-abs(reason[1]), reason[0]))


@cache
def model() -> Model:
    """The shipped model."""
    path = files("litwatch.extract") / "data" / "decisions.txt.gz"
    with path.open("rb") as packed, gzip.open(packed, "rt", encoding="utf-8", newline="\n") as lines:
        rows = (line.rstrip("\n").split("\t") for line in lines)
        return Model({key: tuple(map(int, values.split(" "))) for key, values in rows}, _HUNDREDTHS)
