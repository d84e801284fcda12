"""Sentences that the gate knows word for word, each with what has to be so before a note may say it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from litwatch.compose.gate.backing import Backing
from litwatch.domain.prose import Part, Provenance
from litwatch.domain.study import Comparison, ConclusionKind, Design, Direction, HarmsReport

CLEAR = frozenset({Direction.IMPROVED, Direction.WORSENED, Direction.NO_DIFFERENCE})
CONTROLLED = frozenset({Design.META_ANALYSIS, Design.SYSTEMATIC_REVIEW, Design.RANDOMIZED_TRIAL})


@dataclass(frozen=True, slots=True)
class Known:
    """A sentence's place, its provenance and its condition; `required`: where the condition holds it has to be told."""

    part: Part
    provenance: Provenance
    holds: Callable[[Backing], bool]
    required: bool = False


def _design(*designs: Design) -> Callable[[Backing], bool]:
    return lambda backing: backing.study.design in designs and not _single_arm(backing)


def _single_arm(backing: Backing) -> bool:
    return backing.study.design is Design.NONRANDOMIZED_TRIAL and _all_within(backing)


def _all_within(backing: Backing) -> bool:
    clear = [row for row in backing.study.outcomes if row.direction in CLEAR]
    return bool(clear) and all(row.comparison is Comparison.WITHIN for row in clear)


def _link(kind: str) -> Callable[[Backing], bool]:
    return lambda backing: any(link.kind == kind for link in backing.article.corrections)


def _harms(report: HarmsReport) -> Callable[[Backing], bool]:
    return lambda backing: backing.study.harms is not None and backing.study.harms.report is report


def _harms_concluded(backing: Backing) -> bool:
    harms = backing.study.harms
    return harms is not None and harms.evidence is not None and harms.evidence == backing.study.conclusion


def _limit(holds: Callable[[Backing], bool]) -> Known:
    return Known(Part.LIMITS, Provenance.DERIVED, holds, required=True)


def _of_harms(report: HarmsReport) -> Known:
    return Known(Part.HARMS, Provenance.DERIVED, _harms(report))


KNOWN: Mapping[str, Known] = {
    "The journal has published an expression of concern about this paper.": _limit(_link("ExpressionOfConcernIn")),
    "A correction to this paper has been published.": _limit(_link("ErratumIn")),
    "A preprint: not reviewed by other scientists yet.": _limit(
        lambda backing: "Preprint" in backing.article.publication_types
    ),
    "Ahead of print: details may still change.": _limit(
        lambda backing: (
            backing.article.publication_status == "aheadofprint" and "Preprint" not in backing.article.publication_types
        )
    ),
    "No control group: people may also have changed for other reasons.": _limit(_single_arm),
    "Who got what was not decided by chance: the groups may have differed from the start.": _limit(
        _design(Design.NONRANDOMIZED_TRIAL)
    ),
    "An observational study: it shows that things go together, not that one causes the other.": _limit(
        _design(Design.COHORT, Design.CASE_CONTROL)
    ),
    "Everything was measured at one time: which came first, and what causes what, is open.": _limit(
        _design(Design.CROSS_SECTIONAL)
    ),
    "One or a few cases, without a control group.": _limit(_design(Design.CASE_REPORT)),
    "A plan for a study: there are no results yet.": _limit(_design(Design.PROTOCOL)),
    "A study in animals: it may not hold for people.": _limit(_design(Design.ANIMAL)),
    "A study in the laboratory: it may not hold for people.": _limit(_design(Design.IN_VITRO)),
    "The changes told here are within a group, before against after, not against the control group.": _limit(
        lambda backing: backing.study.design in CONTROLLED and _all_within(backing)
    ),
    "Read from the abstract only.": Known(Part.LIMITS, Provenance.BOILERPLATE, lambda backing: True, required=True),
    "It speaks of cause and effect; what was observed is that things go together.": Known(
        Part.CONCLUSION,
        Provenance.DERIVED,
        lambda backing: any(note.kind is ConclusionKind.CAUSAL_LANGUAGE for note in backing.study.conclusion_check),
    ),
    "Would you notice?": Known(Part.SIZE, Provenance.BOILERPLATE, lambda backing: True),
    "Harms: not reported in the abstract.": _of_harms(HarmsReport.SILENT),
    "Harms, and how many people had no benefit: not reported in the abstract.": _of_harms(HarmsReport.SILENT),
    "On harms, see the conclusion quoted above.": Known(Part.HARMS, Provenance.DERIVED, _harms_concluded),
    "The abstract mentions harms, but gives no result that can be quoted.": _of_harms(HarmsReport.MENTIONED),
}
"""Text → what the gate knows of it. The words are the writer's; the conditions are the gate's own."""
