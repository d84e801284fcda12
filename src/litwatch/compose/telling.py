"""How a ledger row is told in a sentence. The writer builds on this form, and the gate takes texts apart by it.

A told row is the row's name as `Wording.name` gives it: the ledger's own words, of which only the first letter may be
another, because a name that began a sentence there stands within one here. If something more is known, it follows in
one pair of brackets: first the numbers as `ledger.numbers` prints them, then the time point, then the subgroup,
separated by ", ":

    pain (MD −1.20 (95% CI −1.90 to −0.50), 12 weeks, women)

Rows that share a name (one outcome at several times, in several people) and stand in the same enumeration are told
together, the brackets holding one such piece for each, in the ledger's order and separated by "; ". A row of them about
which nothing more is known counts among the results only: "sleep (p=0.03, 6 weeks; 2 results in all)".

An enumeration is an introduction that ends in ": ", told rows, and a full stop. The rows are separated by "; " if any of
them has brackets, otherwise by ", " and " and ". Where room is short, the numbers go, then the brackets; never a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property, lru_cache
from zlib import crc32

from litwatch.compose.capitals import Capitals
from litwatch.compose.ledger import numbers
from litwatch.compose.words import in_words
from litwatch.domain.article import Article
from litwatch.domain.study import Evidence, Outcome, Study

LONG_NAME = 30
"""A name of more characters is told by its abbreviation where it is told again."""

Row = tuple[int, Outcome]
"""A row with its index in `Study.outcomes`."""


class Detail(IntEnum):
    """How much is told of a row beside its name."""

    NAME = 0
    QUALIFIERS = 1
    """Time point and subgroup."""
    NUMBERS = 2
    """Numbers, too."""


_ABBREVIATION = re.compile(r"[A-Z][A-Za-z0-9-]*[A-Z0-9]")


@dataclass(frozen=True)
class Wording:
    """The words of one paper's note: which phrasing of several, and how the record's capitals are told."""

    article: Article

    def pick(self, slot: str, phrasings: Sequence[str]) -> str:
        """One of several phrasings with one meaning: for a paper and a `slot` always the same, whatever the order."""
        return phrasings[crc32(f"{self.article.pmid} {slot}".encode()) % len(phrasings)]

    def plain(self, text: str) -> str:
        """`text` without the capitals of a title."""
        return self._capitals.lowered(text)

    def phrase(self, text: str, evidence: Evidence) -> str:
        """`text`, from `evidence`, as it stands within a sentence."""
        plain = self.plain(text)
        return self._capitals.within(plain) if evidence.start == 0 else plain

    def name(self, row: Outcome) -> str:
        """The row's name as it stands within a sentence: without a capital that is not the name's own."""
        return self._capitals.within(row.name)

    def brief(self, row: Outcome, among: Iterable[Outcome] = ()) -> str:
        """The row's name, a long one by the abbreviation that the abstract gives it, if no other row `among` has it."""
        name = self.name(row)
        if len(name) <= LONG_NAME:
            return name
        others = {text for other in among if other.name != row.name for text in (other.name, *other.aliases)}
        for alias in row.aliases:
            if _ABBREVIATION.fullmatch(alias):
                own = re.compile(rf"\b{alias}\b")
                if own.search(self.article.abstract) and not any(own.search(text) for text in others):
                    return alias
        return name

    @cached_property
    def _capitals(self) -> Capitals:
        return _capitals_of(self.article.abstract)


@lru_cache(maxsize=16)
def _capitals_of(abstract: str) -> Capitals:
    """Kept for a while: headline and text of a note ask for the same."""
    return Capitals(abstract)


def enumerated(study: Study) -> tuple[Row, ...]:
    """All rows with their indices."""
    return tuple(enumerate(study.outcomes))


def told(rows: Iterable[Row], wording: Wording, detail: Detail) -> str:
    """The rows as one list, each name once, in the order of the first row of each."""
    named: dict[str, list[Outcome]] = {}
    for _, row in rows:
        named.setdefault(row.name.casefold(), []).append(row)
    items = [_item(same, wording, detail) for same in named.values()]
    return "; ".join(items) if any(item.endswith(")") for item in items) else in_words(items)


def brackets(row: Outcome, detail: Detail) -> str:
    """What is told of a row in its brackets; "" if nothing is."""
    effect = numbers(row.effect, row.evidence.text) if row.effect and detail is Detail.NUMBERS else ""
    limits = (row.timepoint, row.subgroup) if detail else ()
    # A time point may run over a line break of the record.
    return ", ".join(" ".join(part.split()) for part in (effect, *limits) if part)


def _item(rows: Sequence[Outcome], wording: Wording, detail: Detail) -> str:
    pieces = [piece for row in rows if (piece := brackets(row, detail))]
    if len(pieces) < len(rows) and len(rows) > 1:
        pieces.append(f"{len(rows)} results" + (" in all" if pieces else ""))
    name = wording.name(rows[0])
    return f"{name} ({'; '.join(pieces)})" if pieces else name
