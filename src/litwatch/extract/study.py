"""An article as a study: the one way into this chapter."""

from __future__ import annotations

from typing import NamedTuple

from litwatch.domain.article import Article
from litwatch.domain.study import ConclusionNote, Design, Evidence, Outcome, Stance, Study
from litwatch.extract.conclusion import Conclusion, conclusion_check, only_observed, stands_apart
from litwatch.extract.contrast import contrast
from litwatch.extract.counts import n_participants, n_studies, participants
from litwatch.extract.design import design_of
from litwatch.extract.exercise import exercise_card
from litwatch.extract.harms import harms_of
from litwatch.extract.outcomes import Ledger, ledger
from litwatch.extract.quoting import title_sentence
from litwatch.extract.sentences import Sentence, sentences, states_aim
from litwatch.extract.stance import conclusion_sentences, main_conclusion, stance_of
from litwatch.extract.who import who

EXTRACTOR = "4"
"""Version of what this chapter reads. Raise it whenever the same article may come out differently."""


class ReadStudy(NamedTuple):
    """A study as it was read, and how its outcomes came about."""

    title: str
    study: Study
    sentences: tuple[Sentence, ...]
    ledger: Ledger


def read_study(article: Article) -> Study:
    """Read title and abstract. Total: any text gives a study, if need be an empty one."""
    return read(article).study


def read(article: Article, *, keep: bool = False) -> ReadStudy:
    """What `read_study` does; with `keep`, the ledger has every clause that was read, to explain its outcomes."""
    parts = sentences(article.sections)
    design = design_of(article, parts)
    counts = participants(parts, design)
    title = title_sentence(article.title)
    arms = contrast(title, parts, design)
    population, conditions = who(title, parts, design)
    found = ledger(parts, design, article.title, keep=keep)
    outcomes = found.outcomes
    stance = stance_of(parts, design, outcomes)
    study = Study(
        pmid=article.pmid,
        extractor=EXTRACTOR,
        design=design,
        stance=stance,
        n_participants=n_participants(counts, design),
        n_studies=n_studies(parts, design),
        counts=counts,
        registry_ids=tuple(dict.fromkeys(entry.number for entry in article.registry_ids)),
        outcomes=outcomes,
        aim=_quote(next((part for part in parts if states_aim(part)), None)),
        conclusion=_quote(main_conclusion(parts)),
        conclusion_check=_checked(parts, design, stance, outcomes, article.title),
        population=population,
        conditions=conditions,
        intervention=arms.intervention,
        comparator=arms.comparator,
        exercise=exercise_card(title, parts, design, arms),
        harms=harms_of(title, parts, design),
    )
    return ReadStudy(article.title, study, parts, found)


def _checked(
    parts: tuple[Sentence, ...], design: Design, stance: Stance, outcomes: tuple[Outcome, ...], title: str
) -> tuple[ConclusionNote, ...]:
    concluding = tuple(conclusion_sentences(parts))
    observed = only_observed(title, parts)
    apart = stands_apart(concluding, parts)
    return conclusion_check(Conclusion(concluding, design, stance, outcomes, observed, apart, title))


def _quote(sentence: Sentence | None) -> Evidence | None:
    if sentence is None:
        return None
    return Evidence(sentence.section, sentence.start, sentence.end, sentence.text)
