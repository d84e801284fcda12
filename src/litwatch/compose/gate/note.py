"""A whole note against the ledger: every row told in one enumeration, nothing missing, nothing out of its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from litwatch.compose.gate.backing import Backing
from litwatch.compose.gate.forms import FORMS, form_of, primary_nulls
from litwatch.compose.gate.known import CLEAR, KNOWN
from litwatch.compose.gate.sentence import ENUMERATIONS, Reading, read_faults
from litwatch.compose.gate.words import Meaning
from litwatch.domain.digest import Nugget
from litwatch.domain.prose import Part, Provenance, Sentence

MODEL_BASIS = "model"
"""With this the basis of every sentence begins that a language model has phrased, and of no other."""


def prose_faults(nugget: Nugget, backing: Backing) -> Iterator[str]:
    """What is wrong with the note's paragraphs and its takeaway, each fault with the paragraph that it is in."""
    told: Counter[int] = Counter()
    for paragraph in nugget.paragraphs:
        if paragraph.part is Part.TAKEAWAY or not paragraph.sentences:
            yield f"{paragraph.part}: a paragraph that has no place in a note"
        for place, sentence in enumerate(paragraph.sentences):
            reading = Reading(paragraph.part, sentence, backing)
            if (
                not place
                and paragraph.part in ENUMERATIONS
                and any(token.meaning is Meaning.LIKEWISE for token in reading.tokens)
            ):
                yield f"{paragraph.part}: it begins with a reference to a sentence before"
            yield from (f"{paragraph.part}: {fault}" for fault in _faults(sentence, reading))
            if _is_enumeration(paragraph.part, sentence):
                told.update(_enumerated(reading))
    for number, row in enumerate(backing.study.outcomes):
        if told[number] != 1:
            yield f"told by name in {told[number]} enumerations: {row.name}"
    yield from _order(nugget)
    yield from _required(nugget, backing)
    yield from _takeaway(nugget, backing)


def told_faults(part: Part, sentence: Sentence, backing: Backing) -> Iterator[str]:
    """What is wrong with one sentence."""
    return _faults(sentence, Reading(part, sentence, backing))


def _faults(sentence: Sentence, reading: Reading) -> Iterator[str]:
    part = reading.part
    if sentence.provenance is Provenance.EDITOR or part is Part.EDITOR:
        if (sentence.provenance is Provenance.EDITOR) != (part is Part.EDITOR):
            yield "the editor's words stand in a paragraph of their own, and are marked"
        return
    if (sentence.provenance is Provenance.MODEL) != sentence.basis.startswith(MODEL_BASIS):
        yield "a model's sentence is marked, and no other"
    fixed = _fixed(sentence, reading)
    if fixed is not None:
        yield from fixed
        return
    # A row told in its enumeration is as the abstract gives it; counted or put beside others it is derived.
    own = Provenance.DERIVED if sentence.rows and part not in ENUMERATIONS else Provenance.EXTRACTED
    if sentence.provenance not in (own, Provenance.MODEL):
        yield f"marked as {sentence.provenance} but {own}: {sentence.text}"
    yield from read_faults(reading)


def _fixed(sentence: Sentence, reading: Reading) -> Iterator[str] | None:
    """What is wrong with a sentence that is known word for word, or whose form is; None for any other."""
    known = KNOWN.get(sentence.text)
    if known:
        return _marked(sentence, known.part is reading.part, known.provenance, known.holds(reading.backing))
    form = form_of(reading.part, sentence.text)
    if form:
        kind, match = form
        return _marked(sentence, True, kind.provenance, kind.holds(match, reading.rows, reading.backing))
    return None


def _marked(sentence: Sentence, in_place: bool, provenance: Provenance, is_so: bool) -> Iterator[str]:
    if not in_place or sentence.provenance is not provenance:
        yield f"marked as what it is not: {sentence.text}"
    if not is_so:
        yield f"not so: {sentence.text}"


def _is_enumeration(part: Part, sentence: Sentence) -> bool:
    return part in ENUMERATIONS and sentence.provenance is not Provenance.EDITOR and not form_of(part, sentence.text)


def _enumerated(reading: Reading) -> Iterator[int]:
    """The rows that an enumeration tells: a name without brackets is one row, however many have it."""
    for token in reading.tokens:
        yield from token.rows if token.text.endswith(")") else token.rows[:1]


def _order(nugget: Nugget) -> Iterator[str]:
    """Each part has one paragraph, in the order of `Part`."""
    parts = [paragraph.part for paragraph in nugget.paragraphs]
    if parts != [part for part in Part if part in parts]:
        yield "the paragraphs are not in order, or one is told twice"


def _required(nugget: Nugget, backing: Backing) -> Iterator[str]:
    """The limits that follow from the design and the record are told, all of them."""
    texts = {sentence.text for paragraph in nugget.paragraphs for sentence in paragraph.sentences}
    for text, known in KNOWN.items():
        if known.required and text not in texts and known.holds(backing):
            yield f"not told: {text}"
    limits = [
        sentence for paragraph in nugget.paragraphs if paragraph.part is Part.LIMITS for sentence in paragraph.sentences
    ]
    for form in FORMS:
        if form.needed(backing) and not any(form.pattern.match(sentence.text) for sentence in limits):
            yield f"not told, though it is so: {form.pattern.pattern}"
    told = {row for sentence in limits if "primary" in sentence.text for row in sentence.rows}
    yield from (
        f"not told as an unchanged primary outcome: {row.name}" for n, row in primary_nulls(backing) if n not in told
    )


def _takeaway(nugget: Nugget, backing: Backing) -> Iterator[str]:
    """One line about every row, so that no null is left out of it either; none where no row has a direction."""
    sentence = nugget.takeaway
    rows = backing.study.outcomes if any(row.direction in CLEAR for row in backing.study.outcomes) else ()
    if sentence is None:
        if rows:
            yield "takeaway: there is none, but there are results"
        return
    yield from (f"takeaway: {fault}" for fault in told_faults(Part.TAKEAWAY, sentence, backing))
    if sorted(sentence.rows) != list(range(len(rows))):
        yield "takeaway: it does not rest on all rows of the ledger"
