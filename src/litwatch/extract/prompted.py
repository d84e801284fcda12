"""Features of a sentence as a prompt sees it: for whether it holds the answer, and for which answer it gives."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from litwatch.extract.cues import words_of
from litwatch.extract.resources import word_set
from litwatch.extract.sentences import Role
from litwatch.extract.tagger import model as tagger
from litwatch.extract.view import CONTROL, OTHER, OUTCOME, OWN, TREATED, View

SENSES = frozenset({"<up>", "<down>", "<better>", "<worse>", "<diff>", "<same>"})
_STATISTICS = frozenset({"<sig>", "<ns>", "<stat>"})
_WAYS = ("<up>", "<down>", "<better>", "<worse>", "<same>")
_ARMS = (OWN, OTHER, CONTROL)
_ROLES = {Role.RESULTS: "r", Role.CONCLUSIONS: "c", Role.METHODS: "m"}
_NEAR = 12
_HEADS = 8


def choice_features(seen: View, others: Sequence[View]) -> dict[str, float]:
    """How well a sentence fits the prompt, by itself and beside the abstract's other sentences (itself among them)."""
    fit, pieces = seen.fit, seen.pieces
    role = _role(seen)
    told, printed = float(not SENSES.isdisjoint(pieces)), float(not _STATISTICS.isdisjoint(pieces))
    found = {**fit, f"role {role}": 1.0, "told": told, "stats": printed, "values": float(bool(seen.values))}
    for key in ("share", "soft"):
        top = max(other.fit[key] for other in others)
        found[f"{key} top"] = float(fit[key] >= top - 1e-9 and top > 0)
        found[f"{key} gap"] = fit[key] - top
        found[f"{key} {role}"] = fit[key]
        found[f"{key} told"] = fit[key] * told
        found[f"{key} stat"] = fit[key] * printed
        found[f"{key} sq"] = fit[key] ** 2
    found["arms"] = float(OWN in pieces) + float(OTHER in pieces)
    found["sig word"] = float("significantly" in pieces or "significant" in pieces)
    found["numbers"] = min(5, pieces.count("0")) / 5
    found["long"] = min(60, len(pieces)) / 60
    for name, words in (("not", words_of("negation")), ("hedge", words_of("hedge")), ("than", _than())):
        found[name] = float(not words.isdisjoint(pieces))
    for word in ("both", "between", "within", "from", "than", "baseline"):
        found[f"{word} {seen.prompt.baseline}"] = float(word in pieces)
    found.update({f"k {piece}": fit["soft"] for piece in _outline(pieces)})
    return found


def answer_features(seen: View) -> list[str]:
    """What a sentence says of the outcome: in its own part of the sentence (c) and in the whole (s)."""
    pieces = seen.pieces
    start, end = _part(pieces, seen.at)
    part = pieces[start:end]
    found = [f"role {_role(seen)}"]
    found += [f"c:{piece}" for piece in set(part)] + [f"s:{piece}" for piece in set(pieces)]
    found += [f"c:{one} {two}" for one, two in set(pairwise(part))]
    for scope, own in (("c", part), ("s", pieces)):
        short = _outline(own)
        for size in (2, 3, 4):
            found += [f"{scope}k:{' '.join(short[at : at + size])}" for at in range(len(short) - size + 1)]
        found += _order(own, scope)
    if seen.at >= 0:
        found += _beside(pieces[max(start, seen.at - _NEAR) : seen.at][::-1], "L")
        found += _beside(pieces[seen.at + 1 : min(end, seen.at + 1 + _NEAR)], "R")
    return found + _compared(seen) + _named(seen, part)


def _role(seen: View) -> str:
    return "t" if seen.sentence.section < 0 else _ROLES.get(seen.sentence.role, "o")


def _than() -> frozenset[str]:
    return word_set("judgement", "than")


def _part(pieces: list[str], at: int) -> tuple[int, int]:
    """The stretch around the outcome between the words that part clauses; all, where the outcome has no place."""
    if at < 0:
        return 0, len(pieces)
    stops = word_set("judgement", "parts")
    start = next((i + 1 for i in range(at - 1, -1, -1) if pieces[i] in stops), 0)
    end = next((i for i in range(at + 1, len(pieces)) if pieces[i] in stops), len(pieces))
    return start, end


def _outline(pieces: list[str]) -> list[str]:
    """Only outcome, arms, verdicts, statistics, negations and words of comparison, repetitions once."""
    kept: list[str] = []
    for piece in pieces:
        mark = _mark(piece)
        if mark and kept[-1:] != [mark]:
            kept.append(mark)
    return kept


def _mark(piece: str) -> str:
    if piece[0] == "<" or piece in (OUTCOME, *_ARMS, TREATED) or piece in word_set("judgement", "outline"):
        return "not" if piece == "neither" else piece
    if piece in _than():
        return "than"
    if piece in words_of("negation"):
        return "not"
    return "tends" if piece in words_of("tendency") else ""


def _first(pieces: list[str], wanted: Sequence[str] | frozenset[str]) -> str:
    return next((piece for piece in pieces if piece in wanted), "-")


def _all(pieces: list[str], wanted: frozenset[str]) -> str:
    return "".join(sorted(wanted.intersection(pieces)))


def _beside(near: list[str], side: str) -> list[str]:
    """What stands on one side of the outcome, nearest first."""
    cue, stat, arm = _first(near, SENSES), _first(near, _STATISTICS), _first(near, (OWN, OTHER))
    negated = not words_of("negation").isdisjoint(near)
    return [
        *(f"{side}{piece}" for piece in set(near)),
        f"{side}cue {cue}",
        f"{side}cue {cue} {negated}",
        f"{side}stat {stat}",
        f"{side}cs {cue} {stat}",
        f"{side}ca {cue} {arm}",
    ]


def _order(pieces: list[str], scope: str) -> list[str]:
    """Which arm stands first, and on which side of "than", with the verdicts and statistics."""
    cut = next((at for at, piece in enumerate(pieces) if piece in _than()), len(pieces))
    sides = "".join(
        name + ("<" if place < cut else ">")
        for name, arms in (("own", (OWN,)), ("other", (OTHER, CONTROL)))
        if (place := next((at for at, piece in enumerate(pieces) if piece in arms), None)) is not None
    )
    side = sides if cut < len(pieces) else "?"
    first = _first(pieces, _ARMS)
    senses, stats = _all(pieces, SENSES), _all(pieces, _STATISTICS)
    negated = "not" if not words_of("negation").isdisjoint(pieces) else ""
    return [
        f"{scope}o {side} {senses}",
        f"{scope}o {side} {senses} {negated}",
        f"{scope}o {side} {senses} {stats}",
        f"{scope}f {first} {senses}",
        f"{scope}f {first} {senses} {stats} {negated}",
        f"{scope}a {senses} {stats} {negated}",
    ]


def _compared(seen: View) -> list[str]:
    """How two printed values compare, with the arm that the first of them may belong to."""
    if not seen.values:
        return ["v -"]
    pieces = seen.pieces
    first = _first(pieces, _ARMS)
    after = _first(pieces[max(seen.at, 0) :], _ARMS)
    arm = after if after != "-" else f"{first}0"
    stats, way = _all(pieces, _STATISTICS), _first(pieces, _WAYS)
    return [
        f"v {seen.values}1 {first}",
        f"v {seen.values}1 {first} {stats}",
        f"v {seen.values} {arm}",
        f"v {seen.values} {arm} {stats}",
        f"v {seen.values} {arm} {way}",
    ]


def _named(seen: View, part: list[str]) -> list[str]:
    """The outcome's terms and their classes, alone and with the verdicts: which way is better is learned of some."""
    heads = dict.fromkeys(seen.prompt.heads[:_HEADS])
    classes = tagger().classes
    keys = [f"o:{term}" for term in heads]
    keys += [f"oc:{kind}" for kind in dict.fromkeys(classes.get(term, term[-3:]) for term in heads)]
    senses = _all(part, SENSES)
    return [
        *keys,
        *(f"{key} {senses}" for key in keys),
        f"b:{seen.prompt.baseline} {senses}",
        f"ctl:{seen.prompt.controlled}",
    ]
