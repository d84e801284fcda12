"""Which way a result goes: a cue's sense, turned by negation, arm, p-value and interval, and read by polarity.

A cue ("reduction" means down) that is negated, or only tends, means same. So does one whose p-value is .05 or more, or
whose interval holds the null value. The control group's result is turned round. What is left is read by the outcome's
polarity: down, where lower is better, is improved.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from litwatch.domain.study import Change, Comparison, Design, Direction, Measure
from litwatch.extract.arms import Arms, Subject
from litwatch.extract.clauses import Clause
from litwatch.extract.cues import INVERSE, CueWord, Sense, phrases_of, words_of
from litwatch.extract.items import Item
from litwatch.extract.lexicon import Polarity
from litwatch.extract.numbers import RATIOS, Statistic
from litwatch.extract.resources import word_set
from litwatch.extract.scopes import Scope
from litwatch.extract.undone import is_countered, is_smaller
from litwatch.extract.wanted import wanted, wanted_of
from litwatch.extract.whose import subject
from litwatch.extract.words import Hit

OBSERVATIONAL = frozenset({Design.COHORT, Design.CASE_CONTROL, Design.CROSS_SECTIONAL})
_POOLED = frozenset({Design.META_ANALYSIS, Design.SYSTEMATIC_REVIEW, Design.RANDOMIZED_TRIAL, Design.ANIMAL})
_NEGATION_REACH = 14


@dataclass(slots=True)
class Verdict:
    """What a clause says of one outcome."""

    direction: Direction
    change: Change | None
    comparison: Comparison


@dataclass(slots=True)
class Reading:
    """A scope read as a whole, before the single outcome's statistic and polarity."""

    sense: Sense
    subject: Subject
    comparison: Comparison
    tends: bool
    favoured: bool = False
    """The clause says whom a difference favours."""


def read_scope(
    clause: Clause, scope: Scope, arms: Arms, design: Design, owners: frozenset[int] = frozenset()
) -> Reading | None:
    """The sense of a cue in its clause; None where the clause gives no result of the intervention.

    `owners` are the first words of the clause's cues that have outcomes of their own.
    """
    if "join" in scope.cue.payload.kinds:
        return _association(clause, scope, owners)
    whose = subject(clause, arms, scope.cue.start)
    comparison = comparison_of(clause, design, whose)
    if whose is Subject.CONTROL_ALONE:
        if comparison is Comparison.WITHIN or scope.cue.payload.kinds != {"adjective"}:
            return None
        whose = Subject.CONTROL
    negated = _negated(clause, scope, owners)
    if negated or scope.cue.payload.sense is Sense.SAME or _is_alike(clause, scope, owners):
        return _read_same(clause, scope, whose, comparison, negated=negated)
    return Reading(
        _graded_sense(clause, scope, comparison, owners),
        whose,
        comparison,
        tends=_tends(clause, scope, owners),
        favoured=not words_of("favour").isdisjoint(clause.words),
    )


def _is_alike(clause: Clause, scope: Scope, owners: frozenset[int]) -> bool:
    """Whether a change is told as alike: "similar reductions in pain", "equally effective in reducing pain"."""
    if _graded(clause, scope, words_of("similar")) or any(
        hit.end == scope.cue.start for hit in clause.hits("alike_in")
    ):
        return True
    governs = _tells_in(clause, scope, owners)
    if governs is None:
        return False
    near = clause.words[max(0, governs.start - 1) : governs.start]
    return governs.payload.sense is Sense.SAME or not (words_of("similar") | {"as"}).isdisjoint(near)


def _tends(clause: Clause, scope: Scope, owners: frozenset[int]) -> bool:
    """Whether the cue's own conjunct, from the verdict before it to the one after it, speaks of a tendency."""
    begin = max((start for start in owners if start < scope.cue.start), default=0)
    end = min((start for start in owners if start > scope.cue.start), default=len(clause.words))
    last = max(scope.cue.end, scope.items[-1].last if scope.after else 0)
    joined = next((at for at in range(last, end) if clause.words[at] == "and"), end)
    return not words_of("tendency").isdisjoint(clause.words[begin:joined])


def _read_same(
    clause: Clause, scope: Scope, whose: Subject, comparison: Comparison, *, negated: bool
) -> Reading | None:
    """No difference. "Not similar" tells nothing; what is alike in both groups is a result between them."""
    if scope.cue.payload.sense is Sense.SAME:
        if negated:
            return None
        if whose is Subject.BOTH and "baseline" not in clause.words:
            comparison = Comparison.BETWEEN
    elif not negated and comparison is Comparison.WITHIN:
        comparison = Comparison.BETWEEN
    return Reading(Sense.SAME, whose, comparison, tends=False)


def _graded_sense(clause: Clause, scope: Scope, comparison: Comparison, owners: frozenset[int]) -> Sense:
    """A cue's sense, turned by "a smaller reduction", "decreased less" and by an exposure that is a lack."""
    sense = scope.cue.payload.sense
    after = clause.words[scope.cue.end : scope.cue.end + 2]
    governs = _tells_in(clause, scope, owners)
    if governs is not None and _is_worse(clause, governs):
        sense = INVERSE.get(sense, sense)
    if is_countered(clause, scope):
        sense = Sense.DIFF if sense is Sense.BETTER else INVERSE.get(sense, sense)
    elif comparison is not Comparison.WITHIN and (
        _graded(clause, scope, words_of("fewer")) or "less" in after or is_smaller(clause, scope)
    ):
        sense = INVERSE.get(sense, sense)
    return INVERSE.get(sense, sense) if _lacks_exposure(clause, scope) else sense


def _lacks_exposure(clause: Clause, scope: Scope) -> bool:
    """Whether a result is one of little exposure ("low activity was associated with more pain")."""
    join = clause.said("joins")
    if join is None or scope.cue.start < join.end:
        return False
    return _is_lack(_exposure(clause, join.start))


def _is_lack(exposure: list[str]) -> bool:
    """Whether an exposure is a lack; a low dose is none."""
    lacks, doses = words_of("prognosis"), words_of("doses_low")
    return any(word in lacks and after not in doses for word, after in pairwise((*exposure, "")))


def _exposure(clause: Clause, end: int) -> list[str]:
    """The words before `end`, without a comparator that opens the clause ("compared with fewer steps, …")."""
    versus = phrases_of("versus").first(clause.words[:end])
    if versus is None or "," not in clause.words[versus.end : end]:
        return clause.words[:end]
    comma = clause.words.index(",", versus.end)
    return clause.words[: versus.start] + clause.words[comma:end]


def _association(clause: Clause, scope: Scope, owners: frozenset[int]) -> Reading | None:
    """An association with what stands after the cue; None where the exposure itself is a lack ("low activity")."""
    start = scope.cue.start
    if _negated(clause, scope, owners):
        return Reading(Sense.SAME, Subject.UNNAMED, Comparison.ASSOCIATION, tends=False)
    if _is_lack(_exposure(clause, start)):
        return None
    way = set(clause.words[max(0, start - 2) : scope.cue.end])
    sense = Sense.DIFF
    if way & words_of("negative"):
        sense = Sense.DOWN
    elif way & words_of("positive"):
        sense = Sense.UP
    return Reading(sense, Subject.UNNAMED, Comparison.ASSOCIATION, tends=False)


def comparison_of(clause: Clause, design: Design, whose: Subject) -> Comparison:
    if design in OBSERVATIONAL:
        within = clause.said("within") is not None and not clause.has(words_of("association"))
        return Comparison.WITHIN if within else Comparison.ASSOCIATION
    if clause.said("between") is not None:
        return Comparison.BETWEEN
    versus = clause.said("versus")
    if clause.said("within") is not None or whose is Subject.BOTH:
        return Comparison.WITHIN
    if versus is not None or design in _POOLED:
        return Comparison.BETWEEN
    return Comparison.WITHIN


def _negated(clause: Clause, scope: Scope, owners: frozenset[int]) -> bool:
    """Whether a negation stands before the cue, nearer than any earlier verdict."""
    start = scope.cue.start
    if scope.cue.payload.sense is Sense.SAME:
        return any(word in ("not", "no") for word in clause.words[max(0, start - 3) : start])
    if _denied_gerund(clause, scope, owners) or _is_left_out(clause, scope):
        return True
    floor = max(0, start - _NEGATION_REACH)
    for at in range(start - 1, floor - 1, -1):
        word = clause.words[at]
        if word in ("neither", "none"):
            return True
        if word == "non" and not clause.words[at + 1].startswith("signific"):
            continue  # "non-dominant"
        if word in words_of("negation"):
            return clause.words[at + 1] not in ("only", "doubt") and not _other_verdict(clause, at, start, owners)
    return "neither" in clause.words[:start] or clause.said("none_of_both") is not None


def _is_left_out(clause: Clause, scope: Scope) -> bool:
    """Whether "but not" takes a verb's subject out of it: "pain, but not fatigue, decreased"."""
    if (
        not scope.items
        or scope.after
        or clause.opener != "but"
        or clause.words[:1] != ["not"]
        or "," not in clause.words
    ):
        return False
    return scope.items[-1].last <= clause.words.index(",")


def _denied_gerund(clause: Clause, scope: Scope, owners: frozenset[int]) -> bool:
    """Whether a gerund only tells in what something denied would lie: "showed no benefit over … in reducing pain"."""
    governs = _tells_in(clause, scope, owners)
    if governs is None:
        return False
    return not {"no", "not", "without", "nor"}.isdisjoint(clause.words[max(0, governs.start - 4) : governs.start])


def _tells_in(clause: Clause, scope: Scope, owners: frozenset[int]) -> Hit[CueWord] | None:
    """The verdict of which a gerund tells in what it lies: "was less | effective … in reducing pain"."""
    if not clause.words[scope.cue.start].endswith("ing"):
        return None
    return next((cue for cue in reversed(clause.cues) if cue.end <= scope.cue.start and cue.start not in owners), None)


def _is_worse(clause: Clause, cue: Hit[CueWord]) -> bool:
    """Whether a verdict over a comparator is against the intervention: "inferior to …", "less effective than …"."""
    less = not words_of("fewer").isdisjoint(clause.words[max(0, cue.start - 2) : cue.start])
    return less is (cue.payload.sense is not Sense.WORSE)


def _other_verdict(clause: Clause, negation: int, start: int, owners: frozenset[int]) -> bool:
    """Whether another verdict, not joined by "or", lies between a negation and the cue."""
    between = [hit for hit in clause.cues if negation < hit.start and hit.end <= start and hit.start in owners]
    if not between:
        return "," in clause.words[negation:start]
    joins = [word for word in clause.words[negation:start] if word in ("and", "or", "nor", "but")]
    return not joins or joins[-1] not in ("or", "nor")


def _graded(clause: Clause, scope: Scope, grades: frozenset[str]) -> bool:
    """Whether one of `grades` stands just before the cue, with nothing but grading words between."""
    for at in range(scope.cue.start - 1, max(-1, scope.cue.start - 5), -1):
        if clause.words[at] in grades:
            return True
        if clause.words[at] not in words_of("modifier_gap"):
            return False
    return False


class Source(Enum):
    """What tells which way is good."""

    CONCEPT = "concept"
    FAULTY = "faulty"
    ABBREVIATION = "abbreviation"
    WORDS = "words"


def polarity(clause: Clause, item: Item) -> Polarity | None:
    """Which way is good for the person."""
    return good_by(clause, item)[0]


def good_by(clause: Clause, item: Item) -> tuple[Polarity | None, Source]:
    """Which way is good for the person, and what tells it."""
    words = clause.words
    if item.concept is not None:
        before, after = tuple(words[item.first : item.core]), tuple(words[item.core : item.last])
        return wanted_of(item.concept, before, after), Source.CONCEPT
    # "abnormal | stool pattern": what makes a name a bad thing is often left outside it.
    if item.first > 0 and words[item.first - 1] in word_set("polarity", "faulty"):
        return "lower", Source.FAULTY
    name = words[item.first : item.last]
    if clause.glossary.ending(name):
        return wanted(tuple(clause.glossary.in_full(name))), Source.ABBREVIATION
    return wanted(tuple(name)), Source.WORDS


def judge(reading: Reading, good: Polarity | None, statistic: Statistic | None) -> Verdict | None:
    """The verdict on one outcome; None where it cannot be told and nothing honest is left to report."""
    significant = statistic.significant if statistic else None
    if reading.sense is Sense.SAME:
        if significant and statistic and statistic.effect.ci:
            return None
        return same(reading.comparison)
    if significant is False or (reading.tends and significant is not True):
        return same(reading.comparison)
    sense: Sense = reading.sense
    if reading.sense is Sense.DIFF:
        sense = _by_sign(reading, good, statistic)
    if sense is Sense.DIFF or (reading.subject is Subject.UNCLEAR and reading.comparison is Comparison.BETWEEN):
        return Verdict(Direction.REPORTED, None, reading.comparison)
    if reading.subject is Subject.CONTROL and reading.sense is not Sense.DIFF:
        sense = INVERSE[sense]
    return directed(sense, good, reading.comparison)


def _by_sign(reading: Reading, good: Polarity | None, statistic: Statistic | None) -> Sense:
    """The way a difference goes: by the arm it favours, else by the sign of its estimate where that is safe."""
    if reading.subject is Subject.CONTROL:
        return Sense.WORSE
    if reading.favoured and reading.subject is Subject.INTERVENTION:
        return Sense.BETTER
    effect = statistic.effect if statistic else None
    if effect is None or effect.value is None or not effect.ci:
        return Sense.DIFF
    if effect.measure in RATIOS and good == "lower" and statistic and statistic.significant:
        return Sense.UP if effect.value > 1 else Sense.DOWN
    fell = effect.measure is Measure.OTHER and effect.value < 0
    if not (fell or effect.measure in (Measure.MD, Measure.SMD, Measure.WMD)) or good is None:
        return Sense.DIFF
    # Reviewers often turn the sign so that positive favours: only a sign that speaks for the intervention is taken.
    towards_good = (effect.value < 0) == (good == "lower")
    return Sense.BETTER if towards_good else Sense.DIFF


def same(comparison: Comparison) -> Verdict:
    return Verdict(Direction.NO_DIFFERENCE, Change.NO_DIFFERENCE, comparison)


def directed(sense: Sense, good: Polarity | None, comparison: Comparison) -> Verdict:
    if sense in (Sense.UP, Sense.DOWN):
        change = Change.INCREASED if sense is Sense.UP else Change.DECREASED
        if good is None:
            return Verdict(Direction.REPORTED, change, comparison)
        improved = (sense is Sense.UP) == (good == "higher")
        return Verdict(Direction.IMPROVED if improved else Direction.WORSENED, change, comparison)
    improved = sense is Sense.BETTER
    change_up = None if good is None else (good == "higher") == improved
    changed = None if change_up is None else Change.INCREASED if change_up else Change.DECREASED
    return Verdict(Direction.IMPROVED if improved else Direction.WORSENED, changed, comparison)
