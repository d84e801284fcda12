"""The gate: a note that says anything its record does not back is not published.

The checks read the finished note from the outside: they take its texts apart and compare them with the record and
the ledger, row by row. They do not ask how the note was made, so they judge a language model's sentences as well as
the writer's own. `litwatch.compose.gate` holds the parts; docs/nuggets.md says what is checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from litwatch.compose.amending import amend, corrections, same_row
from litwatch.compose.check_effect import shows_effect, states_effect
from litwatch.compose.citation import cite
from litwatch.compose.facts import evidence_of
from litwatch.compose.gate.backing import Backing
from litwatch.compose.gate.note import prose_faults, told_faults
from litwatch.compose.nugget import plain_title, slug
from litwatch.compose.size import is_stated
from litwatch.compose.words import DESIGNS, ELLIPSIS
from litwatch.domain.article import Article
from litwatch.domain.difference import MinimalDifference
from litwatch.domain.digest import LedgerLine, Nugget
from litwatch.domain.prose import Part, Sentence
from litwatch.domain.study import Direction, Evidence, Outcome, Study

Differences = Mapping[str, MinimalDifference]
"""Concept → the smallest difference that people notice."""

_NONE_KNOWN: Differences = {}
_HEAD = re.compile(r"(?:, (?P<studies>[\d,]+) (?:trials?|stud(?:y|ies)))?(?:, n=(?P<people>[\d,]+)(?: planned)?)?\Z")
_VERDICTS = (
    ("better", (Direction.IMPROVED,)),
    ("no clear change", (Direction.NO_DIFFERENCE,)),
    ("worse", (Direction.WORSENED,)),
    ("mixed or unclear", (Direction.MIXED, Direction.REPORTED)),
)
_MOST_NAMED = 3


def faults(nugget: Nugget, article: Article, study: Study, differences: Differences = _NONE_KNOWN) -> tuple[str, ...]:
    """Everything in `nugget` that `article` and its ledger do not back, in words; empty if it may be published.

    `study` is the reading as it is stored; the rows that the note marks as amended by the editor count as marked, and
    all others as read. `differences` are those that the writer had, too. What an editor has written is not checked,
    only that it is marked.
    """
    read, study = study, amend(study, nugget.amended)
    backing = Backing(article, study, differences)
    return (
        *_identity(nugget, article, study),
        *_amended(nugget, read, study),
        *_headline(nugget, article),
        *_meta(nugget, article, study),
        *_rows(nugget, study, differences),
        *_sources(article, study),
        *prose_faults(nugget, backing),
    )


def sentence_faults(
    part: Part, sentence: Sentence, article: Article, study: Study, differences: Differences = _NONE_KNOWN
) -> tuple[str, ...]:
    """Everything in one sentence of a paragraph on `part` that is not backed, in words; empty if it may stand there.

    That every row is told somewhere is a matter of the whole note: `faults` checks it.
    """
    return tuple(told_faults(part, sentence, Backing(article, study, differences)))


def _identity(nugget: Nugget, article: Article, study: Study) -> Iterator[str]:
    if not nugget.pmid == article.pmid == study.pmid:
        yield "the note, the record and the ledger are of different papers"
    if nugget.slug != slug(article.pmid) or not nugget.guid.endswith(f":nugget/{article.pmid}"):
        yield "its permanent ids are not those of its paper"
    if nugget.citation != cite(article):
        yield "the citation differs from the record"


def _headline(nugget: Nugget, article: Article) -> Iterator[str]:
    """The paper's title, or its beginning; capitals are no matter."""
    if not nugget.headline or not _begins(plain_title(article).lower(), nugget.headline.lower()):
        yield "the headline is not the paper's title"


def _begins(whole: str, shown: str) -> bool:
    """Whether `shown` is `whole`, or its beginning up to the end of a word and "…"."""
    if shown == whole:
        return True
    part = shown.removesuffix(ELLIPSIS)
    # A title may be told without its subtitle, that is, up to a colon, a dash or a full stop.
    whole_words = part != shown or whole[len(part) :].startswith((":", " - ", " – ", ". "))
    return bool(part) and whole_words and whole.startswith(part) and not whole[len(part) : len(part) + 1].isalnum()


def _amended(nugget: Nugget, read: Study, told: Study) -> Iterator[str]:
    """An editor changes the rows that the note names and no others, each for a reason and under a name."""
    if any(same_row(one.row, other.row) for one, other in combinations(nugget.amended, 2)):
        yield "a row is amended twice"
    corrected = corrections(read.outcomes, nugget.amended)
    for each in nugget.amended:
        if each not in corrected.values():
            yield f"amended, but not in the ledger as it was read: {each.row.name}"
        if each.direction is each.row.direction or not each.why.strip() or not each.by.strip():
            yield f"amended without a change, a reason or a name: {each.row.name}"
    expected = [
        (row.name, row.evidence, corrected[place].direction if place in corrected else row.direction)
        for place, row in enumerate(read.outcomes)
    ]
    left = [entry for entry in expected if entry[2] is not None]
    if [(row.name, row.evidence, row.direction) for row in told.outcomes] != left:
        yield "its ledger is not the one that was read with the editor's rows in it"


def _meta(nugget: Nugget, article: Article, study: Study) -> Iterator[str]:
    meta = nugget.meta
    label = DESIGNS[study.design]
    verdicts = _verdicts(nugget, study)
    head = next((meta[: -len(told)] for told in verdicts if meta.casefold().endswith(told)), meta)
    if verdicts and head == meta:
        yield "the verdict in the line of facts is not that of the ledger"
    found = _HEAD.match(head.removeprefix(label))
    if not head.startswith(label) or not found:
        yield "the line of facts is not about this design"
        return
    for printed, number, of in (
        (found["studies"], study.n_studies, "studies"),
        (found["people"], study.n_participants, "people"),
    ):
        if printed and (number is None or printed != f"{number:,}" or not is_stated(article, number)):
            yield f"the number of {of} is not in the abstract"


def _verdicts(nugget: Nugget, study: Study) -> list[str]:
    """The forms in which the line of facts may end, in small letters: every row by its name, or all of them counted.

    By name only where each row has its own and no other limits (time, people): "better" would say too much of them.
    """
    groups = [(words, [row for row in study.outcomes if row.direction in kinds]) for words, kinds in _VERDICTS]
    removed = sum(each.direction is None for each in nugget.amended)
    after = [f"{removed} left out by the editor"] if removed else []
    forms = [[f"{len(rows)} {words}" for words, rows in groups if rows]]
    names = {row.name.casefold() for row in study.outcomes}
    if len(names) == len(study.outcomes) <= _MOST_NAMED and not any(
        row.timepoint or row.subgroup for row in study.outcomes
    ):
        forms.append([f"{_all_of([row.name for row in rows])} {words}" for words, rows in groups if rows])
    ends = {", ".join([*form, *after]).casefold() for form in forms}
    return [f": {end}" for end in sorted(ends) if end]


def _all_of(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _rows(nugget: Nugget, study: Study, differences: Differences) -> Iterator[str]:
    """Every row in exactly one list, the one of its direction; every line with a row behind it."""
    lists = (nugget.better, nugget.unchanged, nugget.worse, nugget.other)
    for (words, kinds), lines in zip(_VERDICTS, lists, strict=True):
        left = list(lines)
        for row in (row for row in study.outcomes if row.direction in kinds):
            match = next((line for line in left if _tells(line, row, differences)), None)
            if match is None:
                yield f"not told as {words}: {row.name}"
            else:
                left.remove(match)
        yield from (f"no row behind what is told as {words}: {line.name}" for line in left)


def _tells(line: LedgerLine, row: Outcome, differences: Differences) -> bool:
    told = (line.name, line.quote, line.comparison, line.timepoint, line.subgroup)
    if told != (row.name, row.evidence.text, row.comparison.value, row.timepoint, row.subgroup):
        return False
    if line.noticeable is not None and line.noticeable != differences.get(row.concept or ""):
        return False
    if line.effect is not None and (row.effect is None or not shows_effect(line.effect, row.effect, line.quote)):
        return False
    return line.numbers == "" or (row.effect is not None and states_effect(line.numbers, row.effect, line.quote))


def _sources(article: Article, study: Study) -> Iterator[str]:
    """Every sentence that the ledger quotes is an exact slice of the record."""
    quoted: Iterable[tuple[str, Evidence | None]] = (
        ("what was studied", study.aim),
        ("the conclusion", study.conclusion),
        *((row.name, row.evidence) for row in study.outcomes),
        *evidence_of(study),
    )
    for name, evidence in quoted:
        if evidence is not None and not _is_slice(evidence, article):
            yield f"the sentence behind {name} is not in the abstract"


def _is_slice(evidence: Evidence, article: Article) -> bool:
    if evidence.section == -1:
        text = article.title
    elif 0 <= evidence.section < len(article.sections):
        text = article.sections[evidence.section].text
    else:
        return False
    return 0 <= evidence.start < evidence.end and text[evidence.start : evidence.end] == evidence.text
