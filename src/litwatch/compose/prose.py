"""The text of a note, put together in the order of `Part` and fitted to its length.

Nothing is padded: what more can be told is tried in turn, and a note that stays too short for one is told in a few
lines. Where there is too much, numbers and what is said twice go first, names never.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from litwatch.compose.caveats import caveats
from litwatch.compose.ending import QUOTE_WORDS, conclusion, harms, takeaway
from litwatch.compose.enumerations import PARTS, behind, enumerations, tally
from litwatch.compose.lead import lead, opening
from litwatch.compose.parting import partings
from litwatch.compose.people import told_counts
from litwatch.compose.sizes import sizes
from litwatch.compose.telling import Detail, Wording
from litwatch.domain.article import Article
from litwatch.domain.difference import MinimalDifference
from litwatch.domain.digest import Length
from litwatch.domain.prose import Paragraph, Part, Sentence
from litwatch.domain.study import Study

FEWEST_WORDS = 100
"""A note has at least so many words, the takeaway among them; with fewer it is told in short."""
MOST_WORDS = {Length.NOTE: 300, Length.FEATURE: 450}

_ALL_NUMBERS = dict.fromkeys(PARTS, Detail.NUMBERS)
_FEWER_QUOTED = 12
_MOST_QUOTED = 2
_MOST_PARTED = 3


@dataclass(frozen=True, slots=True)
class Prose:
    """A note's text and how long it came out."""

    paragraphs: tuple[Paragraph, ...]
    takeaway: Sentence | None
    length: Length

    @property
    def words(self) -> int:
        return words_of(self.paragraphs, self.takeaway)


@dataclass(frozen=True, slots=True)
class Told:
    """What the issue's earlier notes, or its settings, give to the next one."""

    used: frozenset[str] = frozenset()
    """Opening sentences and takeaways that it must not repeat."""
    mids: Mapping[str, MinimalDifference] = field(default_factory=dict)
    """Concept → the smallest difference that people notice."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """What of all that can be told is told."""

    aim: bool
    behind: int = 0
    """So many sentences behind rows are quoted."""
    repeats: bool = True
    """Also those that say no more than the numbers of their rows."""
    parted: int = 0
    """So many sentences behind results that stand apart (of certain people, at another time) are quoted."""
    tally: bool = True
    quoted: int = QUOTE_WORDS
    detail: Mapping[Part, Detail] = field(default_factory=lambda: _ALL_NUMBERS)


def words_of(paragraphs: Iterable[Paragraph], takeaway: Sentence | None) -> int:
    """How many words a note has, the takeaway among them; a number is a word."""
    texts = [*(paragraph.text for paragraph in paragraphs), takeaway.text if takeaway else ""]
    return sum(len(text.split()) for text in texts)


def compose_prose(article: Article, study: Study, *, length: Length, told: Told) -> Prose:
    """The text about `article`, at most of `length`: 450 words for a feature, 300 for a note.

    Told in short (Length.SHORT) where there is not enough for a note, or where no row has a direction.
    """
    writer = _Writer(article, study, told)
    # What was tested tells what the study was about; where it is not known, the authors' aim does.
    feature = length is Length.FEATURE
    quoted = _MOST_QUOTED if feature else 0
    whole = _Plan(feature or study.intervention is None, quoted, repeats=False, parted=_MOST_PARTED)
    prose = writer.write(whole, length)
    for quotes in range(_MOST_QUOTED + 1):
        if prose.words < FEWEST_WORDS:
            prose = writer.write(replace(whole, aim=True, behind=max(quotes, quoted), repeats=quotes > 0), length)
    if prose.words < FEWEST_WORDS or prose.takeaway is None:
        return writer.write_short()
    most = MOST_WORDS.get(length, MOST_WORDS[Length.NOTE])
    for plan in _shorter(whole):
        if prose.words <= most:
            break
        prose = writer.write(plan, length)
    return prose


def _shorter(plan: _Plan) -> Iterator[_Plan]:
    """Less and less: first what is said twice, then numbers, those of unclear results before others, then brackets."""
    plan = replace(plan, behind=0)
    yield plan
    plan = replace(plan, parted=0)
    yield plan
    plan = replace(plan, aim=False)
    yield plan
    for detail in (Detail.QUALIFIERS, Detail.NAME):
        for part in (Part.OTHER, Part.UNCHANGED, Part.WORSE, Part.BETTER):
            plan = replace(plan, detail={**plan.detail, part: detail})
            yield plan
        plan = replace(plan, quoted=_FEWER_QUOTED)
        yield plan
    yield replace(plan, tally=False)


class _Writer:
    """Writes one paper's text by one plan or another; what no plan changes is written once."""

    def __init__(self, article: Article, study: Study, told: Told) -> None:
        self._article = article
        self._study = study
        self._told = told
        self._wording = Wording(article)
        self._leads: dict[bool, tuple[Sentence, ...]] = {}

    def write(self, plan: _Plan, length: Length) -> Prose:
        article, study, wording = self._article, self._study, self._wording
        counted = tally(study) if plan.tally else ()
        parts = (
            Paragraph(Part.LEAD, (*self._lead(aim=plan.aim), *counted)),
            *self._rows(plan),
            *self._partings_and_sizes,
            Paragraph(Part.CONCLUSION, conclusion(article, study, wording, plan.quoted)),
            *self._limits_and_harms,
        )
        return Prose(_spoken(parts), self._takeaway, length)

    def write_short(self) -> Prose:
        """A few lines: what it is, every row, limits and harms. Without any number a row's own sentence stands for it."""
        first = opening(self._article, self._study, self._wording, self._told.used)
        numbers = any(row.effect for row in self._study.outcomes)
        parts = (
            Paragraph(Part.LEAD, (first, *told_counts(self._article, self._study))),
            *self._rows(_Plan(aim=False, behind=0 if numbers else 1)),
            *self._limits_and_harms,
        )
        return Prose(_spoken(parts), self._takeaway, Length.SHORT)

    def _lead(self, *, aim: bool) -> tuple[Sentence, ...]:
        if aim not in self._leads:
            self._leads[aim] = lead(self._article, self._study, self._wording, used=self._told.used, aim=aim)
        return self._leads[aim]

    def _rows(self, plan: _Plan) -> Iterator[Paragraph]:
        study, wording = self._study, self._wording
        quotes = behind(study, wording, plan.behind, repeats=plan.repeats, parted=plan.parted)
        for paragraph in enumerations(study, wording, plan.detail):
            yield replace(paragraph, sentences=paragraph.sentences + quotes.get(paragraph.part, ()))

    @cached_property
    def _partings_and_sizes(self) -> tuple[Paragraph, ...]:
        return (
            Paragraph(Part.SPLIT, partings(self._study, self._wording)),
            Paragraph(Part.SIZE, sizes(self._study, self._wording, self._told.mids)),
        )

    @cached_property
    def _limits_and_harms(self) -> tuple[Paragraph, ...]:
        return (
            Paragraph(Part.LIMITS, caveats(self._article, self._study)),
            Paragraph(Part.HARMS, harms(self._article, self._study, self._wording)),
        )

    @cached_property
    def _takeaway(self) -> Sentence | None:
        return takeaway(self._study, self._wording, self._told.used)


def _spoken(parts: Iterable[Paragraph]) -> tuple[Paragraph, ...]:
    """The paragraphs that have something to say."""
    return tuple(paragraph for paragraph in parts if paragraph.sentences)
