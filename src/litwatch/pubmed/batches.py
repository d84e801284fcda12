"""Completeness of a fetched batch: every PMID asked for comes back as an item or is reported missing. Pure.

EFetch silently leaves records out and may send others; records are matched by PMID, never by position.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from litwatch.domain.article import Deletion, ParseFailure, Record

Item = Record | ParseFailure | Deletion
Ask = Callable[[Sequence[str]], Sequence[Item]]
"""One EFetch of these PMIDs: the items of its whole answer."""

SINGLES = 100
"""At most so many ids of a batch are asked for singly: a service that leaves out nearly all of it is not pressed."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What came of asking for `asked`: each of them is named by exactly one item or stands in `missing`."""

    asked: tuple[str, ...]
    items: tuple[Item, ...]
    missing: tuple[str, ...] = ()
    unasked: tuple[str, ...] = ()
    """PMIDs of records that nobody asked for; they were dropped."""


@dataclass(slots=True)
class _Sorted:
    """The answers of one batch so far, by PMID."""

    asked: tuple[str, ...]
    records: dict[str, Record | ParseFailure] = field(default_factory=dict)
    deleted: dict[str, None] = field(default_factory=dict)
    nameless: list[ParseFailure] = field(default_factory=list)
    unasked: dict[str, None] = field(default_factory=dict)

    def take(self, items: Sequence[Item]) -> None:
        wanted = frozenset(self.asked)
        for item in items:
            if isinstance(item, Deletion):
                self.deleted.update((pmid, None) for pmid in item.pmids if pmid in wanted)
                continue
            if isinstance(item, ParseFailure) and item.pmid is None:
                self.nameless.append(item)
                continue
            pmid = item.article.pmid if isinstance(item, Record) else item.pmid or ""
            if pmid in wanted:
                self._keep(pmid, item)
            else:
                self.unasked[pmid] = None

    def _keep(self, pmid: str, item: Record | ParseFailure) -> None:
        """Of two items with one PMID a record wins over a failure, the higher version over the lower."""
        held = self.records.get(pmid)
        if isinstance(held, Record) and (isinstance(item, ParseFailure) or held.article.version > item.article.version):
            return
        self.records[pmid] = item

    def missing(self) -> tuple[str, ...]:
        return tuple(pmid for pmid in self.asked if pmid not in self.records and pmid not in self.deleted)

    def batch(self) -> Batch:
        kept = [self.records[pmid] for pmid in self.asked if pmid in self.records]
        gone = tuple(pmid for pmid in self.deleted if pmid not in self.records)
        items = (*kept, *self.nameless, *([Deletion(gone)] if gone else []))
        return Batch(self.asked, items, self.missing(), tuple(self.unasked))


def complete(asked: Sequence[str], ask: Ask) -> Batch:
    """Ask for `asked` (none twice), then for what did not come: together if that was most of it, then one by one."""
    answers = _Sorted(tuple(asked))
    answers.take(ask(answers.asked))
    if 2 * len(answers.missing()) > len(asked):
        answers.take(ask(answers.missing()))
    missing = answers.missing()
    if not missing or len(asked) == 1:
        return _name_single(answers)
    answers.nameless.clear()  # whoever they are, they are asked for again now, by name
    for pmid in missing[:SINGLES]:
        single = _Sorted((pmid,))
        single.take(ask((pmid,)))
        answers.take(_name_single(single).items)
    return answers.batch()


def _name_single(answers: _Sorted) -> Batch:
    """An unreadable record without a PMID that came alone is the one that was asked for."""
    if len(answers.asked) == 1 and answers.missing() and answers.nameless:
        pmid = answers.asked[0]
        answers.records[pmid] = replace(answers.nameless[-1], pmid=pmid)
        answers.nameless.clear()
    return answers.batch()
