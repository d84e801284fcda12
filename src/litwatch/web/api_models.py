"""What the JSON API answers, as models with descriptions: the OpenAPI document is made from them.

An abstract itself is never among it (it may be the publisher's): only the passages that a statement rests on.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, create_model

from litwatch.domain.digest import Signature
from litwatch.domain.notice import NoticeKind
from litwatch.domain.prose import Part, Provenance
from litwatch.domain.rows import columns
from litwatch.domain.study import ConclusionKind, CountKind, Design, Direction, HarmsReport, Stance, Supervision, Unit

Item = TypeVar("Item")


class _Model(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class Fault(_Model):
    """Why a request was not answered."""

    detail: str = Field(
        description="What is wrong, in one sentence; of a parameter with its name.",
        examples=["limit: Input should be less than or equal to 200"],
    )


class Page(_Model, Generic[Item]):
    """A page of a list."""

    items: list[Item] = Field(description="May be fewer than `limit`, even none, though there is a next page.")
    next: str | None = Field(description="The address of the next page; null on the last one.")


class Evidence(_Model):
    """The exact passage that a statement rests on."""

    section: int = Field(description="The section of the abstract, from 0; -1: the title.")
    start: int = Field(description="Its first character in that section, from 0.")
    end: int = Field(description="The character behind its last one.")
    text: str


class Citation(_Model):
    """How a paper is cited at present."""

    pmid: str
    title: str
    authors: list[str] = Field(description='All of them, as "Zhang M".')
    journal: str = Field(description="The short name.")
    volume: str | None
    issue: str | None
    pages: str | None
    date: str = Field(description='As far as known: "2025-01-15", "2025-01", "2013", "".')
    doi: str | None
    pmc: str | None
    ahead_of_print: bool


class Shown(_Model):
    """What an issue made of a paper."""

    week: str = Field(description="The issue, as an ISO week: 2026-W03.")
    fate: str = Field(description="`nugget` (it has a note), `mention` (a line) or `excluded`.")
    note: str | None = Field(description="The address of its note.")


class Article(_Model):
    """A PubMed record, without its abstract."""

    pmid: str
    citation: Citation
    topics: list[str] = Field(description="The topics that found it.")
    publication_types: list[str] = Field(description="As NLM gives them.")
    languages: list[str] = Field(description="Three-letter codes.")
    retracted: bool = Field(description="Retracted or withdrawn, in whole or in part, as far as litwatch knows.")
    shown: Shown | None = Field(description="Null while no issue has dealt with it.")
    read: bool = Field(description="Whether there is a study of it, at /api/v1/studies/{pmid}.")
    first_seen: datetime
    changed: datetime = Field(description="When the present version was first seen.")
    pubmed: str | None = Field(description="Its page in PubMed.")


class Count(_Model):
    """A number of people."""

    kind: CountKind
    value: int
    evidence: Evidence


class Named(_Model):
    """A name of ours for what the passage says."""

    name: str
    evidence: Evidence


class Amount(_Model):
    """An amount or a range; `low` equals `high` for a single number."""

    low: float
    high: float
    unit: Unit
    evidence: Evidence


class Oversight(_Model):
    """How the exercise was supervised."""

    kind: Supervision
    evidence: list[Evidence]


class ExerciseCard(_Model):
    """The exercise that was tested, as far as the abstract says it beyond doubt."""

    types: list[Named]
    frequency: Amount | None
    session: Amount | None
    length: Amount | None
    intensity: Evidence | None
    supervision: Oversight | None


class Harms(_Model):
    """What the abstract says of harms."""

    report: HarmsReport
    evidence: Evidence | None


class ConclusionNote(_Model):
    """Where the authors' conclusion and the rows part."""

    kind: ConclusionKind
    evidence: Evidence
    rows: list[int] = Field(description="The rows that it is about, as `row` has them.")


def _row_model() -> Any:
    """The columns of the data dictionary as a model."""
    told: dict[str, Any] = {name: (hint, Field(description=about)) for name, (hint, about) in columns().items()}
    return create_model("OutcomeRow", __base__=_Model, __doc__="One outcome of one study: a row of the ledger.", **told)


OutcomeRow: Any = _row_model()


class Study(_Model):
    """What was read from one abstract, without its rows (the single study has them, and /api/v1/outcomes)."""

    pmid: str
    citation: Citation
    design: Design
    stance: Stance = Field(description="What the authors' own conclusion says.")
    counts: list[Count] = Field(description="Numbers of people, each with its words.")
    registry_ids: list[str]
    condition_names: list[str] = Field(description="What the people have, by our names: what the filter compares.")
    exercise_names: list[str] = Field(description="Kinds of exercise that were tested, by our names.")
    population: Evidence | None
    conditions: list[Evidence]
    intervention: Evidence | None
    comparator: Evidence | None
    exercise: ExerciseCard | None
    harms: Harms | None
    aim: Evidence | None
    conclusion: Evidence | None
    conclusion_check: list[ConclusionNote]
    retracted: bool = Field(description="Retracted or withdrawn, in whole or in part, as far as litwatch knows.")
    shown: Shown | None = Field(description="Null while no issue has dealt with it.")
    extractor: str = Field(description="The version of the reader.")
    read_at: datetime


class StudyWithOutcomes(Study):
    """What was read from one abstract."""

    outcomes: list[OutcomeRow] = Field(description="The whole ledger; an editor's corrections are in it.")


class Line(_Model):
    """One outcome as a note tells it."""

    name: str
    numbers: str = Field(description="Empty where the abstract gives none.")
    quote: str = Field(description="The passage behind it.")
    comparison: str
    timepoint: str | None
    subgroup: str | None


class Sentence(_Model):
    """A sentence of a note, and where it comes from."""

    text: str
    provenance: Provenance


class Paragraph(_Model):
    """Sentences that belong together."""

    part: Part
    sentences: list[Sentence]


class Rating(_Model):
    """One to five stars, by an open key."""

    stars: int
    reasons: list[str]
    editor: str | None = Field(description="Who overrode it, if somebody did.")


class Notice(_Model):
    """What was learned about a note after it was published."""

    guid: str
    kind: NoticeKind
    pmid: str = Field(description="The paper that the note, or the line, is about.")
    made: datetime
    text: str
    citation: Citation | None = Field(description="Of the later study, or of the journal's own notice.")


class AmendedRow(_Model):
    """A row that the note tells otherwise than it was read."""

    outcome: str
    timepoint: str | None
    subgroup: str | None
    read_as: Direction = Field(description="The direction as it was read.")
    direction: Direction | None = Field(description="As the note tells it; null: the note leaves it out.")
    why: str = Field(description="The editor's reason.")
    by: str = Field(description="The editor.")
    evidence: Evidence


class Sibling(_Model):
    """Another report of the note's study, told with it."""

    pmid: str
    title: str
    meta: str
    adds: str = Field(description="What it tells that the note does not; may be empty.")
    doi: str | None


class NoteHead(_Model):
    """A note in one line."""

    pmid: str
    slug: str
    guid: str = Field(description="A permanent `tag:` URI.")
    address: str = Field(description="Its page.")
    headline: str
    meta: str = Field(description="Design, size and verdict in one line.")


class Nugget(NoteHead):
    """A published note on one study."""

    week: str
    published: datetime
    topics: list[str]
    better: list[Line]
    unchanged: list[Line]
    worse: list[Line]
    other: list[Line] = Field(description="Mixed results, and results given without a direction.")
    amended: list[AmendedRow] = Field(description="Rows that an editor corrected: the note is made with them so.")
    siblings: list[Sibling]
    paragraphs: list[Paragraph]
    takeaway: Sentence | None
    rating: Rating | None
    why: str = Field(description="Why it was picked.")
    citation: Citation
    notices: list[Notice] = Field(description="Updates, corrections and retractions since, oldest first.")


class Mention(_Model):
    """A paper told in one line."""

    pmid: str
    title: str
    meta: str
    notices: list[Notice] = Field(description="Corrections and retractions since, oldest first.")


class IssueHead(_Model):
    """An issue in short."""

    week: str = Field(description="The ISO week: 2026-W03.")
    guid: str = Field(description="A permanent `tag:` URI.")
    address: str = Field(description="Its page.")
    title: str
    summary: str
    published: datetime
    signature: Signature
    editor: str = Field(description="Who signed it; empty where nobody did.")
    nuggets: list[NoteHead]


class Excluded(_Model):
    """How many papers were left out for one reason."""

    reason: str
    papers: int


class Issue(IssueHead):
    """A published issue. Its notes in full: /api/v1/nuggets."""

    foreword: str
    also: list[Mention] = Field(description="Papers listed in one line.")
    notices: list[Notice] = Field(description="What it told about earlier notes.")
    considered: int = Field(description="Papers that were new since the issue before.")
    excluded: list[Excluded]


class Column(_Model):
    """One column of the outcome rows."""

    name: str
    kind: str
    values: list[str] = Field(description="Of an enumeration; else empty.")
    nullable: bool
    about: str
