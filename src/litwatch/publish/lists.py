"""The lists of the site that grow, as pages: what stands in each, and how it is cut where it gets too heavy."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from litwatch.domain.digest import Issue, Mention, Reject, Sibling
from litwatch.domain.notice import Notice
from litwatch.domain.tally import TalliedStudy, Tally
from litwatch.publish import telling
from litwatch.publish.archive import Archive
from litwatch.publish.parts import ENTRY_BYTES, LIST_BYTES, Part, entry, lasting, numbered
from litwatch.publish.publication import INDEX, NOTICES, QUESTIONS, issue_path, question_path, rejects_path

ALSO_BYTES = 25_000
"""Of the lines on the page of an issue, which has its notes, too."""
_TALLY_BYTES = 8_000
"""Of the tables that stand above a question's studies."""


def issues(archive: Archive) -> tuple[Part[Issue], ...]:
    """All issues, newest first."""
    return lasting(INDEX, archive.newest_first, lambda issue: entry(issue.title, issue.summary))


def notices(archive: Archive) -> tuple[Part[Notice], ...]:
    """What was learned after publishing, newest first."""
    return lasting(NOTICES, archive.news, _notice)


def also(issue: Issue) -> tuple[Part[Mention], ...]:
    """What an issue has in a line; the first part stands on its page."""
    return numbered(issue_path(issue.week), issue.also, _mention, ALSO_BYTES)


def rejects(issue: Issue, archive: Archive) -> tuple[Part[telling.Unpicked], ...]:
    """What an issue did not pick, by reason; a reason that goes on over a page has its whole number on each."""
    groups = telling.by_reason(archive.rejects.get(issue.week, ()))
    number = {group.reason: group.number for group in groups}
    each = [(group.reason, paper) for group in groups for paper in group.papers]
    return tuple(
        Part(
            part.path,
            tuple(
                telling.Unpicked(reason, tuple(paper for _, paper in papers), number[reason])
                for reason, papers in groupby(part.items, key=lambda item: item[0])
            ),
            part.number,
            part.before,
            part.after,
        )
        for part in numbered(rejects_path(issue.week), each, lambda item: _reject(*item[1]))
    )


def questions(archive: Archive) -> tuple[Part[Tally], ...]:
    """All questions, by the name of the exercise."""
    by_name = sorted(archive.tallies, key=lambda tally: tally.question.exercise.casefold())
    return numbered(QUESTIONS, by_name, lambda tally: entry(str(tally.question), tally.summary))


def question(tally: Tally) -> tuple[Part[TalliedStudy], ...]:
    """The studies behind a tally."""
    return numbered(question_path(tally.question), tally.studies, _tallied, LIST_BYTES - _TALLY_BYTES)


def _reject(reject: Reject, more: str) -> int:
    return entry(reject.title, reject.journal or "", more)


def _tallied(study: TalliedStudy) -> int:
    return entry(study.title, study.size, telling.answer(study))


def _mention(mention: Mention) -> int:
    return entry(mention.title, mention.meta) + _siblings(mention.siblings)


def _siblings(siblings: Sequence[Sibling]) -> int:
    return sum(entry(sibling.title, sibling.meta, sibling.adds) for sibling in siblings)


def _notice(notice: Notice) -> int:
    texts = [notice.headline, *(sentence.text for sentence in notice.sentences)]
    rows = sum(entry(row.outcome, telling.compared(row)) for row in notice.rows)
    cited = notice.citation
    source = entry(cited.title, *cited.authors, cited.journal) + ENTRY_BYTES if cited else 0
    return 2 * ENTRY_BYTES + entry(*texts) + rows + source
