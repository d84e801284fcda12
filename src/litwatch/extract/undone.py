"""What becomes of a change that a clause tells: it is prevented, smaller than the other arm's, lost, or alike in all arms.

"Attenuated the decline in strength" tells of more strength, not less; "the reduction was smaller", of a smaller one; and
"fell in both groups, with no difference between them" is no difference (findings contract, rule 1).
"""

from __future__ import annotations

import re
from functools import cache

from litwatch.extract.clauses import Clause
from litwatch.extract.cues import INVERSE, CueWord, Sense, words_of, words_of_any
from litwatch.extract.numbers import Statistic
from litwatch.extract.scopes import Scope
from litwatch.extract.words import Hit

_NEAR = 5
_MARKS = (",", "and", "or", "nor")
_DENIALS = frozenset({"no", "not", "nor", "without", "neither", "nonsignificant"})


def is_countered(clause: Clause, scope: Scope) -> bool:
    """Whether a change is what was prevented: "attenuated the decline in strength", "the rise in CRP was blunted"."""
    if "noun" not in scope.cue.payload.kinds:
        return False
    for at in range(scope.cue.start - 1, max(-1, scope.cue.start - _NEAR), -1):
        word = clause.words[at]
        if word in words_of("counters"):
            return True
        if word in words_of("bound") or word in _MARKS:
            break
    predicate = _predicate(clause, scope)
    return predicate is not None and clause.words[predicate] in words_of("counters")


def is_smaller(clause: Clause, scope: Scope) -> bool:
    """Whether a change is told to be the smaller one: "the decline in strength was smaller in the trained"."""
    at = _predicate(clause, scope)
    return at is not None and clause.words[at] in words_of("fewer")


def _predicate(clause: Clause, scope: Scope) -> int | None:
    """Where the predicate of a noun of change stands: "the rise in CRP was | blunted"."""
    if "noun" not in scope.cue.payload.kinds:
        return None
    at = _end(scope)
    while at < len(clause.words) and clause.words[at] not in words_of("be"):
        if any(cue.start == at for cue in clause.cues) or clause.words[at] in _MARKS:
            return None
        at += 1
    at += 1
    while at < len(clause.words) and clause.words[at] in _passed():
        at += 1
    return at if at < len(clause.words) else None


@cache
def _passed() -> frozenset[str]:
    """The adverbs that may stand before a predicate without being a part of what it tells."""
    return words_of("adverb") - words_of("fewer") - _DENIALS


def _end(scope: Scope) -> int:
    return max(scope.cue.end, scope.items[-1].last) if scope.items else scope.cue.end


def is_denied_after(clause: Clause, scope: Scope, owners: frozenset[int]) -> bool:
    """Whether a noun of change is the subject of a null predicate: "declines in BMI and weight did not differ"."""
    if "noun" not in scope.cue.payload.kinds or scope.cue.payload.sense not in INVERSE:
        return False
    if not (scope.after or scope.cue.start == scope.items[-1].last):
        return False
    end = _end(scope)
    if any(hit.start >= end for hit in clause.hits("faded")):
        return not any(name.start >= end for name in clause.names)
    for cue in clause.cues:
        if cue.start < end or cue.start in owners:
            continue
        if cue.payload.sense is Sense.SAME:
            return True
        near = clause.words[max(end, cue.start - 4) : cue.start]
        graded = cue.payload.kinds == {"adjective"}
        if cue.payload.sense is Sense.DIFF and "verb" in cue.payload.kinds:
            graded = True
        if graded:
            return "not" in near or "nor" in near
    return False


def is_level(clause: Clause) -> bool:
    """Whether a clause ends by telling that what it tells was alike in all arms."""
    return any(
        (hit.payload.endswith((" than", " as")) or not any(name.start >= hit.end for name in clause.names))
        and _among_arms(clause)
        for hit in clause.hits("alike")
    ) or any(_denies_difference(clause, cue) for cue in clause.cues if cue.payload.sense is Sense.DIFF)


def _among_arms(clause: Clause) -> bool:
    """Whether arms are compared, and not women with men."""
    return not clause.has(words_of("subgroup")) and not clause.has(words_of("sexes"))


def _denies_difference(clause: Clause, cue: Hit[CueWord]) -> bool:
    """Whether a cue ends a clause with "… with no difference between groups", "… but did not differ from controls"."""
    words = clause.words
    if any(name.start >= cue.end for name in clause.names) or any(
        hit.start < cue.start and hit.payload != "over" and words[hit.end] != "baseline"
        for hit in clause.hits("versus")
    ):
        return False
    ahead, after = words[max(0, cue.start - _NEAR) : cue.start], words[cue.end : cue.end + 7]
    if _DENIALS.isdisjoint(ahead) or _is_owner(clause, cue):
        return False
    if words[cue.start - 1] in words_of("of_groups") or "group by" in " ".join(ahead):
        return True
    if "verb" in cue.payload.kinds and {"groups", "arms"} & set(ahead):
        return True
    link = next((at for at, word in enumerate(after) if word in words_of("sides")), None)
    return link is not None and not words_of("arms_told").isdisjoint(after[link:]) and _among_arms(clause)


def _is_owner(clause: Clause, cue: Hit[CueWord]) -> bool:
    """Whether the cue is the only verdict: then it denies nothing but itself."""
    return all(other is cue or other.payload.sense not in INVERSE for other in clause.cues)


def is_hypothetical(clause: Clause) -> bool:
    """Whether a clause tells what was asked, hoped or believed: "we hypothesised that pain would fall"."""
    return clause.said("believed") is not None or clause.raw.rstrip().endswith("?")


def tells_method(clause: Clause) -> bool:
    """Whether a clause without a verdict or a test tells only what was measured, or who was studied."""
    if clause.cues or clause.statistics:
        return False
    return clause.said("measured_then") is not None or clause.said("who_was_studied") is not None


def is_part(clause: Clause, end: int) -> bool:
    """Whether what follows a name makes it part of something else: "strength | training", "zymosan | induced swelling"."""
    after = clause.words[end : end + 2]
    if not after:
        return False
    hyphen = clause.starts[end] == clause.ends[end - 1] + 1 and clause.text[clause.ends[end - 1]] in "-‐"
    if hyphen and after[0] not in words_of("measures_of"):
        return True
    if after[1:] in (["by"], ["with"], ["from"]):
        return after[0] in words_of("stranger")
    return after[0] in words_of("stranger") or after[0] in words_of("made_by")


def is_bout(clause: Clause, start: int, end: int) -> bool:
    """Whether the words `start:end` name what a test or a bout of exercise itself changed ("an acute rise in …")."""
    if any(hit.payload != "over" for hit in clause.hits("versus")):
        return False
    for hit in clause.hits("acute"):
        first, last = (hit.end, start) if hit.end <= start else (end, hit.start)
        ways = sum(first <= cue.start < last for cue in clause.cues)
        if ways <= (hit.start >= end):
            return True
    return False


def only_graded(clause: Clause, start: int, end: int) -> bool:
    """Whether only the size of a change is told, and not its way: "greater changes in blood pressure"."""
    if _SIGNED.match(clause.raw, clause.ends[end - 1]):
        return False
    changes = any(clause.words[cue.start] in ("change", "changes") and cue.start < start for cue in clause.cues)
    return changes and all(
        clause.words[cue.start] in words_of("sizes") for cue in clause.cues if cue.payload.sense in INVERSE
    )


_SIGNED = re.compile(r" ?[(\[] ?[-\u2212\u2013]\d")


def describes_people(clause: Clause, scope: Scope) -> bool:
    """Whether a verb only tells of whom the clause speaks: "patients who improved in pain were younger"."""
    at = scope.cue.start - 1
    while at > 0 and clause.words[at] in words_of("adverb"):
        at -= 1
    return at > 0 and clause.words[at] in ("who", "whose") and clause.words[at - 1] in words_of("persons")


def counts_people(clause: Clause, cue: Hit[CueWord]) -> bool:
    """Whether a verb only counts the people of whom it was true: "pain resolved in 12 of 20 patients"."""
    if "verb" not in cue.payload.kinds or clause.words[cue.end : cue.end + 1] != ["in"] or clause.said("versus"):
        return False
    counted = clause.words[cue.end + 1 : cue.end + 6]
    return bool(counted) and counted[0].isdigit() and not words_of("persons").isdisjoint(counted)


def tells_no_result(clause: Clause, scope: Scope) -> bool:
    """Whether a verdict tells of people, of a time ("recovery took longer"), or of what an exception is from."""
    words, start = clause.words, scope.cue.start
    taken = words[start - 1 : start] in (["took"], ["take"], ["takes"])
    excepted = clause.opener == "except" and not scope.after and bool(scope.items) and scope.items[-1].last == start
    return taken or excepted or describes_people(clause, scope)


def denies(clause: Clause, statistic: Statistic | None) -> bool:
    """Whether anything in a clause can tell that there was no difference: a word, or a test."""
    if refers_back(clause):
        return False
    if statistic is not None and statistic.significant is False:
        return True
    if _counts_without(clause):
        return False
    denials = words_of_any("negation", "similar", "tendency", "nulls")
    return clause.has(denials) or any(cue.payload.sense is Sense.SAME for cue in clause.cues)


def _counts_without(clause: Clause) -> bool:
    """Whether only people without something are counted, and no difference is denied: "96% of the yoga group had no pain"."""
    at = next((at for at, word in enumerate(clause.words[1:], 1) if word == "no"), None)
    counted = (
        at is not None
        and clause.words[at - 1] in ("had", "have", "has", "with", "reported")
        and "%" in clause.words[:at]
    )
    return counted and not (clause.cues or clause.said("versus") or clause.said("between"))


def refers_back(clause: Clause) -> bool:
    """Whether a clause only says that something was like what was told before: "a similar effect was found for sleep"."""
    words = clause.words
    at = 1 if words[:1] in (["a"], ["the"]) else 0
    if words[at : at + 1] not in (["similar"], ["comparable"], ["same"]):
        return False
    alike = clause.said("between") or clause.said("both") or clause.said("versus") or clause.said("within")
    return alike is None and words_of("arms_told").isdisjoint(words) and not words_of("found_alike").isdisjoint(words)
