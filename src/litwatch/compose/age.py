"""How old a paper is by its own dates, whatever day PubMed entered it."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from litwatch.domain.article import Article, PartialDate

_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# Where a range ends: "2011 Oct-Dec", "1998 Dec-1999 Jan", "2011 Oct 3-7", "1978-79", "1944-1945".
_RANGE_END = re.compile(
    rf"[-–/]\s*(?P<year>(?:1[5-9]|2[01])\d\d\b)?\s*(?:(?P<month>{'|'.join(_NAMES)})[a-z]*)?\s*(?P<number>\d{{1,2}})?\s*\Z",
    re.IGNORECASE,
)


def appeared_by(article: Article) -> date | None:
    """The day by which the paper had certainly appeared; None if the record gives it no date of its own.

    A date known to the month or year counts as its last day, and a range as the last day of its end, so that no paper
    is called old that may be young. Of the electronic and the issue date the earlier one counts. A paper that PubMed
    held on a day had appeared by that day, which narrows a bare year; of PubMed's dates the latest counts, since it
    sets one of them back for late entries, to the first day of the year where it knows only that.
    """
    own = [day for day in (_latest(article.electronic), _latest(article.published)) if day]
    held = article.history_day("pubmed", "entrez")
    return min([*own, held] if held else own) if own else None


def _latest(day: PartialDate | None) -> date | None:
    """The last day that a date can mean."""
    if day is None or day.year is None:
        return None
    year, month, number = day.year, day.month, day.day
    end = _RANGE_END.search(day.raw)
    if end and end["month"]:
        year, month = int(end["year"] or year), _NAMES.index(end["month"].lower()) + 1
        number = int(end["number"] or 0)
    elif end and end["year"]:
        year, month, number = int(end["year"]), None, None
    elif end and end["number"] and month is None:
        year = max(year, year - year % 100 + int(end["number"]))
    elif end and end["number"] and number:
        number = max(number, int(end["number"]))
    month = month or 12
    last = monthrange(year, month)[1]
    return date(year, month, min(number or last, last))
