"""Verdicts that stand side by side in a clause, each with an arm of its own: "pain rose in controls and fell in the trained"."""

from __future__ import annotations

from litwatch.extract.clauses import Clause
from litwatch.extract.words import Hit


def is_later(clause: Clause, hit: Hit[str], cue_start: int) -> bool:
    """Whether a comparison belongs to a verdict further on, behind a comma or an "and"."""
    joins = [at for at in range(cue_start, hit.start) if clause.words[at] in (",", "and")]
    return bool(joins) and any(joins[0] < cue.start < hit.start for cue in clause.cues)


def in_control(clause: Clause, cue_start: int) -> bool:
    """Whether the control stands right after a verdict of its own: "pain rose | in controls and fell in the trained"."""
    cue = next((cue for cue in clause.cues if cue.start == cue_start), None)
    if cue is None:
        return False
    if any(hit.start - cue.end in (0, 1) for hit in clause.hits("in_control")):
        return True
    return "verb" in cue.payload.kinds and any(
        hit.end == cue_start and clause.words[hit.start - 1 : hit.start] in ([], [","], ["that"])
        for hit in clause.hits("control_does")
    )
