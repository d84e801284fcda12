"""A sentence as a prompt sees it: where its outcome, its intervention and its comparator stand among the verdicts.

"Pain fell more in the yoga group than in controls (P = 0.01)" becomes, for yoga against usual care and pain,
"@ <down> more in US group than in THEM <sig>". The arms' own words no longer matter, so that few examples teach much.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from litwatch.extract.cues import INVERSE, Sense, cue_phrases, words_of
from litwatch.extract.grammar import statistics
from litwatch.extract.lexicon import Polarity, concept_phrases
from litwatch.extract.numbers import Statistic
from litwatch.extract.prompts import Prompt
from litwatch.extract.resources import word_set
from litwatch.extract.sentences import Sentence
from litwatch.extract.tagger import model as tagger
from litwatch.extract.words import Words, stem

OUTCOME, OWN, OTHER = "@", "US", "THEM"
CONTROL, TREATED = "CTRL", "TREAT"
"""Groups named as such, where the prompt does not say which arm that is."""
_GAP = 6
"""More words than this never part the outcome's terms."""
_STEM = 5
"""Longer words that agree in as many first letters are likened in part: depression, depressive."""
_TOLD = {None: "<stat>", True: "<sig>", False: "<ns>"}
_GROUPS = frozenset({"group", "groups", "arm", "arms"})
_JOINS = frozenset({"and", "or", ",", "/"})
_MOST_WORDS = 400
Marks = dict[int, tuple[int, str]]
"""By the word it begins with: where something ends, and the piece that it becomes."""


@dataclass(frozen=True, slots=True)
class View:
    """A sentence's pieces, the place of the outcome's among them (or −1), and how well it fits the prompt."""

    sentence: Sentence
    prompt: Prompt
    pieces: list[str]
    at: int
    fit: dict[str, float]
    values: str
    """How the first two values from the outcome on compare: "<", ">", "=", or ""."""


def view(sentence: Sentence, prompt: Prompt) -> View:
    words = sentence.words.words[:_MOST_WORDS]
    stems = [stem(word) for word in words]
    start, end, share = _window(words, stems, prompt.outcome)
    soft, spot = _likeness(stems, prompt.outcome)
    hits = [hit for hit in concept_phrases().find(words) if hit.payload.name in prompt.concepts]
    if share < 0.5 and hits:
        start, end = hits[0].start, hits[0].end
    if start < 0 <= spot:
        start, end = spot, spot + 1
    # Sizes without a p-value or an interval stay numbers: which of two is greater can be all that tells.
    printed = tuple(each for each in statistics(sentence.plain) if each.effect.p or each.effect.ci)
    marks = _marks(sentence.words, words, printed, prompt.good, (start, end))
    marks.update(_arms(words, stems, prompt, range(start, end)))
    pieces, at = _pieces(words, marks, start)
    fit = {
        "share": share,
        "full": float(share > 0.99),
        "soft": soft,
        "concept": float(bool(hits)),
        "none": float(start < 0),
        "own": _held(stems, prompt.own),
        "other": _held(stems, prompt.other),
    }
    begin = sentence.words.starts[start] if start >= 0 else 0
    return View(sentence, prompt, pieces, at, fit, _values(sentence.plain, begin, printed))


def _window(words: list[str], stems: list[str], outcome: dict[str, float]) -> tuple[int, int, float]:
    """The words that hold most of the outcome's weight, the fewest of these, and their share; (−1, −1, 0) if none do."""
    total = sum(outcome.values())
    spots = [at for at, term in enumerate(stems) if term in outcome]
    best, best_score = (-1, -1, 0.0), 0.0
    for first, start in enumerate(spots):
        seen: set[str] = set()
        last = start
        for at in spots[first : first + 40]:
            if at - last > _GAP or ";" in words[last:at]:
                break
            last = at
            seen.add(stems[at])
            share = min(1.0, sum(outcome[term] for term in seen) / total)
            score = share - 0.01 * (at - start)
            if score > best_score + 1e-9:
                best, best_score = (start, at + 1, share), score
    return best


def _likeness(stems: list[str], outcome: dict[str, float]) -> tuple[float, int]:
    """The share of the outcome's weight for which some word stands, and where one stands that only begins alike.

    A word that begins alike counts seven tenths, one of the same class (words that keep the same company) a quarter.
    """
    classes = tagger().classes
    there = set(stems)
    beginnings = {term[:_STEM]: at for at, term in reversed(list(enumerate(stems))) if len(term) > _STEM}
    kinds = {classes[term] for term in there if term in classes}
    total, spot = 0.0, -1
    for term, weight in outcome.items():
        if term in there:
            total += weight
        elif len(term) > _STEM and term[:_STEM] in beginnings:
            total += 0.7 * weight
            spot = beginnings[term[:_STEM]]
        elif classes.get(term) in kinds:
            total += 0.25 * weight
    return total / (sum(outcome.values()) or 1.0), spot


def _held(stems: list[str], wanted: frozenset[str]) -> float:
    return sum(term in stems for term in wanted) / len(wanted) if wanted else 0.0


def _marks(
    split: Words, words: list[str], printed: tuple[Statistic, ...], good: Polarity | None, outcome: tuple[int, int]
) -> Marks:
    """Verdicts, statistics and the outcome; where they overlap, the later of these."""
    marks: Marks = {cue.start: (cue.end, _sense(cue.payload.sense, good)) for cue in cue_phrases().find(words)}
    for statistic in printed:
        inside = [at for at in range(len(words)) if statistic.start <= split.starts[at] < statistic.end]
        if inside:
            marks[inside[0]] = (inside[-1] + 1, _TOLD[statistic.significant])
    if outcome[0] >= 0:
        marks = {at: mark for at, mark in marks.items() if not outcome[0] <= at < outcome[1]}
        marks[outcome[0]] = (outcome[1], OUTCOME)
    return marks


def _sense(sense: Sense, good: Polarity | None) -> str:
    """A verdict's piece: better and worse as up and down, where the polarity tells."""
    if sense in (Sense.BETTER, Sense.WORSE) and good is not None:
        up = Sense.UP if good == "higher" else Sense.DOWN
        sense = up if sense is Sense.BETTER else INVERSE[up]
    return f"<{sense.value}>"


def _arms(words: list[str], stems: list[str], prompt: Prompt, outcome: range) -> Marks:
    """The words that name one of the arms."""
    found: Marks = {}
    control = words_of("control") | word_set("judgement", "control")
    for at, (word, term) in enumerate(zip(words, stems, strict=True)):
        if at in outcome:
            continue
        piece = _by_letter(words, at, prompt)
        if not piece and term in prompt.own:
            piece = OWN
        elif not piece and term in prompt.other:
            piece = OTHER
        elif not piece and word in control and word not in ("no", "non", "minimal"):
            piece = OTHER if prompt.controlled or not prompt.other else CONTROL
        if piece or (piece := _by_role(words, at, prompt)):
            found[at] = (at + 1, piece)
    return found


@cache
def _interventions() -> frozenset[str]:
    return words_of("intervention") | word_set("judgement", "intervention")


def _by_letter(words: list[str], at: int, prompt: Prompt) -> str:
    """The arm of a group's letter ("group A", "groups A and B", "BK group"), or ""."""
    own, other = words[at] in prompt.own_groups, words[at] in prompt.other_groups
    if own is other or not _is_grouped(words, at):
        return ""
    return OWN if own else OTHER


def _is_grouped(words: list[str], at: int) -> bool:
    if not _GROUPS.isdisjoint((*words[max(0, at - 1) : at], *words[at + 1 : at + 2])):
        return True
    return at > 1 and words[at - 1] in _JOINS and not _GROUPS.isdisjoint(words[max(0, at - 4) : at])


def _by_role(words: list[str], at: int, prompt: Prompt) -> str:
    """The arm of "the intervention group" or of "at baseline", or ""."""
    word = words[at]
    if word in _interventions() and _is_grouped(words, at):
        return OWN if prompt.controlled else TREATED
    return OTHER if prompt.baseline and word in word_set("judgement", "before") else ""


def _pieces(words: list[str], marks: Marks, outcome: int) -> tuple[list[str], int]:
    """The sentence's pieces, neighbours of the same arm as one, and the place of the outcome's piece (or −1)."""
    pieces: list[str] = []
    at, place = 0, -1
    while at < len(words):
        end, piece = marks.get(at, (at + 1, ""))
        if at == outcome:
            place = len(pieces)
        if not piece and words[at : at + 3] == ["n", ".", "s"]:
            end, piece = at + 3, "<ns>"
        if not piece:
            piece = "<ns>" if words[at] == "ns" else "0" if words[at][0].isdigit() else words[at]
        if piece not in (OWN, OTHER) or pieces[-1:] != [piece]:
            pieces.append(piece)
        at = max(end, at + 1)
    return pieces, place


_NUMBER = re.compile(
    r"(?P<skip>±|\+/-|\bS[DE]M?\b:? ?|\bn ?[=:] ?|[<>=≤≥] ?|\d[-:/]|\[|[A-Za-z]-?|\d to |\bI2\b)?(?<![\d.,])"
    r"(?P<sign>[-+])?(?P<value>\d+(?:[.,]\d+)?)(?P<unit>[ -]?[A-Za-z%]+)?"
)


def _values(text: str, begin: int, printed: tuple[Statistic, ...]) -> str:
    """How the first two values from `begin` on compare; percentages, where there are two, before other values."""
    skipped = word_set("judgement", "not_values")
    values: list[float] = []
    shares: list[float] = []
    for match in _NUMBER.finditer(text, begin):
        at = match.start("value")
        unit = (match["unit"] or "").strip(" -").lower()
        if match["skip"] or unit in skipped or any(each.start <= at < each.end for each in printed):
            continue
        value = float(match["value"].replace(",", ".")) * (-1 if match["sign"] == "-" else 1)
        values.append(value)
        if unit.startswith("%"):
            shares.append(value)
        if len(shares) > 1 or len(values) > 40:
            break
    pair = shares if len(shares) > 1 else values
    if len(pair) < 2:
        return ""
    return "<" if pair[0] < pair[1] else ">" if pair[0] > pair[1] else "="
