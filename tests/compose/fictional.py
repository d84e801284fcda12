"""Fictional papers in number: records whose abstracts are written together with their ledgers, of every shape."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

from litwatch.domain.article import Article, Author, Correction, Journal, PartialDate, Section
from litwatch.domain.difference import MinimalDifference
from litwatch.domain.study import (
    Amount,
    Change,
    Comparison,
    ConclusionKind,
    ConclusionNote,
    Count,
    CountKind,
    Design,
    Direction,
    Effect,
    Evidence,
    ExerciseCard,
    Harms,
    HarmsReport,
    Measure,
    Named,
    Outcome,
    Oversight,
    Stance,
    Study,
    Supervision,
    Unit,
)

MIDS = {
    "pain on a scale": MinimalDifference(1.5, "points", "chronic knee pain", "pmid:99000001"),
    "six-minute walk": MinimalDifference(30, "m", "older adults", "pmid:99000002"),
}
_NAMES = (
    ("pain", "symptom", "pain on a scale"),
    ("pain intensity", "symptom", None),
    ("fatigue", "symptom", None),
    ("Morning stiffness", "symptom", None),
    ("physical function", "function", None),
    ("6-minute walk test", "fitness", "six-minute walk"),
    ("Harrow Disability Index", "function", None),
    ("sleep quality", "mental", None),
    ("anxiety", "mental", None),
    ("depressive symptoms", "mental", None),
    ("quality of life", "quality_of_life", None),
    ("CRP", "biomarker", "C-reactive protein"),
    ("ESR", "biomarker", "erythrocyte sedimentation rate"),
    ("IL-6", "biomarker", "interleukin-6"),
    ("TNF-α levels", "biomarker", None),
    ("VO2peak", "fitness", None),
    ("grip strength", "fitness", None),
    ("chest expansion", "structure", None),
    ("adverse events", "harm", None),
    ("dizziness", "harm", None),
    ("use of painkillers", "use", None),
    ("cost", "cost", None),
    ("days off work", "behaviour", None),
    ("SF-36 vitality score", "quality_of_life", None),
)
_ALIASES = {"Harrow Disability Index": ("HDI",), "quality of life": ("QoL",), "CRP": ("C-reactive protein",)}
_PEOPLE = ("adults with knee pain", "older women with hip osteoarthritis", "nurses", "runners with heel pain")
_DONE = ("Nordic walking", "a home exercise programme", "tai chi", "strength training and education")
_AGAINST = ("usual care", "a waiting list", "stretching", "placebo tablets")
_DESIGNS = (
    *((Design.RANDOMIZED_TRIAL,) * 5),
    *((Design.META_ANALYSIS,) * 3),
    Design.SYSTEMATIC_REVIEW,
    *((Design.COHORT,) * 2),
    Design.CROSS_SECTIONAL,
    Design.CASE_CONTROL,
    *((Design.NONRANDOMIZED_TRIAL,) * 2),
    Design.ANIMAL,
)
_WORDS = {
    Direction.IMPROVED: "got better",
    Direction.WORSENED: "got worse",
    Direction.NO_DIFFERENCE: "did not differ",
    Direction.MIXED: "went both ways",
    Direction.REPORTED: "was recorded",
}


@dataclass
class _Abstract:
    """An abstract that grows sentence by sentence; every slice of it is found again by its offsets."""

    sections: tuple[list[str], ...] = field(default_factory=lambda: ([], [], [], []))

    def add(self, section: int, sentence: str) -> Evidence:
        start = sum(len(earlier) + 1 for earlier in self.sections[section])
        self.sections[section].append(sentence)
        return Evidence(section, start, start + len(sentence), sentence)


def _slice(sentence: Evidence, text: str) -> Evidence:
    start = sentence.start + sentence.text.index(text)
    return Evidence(sentence.section, start, start + len(text), text)


def paper(seed: int) -> tuple[Article, Study]:
    """The record and the ledger of one fictional study; the same for the same `seed`."""
    random = Random(seed)
    abstract = _Abstract()
    design = random.choice(_DESIGNS)
    people, done, against = random.choice(_PEOPLE), random.choice(_DONE), random.choice(_AGAINST)
    aim = abstract.add(0, f"We asked what {done} does for {people} compared with {against}.")
    fields: dict[str, Any] = {"population": _slice(aim, people), "intervention": _slice(aim, done)}
    if random.random() < 0.8:
        fields["comparator"] = _slice(aim, against)
    fields |= _size(random, abstract, design)
    fields |= _exercise(random, abstract)
    rows = _rows(random, abstract, design)
    fields["outcomes"] = rows
    fields |= _conclusion(random, abstract, done, rows, design)
    fields |= _harms(random, abstract)
    pmid = str(99_100_000 + seed)
    study = Study(pmid=pmid, extractor="test", design=design, aim=aim, **fields)
    return _article(random, pmid, f"{done[0].upper()}{done[1:]} for {people}", abstract), study


def _article(random: Random, pmid: str, title: str, abstract: _Abstract) -> Article:
    labels = ("OBJECTIVE", "METHODS", "RESULTS", "CONCLUSIONS")
    parts = zip(labels, abstract.sections, strict=True)
    kinds = ("Preprint",) if random.random() < 0.1 else ()
    links = (Correction("ErratumIn"),) if random.random() < 0.1 else ()
    return Article(
        pmid=pmid,
        title=title + ".",
        sections=tuple(Section(label, " ".join(texts)) for label, texts in parts if texts),
        journal=Journal(title="Journal of Fictional Studies", abbreviation="J Fict Stud", volume="3", pages="1-9"),
        published=PartialDate(2025, 2, raw="2025 Feb"),
        authors=(Author(last="Mossberg", initials="A"),),
        publication_types=kinds,
        corrections=links,
        publication_status=random.choice(("ppublish", "aheadofprint")),
    )


def _size(random: Random, abstract: _Abstract, design: Design) -> dict[str, Any]:
    people = random.randint(12, 2400)
    if design in (Design.META_ANALYSIS, Design.SYSTEMATIC_REVIEW):
        trials = random.randint(3, 45)
        abstract.add(1, f"We pooled {trials} trials with {people} participants.")
        return {"n_studies": trials, "n_participants": people}
    invited, analysed = people + random.randint(10, 900), people - random.randint(1, 9)
    sentence = abstract.add(
        1, f"Of {invited} people invited, {people} were randomised and {analysed} were analysed in the end."
    )
    counts = (
        Count(CountKind.INVITED, invited, _slice(sentence, f"{invited} people invited")),
        Count(CountKind.RANDOMISED, people, _slice(sentence, f"{people} were randomised")),
        Count(CountKind.ANALYSED, analysed, _slice(sentence, f"{analysed} were analysed")),
    )
    return {"n_participants": people, "counts": counts if random.random() < 0.6 else ()}


def _exercise(random: Random, abstract: _Abstract) -> dict[str, Any]:
    if random.random() < 0.4:
        return {}
    times, minutes, weeks = random.randint(1, 5), random.choice((20, 45, 60)), random.randint(6, 52)
    sentence = abstract.add(
        1, f"They trained {times} times a week for {minutes} minutes over {weeks} weeks, supervised."
    )
    card = ExerciseCard(
        types=(Named("walking", _slice(sentence, "trained")),),
        frequency=Amount(times, times, Unit.PER_WEEK, _slice(sentence, f"{times} times a week")),
        session=Amount(minutes, minutes, Unit.MINUTES, _slice(sentence, f"{minutes} minutes")),
        length=Amount(weeks, weeks, Unit.WEEKS, _slice(sentence, f"{weeks} weeks")),
        supervision=Oversight(Supervision.SUPERVISED, (_slice(sentence, "supervised"),)),
    )
    return {"exercise": card}


def _rows(random: Random, abstract: _Abstract, design: Design) -> tuple[Outcome, ...]:
    chosen = random.sample(_NAMES, random.choice((1, 2, 3, 4, 4, 5, 6, 7, 8, 9, 11, 13)))
    rows: list[Outcome] = []
    for name, domain, concept in chosen:
        times = random.sample(("4 weeks", "12 weeks", "1 year"), 2) if random.random() < 0.15 else [None]
        if len(times) == 1 and random.random() < 0.2:
            times = ["6 months"]
        for time in times:
            comparison = _comparison(random, design)
            subgroup = "women" if random.random() < 0.08 else None
            rows.append(_row(random, abstract, name, comparison, domain, concept, time, subgroup))
    return tuple(rows)


def _comparison(random: Random, design: Design) -> Comparison:
    if design in (Design.COHORT, Design.CROSS_SECTIONAL, Design.CASE_CONTROL):
        return Comparison.ASSOCIATION
    return random.choice((Comparison.BETWEEN, Comparison.BETWEEN, Comparison.BETWEEN, Comparison.WITHIN))


def _row(
    random: Random,
    abstract: _Abstract,
    name: str,
    comparison: Comparison,
    domain: str,
    concept: str | None,
    time: str | None,
    subgroup: str | None,
) -> Outcome:
    direction = random.choice(
        (Direction.IMPROVED,) * 4 + (Direction.NO_DIFFERENCE,) * 4 + (Direction.WORSENED, Direction.REPORTED)
    )
    effect = _effect(random, direction) if direction is not Direction.REPORTED and random.random() < 0.75 else None
    printed = f" ({_printed(effect)})" if effect else ""
    where = "".join((f" at {time}" if time else "", f" in {subgroup}" if subgroup else ""))
    evidence = abstract.add(2, f"{name[0].upper()}{name[1:]} {_WORDS[direction]}{where}{printed}.")
    change = {Direction.IMPROVED: Change.DECREASED, Direction.WORSENED: Change.INCREASED}.get(direction)
    return Outcome(
        name=name,
        direction=direction,
        comparison=comparison,
        evidence=evidence,
        aliases=_ALIASES.get(name, ()),
        change=change,
        effect=effect,
        timepoint=time,
        subgroup=subgroup,
        primary=random.random() < 0.15,
        concept=concept,
        domain=domain,
    )


def _effect(random: Random, direction: Direction) -> Effect:
    measure = random.choice((Measure.MD, Measure.SMD, Measure.WMD, Measure.RR, Measure.OR, Measure.PERCENT))
    p = random.choice(("<0.001", "0.03", "0.04", "0.62"))
    if random.random() < 0.2:
        return Effect(Measure.OTHER, p=p)
    value = round(random.uniform(0.2, 60), 2)
    spread = round(random.uniform(0.1, 0.15), 2)
    sign = -1 if direction is Direction.IMPROVED and measure not in (Measure.RR, Measure.OR) else 1
    low, high = sorted((round(sign * (value - spread), 2), round(sign * (value + spread), 2)))
    unit = random.choice((None, None, "points", "mm", "kg")) if measure in (Measure.MD, Measure.WMD) else None
    i2 = round(random.uniform(0, 99), 1) if random.random() < 0.5 else None
    ci = (low, high) if random.random() < 0.8 else None
    return Effect(measure, round(sign * value, 2), ci, p=p, i2=i2, unit=unit)


def _printed(effect: Effect) -> str:
    parts = []
    if effect.value is not None:
        parts.append(f"{effect.measure.value} {effect.value}{f' {effect.unit}' if effect.unit else ''}")
    if effect.ci:
        parts.append(f"95% CI {effect.ci[0]} to {effect.ci[1]}")
    if effect.p:
        parts.append(f"p{effect.p if effect.p[0] == '<' else '=' + effect.p}")
    if effect.i2 is not None:
        parts.append(f"I2 {effect.i2}%")
    return "; ".join(parts)


def _conclusion(
    random: Random, abstract: _Abstract, done: str, rows: tuple[Outcome, ...], design: Design
) -> dict[str, Any]:
    evidence = abstract.add(
        3,
        random.choice(
            (
                f"{done[0].upper()}{done[1:]} helps people and should be offered to them.",
                "It remains open for whom this is worth the trouble, and further work with longer follow-up and more "
                "people from ordinary practice is needed before anybody can say for whom it is worth it.",
            )
        ),
    )
    nulls = tuple(
        number
        for number, row in enumerate(rows)
        if row.direction is Direction.NO_DIFFERENCE
        and all(other.direction is row.direction for other in rows if other.name == row.name)
    )
    checks = []
    if nulls and random.random() < 0.5:
        checks.append(ConclusionNote(ConclusionKind.NULLS_UNMENTIONED, evidence, nulls))
    if design is Design.COHORT:
        checks.append(ConclusionNote(ConclusionKind.CAUSAL_LANGUAGE, evidence))
    stance = Stance.FAVOURS if "helps" in evidence.text else Stance.NONE
    return {"conclusion": evidence, "stance": stance, "conclusion_check": tuple(checks)}


def _harms(random: Random, abstract: _Abstract) -> dict[str, Any]:
    kind = random.choice(tuple(HarmsReport))
    if kind is not HarmsReport.TOLD:
        return {"harms": Harms(kind)}
    evidence = abstract.add(2, "Two people fell while they were exercising, and nobody was hurt badly.")
    return {"harms": Harms(kind, evidence)}
