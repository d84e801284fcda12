"""Ways to make an honest note dishonest, one at a time. Each returns a changed note, or None where it does not apply."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random

from litwatch.domain.digest import Nugget
from litwatch.domain.prose import Part, Provenance, Sentence
from litwatch.domain.study import Outcome, Study

ENUMERATIONS = (Part.BETTER, Part.UNCHANGED, Part.WORSE, Part.OTHER)
Place = tuple[int, int]
"""A sentence by the numbers of its paragraph and its own; (-1, 0) is the takeaway."""
Mutation = Callable[[Random, Nugget, Study], Nugget | None]

_FLIPS = (
    ("without a clear change", "with a clear change"),
    ("without a clear difference", "worse"),
    ("without a clear link", "with a clear link"),
    ("without a clear direction", "with a clear direction"),
    ("without a direction", "better"),
    ("No clear", "A clear"),
    ("no clear change", "better"),
    ("No clear change", "Improved"),
    ("No clear difference", "Better"),
    ("not clearly", "clearly"),
    ("Not clearly", "Clearly"),
    ("did not clearly change", "improved"),
    ("did not improve", "did improve"),
    ("better", "worse"),
    ("better", "no clear change"),
    ("Better", "Worse"),
    ("Better", "No clear difference"),
    ("Improved", "Worse"),
    ("improved", "got worse"),
    ("worse", "better"),
    ("Worse", "Better"),
    ("Worse", "No clear change"),
    ("Reported", "Better"),
    ("better", "not better"),
    ("worse", "not worse"),
    ("better", "dramatically better"),
    ("Better", "Better because of less inflammation"),
    ("worse", "much worse"),
    ("than in the comparison", "than before"),
    ("against the comparison", "from before to after"),
    ("after than before", "than in the comparison"),
    ("from before to after", "against the comparison"),
    ("Linked with a better result", "Better than in the comparison"),
    ("Linked with a worse result", "Worse than in the comparison"),
    ("as an association, ", ""),
    ("before against after, ", ""),
    ("Enough for people to notice", "Less than people notice"),
    ("Less than people notice", "Enough for people to notice"),
    ("with the whole interval", "but the interval reaches that far"),
    ("does not mention", "does mention"),
)
_UNITS = (
    *(("SMD", "MD"), ("WMD", "SMD"), ("MD ", "OR "), ("RR ", "OR "), ("OR ", "RR "), ("%", " points")),
    *((" points", " mm"), (" mm", " kg"), (" kg", " points"), (" m ", " kg "), ("weeks", "months")),
)
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def sentences(nugget: Nugget) -> Iterator[tuple[Place, Part, Sentence]]:
    for number, paragraph in enumerate(nugget.paragraphs):
        for place, sentence in enumerate(paragraph.sentences):
            yield (number, place), paragraph.part, sentence
    if nugget.takeaway:
        yield (-1, 0), Part.TAKEAWAY, nugget.takeaway


def with_sentence(nugget: Nugget, place: Place, sentence: Sentence | None) -> Nugget:
    """The note with another sentence in this place, or without one; an empty paragraph goes, too."""
    number, index = place
    if number < 0:
        return replace(nugget, takeaway=sentence)
    told = nugget.paragraphs[number].sentences
    changed = (*told[:index], *([sentence] if sentence else []), *told[index + 1 :])
    paragraph = replace(nugget.paragraphs[number], sentences=changed)
    others = (nugget.paragraphs[:number], nugget.paragraphs[number + 1 :])
    return replace(nugget, paragraphs=(*others[0], *([paragraph] if changed else []), *others[1]))


def with_text(nugget: Nugget, place: Place, sentence: Sentence, text: str) -> Nugget:
    return with_sentence(nugget, place, replace(sentence, text=text))


def _spot(random: Random, nugget: Nugget, pattern: str) -> tuple[Place, Sentence, re.Match[str]] | None:
    """Any place where `pattern` matches."""
    spots = [
        (place, sentence, match)
        for place, _, sentence in sentences(nugget)
        for match in re.finditer(pattern, sentence.text)
    ]
    return random.choice(spots) if spots else None


def _replaced(nugget: Nugget, spot: tuple[Place, Sentence, re.Match[str]], new: str) -> Nugget:
    place, sentence, match = spot
    return with_text(nugget, place, sentence, sentence.text[: match.start()] + new + sentence.text[match.end() :])


def digit(random: Random, nugget: Nugget, study: Study) -> Nugget | None:
    spot = _spot(random, nugget, r"\d")
    return _replaced(nugget, spot, str((int(spot[2].group()) + random.randint(1, 9)) % 10)) if spot else None


def sign(random: Random, nugget: Nugget, study: Study) -> Nugget | None:
    spot = _spot(random, nugget, r"−(?=\d)|(?<=(?:MD|RR|OR) )(?=\d)")
    return _replaced(nugget, spot, "" if spot[2].group() else "−") if spot else None


def spelled(random: Random, nugget: Nugget, study: Study) -> Nugget | None:
    """A count in words, in what the note derives."""
    spot = _spot(random, nugget, rf"\b(?:{'|'.join(_NUMBERS)})\b")
    return (
        _replaced(nugget, spot, random.choice([word for word in _NUMBERS if word != spot[2].group()])) if spot else None
    )


def flipped(random: Random, nugget: Nugget, study: Study) -> Nugget | None:
    """A word of direction or of comparison, or one that says too much."""
    spots = [(flip, spot) for flip in _FLIPS if (spot := _spot(random, nugget, re.escape(flip[0])))]
    if not spots:
        return None
    (_, new), spot = random.choice(spots)
    return _replaced(nugget, spot, new)


def unit(random: Random, nugget: Nugget, study: Study) -> Nugget | None:
    spots = [(pair, spot) for pair in _UNITS if (spot := _spot(random, nugget, re.escape(pair[0])))]
    if not spots:
        return None
    (_, new), spot = random.choice(spots)
    return _replaced(nugget, spot, new)


def quotation(random: Random, nugget: Nugget, study: Study) -> Nugget | None:
    """A word within quotation marks: another one, or none."""
    spot = _spot(random, nugget, r"(?<=[“ ])[A-Za-z]+(?=[ ,.…][^“]*”|”)")
    if not spot or "“" not in spot[1].text[: spot[2].start()]:
        return None
    # A quotation that ends a word earlier before "…" is still one.
    words = ("never", "pain") if spot[1].text[spot[2].end()] == "…" else ("never", "pain", "")
    return _replaced(nugget, spot, random.choice([word for word in words if word != spot[2].group()]))


def phrase(random: Random, nugget: Nugget, study: Study) -> Nugget | None:
    """A word of the people, of what they did or of what it was compared with."""
    parts = [part for part in (study.population, study.intervention, study.comparator) if part]
    spots = [spot for part in parts if (spot := _spot(random, nugget, re.escape(part.text.split()[-1])))]
    return _replaced(nugget, random.choice(spots), "sceptics") if spots else None


def items(sentence: Sentence) -> tuple[str, list[str]]:
    """The introduction of an enumeration, and its rows as they are told."""
    head, _, told = sentence.text.partition(": ")
    told = told.removesuffix(".")
    if told.endswith(")") or ");" in told:
        return head, re.split(r"; (?![^()]*(?:\([^()]*\)[^()]*)*\))", told)
    return head, re.split(r", | and ", told)


def enumeration(head: str, told: list[str]) -> str:
    brackets = any(item.endswith(")") for item in told)
    return f"{head}: {'; '.join(told) if brackets else ' and '.join([', '.join(told[:-1]), told[-1]] if told[1:] else told)}."


def _enumerations(nugget: Nugget) -> list[tuple[Place, Part, Sentence]]:
    found = [entry for entry in sentences(nugget) if entry[1] in ENUMERATIONS and ": " in entry[2].text]
    return [entry for entry in found if "“" not in entry[2].text]


def _rows_of(item: str, sentence: Sentence, study: Study) -> tuple[int, ...]:
    name = item.partition(" (")[0].casefold()
    return tuple(row for row in sentence.rows if study.outcomes[row].name.casefold() == name)


def dropped_row(random: Random, nugget: Nugget, study: Study) -> Nugget | None:
    """A row, above all a null, with its index and its words."""
    found = _enumerations(nugget)
    nulls = [entry for entry in found if entry[1] is Part.UNCHANGED]
    place, _, sentence = random.choice(nulls or found)
    head, told = items(sentence)
    item = random.choice(told)
    left = [other for other in told if other is not item]
    rows = tuple(row for row in sentence.rows if row not in _rows_of(item, sentence, study))
    if not left:
        return with_sentence(nugget, place, None)
    text = enumeration(head, left)
    return with_sentence(nugget, place, replace(sentence, text=text, rows=random.choice((rows, sentence.rows))))


def dropped_sentence(random: Random, nugget: Nugget, study: Study) -> Nugget | None:
    place, _, _ = random.choice(_enumerations(nugget))
    return with_sentence(nugget, place, None)


def moved_row(random: Random, nugget: Nugget, study: Study) -> Nugget | None:
    """A row in the paragraph of another direction."""
    found = _enumerations(nugget)
    pairs = [(one, other) for one in found for other in found if one[1] is not other[1]]
    if not pairs:
        return None
    (start, _, giver), (end, _, taker) = random.choice(pairs)
    head, told = items(giver)
    item = random.choice(told)
    rows = _rows_of(item, giver, study)
    taken = replace(taker, text=enumeration(items(taker)[0], [*items(taker)[1], item]), rows=(*taker.rows, *rows))
    left = [other for other in told if other is not item]
    given = replace(giver, text=enumeration(head, left), rows=tuple(set(giver.rows) - set(rows))) if left else None
    # The later place first: where a paragraph goes, the numbers behind it change.
    changes: list[tuple[Place, Sentence | None]] = sorted([(start, given), (end, taken)], key=lambda change: change[0])
    for place, sentence in reversed(changes):
        nugget = with_sentence(nugget, place, sentence)
    return nugget


def swapped_names(random: Random, nugget: Nugget, study: Study) -> Nugget | None:
    """Two outcomes of different directions, each in the other's place in the text."""
    return _swapped(random, nugget, study, lambda item: item.partition(" (")[0])


def swapped_numbers(random: Random, nugget: Nugget, study: Study) -> Nugget | None:
    return _swapped(random, nugget, study, lambda item: item.partition(" (")[2])


def _swapped(random: Random, nugget: Nugget, study: Study, cut: Callable[[str], str]) -> Nugget | None:
    told = [
        (place, item, _rows_of(item, sentence, study))
        for place, _, sentence in _enumerations(nugget)
        for item in items(sentence)[1]
    ]
    pairs = [
        (one, other)
        for number, one in enumerate(told)
        for other in told[:number]
        if cut(one[1]) and cut(other[1]) and cut(one[1]) != cut(other[1]) and _differ(one, other, study)
    ]
    if not pairs:
        return None
    (one_place, one, _), (other_place, other, _) = random.choice(pairs)
    marked = {one: one.replace(cut(one), cut(other), 1), other: other.replace(cut(other), cut(one), 1)}
    for place, _, sentence in [entry for entry in sentences(nugget) if entry[0] in (one_place, other_place)]:
        head, listed = items(sentence)
        nugget = with_text(nugget, place, sentence, enumeration(head, [marked.get(item, item) for item in listed]))
    return nugget


def _differ(one: tuple[Place, str, tuple[int, ...]], other: tuple[Place, str, tuple[int, ...]], study: Study) -> bool:
    """Whether it makes a difference which of two is told where: other directions or other brackets."""

    def kinds(told: tuple[Place, str, tuple[int, ...]]) -> set[tuple[str, str]]:
        rows: list[Outcome] = [study.outcomes[row] for row in told[2]]
        return {(row.direction, row.comparison) for row in rows}

    return kinds(one) != kinds(other) or one[1].partition(" (")[2] != other[1].partition(" (")[2]


def provenance(random: Random, nugget: Nugget, study: Study) -> Nugget | None:
    place, _, sentence = random.choice(list(sentences(nugget)))
    others = [kind for kind in Provenance if kind is not sentence.provenance]
    return with_sentence(nugget, place, replace(sentence, provenance=random.choice(others)))


def dropped_limit(random: Random, nugget: Nugget, study: Study) -> Nugget | None:
    """A sentence on what the design cannot show, or on what was read."""
    found = [place for place, part, sentence in sentences(nugget) if part is Part.LIMITS and not sentence.rows]
    place = random.choice(
        [place for place in found if "participant" not in nugget.paragraphs[place[0]].sentences[place[1]].text]
    )
    return with_sentence(nugget, place, None)


def dropped_takeaway_part(random: Random, nugget: Nugget, study: Study) -> Nugget | None:
    """One direction of the line to take away."""
    if nugget.takeaway is None or "; " not in nugget.takeaway.text:
        return None
    head, _, rest = nugget.takeaway.text.partition(": ")
    parts = rest.removesuffix(".").split("; ")
    parts.remove(random.choice(parts))
    return replace(nugget, takeaway=replace(nugget.takeaway, text=f"{head}: {'; '.join(parts)}."))


def repeated(random: Random, nugget: Nugget, study: Study) -> Nugget | None:
    """An enumeration told twice."""
    (number, _), _, sentence = random.choice(_enumerations(nugget))
    paragraph = nugget.paragraphs[number]
    twice = replace(paragraph, sentences=(*paragraph.sentences, sentence))
    return replace(nugget, paragraphs=(*nugget.paragraphs[:number], twice, *nugget.paragraphs[number + 1 :]))


MUTATIONS: tuple[Mutation, ...] = (
    digit,
    sign,
    spelled,
    flipped,
    unit,
    quotation,
    phrase,
    dropped_row,
    dropped_sentence,
    moved_row,
    swapped_names,
    swapped_numbers,
    provenance,
    dropped_limit,
    dropped_takeaway_part,
    repeated,
)
