"""What page, feed and mail tell around a note's text: whose words, stars, notices, what a citation was, why not picked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, pairwise

from litwatch.domain.citation import Citation, DatedCitation
from litwatch.domain.difference import MinimalDifference
from litwatch.domain.digest import AmendedRow, Issue, Nugget, Rating, Reject
from litwatch.domain.links import doi_url, pubmed_url
from litwatch.domain.notice import ComparedRow, Notice, NoticeKind
from litwatch.domain.prose import Part, Provenance, Sentence
from litwatch.domain.study import Direction
from litwatch.domain.tally import TalliedStudy, Tally
from litwatch.publish.phrases import COMPARISONS, NOTICES, ledger, sentence, source_line

DIRECTIONS = {
    Direction.IMPROVED: "better",
    Direction.NO_DIFFERENCE: "no clear change",
    Direction.WORSENED: "worse",
    Direction.MIXED: "mixed",
    Direction.REPORTED: "no clear direction",
}
MOST_STARS = 5
WORDS_A_MINUTE = 200
"""Of a text with numbers in it (an adult reads 238 of plain non-fiction: doi:10.1016/j.jml.2019.104047)."""

_VOICES = {Provenance.EDITOR: "The editor", Provenance.MODEL: "A language model"}
"""Whose words a sentence is in, where they are not the program's."""
_LOUDNESS = tuple(NOTICES)
_PEOPLE = re.compile(r", n=(\d[\d,]*+)(?! planned)")
_NEW_PARAGRAPH = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class Passage:
    """Sentences in a row in one voice; `voice` is "" where the program speaks."""

    voice: str
    text: str

    def __str__(self) -> str:
        return f"[{self.voice}: {self.text}]" if self.voice else self.text


@dataclass(frozen=True, slots=True)
class Told:
    """The notices of one kind of news in an issue."""

    key: str
    heading: str
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class Superseded:
    """What of a citation was otherwise until a day: (what, as it was)."""

    until: datetime
    was: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Unpicked:
    """Papers that were not picked for one reason, each with what more there is to say."""

    reason: str
    papers: tuple[tuple[Reject, str], ...]
    number: int
    """Of the papers with that reason; more than `papers` where a page has a part of them."""

    @property
    def shown(self) -> int:
        return len(self.papers)


def passages(sentences: Iterable[Sentence]) -> tuple[Passage, ...]:
    """The text with each voice apart: what the editor or a language model says is never taken for the program's."""
    voiced = groupby(sentences, key=lambda sentence: _VOICES.get(sentence.provenance, ""))
    return tuple(Passage(voice, " ".join(sentence.text for sentence in said)) for voice, said in voiced)


def editors_words(nugget: Nugget) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What the editors add to a note, as (heading that says whose words these are, paragraphs)."""
    said: dict[str, list[str]] = {}
    for paragraph in nugget.paragraphs:
        if paragraph.part is Part.EDITOR:
            who = next((sentence.basis for sentence in paragraph.sentences if sentence.basis), "")
            said.setdefault(f"The editor’s words ({who})" if who else "The editor’s words", []).append(paragraph.text)
    return tuple((heading, tuple(texts)) for heading, texts in said.items())


def amended(row: AmendedRow) -> str:
    """What the editor has changed in a row of the ledger, with what had been read from which sentence, and why."""
    read = row.row
    where = ", ".join(filter(None, (read.timepoint, read.subgroup)))
    name = f"{read.name} ({where})" if where else read.name
    done = f"told as {DIRECTIONS[row.direction]}" if row.direction else "left out"
    return (
        f"{name}: {done} by {row.by}. The program had read “{DIRECTIONS[read.direction]}” from the sentence "
        f"“{read.evidence.text}” Why it was changed: {sentence(row.why)}"
    )


def source(difference: MinimalDifference) -> str | None:
    """Where it was published, as an address."""
    kind, _, number = difference.source.partition(":")
    return pubmed_url(number) if kind == "pmid" else doi_url(number) if kind == "doi" else None


def minutes(nugget: Nugget) -> int:
    """How long the note takes to read, without opening what is folded; at least one minute."""
    words = sum(len(paragraph.text.split()) for paragraph in nugget.paragraphs)
    lines = [line for group in ledger(nugget) for line in group.lines]
    words += sum(len(f"{line.name} {line.numbers}".split()) for line in lines)
    return max(1, round(words / WORDS_A_MINUTE))


def people(nugget: Nugget) -> int:
    """How many were studied, as the line of facts has it; 0 where it has no number, or one that was only planned."""
    found = _PEOPLE.search(nugget.meta.partition(":")[0])
    return int(found[1].replace(",", "")) if found else 0


def stars(rating: Rating) -> str:
    return "★" * rating.stars + "☆" * (MOST_STARS - rating.stars)


def rating_text(rating: Rating) -> str:
    """The stars in words: what is read aloud, and what a reader without the sign sees."""
    return f"{rating.stars} of {MOST_STARS}" + (f", set by the editor ({rating.editor})" if rating.editor else "")


def verdict(nugget: Nugget) -> str:
    """All outcomes of a note in a word or two; "mixed" where they do not all go one way."""
    went = [
        DIRECTIONS[direction]
        for direction, lines in (
            (Direction.IMPROVED, nugget.better),
            (Direction.NO_DIFFERENCE, nugget.unchanged),
            (Direction.WORSENED, nugget.worse),
            (Direction.MIXED, nugget.other),
        )
        if lines
    ]
    return "no results" if not went else went[0] if len(went) == 1 else DIRECTIONS[Direction.MIXED]


def loudest_first(notices: Iterable[Notice]) -> tuple[Notice, ...]:
    """A retraction before all else, an update last; those of a kind as they come."""
    return tuple(sorted(notices, key=lambda notice: _LOUDNESS.index(notice.kind)))


def news(issue: Issue) -> tuple[Told, ...]:
    """What the issue tells about earlier notes, corrections first; empty kinds left out."""
    notices = [notice for notice in issue.notices if notice.kind is not NoticeKind.FINAL]
    updates = tuple(notice for notice in notices if notice.kind is NoticeKind.UPDATE)
    others = loudest_first(notice for notice in notices if notice.kind is not NoticeKind.UPDATE)
    parts = (Told("corrections", "Corrections", others), Told("updates", "Updates to earlier notes", updates))
    return tuple(part for part in parts if part.notices)


def compared(row: ComparedRow) -> str:
    """One outcome in both studies: "conflicts (no clear change → better, women)"."""
    before = ", ".join(filter(None, (DIRECTIONS[row.before], row.before_at)))
    after = ", ".join(filter(None, (DIRECTIONS[row.after], row.after_at)))
    return f"{row.bearing} ({before} → {after})"


def superseded(history: Sequence[DatedCitation]) -> tuple[Superseded, ...]:
    """What each citation but the last says otherwise than the next one."""
    changes = (
        Superseded(after.seen, tuple(part for part in _parts(before.citation) if part not in _parts(after.citation)))
        for before, after in pairwise(history)
    )
    return tuple(change for change in changes if change.was)


def _parts(citation: Citation) -> tuple[tuple[str, str], ...]:
    """A citation piece by piece, as it can be told that one has changed."""
    return (
        ("title", citation.title),
        ("authors", ", ".join(citation.authors) or "none"),
        ("source", source_line(citation) or "none"),
        ("DOI", citation.doi or "none"),
        ("PMID", citation.pmid),
        ("PMC", citation.pmc or "none"),
    )


def by_reason(rejects: Iterable[Reject]) -> tuple[Unpicked, ...]:
    """The rejected papers by reason, the reason with most papers first."""
    groups: dict[str, list[tuple[Reject, str]]] = {}
    for reject in rejects:
        reason, _, more = reject.reason.partition(": ")
        groups.setdefault(reason, []).append((reject, more))
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(Unpicked(reason, tuple(papers), len(papers)) for reason, papers in ordered)


def sums_up(tally: Tally) -> str:
    """The tally's counts with the designs and sizes beside them, without the question, which stands above."""
    return tally.summary.removeprefix(f"{tally.question}: ")


def answer(study: TalliedStudy) -> str:
    """What one study says on the question: "better (before and after, no comparison group)"."""
    limits = COMPARISONS[study.comparison]
    return DIRECTIONS[study.direction] + (f" ({limits})" if limits else "")


def paragraphs(text: str) -> tuple[str, ...]:
    """Text as somebody typed it, by its empty lines."""
    return tuple(part.strip() for part in _NEW_PARAGRAPH.split(text) if part.strip())
