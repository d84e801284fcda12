"""Whose result a clause gives: that of the arm that it names, favours or sets against another (arms.py tells them apart)."""

from __future__ import annotations

from litwatch.extract.arms import GROUPS, Arms, Subject, by_control, compare
from litwatch.extract.clauses import Clause
from litwatch.extract.conjuncts import in_control, is_later
from litwatch.extract.cues import INVERSE, words_of
from litwatch.extract.resources import word_set
from litwatch.extract.words import Hit, plain, split_words, stem

_PHRASE_ENDS = frozenset(
    {",", ".", ";", "on", "at", "after", "for", "showed", "had", "than", "compared", "versus", "vs"}
)


def subject(clause: Clause, arms: Arms, cue_start: int) -> Subject:
    """Whose result the cue at `cue_start` gives."""
    if clause.said("both") is not None:
        return Subject.BOTH
    favoured = _favoured(clause, arms)
    if favoured is not None:
        return favoured
    versus = [hit for hit in clause.hits("versus") if _compares(clause, hit, cue_start)]
    if not versus or (in_control(clause, cue_start) and is_later(clause, versus[0], cue_start)):
        return _named(clause, arms, cue_start)
    arm = [hit for hit in versus if not _is_amount(clause, hit)]
    if not arm:
        return Subject.UNCLEAR
    hit = arm[1] if len(arm) > 1 and arm[0].payload == "comparing" else arm[0]
    other = _phrase(clause, hit.end)
    if _is_before(other):
        return _named(clause, arms, cue_start)
    if hit.start < cue_start and _leads(clause.words[: hit.start], arms):
        return compare(_bare(clause, hit.end + len(other), len(clause.words)), other, arms, leading=True)
    return compare(_bare(clause, 0, hit.start), other, arms)


def _compares(clause: Clause, hit: Hit[str], cue_start: int) -> bool:
    """Whether an arm may follow: after "over" none does before the verdict, nor in a stretch of time."""
    if hit.payload != "over":
        return True
    return hit.start > cue_start and words_of("span").isdisjoint(clause.words[hit.end : hit.end + 6])


def _is_amount(clause: Clause, hit: Hit[str]) -> bool:
    """Whether a number follows and no arm: "less than 2 weeks"."""
    after = clause.words[hit.end : hit.end + 7]
    number = bool(after) and (after[0][0].isdigit() or after[0] in words_of("amount"))
    return number and hit.payload == "than" and words_of("control").isdisjoint(after)


def _is_before(other: list[str]) -> bool:
    """Whether the comparator is the time before."""
    before = word_set("judgement", "before")
    return (
        not before.isdisjoint(other[:4])
        or any(word.startswith("pre") for word in other[:2])
        or other[:2] == ["run", "in"]
    )


def _leads(before: list[str], arms: Arms) -> bool:
    """Whether no arm is named before the comparator: "Compared with usual care, …"."""
    return words_of("people").isdisjoint(before) and arms.read(before).isdisjoint(arms.orders[0])


def _bare(clause: Clause, start: int, end: int) -> list[str]:
    """The words `start:end` of a clause without its outcomes and verdicts."""
    names = [name for name in clause.names if GROUPS.isdisjoint(clause.words[name.end : name.end + 1])]
    spans = [(cue.start, cue.end) for cue in clause.cues] + [(name.start, name.end) for name in names]
    taken = {at for first, last in spans for at in range(first, last)}
    return [word for at, word in enumerate(clause.words[start:end], start) if at not in taken]


def _favoured(clause: Clause, arms: Arms) -> Subject | None:
    """Whom a difference favours; an arm that neither title nor aim names is unclear in a trial of two arms."""
    if not clause.has(words_of("favour")):
        return None
    phrase = _phrase(clause, next(at for at, word in enumerate(clause.words, 1) if word in words_of("favour")))
    phrase = phrase[: phrase.index("group")] if "group" in phrase else phrase
    if not words_of("control").isdisjoint(phrase):
        return Subject.CONTROL
    if not phrase:
        return None
    named = arms.read(phrase)
    return by_control(named, frozenset()) or _by_title(named, phrase, arms)


def against(title: str) -> int | None:
    """Where a title sets one arm against the other ("yoga | versus stretching")."""
    words = split_words(plain(title)).words
    return next((at for at, word in enumerate(words) if word in words_of("against")), None)


def _by_title(named: frozenset[str], phrase: list[str], arms: Arms) -> Subject:
    """Which arm is favoured: the one that the title sets before "versus", or the one after it."""
    if not words_of("intervention").isdisjoint(phrase):
        return Subject.INTERVENTION
    title = split_words(plain(arms.title)).words
    cut = against(arms.title)
    if cut is None:
        return Subject.INTERVENTION
    sides = [not named.isdisjoint(map(stem, side)) for side in (title[:cut], title[cut:])]
    if sides == [True, False]:
        return Subject.INTERVENTION
    return Subject.CONTROL if sides == [False, True] else Subject.UNCLEAR


def _phrase(clause: Clause, at: int) -> list[str]:
    """The arm named from `at` on, to the next mark or preposition."""
    phrase: list[str] = []
    verdicts = {cue.start for cue in clause.cues}
    for place, word in enumerate(clause.words[at : at + 9], at):
        if phrase and (word in _PHRASE_ENDS or place in verdicts):
            break
        phrase.append(word)
    return phrase


def _named(clause: Clause, arms: Arms, cue_start: int) -> Subject:
    """The arm named without a comparison ("in the control group"); with another arm beside it, none in particular."""
    words = clause.words
    if in_control(clause, cue_start):
        return Subject.CONTROL_ALONE
    if not clause.has(GROUPS):
        return Subject.UNNAMED
    if _is_other_arm(clause, arms, cue_start):
        return Subject.CONTROL
    controls = others = 0
    for index, word in enumerate(words):
        if word in GROUPS:
            control = _is_control(words[: index + 2], index, arms)
            controls, others = controls + control, others + (not control)
    return Subject.CONTROL_ALONE if controls and not others else Subject.UNNAMED


def _is_other_arm(clause: Clause, arms: Arms, cue_start: int) -> bool:
    """Whether a comparative is told of the one arm that the title sets after "versus": "longer in the epidural group"."""
    comparative = any(
        cue.start == cue_start and cue.payload.kinds == {"adjective"} and cue.payload.sense in INVERSE
        for cue in clause.cues
    )
    groups = [at for at, word in enumerate(clause.words) if word in GROUPS]
    if not (comparative and len(groups) == 1 and against(arms.title)):
        return False
    phrase = clause.words[max(0, groups[0] - 3) : groups[0] + 2]
    return _by_title(arms.read(phrase), phrase, arms) is Subject.CONTROL


def _is_control(words: list[str], at: int, arms: Arms) -> bool:
    """Whether the group at a word is the control, by the two words before it and the one after it."""
    near = words[max(0, at - 2) : at + 1]
    if "non" in near:  # "the non-taping group", but not "the taping and non-taping groups"
        return near[0] == "non" and arms.names(near[1]) and words[at - 3 : at - 2] != ["and"]
    if near[0] in ("and", "or") and words[at] == "groups":  # "between calcitriol and placebo groups"
        return False
    if not words_of("control").isdisjoint(near) and "no" not in near:
        return True
    letter = next((word for word in (*words[at + 1 :], *near[-2:-1]) if word in arms.groups), "")
    told = arms.groups.get(letter, frozenset())
    return by_control(told, frozenset()) is Subject.CONTROL and told.isdisjoint(arms.orders[0])
