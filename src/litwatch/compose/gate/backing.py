"""What a note's sentences may rest on: the record, the ledger, and what was passed in beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cached_property

from litwatch.compose.citation import cite
from litwatch.compose.facts import in_units
from litwatch.compose.numbers import as_decimal, spelled, values
from litwatch.domain.article import Article
from litwatch.domain.citation import Citation
from litwatch.domain.difference import MinimalDifference
from litwatch.domain.prose import Part
from litwatch.domain.study import CountKind, Evidence, ExerciseCard, Study


class Backing:
    """One paper as the gate sees it. Everything is read when first asked for, and once."""

    def __init__(
        self, article: Article, study: Study, differences: Mapping[str, MinimalDifference] | None = None
    ) -> None:
        """`differences`: concept → the smallest difference that people notice."""
        self.article = article
        self.study = study
        self.differences = differences or {}

    @cached_property
    def citation(self) -> Citation:
        return cite(self.article)

    @cached_property
    def stated(self) -> frozenset[Decimal]:
        """Every number that the title or the abstract states, in digits or in words."""
        text = f"{self.article.title} {self.article.abstract}"
        return values(text) | spelled(text)

    @cached_property
    def people(self) -> Mapping[Decimal, frozenset[CountKind]]:
        """Numbers of people that the abstract states → what they count."""
        study = self.study
        found: dict[Decimal, frozenset[CountKind]] = {}
        if study.n_participants is not None:
            found[Decimal(study.n_participants)] = frozenset()
        for entry in study.counts:
            found[Decimal(entry.value)] = found.get(Decimal(entry.value), frozenset()) | {entry.kind}
        return {number: kinds for number, kinds in found.items() if number in self.stated}

    @cached_property
    def trials(self) -> frozenset[Decimal]:
        """The number of included studies, if the abstract states it."""
        number = self.study.n_studies
        return frozenset() if number is None else frozenset({as_decimal(number)}) & self.stated

    @cached_property
    def phrases(self) -> tuple[str, ...]:
        """Phrases of the record that a sentence may use as they stand: who, what, against what, and the citation."""
        study, article = self.study, self.article
        single = (study.population, study.intervention, study.comparator, *study.conditions)
        texts = [part.text for part in single if part]
        if study.exercise:
            texts += _exercise(study.exercise)
        citation = self.citation
        texts += [citation.title.strip("[]. "), citation.journal, article.journal.title or "", citation.date[:4]]
        texts += [str(article.published.year or ""), f"PMID {citation.pmid}"]
        texts += [author.last or author.collective or "" for author in article.authors[:1]]
        return tuple(dict.fromkeys(phrase for text in texts if (phrase := text.strip(" .,;:"))))

    def sources(self, part: Part) -> tuple[str, ...]:
        """The sentences of the record that a paragraph on `part` may quote: those that the ledger points at."""
        study = self.study
        if part is Part.CONCLUSION:
            evidence: list[Evidence | None] = [study.conclusion, *(note.evidence for note in study.conclusion_check)]
        elif part is Part.HARMS:
            evidence = [study.harms.evidence if study.harms else None]
        else:
            evidence = [study.aim, *(row.evidence for row in study.outcomes)]
        return tuple(dict.fromkeys(part.text for part in evidence if part))


def _exercise(card: ExerciseCard) -> Iterator[str]:
    for kind in card.types:
        yield from (kind.name, kind.evidence.text)
    for amount in (card.frequency, card.session, card.length):
        if amount:
            yield from (in_units(amount), amount.evidence.text)
    if card.intensity:
        yield card.intensity.text
    if card.supervision:
        yield from (part.text for part in card.supervision.evidence)
