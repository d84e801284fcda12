"""What an extractor version read from one article: the study and its outcome ledger.

The vocabulary is that of the findings contract (docs/findings.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Design(StrEnum):
    """What kind of study an article reports."""

    META_ANALYSIS = "meta_analysis"
    SYSTEMATIC_REVIEW = "systematic_review"
    RANDOMIZED_TRIAL = "randomized_trial"
    NONRANDOMIZED_TRIAL = "nonrandomized_trial"
    COHORT = "cohort"
    CASE_CONTROL = "case_control"
    CROSS_SECTIONAL = "cross_sectional"
    CASE_REPORT = "case_report"
    PROTOCOL = "protocol"
    QUALITATIVE = "qualitative"
    ECONOMIC = "economic"
    NARRATIVE_REVIEW = "narrative_review"
    GUIDELINE = "guideline"
    COMMENTARY = "commentary"
    ANIMAL = "animal"
    IN_VITRO = "in_vitro"
    METHODS = "methods"
    OTHER = "other"


class Direction(StrEnum):
    """For the person, in the intervention arm against the comparator (or against the baseline)."""

    IMPROVED = "improved"
    WORSENED = "worsened"
    NO_DIFFERENCE = "no_difference"
    MIXED = "mixed"
    REPORTED = "reported"
    """A result is given, but not which way or whether that is better."""


class Change(StrEnum):
    """Which way the measured value itself went."""

    INCREASED = "increased"
    DECREASED = "decreased"
    NO_DIFFERENCE = "no_difference"


class Comparison(StrEnum):
    """What an outcome is measured against."""

    BETWEEN = "between"
    WITHIN = "within"
    ASSOCIATION = "association"


class Stance(StrEnum):
    """What the authors' own conclusion says."""

    FAVOURS = "favours"
    NO_DIFFERENCE = "no_difference"
    HARMS = "harms"
    MIXED = "mixed"
    NONE = "none"


class Measure(StrEnum):
    """The kind of an effect estimate."""

    MD = "MD"
    SMD = "SMD"
    WMD = "WMD"
    OR = "OR"
    RR = "RR"
    HR = "HR"
    RD = "RD"
    R = "r"
    BETA = "beta"
    MEAN_CHANGE = "mean_change"
    PERCENT = "percent"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Evidence:
    """The exact slice of text that a statement rests on: `sections[section].text[start:end] == text`; −1 is the title."""

    section: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Effect:
    """An estimate as printed. `value` and `ci` are in the measure's own unit."""

    measure: Measure
    value: float | None = None
    ci: tuple[float, float] | None = None
    ci_level: float = 95.0
    p: str | None = None
    """As written without spaces: "<0.001", "0.03"."""
    i2: float | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """One ledger row: outcome × comparison × time point × subgroup."""

    name: str
    direction: Direction
    comparison: Comparison
    evidence: Evidence
    aliases: tuple[str, ...] = ()
    change: Change | None = None
    effect: Effect | None = None
    timepoint: str | None = None
    subgroup: str | None = None
    primary: bool = False
    concept: str | None = None
    """The lexicon's name for it, or None beyond the lexicon."""
    domain: str | None = None
    """symptom, function, mental, quality_of_life, fitness, biomarker, structure, harm, use, cost or behaviour."""


class CountKind(StrEnum):
    """Which people a number counts."""

    INVITED = "invited"
    RANDOMISED = "randomised"
    ENROLLED = "enrolled"
    ANALYSED = "analysed"
    POOLED = "pooled"
    """The participants of a review's included studies."""
    PLANNED = "planned"


@dataclass(frozen=True, slots=True)
class Count:
    """A number of people, with the words that give it."""

    kind: CountKind
    value: int
    evidence: Evidence


class ConclusionKind(StrEnum):
    """What a conclusion does with the ledger's rows."""

    NULLS_UNMENTIONED = "nulls_unmentioned"
    """It speaks in favour and names none of the outcomes that did not differ."""
    CAUSAL_LANGUAGE = "causal_language"
    """A causal verb about what was only observed."""


@dataclass(frozen=True, slots=True)
class ConclusionNote:
    """Where the authors' conclusion and the ledger part."""

    kind: ConclusionKind
    evidence: Evidence
    """The concluding sentence that it is about."""
    rows: tuple[int, ...] = ()
    """The rows that it is about, as indices into `Study.outcomes`; none for a matter of wording."""


@dataclass(frozen=True, slots=True)
class Named:
    """What the words of `evidence` name, by its name in a list of ours ("tai chi", "aerobic exercise")."""

    name: str
    evidence: Evidence


class Supervision(StrEnum):
    """Under whose eyes people exercise."""

    SUPERVISED = "supervised"
    HOME_BASED = "home_based"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Oversight:
    """How the exercise was supervised; two pieces of evidence where it takes two to say "both"."""

    kind: Supervision
    evidence: tuple[Evidence, ...]


class Unit(StrEnum):
    """What an amount of exercise is counted in."""

    PER_WEEK = "per_week"
    """Sessions a week."""
    MINUTES = "minutes"
    WEEKS = "weeks"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount or a range of them as the abstract gives it; `low == high` for a single number."""

    low: float
    high: float
    unit: Unit
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class ExerciseCard:
    """The exercise of the intervention arm, as far as the abstract says it beyond doubt."""

    types: tuple[Named, ...] = ()
    frequency: Amount | None = None
    session: Amount | None = None
    """The length of one session, in minutes."""
    length: Amount | None = None
    """How long the programme lasted, in weeks or months."""
    intensity: Evidence | None = None
    """As written: "60-70% of HRmax", "moderate intensity"."""
    supervision: Oversight | None = None


class HarmsReport(StrEnum):
    """What an abstract does about harms."""

    TOLD = "told"
    MENTIONED = "mentioned"
    """Spoken of, but without a result that can be quoted."""
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Harms:
    """What the abstract says of harms; `evidence` is the passage, only with TOLD."""

    report: HarmsReport
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Study:
    """One article as read by `extractor` (a version string)."""

    pmid: str
    extractor: str
    design: Design
    stance: Stance
    n_participants: int | None = None
    n_studies: int | None = None
    counts: tuple[Count, ...] = ()
    registry_ids: tuple[str, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    aim: Evidence | None = None
    """The sentence that says what was studied."""
    conclusion: Evidence | None = None
    """The sentence that says what the authors conclude."""
    population: Evidence | None = None
    """Who took part, as the abstract words it ("older women with knee osteoarthritis")."""
    conditions: tuple[Evidence, ...] = ()
    """What these people have ("knee osteoarthritis")."""
    intervention: Evidence | None = None
    """What the study tests: of two active arms the one that the title or the aim puts first."""
    comparator: Evidence | None = None
    """What it is compared with, or what the control group got."""
    exercise: ExerciseCard | None = None
    """None where the intervention is no exercise, or not beyond doubt."""
    harms: Harms | None = None
    """None where harms are no question: nothing was done to people."""
    conclusion_check: tuple[ConclusionNote, ...] = ()
    """What the conclusion leaves out or contradicts. Empty means that nothing was found, not that nothing is there."""
