"""Standing tallies: all studies told so far on one question, counted by design and by size.

A study counts once for a question, with one direction: that of its rows on the outcome, those between groups before
associations before changes from before to after, those of everybody before those of subgroups; rows that differ make
it unclear. Several reports of one registered trial count as one, as do versions of one paper. Retracted papers,
animals and papers without results of their own do not count.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from litwatch.compose.bearings import TIERS
from litwatch.compose.nugget import plain_title
from litwatch.compose.questions import by_concept, common_direction, condition_names, conditions, exercises
from litwatch.compose.rank import NOT_IN_PEOPLE, Candidate, judge
from litwatch.compose.size import REVIEWS, people_counted, size
from litwatch.compose.versions import versions
from litwatch.compose.words import DESIGNS, count, in_words
from litwatch.domain.article import Article
from litwatch.domain.calendar import Week
from litwatch.domain.study import Comparison, Design, Direction, Outcome, Study
from litwatch.domain.tally import ANY_EXERCISE, Counts, Question, TalliedStudy, Tally

FEWEST = 2
"""So many studies make a tally worth a page."""
SIZES = ((1_000, "1,000 people or more"), (200, "200 to 999 people"), (50, "50 to 199 people"), (1, "under 50 people"))
UNKNOWN_SIZE = "size not stated"
_QUESTION = re.compile(r"(?P<exercise>\S.*?)\s+[x×*]\s+(?P<outcome>.*\S)", re.IGNORECASE)
_COMPARISONS = (Comparison.BETWEEN, Comparison.ASSOCIATION, Comparison.WITHIN)
_COLUMNS = {
    Direction.IMPROVED: "better",
    Direction.NO_DIFFERENCE: "unchanged",
    Direction.WORSENED: "worse",
}


@dataclass(frozen=True, slots=True)
class Told:
    """A study that an issue told or listed; `slug` is its note's, "" if it was only listed."""

    article: Article
    study: Study
    week: Week
    slug: str = ""


def tallies(told: Iterable[Told], *, fewest: int = FEWEST) -> tuple[Tally, ...]:
    """Every question that at least `fewest` of the studies answer, the one with most studies first."""
    members: dict[Question, list[TalliedStudy]] = {}
    for item in once_each(counted(told)):
        for question, tallied in _answers(item):
            members.setdefault(question, []).append(tallied)
    made = [tally(question, studies) for question, studies in members.items() if len(studies) >= fewest]
    return tuple(sorted(made, key=lambda each: (-each.counts.total, each.question)))


def tally(question: Question, studies: Iterable[TalliedStudy]) -> Tally:
    """The count over `studies`, each of which answers `question`."""
    listed = tuple(sorted(studies, key=_strongest_first))
    sized = (*(label for _, label in SIZES), UNKNOWN_SIZE)
    by_design = _counted(listed, [DESIGNS[design] for design in TIERS], lambda each: DESIGNS[each.design])
    by_size = _counted(listed, sized, lambda each: _size_label(each.people))
    counts = _counts(listed)
    return Tally(question, counts, by_design, by_size, listed, _summary(question, counts, listed))


def counted(told: Iterable[Told]) -> Iterator[Told]:
    """Those of the studies that tallies count."""
    for item in told:
        verdict = judge(Candidate(item.article, item.study, ()), today=date.min, max_age_days=0, told=frozenset())
        if verdict.place != "excluded" and verdict.reason != NOT_IN_PEOPLE and item.study.design in TIERS:
            yield item


def once_each(told: Iterable[Told]) -> list[Told]:
    """Each paper, in whatever version, and each registered study once.

    Of several reports the one with most people counts, of equals the first told.

    Registration numbers of reviews are left aside: one may be that of a trial that the review speaks of.
    """
    kept: list[Told] = []
    registered: set[str] = set()
    for item in sorted(told, key=lambda item: (-(item.study.n_participants or 0), item.week, item.article.pmid)):
        ids = set() if item.study.design in REVIEWS else set(item.study.registry_ids)
        ids |= {item.article.doi.lower()} if item.article.doi else set()
        ids |= {item.article.pmid, *versions(item.article)}
        if registered.isdisjoint(ids):
            kept.append(item)
        registered |= ids
    return kept


def question_of(text: str, names: Mapping[str, str]) -> Question:
    """`"exercise x CRP in axSpA"` → the question. `names`: what an outcome may be called, in small letters → its concept.

    ValueError, in one line, for a text that is none, and for an outcome that nobody knows.
    """
    found = _QUESTION.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"not a question: {text!r}; write EXERCISE x OUTCOME or EXERCISE x OUTCOME in CONDITION")
    asked, people = found["outcome"].casefold(), ""
    if asked not in names and " in " in asked:
        asked, _, people = asked.rpartition(" in ")
    if asked not in names:
        raise ValueError(f"no such outcome: {found['outcome']!r} (docs/lexicon.md)")
    ill = condition_names(people) if people else frozenset()
    return Question(found["exercise"].casefold(), names[asked], min(ill, default=""))


def answers(question: Question, told: Iterable[Told]) -> tuple[TalliedStudy, ...]:
    """The studies that answer one question."""
    return tuple(study for item in once_each(counted(told)) for asked, study in _answers(item) if asked == question)


def _answers(item: Told) -> Iterator[tuple[Question, TalliedStudy]]:
    """Every question that the study answers: each of its kinds of exercise and any kind, all people and each condition."""
    kinds = exercises(item.study)
    tallied = TalliedStudy(
        pmid=item.article.pmid,
        title=plain_title(item.article),
        design=item.study.design,
        size=size(item.article, item.study),
        people=people_counted(item.article, item.study),
        direction=Direction.REPORTED,
        comparison=Comparison.BETWEEN,
        week=item.week,
        slug=item.slug,
    )
    for concept, rows in by_concept(item.study).items() if kinds else ():
        best = _leading(rows)
        answer = replace(tallied, direction=common_direction(best), comparison=best[0].comparison)
        for kind in sorted(kinds | {ANY_EXERCISE}):
            for condition in ("", *sorted(conditions(item.study))):
                yield Question(kind, concept, condition), answer


def _leading(rows: Sequence[Outcome]) -> tuple[Outcome, ...]:
    """The rows that speak for the study."""
    first = min((row.comparison for row in rows), key=_COMPARISONS.index)
    compared = tuple(row for row in rows if row.comparison is first)
    return tuple(row for row in compared if row.subgroup is None) or compared


def _counts(studies: Sequence[TalliedStudy]) -> Counts:
    return Counts(**Counter(_COLUMNS.get(each.direction, "unclear") for each in studies))


def _counted(
    studies: Sequence[TalliedStudy], labels: Iterable[str], label_of: Callable[[TalliedStudy], str]
) -> tuple[tuple[str, Counts], ...]:
    groups = ((label, [each for each in studies if label_of(each) == label]) for label in labels)
    return tuple((label, _counts(members)) for label, members in groups if members)


def _size_label(people: int | None) -> str:
    return next((label for least, label in SIZES if people is not None and people >= least), UNKNOWN_SIZE)


def _strongest_first(study: TalliedStudy) -> tuple[int, int, str]:
    return -TIERS[study.design], -(study.people or 0), study.pmid


def _summary(question: Question, counts: Counts, studies: Sequence[TalliedStudy]) -> str:
    """`"exercise × pain: 3 studies (1 meta-analysis, 2 randomised trials; 36 to 1,670 people): 2 better, 1 worse"`."""
    if not studies:
        return f"{question}: no study told yet"
    designs = Counter(each.design for each in studies)
    told = in_words(count(number, DESIGNS[design].lower(), _plural(design)) for design, number in designs.items())
    known = sorted(each.people for each in studies if each.people is not None)
    people = f"{known[0]:,} to {known[-1]:,} people" if len(set(known)) > 1 else f"{known[0]:,} people" if known else ""
    silent = len(studies) - len(known)
    unknown = f"{silent} of unknown size" if silent else ""
    sizes = ", ".join(part for part in (people, unknown) if part)
    return f"{question}: {count(len(studies), 'study', 'studies')} ({told}; {sizes}): {counts}"


def _plural(design: Design) -> str:
    name = DESIGNS[design].lower()
    if name.endswith("analysis"):
        return name.removesuffix("is") + "es"
    if name.endswith("study"):
        return name.removesuffix("y") + "ies"
    return name.replace("trial", "trials") if "trial" in name else f"{name}s"
