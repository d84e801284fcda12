"""What got better, what showed no clear change, what got worse, and what is only reported: every row exactly once.

Each enumeration tells rows of one direction and one kind of comparison, so that a change from before to after never
reads like a difference from a control group, nor an association like an effect.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from litwatch.compose.ledger import CLEAR, numbers
from litwatch.compose.quotation import quote_claim
from litwatch.compose.telling import Detail, Row, Wording, enumerated, told
from litwatch.compose.words import in_words, number_word, quoted
from litwatch.domain.prose import Paragraph, Part, Provenance, Sentence
from litwatch.domain.study import Comparison, Direction, Outcome, Study

ROWS_A_SENTENCE = 4
"""So many names are told in one sentence; more begin another one."""
QUOTE_WORDS = 25
"""At most so many words of a result are quoted."""
FEWEST_TALLIED = 7
"""Fewer rows need not be counted: they are seen at a glance."""

_ATTENUATED = re.compile(r"\b(?:attenuat|weaken|disappear|vanish|no longer)", re.IGNORECASE)
_QUOTED = re.compile('[“”"]')

PARTS = {
    Part.BETTER: (Direction.IMPROVED,),
    Part.UNCHANGED: (Direction.NO_DIFFERENCE,),
    Part.WORSE: (Direction.WORSENED,),
    Part.OTHER: (Direction.MIXED, Direction.REPORTED),
}
"""Part of a note → the directions whose rows it tells."""


@dataclass(frozen=True, slots=True)
class _Words:
    """Introductions with one meaning, and those of the sentences that go on."""

    first: tuple[str, ...]
    again: tuple[str, ...]


_WORDS: Mapping[tuple[Direction, Comparison], _Words] = {
    (Direction.IMPROVED, Comparison.BETWEEN): _Words(
        ("Better than in the comparison", "Improved against the comparison"),
        ("Also better", "Better, too"),
    ),
    (Direction.IMPROVED, Comparison.WITHIN): _Words(
        ("Better after than before", "Improved from before to after"),
        ("Also better after than before", "Better after than before, too"),
    ),
    (Direction.IMPROVED, Comparison.ASSOCIATION): _Words(
        ("Linked with a better result", "An association with a better result"),
        ("Also linked with a better result", "Linked in the same way"),
    ),
    (Direction.NO_DIFFERENCE, Comparison.BETWEEN): _Words(
        ("No clear difference from the comparison", "Not clearly different from the comparison"),
        ("Also without a clear difference", "No clear difference, either"),
    ),
    (Direction.NO_DIFFERENCE, Comparison.WITHIN): _Words(
        ("No clear change from before to after", "Not clearly different after than before"),
        ("Also without a clear change", "No clear change, either"),
    ),
    (Direction.NO_DIFFERENCE, Comparison.ASSOCIATION): _Words(
        ("No clear link", "Not clearly linked"), ("Also without a clear link", "No clear link, either")
    ),
    (Direction.WORSENED, Comparison.BETWEEN): _Words(
        ("Worse than in the comparison", "Worse, against the comparison"), ("Also worse", "Worse, too")
    ),
    (Direction.WORSENED, Comparison.WITHIN): _Words(
        ("Worse after than before", "Worse from before to after"),
        ("Also worse after than before", "Worse after than before, too"),
    ),
    (Direction.WORSENED, Comparison.ASSOCIATION): _Words(
        ("Linked with a worse result", "An association with a worse result"),
        ("Also linked with a worse result", "Linked in the same way"),
    ),
}
_MIXED = _Words(("Mixed results",), ("Also mixed",))
_REPORTED = _Words(
    ("Reported without a clear direction", "Also reported, but without a clear direction"),
    ("Reported in the same way", "Reported, too, without a direction"),
)
_TALLIED = (
    (Direction.IMPROVED, "better"),
    (Direction.NO_DIFFERENCE, "without a clear change"),
    (Direction.WORSENED, "worse"),
)


def enumerations(study: Study, wording: Wording, detail: Mapping[Part, Detail]) -> tuple[Paragraph, ...]:
    """The paragraphs that tell the ledger, in the order of `Part`; `detail` is how much each tells beside names."""
    paragraphs = (Paragraph(part, tuple(_sentences(study, wording, part, detail[part]))) for part in PARTS)
    return tuple(paragraph for paragraph in paragraphs if paragraph.sentences)


def tally(study: Study) -> tuple[Sentence, ...]:
    """How many rows went which way; nothing if there are few.

    Rows are called outcomes where each has a name of its own, else results.
    """
    rows = enumerated(study)
    if len(rows) < FEWEST_TALLIED:
        return ()
    names = {row.name.casefold() for _, row in rows}
    counted = [(sum(row.direction is kind for _, row in rows), words) for kind, words in _TALLIED]
    counted.append((len(rows) - sum(number for number, _ in counted), "told without a direction"))
    parts = [f"{number_word(number)} {'is' if number == 1 else 'are'} {words}" for number, words in counted if number]
    noun = "outcome" if len(names) == len(rows) else "result"
    everything = tuple(index for index, _ in rows)
    if len(parts) == 1:
        words = next(words for number, words in counted if number)
        text = f"All {number_word(len(rows))} {noun}s told here are {words}."
    else:
        text = f"Of {number_word(len(rows))} {noun}s, {in_words(parts)}."
    return (Sentence(text, Provenance.DERIVED, everything, "count of rows"),)


def _sentences(study: Study, wording: Wording, part: Part, detail: Detail) -> Iterator[Sentence]:
    alone = not any(row.direction in CLEAR for row in study.outcomes)
    kinds: dict[tuple[Direction, Comparison | None], list[Row]] = {}
    for index, row in enumerated(study):
        if row.direction in PARTS[part]:
            comparison = None if part is Part.OTHER else row.comparison
            kinds.setdefault((row.direction, comparison), []).append((index, row))
    # Differences between groups come first, then changes within one, then associations; mixed before unclear results.
    for direction, comparison in [(way, kind) for way in PARTS[part] for kind in (None, *Comparison)]:
        if (direction, comparison) not in kinds:
            continue
        words = _introductions(direction, comparison)
        # "Also reported" needs something that was told before it.
        first = words.first[:1] if alone else words.first
        for place, group in enumerate(_chunks(kinds[direction, comparison])):
            again = words.again[(place - 1) % len(words.again)]
            introduction = again if place else wording.pick(f"{direction} {comparison}", first)
            text = f"{introduction}: {told(group, wording, detail)}."
            yield Sentence(text, Provenance.EXTRACTED, tuple(index for index, _ in group), "rows")


def _introductions(direction: Direction, comparison: Comparison | None) -> _Words:
    if comparison is None:
        return _MIXED if direction is Direction.MIXED else _REPORTED
    return _WORDS[direction, comparison]


def _chunks(rows: list[Row]) -> Iterator[list[Row]]:
    """The rows in groups of about equal size, those of one name together."""
    by_name: dict[str, list[Row]] = {}
    for index, row in rows:
        by_name.setdefault(row.name.casefold(), []).append((index, row))
    named = list(by_name.values())
    sentences = -(-len(named) // ROWS_A_SENTENCE)
    for sentence in range(sentences):
        start, end = (len(named) * place // sentences for place in (sentence, sentence + 1))
        yield [row for same in named[start:end] for row in same]


def behind(
    study: Study, wording: Wording, most: int, *, repeats: bool = True, parted: int = 0
) -> dict[Part, tuple[Sentence, ...]]:
    """The abstract's own sentences behind clear rows, at most so many, by the part whose rows they are about.

    Those that say more than the row's numbers come first, and of these the primary outcomes'; without `repeats` the
    others are left out. At most `parted` more are those behind results that stand apart from the rest: "pain (men)"
    alone tells nothing of men, nor "pain (later)" of what came later. What is said in conclusion or on harms is quoted
    in its own place.
    """
    rows = _quotable(study)
    clear = sorted(
        (entry for entry in rows if entry[1].direction in CLEAR and (repeats or not _states_numbers(entry[1]))),
        key=lambda entry: (_states_numbers(entry[1]), not entry[1].primary),
    )
    told = _by_sentence(clear, most)
    apart = [entry for entry in rows if _stands_apart(entry[1], study) and entry[1].evidence.text not in told]
    return _quoted(told | _by_sentence(apart, parted), wording)


def _stands_apart(row: Outcome, study: Study) -> bool:
    """Whether a row's name and direction alone would mislead.

    That is a link that adjusting took something from, and a row without a direction that is about certain people, or
    about another time than a clear one of its name.
    """
    if row.direction in CLEAR:
        return row.comparison is Comparison.ASSOCIATION and bool(_ATTENUATED.search(row.evidence.text))
    times = (other.timepoint for other in study.outcomes if other.direction in CLEAR and other.name == row.name)
    return bool(row.subgroup) or (bool(row.timepoint) and any(time and time != row.timepoint for time in times))


def _quotable(study: Study) -> list[Row]:
    elsewhere = {part.text for part in (study.conclusion, study.harms and study.harms.evidence) if part}
    rows = enumerated(study)
    return [(n, row) for n, row in rows if row.evidence.text not in elsewhere and not _QUOTED.search(row.evidence.text)]


def _states_numbers(row: Outcome) -> bool:
    return row.effect is not None and bool(numbers(row.effect, row.evidence.text))


def _by_sentence(rows: Iterable[Row], most: int) -> dict[str, Row]:
    """Sentence → the first row that it is behind, for the first so many sentences."""
    first: dict[str, Row] = {}
    for index, row in rows:
        first.setdefault(row.evidence.text, (index, row))
    return dict(list(first.items())[:most])


def _quoted(rows: Mapping[str, Row], wording: Wording) -> dict[Part, tuple[Sentence, ...]]:
    quotes: dict[Part, tuple[Sentence, ...]] = {}
    for text, (index, row) in rows.items():
        part = next(part for part, directions in PARTS.items() if row.direction in directions)
        quotation = f"The sentence behind {wording.name(row)}: {quoted(quote_claim(text, QUOTE_WORDS))}"
        quotes[part] = (*quotes.get(part, ()), Sentence(quotation, Provenance.EXTRACTED, (index,), "evidence"))
    return quotes
