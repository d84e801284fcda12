"""The text of a note, sentence by sentence: where each comes from and which ledger rows it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Provenance(StrEnum):
    """Where a sentence comes from."""

    EXTRACTED = "extracted"
    """Told from ledger rows or from slices of the record."""
    DERIVED = "derived"
    """Computed: a count over rows, a comparison with the minimal important difference, a rule about the design."""
    BOILERPLATE = "boilerplate"
    """The same words in every note that they fit."""
    EDITOR = "editor"
    MODEL = "model"
    """Phrased by a language model and passed by the gate."""


class Part(StrEnum):
    """What a paragraph of a note is about, in the order of a note."""

    LEAD = "lead"
    """Which paper this is, who was studied and what they did, against what."""
    BETTER = "better"
    UNCHANGED = "unchanged"
    WORSE = "worse"
    OTHER = "other"
    SPLIT = "split"
    """Felt better against measured better."""
    SIZE = "size"
    """Would you notice? Estimates against the minimal important difference."""
    CONCLUSION = "conclusion"
    """The authors' words, and where conclusion and ledger part."""
    LIMITS = "limits"
    HARMS = "harms"
    TAKEAWAY = "takeaway"
    EDITOR = "editor"
    """The editor's own words, marked as theirs."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a note.

    `rows` are indices into `Study.outcomes`: every outcome that the sentence names or counts. `basis` names what else
    it rests on ("conclusion", "n_participants", a rule of the writer), for people who check.
    """

    text: str
    provenance: Provenance
    rows: tuple[int, ...] = ()
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences that belong together."""

    part: Part
    sentences: tuple[Sentence, ...]

    @property
    def text(self) -> str:
        return " ".join(sentence.text for sentence in self.sentences)
