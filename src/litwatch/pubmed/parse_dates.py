"""PubMed's dates: whole days, and publication dates known to the month, season or year.

MedlineDate is free text for what does not fit: "1998 Dec-1999 Jan", "2011 Oct-Dec", "1978-79", "Winter 1999",
"9999-9999". Of a range the first month counts. A season's name gives no month: winter is not one month, nor the same
ones in both hemispheres.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from litwatch.domain.article import PartialDate
from litwatch.domain.text import clean_text
from litwatch.pubmed.element import Element

_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES, 1)}
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|2[01]\d\d)(?!\d)")
_MONTH = re.compile(rf"\b({'|'.join(_NAMES)})[a-z]{{0,6}}\b", re.I)
_DAY_AFTER = re.compile(r"\.?,?\s*(\d{1,2})(?!\d)")
_DAY_BEFORE = re.compile(r"(?<!\d)(\d{1,2})\s*$")
_ISO = re.compile(r"(\d{4})([-/])(\d{1,2})(?:\2(\d{1,2}))?(?!\d)")
_PART = re.compile(r"\b([1-4])(?:st|nd|rd|d|th)?\s+(quart|trimest|semest)", re.I)
_PART_MONTHS = {"quart": 3, "trimest": 3, "semest": 6}


def day_of(element: Element) -> date | None:
    """A date with Year, Month and Day below it; None if one is missing or there is no such day."""
    year = month = day = None
    for child in element:
        name = child.tag
        if name == "Year":
            year = child.text
        elif name == "Month":
            month = child.text
        elif name == "Day":
            day = child.text
            break  # Hour and Minute follow
    return _day(year, month, day)


def partial_of(element: Element) -> PartialDate:
    """A publication date: Year with Month and Day or Season, or MedlineDate."""
    found = {child.tag: text for child in element if (text := child.text)}
    if "Year" not in found and "MedlineDate" in found:
        return medline_date(found["MedlineDate"])
    return _partial(found.get("Year"), found.get("Month"), found.get("Day"), found.get("Season"))


@lru_cache(maxsize=4096)
def _day(year: str | None, month: str | None, day: str | None) -> date | None:
    return _real_day(_number(year), _month(month), _number(day))


@lru_cache(maxsize=4096)
def _partial(year: str | None, month: str | None, day: str | None, season: str | None) -> PartialDate:
    raw = clean_text(" ".join(part for part in (year, month, season, day) if part))
    return _made(_number(year), _month(month) or _month(season), _number(day), raw)


@lru_cache(maxsize=4096)
def medline_date(text: str) -> PartialDate:
    """Read a free publication date; `raw` keeps it, folded to one line. Never fails."""
    raw = clean_text(text)
    years = list(_YEAR.finditer(raw))
    if not years:
        return PartialDate(None, raw=raw)
    year = int(years[0].group())
    # A month behind the second year of a range belongs to that year.
    first = raw[: years[1].start()] if len(years) > 1 else raw
    if found := _MONTH.search(first):
        after = _DAY_AFTER.match(first, found.end())
        before = _DAY_BEFORE.search(first[: found.start()])
        day = int(after[1]) if after else int(before[1]) if before else None
        return _made(year, _MONTHS[found[1][:3].lower()], day, raw)
    if (iso := _ISO.match(raw, years[0].start())) and (iso[4] or iso[2] == "/"):
        # "2000-01" stays a range of years; "2000/01" and "2000-01-15" are dates.
        return _made(year, int(iso[3]), int(iso[4]) if iso[4] else None, raw)
    if part := _PART.search(raw):
        return _made(year, (int(part[1]) - 1) * _PART_MONTHS[part[2].lower()] + 1, None, raw)
    return PartialDate(year, raw=raw)


def _made(year: int | None, month: int | None, day: int | None, raw: str) -> PartialDate:
    """A date of what is valid: no day without a month, no month without a year, no 30 February."""
    if year is None or not 1000 <= year <= 2999:
        return PartialDate(None, raw=raw)
    if month is None or not 1 <= month <= 12:
        return PartialDate(year, raw=raw)
    return PartialDate(year, month, day if _real_day(year, month, day) else None, raw)


def _real_day(year: int | None, month: int | None, day: int | None) -> date | None:
    if year is None or month is None or day is None:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _number(text: str | None) -> int | None:
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else None


def _month(text: str | None) -> int | None:
    number = _number(text)
    if number is not None:
        return number
    found = _MONTH.match((text or "").strip())
    return _MONTHS[found[1][:3].lower()] if found else None
