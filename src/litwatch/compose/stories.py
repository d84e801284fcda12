"""Several reports of one trial, and several records of one paper, are one story: the best is told, the others with it.

What makes two papers reports of one trial is a registration that both name; a preprint and the paper that it became are
one paper, by the links of their records.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace

from litwatch.compose.directness import questions_of
from litwatch.compose.ledger import by_direction
from litwatch.compose.nugget import meta, plain_title
from litwatch.compose.rank import Candidate, Verdict, finality, twins
from litwatch.compose.score import FEATURED, score
from litwatch.compose.size import REVIEWS, size
from litwatch.compose.words import DESIGNS, in_words
from litwatch.domain.article import Article
from litwatch.domain.digest import Sibling
from litwatch.domain.study import Design, Direction, Outcome, Study
from litwatch.domain.tally import Question

SAME_PAPER = "another record of the same paper"
TOLD_TOGETHER = "told with another report of the same study"
TOLD_BEFORE = "another report of a study told before"
PLAN = "the plan of the study"

# PROSPERO's numbers; the other registries hold trials.
_REVIEW_REGISTRY = "CRD"


@dataclass(frozen=True, slots=True)
class EarlierNote:
    """A nugget of an earlier issue, as far as it decides on new papers."""

    slug: str
    title: str
    study: Study


def registrations(study: Study) -> frozenset[str]:
    """The registrations of the study itself: a review may list those of its trials, and they are not its own."""
    numbers = frozenset(map(_plain_number, study.registry_ids))
    if study.design is Design.PROTOCOL:
        return numbers
    review = study.design in REVIEWS
    return frozenset(number for number in numbers if number.startswith(_REVIEW_REGISTRY) == review)


def _plain_number(number: str) -> str:
    """A registration as every report of the trial has it: some put Japan's network before a Japanese number, and ANZCTR
    prints a "p" behind one until the trial is approved.
    """
    plain = number.removeprefix("JPRN-")
    return plain.removesuffix("P") if plain.startswith("ACTRN") else plain


def asked(earlier: Iterable[EarlierNote]) -> frozenset[Question]:
    """Every question that the earlier notes answered."""
    return frozenset(question for note in earlier for question in questions_of(note.title, note.study))


@dataclass(frozen=True, slots=True)
class Stories:
    """The papers as stories: each has a lead, and perhaps siblings that are told with it."""

    leads: tuple[Candidate, ...]
    """One for each story, with the topics of all its papers; not those that are excluded."""
    siblings: Mapping[str, tuple[Sibling, ...]]
    """By the PMID of the lead, the best first."""
    verdicts: Mapping[str, Verdict]
    """On every paper."""
    earlier: Mapping[str, str]
    """PMID → the slug of the earlier note on the same study."""


def stories(
    candidates: Iterable[Candidate], verdicts: Mapping[str, Verdict], earlier: Iterable[EarlierNote] = ()
) -> Stories:
    """Group what `verdicts` does not exclude: a retracted or outdated record must not take its sound twin's place."""
    decided = dict(verdicts)
    shown = {each.article.pmid: each for each in candidates if verdicts[each.article.pmid].place != "excluded"}
    records = twins(shown.values())
    papers = [each for each in shown.values() if each.article.pmid not in records]
    before = _told_before(papers, earlier)
    decided |= {pmid: Verdict("mention", TOLD_BEFORE, number) for pmid, (number, _) in before.items()}
    reports = _companions(papers, decided)
    for pmid, (lead, number) in reports.items():
        decided[pmid] = Verdict("mention", TOLD_TOGETHER, f"PMID {lead}, {number}")
    for pmid, kept in records.items():
        decided[pmid] = Verdict("excluded", SAME_PAPER, f"PMID {kept}")
    told_with: dict[str, list[Candidate]] = {}
    for pmid, (lead, _) in reports.items():
        told_with.setdefault(lead, []).append(shown[pmid])
    for pmid, kept in sorted(records.items()):
        told_with.setdefault(reports[kept][0] if kept in reports else kept, []).append(shown[pmid])
    leads = (each for each in papers if each.article.pmid not in reports)
    return Stories(
        leads=tuple(_with_topics(each, told_with.get(each.article.pmid, [])) for each in leads),
        siblings={pmid: _siblings(shown[pmid], others, records) for pmid, others in told_with.items()},
        verdicts=decided,
        earlier={pmid: slug for pmid, (_, slug) in before.items()},
    )


def _with_topics(lead: Candidate, others: Iterable[Candidate]) -> Candidate:
    topics = {topic for each in (lead, *others) for topic in each.topics}
    return replace(lead, topics=tuple(sorted(topics)))


def _told_before(candidates: Iterable[Candidate], earlier: Iterable[EarlierNote]) -> dict[str, tuple[str, str]]:
    """PMID → (registration or PMID, slug of the first note on it) of the papers that report a study told before."""
    first: dict[str, str] = {}
    papers: dict[str, str] = {}
    for note in earlier:
        papers.setdefault(note.study.pmid, note.slug)
        for number in sorted(registrations(note.study)):
            first.setdefault(number, note.slug)
    found: dict[str, tuple[str, str]] = {}
    for candidate in candidates:
        known = sorted(registrations(candidate.study) & first.keys()) if candidate.study else []
        preprints = sorted(_preprints(candidate.article) & papers.keys())
        if known:
            found[candidate.article.pmid] = (known[0], first[known[0]])
        elif preprints:
            found[candidate.article.pmid] = (f"PMID {preprints[0]}", papers[preprints[0]])
    return found


def _preprints(article: Article) -> frozenset[str]:
    """The PMIDs under which `article` appeared before it was in a journal.

    What a paper updates in its own journal is no preprint: a review of ten years later has more to tell.
    """
    journals = tuple(filter(None, (article.journal.abbreviation, article.journal.medline_ta, article.journal.title)))
    links = (link for link in article.corrections if link.kind == "UpdateOf")
    return frozenset(link.pmid for link in links if link.pmid and not (link.source or "").startswith(journals))


def _companions(candidates: Iterable[Candidate], verdicts: Mapping[str, Verdict]) -> dict[str, tuple[str, str]]:
    """PMID → (PMID of the report that it is told with, the registration that both name).

    The report that is told is one that may be featured, then the one with the higher score, then the final one. Only
    a registration of the report that is told counts: a paper on two trials does not make them one.
    """
    told: dict[str, str] = {}
    found: dict[str, tuple[str, str]] = {}
    named = [(each, sorted(registrations(each.study))) for each in candidates if each.study]
    often = Counter(number for _, numbers in named for number in numbers)
    several = [pair for pair in named if any(often[number] > 1 for number in pair[1])]
    for candidate, numbers in sorted(several, key=lambda pair: _worth(pair[0], verdicts), reverse=True):
        shared = next((number for number in numbers if number in told), None)
        if shared is not None:
            found[candidate.article.pmid] = (told[shared], shared)
        else:
            told |= dict.fromkeys(numbers, candidate.article.pmid)
    return found


def _worth(candidate: Candidate, verdicts: Mapping[str, Verdict]) -> tuple[bool, int, tuple[bool, int, str]]:
    points = score(candidate.article, candidate.study).total if candidate.study else 0
    return verdicts[candidate.article.pmid].place == "nugget", points, finality(candidate.article)


def _siblings(lead: Candidate, others: Iterable[Candidate], records: Container[str]) -> tuple[Sibling, ...]:
    """What is told with `lead`, in the order given; `records` are other records of a paper."""
    return tuple(
        Sibling(
            pmid=other.article.pmid,
            title=plain_title(other.article),
            meta=_meta(other),
            adds=SAME_PAPER if other.article.pmid in records else _adds(other, lead.study),
            doi=other.article.doi,
        )
        for other in others
    )


def _meta(candidate: Candidate) -> str:
    article, study = candidate.article, candidate.study
    if study is None:
        return ""
    if not _is_backed(candidate):
        return DESIGNS[study.design]
    return meta(article, study) if study.design in FEATURED else size(article, study)


def _adds(candidate: Candidate, lead: Study | None) -> str:
    """The results that the lead does not have just so: no row is left out that says something else."""
    study = candidate.study
    if study is None or not _is_backed(candidate):
        return ""
    if study.design is Design.PROTOCOL:
        return PLAN
    known = {_result(row) for row in lead.outcomes} if lead else set()
    new = by_direction(row for row in study.outcomes if _result(row) not in known)
    return "; ".join(f"{words}: {in_words(map(_named, rows))}" for words, rows in new if rows)


def _is_backed(candidate: Candidate) -> bool:
    """Whether the record holds every sentence that the ledger rests on: it may have been revised since it was read."""
    texts = (candidate.article.title, *(section.text for section in candidate.article.sections))
    rows = candidate.study.outcomes if candidate.study else ()
    return all(any(row.evidence.text in text for text in texts) for row in rows)


def _result(row: Outcome) -> tuple[str, Direction, str | None, str | None]:
    return row.concept or row.name.lower(), row.direction, row.timepoint, row.subgroup


def _named(row: Outcome) -> str:
    where = ", ".join(part for part in (row.timepoint, row.subgroup) if part)
    return f"{row.name} ({where})" if where else row.name
