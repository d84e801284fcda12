"""What an honest note adds: the limits that follow from the design, the ledger and the record itself.

Each rule looks at one thing and returns a sentence or nothing. `caveats` runs them in order of weight.
"""

from __future__ import annotations

import re

from litwatch.compose.ledger import only_within
from litwatch.compose.size import REVIEWS, people_counted
from litwatch.compose.words import count, in_words
from litwatch.domain.article import Article
from litwatch.domain.prose import Provenance, Sentence
from litwatch.domain.study import Design, Direction, Outcome, Study

FEW_PARTICIPANTS = 40
"""A study with fewer people than this is called small."""
WIDE_HETEROGENEITY = 75.0
"""I² in percent from which the trials of a pooled result differ "considerably" (Cochrane Handbook 10.10.2)."""

_DESIGN_CAVEATS = {
    Design.COHORT: "An observational study: it shows that things go together, not that one causes the other.",
    Design.CASE_CONTROL: "An observational study: it shows that things go together, not that one causes the other.",
    Design.CROSS_SECTIONAL: "Everything was measured at one time: which came first, and what causes what, is open.",
    Design.CASE_REPORT: "One or a few cases, without a control group.",
    Design.NONRANDOMIZED_TRIAL: "Who got what was not decided by chance: the groups may have differed from the start.",
    Design.PROTOCOL: "A plan for a study: there are no results yet.",
    Design.ANIMAL: "A study in animals: it may not hold for people.",
    Design.IN_VITRO: "A study in the laboratory: it may not hold for people.",
}
_CONTROLLED = REVIEWS | {Design.RANDOMIZED_TRIAL}

_NO_NAME = re.compile(r"(?:the )?(?:primary|main) (?:outcomes?|end ?points?)(?: measures?)?", re.IGNORECASE)
_HARM = re.compile(r"\b(?:adverse|side effects?|harms?|deaths?|mortality|complications?|safety)\b", re.IGNORECASE)


READ = "Read from the abstract only."
"""What every note says of itself."""

Rule = str | tuple[str, tuple[int, ...]]
"""A caveat, with the rows that it names; "" if it does not fit."""


def caveats(article: Article, study: Study) -> tuple[Sentence, ...]:
    """Every caveat that fits, the weightiest first; the last one says what was read."""
    rules: dict[str, Rule] = {
        "corrections": _concern(article),
        "design": _design(study),
        "primary": _primary_unchanged(study),
        "comparison": _within_group(study),
        "i2": _heterogeneity(study),
        "n_participants": _small(article, study),
        "erratum": _corrected(article),
        "publication": _not_final(article),
    }
    told = ((text, rows, basis) for basis, (text, rows) in zip(rules, map(_with_rows, rules.values()), strict=True))
    return (
        *(Sentence(text, Provenance.DERIVED, rows, basis) for text, rows, basis in told if text),
        Sentence(READ, Provenance.BOILERPLATE),
    )


def _with_rows(rule: Rule) -> tuple[str, tuple[int, ...]]:
    return (rule, ()) if isinstance(rule, str) else rule


def _design(study: Study) -> str:
    single_arm = study.design is Design.NONRANDOMIZED_TRIAL and only_within(study)
    return (
        "No control group: people may also have changed for other reasons."
        if single_arm
        else _DESIGN_CAVEATS.get(study.design, "")
    )


def _primary_unchanged(study: Study) -> Rule:
    rows = [(index, row.name) for index, row in _unchanged(study) if row.primary]
    unnamed = all(_NO_NAME.fullmatch(name) for _, name in rows)
    names = "" if unnamed else in_words(name for _, name in rows)
    text = "No clear change in the primary outcome" + (f": {names}." if names else ".")
    return (text, tuple(index for index, _ in rows)) if rows else ""


def _within_group(study: Study) -> str:
    if study.design not in _CONTROLLED or not only_within(study):
        return ""
    return "The changes told here are within a group, before against after, not against the control group."


def _heterogeneity(study: Study) -> Rule:
    rows = enumerate(study.outcomes)
    wide = [(index, row) for index, row in rows if row.effect and (row.effect.i2 or 0.0) >= WIDE_HETEROGENEITY]
    names = in_words(f"{row.name} (I² {row.effect.i2:g}%)" for _, row in wide if row.effect)
    text = f"The pooled studies differ considerably from each other: {names}."
    return (text, tuple(index for index, _ in wide)) if wide else ""


def _small(article: Article, study: Study) -> str:
    people = people_counted(article, study)
    if people is None or people >= FEW_PARTICIPANTS or study.design is Design.CASE_REPORT:
        return ""
    kind = "Few people in all" if study.design in REVIEWS else "A small study"
    return f"{kind}: {count(people, 'participant')}."


def _concern(article: Article) -> str:
    voiced = any(link.kind == "ExpressionOfConcernIn" for link in article.corrections)
    return "The journal has published an expression of concern about this paper." if voiced else ""


def _corrected(article: Article) -> str:
    corrected = any(link.kind == "ErratumIn" for link in article.corrections)
    return "A correction to this paper has been published." if corrected else ""


def _not_final(article: Article) -> str:
    if "Preprint" in article.publication_types:
        return "A preprint: not reviewed by other scientists yet."
    return "Ahead of print: details may still change." if article.publication_status == "aheadofprint" else ""


def _unchanged(study: Study) -> list[tuple[int, Outcome]]:
    """What did not move in any row: at no time, in no group."""
    moved = {row.name.lower() for row in study.outcomes if row.direction is not Direction.NO_DIFFERENCE}
    return [
        (index, row)
        for index, row in enumerate(study.outcomes)
        if row.direction is Direction.NO_DIFFERENCE and row.name.lower() not in moved and not _is_harm(row)
    ]


def _is_harm(row: Outcome) -> bool:
    """Harms that did not differ are good news, not a result left unsaid."""
    return row.domain == "harm" or bool(_HARM.search(row.name))
