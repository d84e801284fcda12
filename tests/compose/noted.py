"""The fictional trial's note with its text, as the deterministic writer words one."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from litwatch.compose.nugget import compose_nugget
from litwatch.domain.article import Article
from litwatch.domain.digest import Length, Nugget
from litwatch.domain.prose import Paragraph, Part, Provenance, Sentence
from litwatch.domain.study import Study
from tests.compose.papers import AUTHORITY, trial, trial_study

PAIN = "Better with the treatment than without: pain (MD −1.20 (95% CI −1.90 to −0.50))."
CRP = "There was no clear change in CRP (p=0.45)."
DIZZINESS = "Worse with the treatment than without: dizziness (RR 1.8 (CI 1.1 to 2.9))."
STIFFNESS = "A result is given without a direction: stiffness (12 weeks)."
OPENING = "This randomised trial looked at 120 adults."
TAKEAWAY = "Pain was better, CRP did not clearly change, dizziness was worse."
LIMITS = "Read from the abstract only."

TEXT = (
    Paragraph(
        Part.LEAD,
        (
            Sentence(OPENING, Provenance.EXTRACTED, basis="design, n_participants"),
            Sentence("It tested Nordic walking.", Provenance.EXTRACTED, basis="intervention"),
        ),
    ),
    Paragraph(Part.BETTER, (Sentence(PAIN, Provenance.EXTRACTED, (0,)),)),
    Paragraph(Part.UNCHANGED, (Sentence(CRP, Provenance.EXTRACTED, (1,)),)),
    Paragraph(Part.WORSE, (Sentence(DIZZINESS, Provenance.EXTRACTED, (2,)),)),
    Paragraph(Part.OTHER, (Sentence(STIFFNESS, Provenance.EXTRACTED, (3,)),)),
    Paragraph(Part.LIMITS, (Sentence(LIMITS, Provenance.BOILERPLATE),)),
)
"""s1 … s7."""


def paper(pmid: str = "99000101") -> tuple[Article, Study]:
    article = trial(pmid)
    return article, trial_study(article)


def note(pmid: str = "99000101", **changes: Any) -> Nugget:
    nugget = compose_nugget(*paper(pmid), ("pain",), authority=AUTHORITY)
    text: dict[str, Any] = {
        "paragraphs": TEXT,
        "takeaway": Sentence(TAKEAWAY, Provenance.DERIVED, (0, 1, 2)),
        "length": Length.SHORT,
    }
    return replace(nugget, **(text | changes))


def offer(name: str, rows: Any, text: Any, **more: Any) -> dict[str, Any]:
    return {"id": name, "rows": rows, "text": text, **more}


def answer(*offers: Any) -> str:
    return json.dumps({"sentences": list(offers)}, ensure_ascii=False)


def texts(nugget: Nugget) -> list[str]:
    """Every sentence of a note."""
    told = [sentence.text for paragraph in nugget.paragraphs for sentence in paragraph.sentences]
    return [*told, nugget.takeaway.text] if nugget.takeaway else told


def by_model(nugget: Nugget) -> list[str]:
    """The sentences that are marked as the model's."""
    told = [sentence for paragraph in nugget.paragraphs for sentence in paragraph.sentences]
    told += [nugget.takeaway] if nugget.takeaway else []
    return [sentence.text for sentence in told if sentence.provenance is Provenance.MODEL]
