"""Everything published so far, as the site's pages and feeds are made from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import zip_longest
from typing import Any, Generic, TypeVar

from litwatch.domain.calendar import Week
from litwatch.domain.citation import Citation, DatedCitation
from litwatch.domain.digest import Issue, Nugget, Reject
from litwatch.domain.notice import Notice, NoticeKind
from litwatch.domain.tally import Tally
from litwatch.publish import telling
from litwatch.publish.publication import INDEX, note_path, notice_anchor, told_path

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Beside(Generic[T]):
    """What stands before and after something in the order of telling; None at the ends."""

    before: T | None = None
    after: T | None = None


class _LeftOut:
    """Stands where a note that is only outlined has more to tell: who would tell it fails, instead of telling nothing."""

    def _refuse(self, *_: object) -> Any:
        raise LookupError("this note is only outlined here; Archive.whole has the rest")

    __getattr__ = __getitem__ = __iter__ = __len__ = __bool__ = __str__ = _refuse


_LEFT_OUT: Any = _LeftOut()


def outlined(issue: Issue) -> Issue:
    """`issue` as lists and links need it, in a fraction of the memory: without what its notes tell."""
    return replace(issue, nuggets=tuple(map(_outlined, issue.nuggets)))


def _outlined(nugget: Nugget) -> Nugget:
    return replace(
        nugget,
        better=_LEFT_OUT,
        unchanged=_LEFT_OUT,
        worse=_LEFT_OUT,
        other=_LEFT_OUT,
        citation=_LEFT_OUT,
        paragraphs=_LEFT_OUT,
        takeaway=_LEFT_OUT,
        why=_LEFT_OUT,
        amended=_LEFT_OUT,
    )


def _as_it_is(issue: Issue) -> Issue:
    return issue


@dataclass(frozen=True)
class Archive:
    """All issues, and what was learned since. An issue is never changed; what stands beside it here may be."""

    issues: Sequence[Issue] = ()
    """As they were published, or `outlined`."""
    notices: Sequence[Notice] = ()
    """Those in force, told in an issue or not."""
    citations: Mapping[str, Sequence[DatedCitation]] = field(default_factory=dict)
    """PMID → every citation that its note has had, the present one last; only where it has changed."""
    rejects: Mapping[Week, Sequence[Reject]] = field(default_factory=dict)
    """What an issue considered and does not show."""
    tallies: Sequence[Tally] = ()
    whole: Callable[[Issue], Issue] = field(default=_as_it_is, compare=False, repr=False)
    """One of `issues` as it was published. May raise StoreError where they are outlined."""

    def whole_note(self, issue: Issue, nugget: Nugget) -> Nugget:
        """The note of that issue as it was published."""
        for each in self.whole(issue).nuggets:
            if each.slug == nugget.slug:
                return each
        raise LookupError(f"{nugget.slug} is not in the issue of {issue.week}")

    @cached_property
    def newest_first(self) -> tuple[Issue, ...]:
        return tuple(sorted(self.issues, key=lambda issue: issue.week, reverse=True))

    @cached_property
    def news(self) -> tuple[Notice, ...]:
        """The notices that are news to readers, newest first; a final citation is none."""
        told = [notice for notice in self.notices if notice.kind is not NoticeKind.FINAL]
        return tuple(sorted(told, key=lambda notice: (-notice.made.timestamp(), notice.guid)))

    @cached_property
    def notes(self) -> Mapping[str, tuple[Issue, Nugget]]:
        """By the path of its page, each note and the issue that told it, oldest first. The first keeps its path."""
        found: dict[str, tuple[Issue, Nugget]] = {}
        for issue in reversed(self.newest_first):
            for nugget in issue.nuggets:
                found.setdefault(note_path(nugget.slug), (issue, nugget))
        return found

    def notes_beside(self, slug: str) -> Beside[Nugget]:
        """The notes that were told before and after that one."""
        return self._notes_beside.get(slug, Beside())

    def issues_beside(self, week: Week) -> Beside[Issue]:
        """The issues before and after that week's."""
        return self._issues_beside.get(week, Beside())

    def banners(self, pmid: str) -> tuple[Notice, ...]:
        """What who reads of that paper must know first: a retraction before all else, then the newest."""
        return telling.loudest_first(self._news_of.get(pmid, ()))

    def finals(self, pmid: str) -> tuple[Notice, ...]:
        """What became of a paper that was told ahead of print."""
        return tuple(notice for notice in self._finals if notice.pmid == pmid)

    def citation(self, nugget: Nugget) -> Citation:
        """The paper's present citation."""
        had = self.citations.get(nugget.pmid)
        return had[-1].citation if had else nugget.citation

    def history(self, pmid: str) -> tuple[telling.Superseded, ...]:
        """What of a note's citation was otherwise before, oldest first."""
        return telling.superseded(self.citations.get(pmid, ()))

    def counted_in(self, pmid: str) -> tuple[Tally, ...]:
        """The standing tallies that count that study."""
        return self._tallied.get(pmid, ())

    def place(self, notice: Notice) -> str:
        """Where the paper of a notice is told: at the notice on its note's page, or in the list of its issue."""
        path = note_path(notice.slug)
        if notice.slug and path in self.notes:
            return f"{path}#{notice_anchor(notice)}"
        week = self._listed.get(notice.pmid)
        return told_path(week, "") if week else INDEX

    @cached_property
    def _notes_beside(self) -> Mapping[str, Beside[Nugget]]:
        told = [nugget for _, nugget in self.notes.values()]
        return {nugget.slug: beside for nugget, beside in zip(told, _beside(told), strict=True)}

    @cached_property
    def _issues_beside(self) -> Mapping[Week, Beside[Issue]]:
        told = self.newest_first[::-1]
        return {issue.week: beside for issue, beside in zip(told, _beside(told), strict=True)}

    @cached_property
    def _news_of(self) -> Mapping[str, list[Notice]]:
        found: dict[str, list[Notice]] = {}
        for notice in self.news:
            found.setdefault(notice.pmid, []).append(notice)
        return found

    @cached_property
    def _finals(self) -> tuple[Notice, ...]:
        return tuple(notice for notice in self.notices if notice.kind is NoticeKind.FINAL)

    @cached_property
    def _listed(self) -> Mapping[str, Week]:
        """PMID → the week whose issue has the paper in a line, under "Also new" or beside another report of its study."""
        return {line.pmid: issue.week for issue in self.newest_first for line in issue.lines}

    @cached_property
    def _tallied(self) -> Mapping[str, tuple[Tally, ...]]:
        found: dict[str, tuple[Tally, ...]] = {}
        for tally in self.tallies:
            for study in tally.studies:
                found[study.pmid] = (*found.get(study.pmid, ()), tally)
        return found


def _beside(told: Sequence[T]) -> Iterator[Beside[T]]:
    """For each of `told` what stands beside it."""
    for before, after, _ in zip_longest((None, *told[:-1]) if told else (), told[1:], told):
        yield Beside(before, after)
