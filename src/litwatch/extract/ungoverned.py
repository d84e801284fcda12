"""Findings by the model of leanings: names that no verdict word governs by the grammar of scopes."""

from __future__ import annotations

from litwatch.domain.study import Design, Direction, Measure
from litwatch.extract.arms import Arms, Subject
from litwatch.extract.attach import is_adjusted_for
from litwatch.extract.clauses import Clause, Name
from litwatch.extract.cues import INVERSE, Sense, words_of, words_of_any
from litwatch.extract.entries import Entry
from litwatch.extract.finding import Finding, first, item_of, polarity_of
from litwatch.extract.leaning import Leaning, compared, features, model, nearest_sense
from litwatch.extract.lexicon import Polarity
from litwatch.extract.numbers import RATIOS, Statistic
from litwatch.extract.undone import counts_people, denies, is_bout, is_part, only_graded
from litwatch.extract.verdicts import Verdict, comparison_of, directed, same
from litwatch.extract.whose import subject
from litwatch.extract.why import Leaned, Refusal, Stage, Step

_SURE = 0.5
_DIFFERENCES = (Measure.MD, Measure.SMD, Measure.WMD, Measure.RD, Measure.MEAN_CHANGE)
_SIDES = 8
"""Within how many words after "between" both sides stand."""
_BEFORE = 3
"""Within how many words before a procedure the word stands that makes it an occasion."""
_SURE_OF_WAY = 0.8
"""How sure the model must be of a way that no word tells ("a significant effect on pain")."""


def ungoverned(clause: Clause, name: Name, arms: Arms, design: Design, entry: Entry) -> Finding | None:
    """What the model of leanings tells of a name with what is printed for it; None where it is not sure enough."""
    statistic = entry.statistic
    if not (clause.cues or statistic) or no_outcome(clause, name):
        return None
    good = polarity_of(clause, name)
    significant = statistic.significant if statistic else None
    denied = _is_denied(clause, name)
    leaning = Leaning(Sense.SAME, 1.0) if denied else model().lean(features(clause, name, good, significant, ""))
    whose = subject(clause, arms, name.start)
    leaned = Leaned(leaning, good, significant, whose)
    if leaning.sure < _SURE and whose is not Subject.CONTROL_ALONE and _is_tested(statistic):
        comparison = comparison_of(clause, design, whose)
        verdict = same(comparison) if significant is False else Verdict(Direction.REPORTED, None, comparison)
        return first(item_of(name), Step(Stage.UNSURE, verdict, leaned), *entry)
    if leaning.sure < _SURE or (whose is Subject.CONTROL_ALONE and leaning.sense is not Sense.SAME):
        return None
    if leaning.sense is Sense.SAME and (is_lone_harm(clause, name) or not denies(clause, statistic)):
        return None
    comparison = comparison_of(clause, design, whose)
    stage = Stage.DENIED_NAME if denied else Stage.LEANING
    if significant is False or leaning.sense is Sense.SAME:
        return first(item_of(name), Step(stage, same(comparison), leaned), *entry)
    sense: Sense = leaning.sense
    guessed = good and clause.cues and leaning.sure >= _SURE_OF_WAY and not _stands(clause, name)
    if not tells_way(clause, name) and not guessed:
        sense, stage = _signed(statistic, good), Stage.SIGN
    elif good is None and (nearest := nearest_sense(clause, name)):
        sense, stage = nearest, Stage.NEAREST
    if sense is Sense.DIFF:
        verdict = Verdict(Direction.REPORTED, None, comparison)
    else:
        verdict = directed(INVERSE[sense] if whose is Subject.CONTROL else sense, good, comparison)
    return first(item_of(name), Step(stage, verdict, leaned), *entry)


def _is_denied(clause: Clause, name: Name) -> bool:
    """Whether a name is a denied change's own: "without | survival | benefit"."""
    follows = any(cue.start == name.end and "noun" in cue.payload.kinds for cue in clause.cues)
    return follows and not {"no", "without"}.isdisjoint(clause.words[max(0, name.start - 2) : name.start])


def _is_tested(statistic: Statistic | None) -> bool:
    """Whether a statistic alone makes what it belongs to a result: an estimate with its interval or p-value."""
    effect = statistic.effect if statistic else None
    return effect is not None and effect.value is not None and (effect.ci is not None or effect.p is not None)


def tells_way(clause: Clause, name: Name) -> bool:
    """Whether anything in the clause says which way: a cue of a way, or two values printed after the name and tested.

    Of what a test itself changes, and of "greater changes", nothing does.
    """
    if is_bout(clause, name.start, name.end) or only_graded(clause, name.start, name.end) or _stands(clause, name):
        return False
    if any(counts_people(clause, cue) for cue in clause.cues) and not any(
        each.significant for each in clause.statistics
    ):
        return False
    if any(cue.payload.sense in INVERSE for cue in clause.cues):
        return True
    return compared(clause, name) not in ("", "same") and any(each.significant for each in clause.statistics)


def _stands(clause: Clause, name: Name) -> bool:
    """Whether a clause tells only how good something was: "with a | high | attendance rate and moderate adherence"."""
    return name.start > 0 and clause.words[name.start - 1] in words_of("standing")


def _signed(statistic: Statistic | None, good: Polarity | None) -> Sense:
    """The way that a difference's estimate goes, if it is one and significant; a hazard of something good tells none."""
    effect = statistic.effect if statistic else None
    if effect is None or not effect.value or statistic is None or not statistic.significant:
        return Sense.DIFF
    if effect.measure not in (*RATIOS, *_DIFFERENCES):
        return Sense.DIFF
    if effect.measure is Measure.HR and good == "higher":
        return Sense.DIFF
    if effect.measure in RATIOS:
        return Sense.UP if effect.value > 1 else Sense.DOWN
    return Sense.UP if effect.value > 0 else Sense.DOWN


def is_lone_harm(clause: Clause, name: Name) -> bool:
    """Adverse events of which no comparison is made."""
    harm = name.concept is not None and name.concept.name == "adverse events"
    compares = clause.said("versus") or clause.said("between")
    return harm and not compares and clause.said("both") is None


def no_outcome(clause: Clause, name: Name) -> Refusal | None:
    """Why the words around a name make it part of something else ("strength | training") or an exposure; None if not."""
    if _describes_people(clause, name) or is_adjusted_for(clause, name.start):
        return Refusal.PEOPLE
    if clause.words[max(0, name.start - 2)] in words_of("favour"):
        return Refusal.FAVOURED
    words = clause.words[name.start : name.end]
    if name.concept is None and " ".join(words) in words_of("vague"):
        return Refusal.VAGUE
    if is_part(clause, name.end):
        return Refusal.PART
    return Refusal.FOREIGN if _is_foreign(words) else _other_role(clause, name)


def _other_role(clause: Clause, name: Name) -> Refusal | None:
    """What a name is in its clause, if not what was measured."""
    if _is_occasion(clause, name):
        return Refusal.OCCASION
    if is_exposure(clause, name):
        return Refusal.EXPOSURE
    if _does_it(clause, name) or _brings_it(clause, name):
        return Refusal.DOES
    if _is_means(clause, name):
        return Refusal.MEANS
    return Refusal.COMPARED if _is_compared(clause, name) else None


def _is_foreign(words: list[str]) -> bool:
    """Whether words name no outcome: their head, before the first preposition, is a patient, a trial or the like."""
    last = next((at for at, word in enumerate(words) if at and word in words_of("head_ends")), len(words)) - 1
    if not words_of("never_within").isdisjoint(words) or words[-1] in words_of("head_ends"):
        return True
    return words[last] in words_of("never") and (last == 0 or words[last] not in words_of("never_alone"))


def _is_occasion(clause: Clause, name: Name) -> bool:
    """Whether a name is a procedure, and only tells when or in whom: "after laparotomy | surgery"."""
    if clause.words[name.end - 1] not in words_of("procedures"):
        return False
    return not words_of("occasions").isdisjoint(clause.words[max(0, name.start - _BEFORE) : name.start])


def _does_it(clause: Clause, name: Name) -> bool:
    """Whether a name is what changed another: the subject of a verb with its object ("ketamine reduced | pain")."""
    at = name.end
    passed = ("adverb", "on_its_own")
    while at < len(clause.words) and any(clause.words[at] in words_of(key) for key in passed):
        at += 1
    cue = next((cue for cue in clause.cues if cue.start == at), None)
    if cue is None or "verb" not in cue.payload.kinds or "noun" in cue.payload.kinds:
        return False
    for other in clause.names:
        if other.start >= cue.end:
            between = clause.words[cue.end : other.start]
            return all(word in words_of("lead_in") or word in words_of("adverb") for word in between)
    return False


def _brings_it(clause: Clause, name: Name) -> bool:
    """Whether a name is what brought about a change of another: "| cupping and taping produced improvements in pain"."""
    words = clause.words
    if words[max(0, name.start - 1)] in words_of("people_in"):  # "for sleep, walking showed reductions in …"
        return False
    verb = next((at for at in range(name.end, len(words)) if words[at] in words_of("brings")), len(words))
    cue = next((cue for cue in clause.cues if cue.start >= name.end), None)
    if cue is None or cue.start < verb or "noun" not in cue.payload.kinds:
        return False
    if words[cue.end : cue.end + 1] not in (["in"], ["of"], ["on"]):
        return False
    other = next((other.start for other in clause.names if other.start > cue.end), None)
    passed = words_of_any("lead_in", "adverb")
    return other is not None and passed.issuperset(words[verb + 1 : cue.start] + words[cue.end + 1 : other])


def _is_compared(clause: Clause, name: Name) -> bool:
    """Whether a name is a side of a comparison: "than X", "differences between X and Y in …" with the outcome after it."""
    words, at = clause.words, name.start
    while at > 0 and (words[at - 1] in words_of("article") or words[at - 1] in words_of("lead_in")):
        at -= 1
    if any(hit.end in (at, name.start) for hit in clause.hits("versus")):
        return words[at - 2] not in ("other", "rather")
    floor = max(0, name.start - _SIDES)
    begin = next((step for step in range(name.start - 1, floor, -1) if words[step] == "between"), 0)
    differing = any(word.startswith("difference") for word in words[max(0, begin - 3) : begin])
    if not differing or "," in words[begin : name.start]:
        return False
    end = next((step for step in range(name.end, len(words)) if words[step] in words_of("bound")), len(words))
    return words[end : end + 1] in (["in"], ["for"], ["on"]) and any(other.start > end for other in clause.names)


def _is_means(clause: Clause, name: Name) -> bool:
    """Whether a name is by what or when something was done, and not by what it was measured."""
    at = name.start
    while at > 0 and clause.words[at - 1] in words_of("article"):
        at -= 1
    if at < 1:
        return False
    if clause.words[at - 1] == "by":
        return clause.words[at - 2] not in words_of("measured")
    if clause.words[at - 1] in (",", "and", "or") and _among_agents(clause, at):
        return True
    return clause.words[at - 1] in words_of("times") or any(hit.end == at for hit in clause.hits("causes"))


def _among_agents(clause: Clause, at: int) -> bool:
    """Whether the name from `at` on ends a list of what did something: "was reduced | by fasting, CR and exercise"."""
    words = clause.words
    begin = next((step for step in range(at - 1, max(1, at - _SIDES), -1) if words[step] in words_of("bound")), 0)
    if words[begin] != "by" or not words[begin + 1][0].isalpha() or words[begin + 1] in ("and", "or"):
        return False
    verb = next((cue for cue in clause.cues if cue.end == begin and "verb" in cue.payload.kinds), None)
    passive = verb is not None and not words_of("be").isdisjoint(words[max(0, verb.start - 2) : verb.start])
    return passive and not any(cue.start > begin for cue in clause.cues)


def is_exposure(clause: Clause, name: Name) -> bool:
    """Whether a name is what an outcome is associated with."""
    join = clause.said("joins")
    if join is None:
        return False
    if name.end <= join.start:
        return any(other.start >= join.end for other in clause.names)
    return _is_factor(clause, name, join.start, join.end)


def _is_factor(clause: Clause, name: Name, start: int, end: int) -> bool:
    """Whether a name is one of the exposures listed in "factors associated with … were age, sex and smoking"."""
    if words_of("factors").isdisjoint(clause.words[:start]):
        return False
    return not words_of("be").isdisjoint(clause.words[end : name.start])


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
