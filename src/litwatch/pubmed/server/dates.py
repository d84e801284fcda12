"""Moving a record in time: an old corpus made to look current for a running service.

Every date element of the record moves together, so that the parts still agree with each other:

- a full date (Year, Month, Day) moves by exactly the given number of days;
- a date without a day moves by as many months as the record's arrival did, one without a month (or with a Season) by as
  many years: a paper "of June" that arrived in June is still one of its month of arrival;
- a MedlineDate keeps its form: its years and months move in the same way.

Text stays as it is, years in titles and abstracts too.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NUMBER_OF = {name: number for number, name in enumerate(_MONTHS, 1)}
_DATE = re.compile(
    rb"<Year>\s*(\d{4})\s*</Year>(?:(\s*<Month>)\s*(\w+)\s*</Month>(?:(\s*<Day>)\s*(\d{1,2})\s*</Day>)?)?",
)
_MEDLINE_DATE = re.compile(rb"<MedlineDate>([^<]*)</MedlineDate>")
_YEAR_OR_MONTH = re.compile(rf"\b(1[5-9]\d\d|20\d\d)\b|\b({'|'.join(_MONTHS)})\b")


def shift(raw: bytes, days: int, arrived: date) -> bytes:
    """The record's XML with all its dates moved by `days`. `arrived` is its arrival before the move."""
    if not days:
        return raw
    landed = arrived + timedelta(days=days)
    years = landed.year - arrived.year
    months = 12 * years + landed.month - arrived.month

    def element(match: re.Match[bytes]) -> bytes:
        return _element(match, days, months, years)

    moved = _DATE.sub(element, raw)
    return _MEDLINE_DATE.sub(lambda match: _medline_date(match, months, years), moved)


def _element(match: re.Match[bytes], days: int, months: int, years: int) -> bytes:
    year, month_gap, month_text, day_gap, day_text = match.groups()
    month = _month(month_text)
    if month is None:
        tail = match.group(0)[match.group(0).index(b"</Year>") + len(b"</Year>") :]
        return b"<Year>%d</Year>%s" % (int(year) + years, tail)
    if day_text is None:
        moved_year, moved_month = _add_months(int(year), month, months)
        return b"<Year>%d</Year>%s%s</Month>" % (moved_year, month_gap, _like(month_text, moved_month))
    try:
        moved = date(int(year), month, int(day_text)) + timedelta(days=days)
    except (ValueError, OverflowError):
        return match.group(0)
    day = b"%02d" % moved.day if len(day_text) == 2 else b"%d" % moved.day
    return b"<Year>%d</Year>%s%s</Month>%s%s</Day>" % (
        moved.year,
        month_gap,
        _like(month_text, moved.month),
        day_gap,
        day,
    )


def _month(text: bytes | None) -> int | None:
    if text is None:
        return None
    number = int(text) if text.isdigit() else _NUMBER_OF.get(text.decode()[:3].title())
    return number if number is not None and 1 <= number <= 12 else None


def _like(model: bytes, month: int) -> bytes:
    """`month` as `model` writes it: "Jun", "06" or "6"."""
    if not model.isdigit():
        return _MONTHS[month - 1].encode()
    return b"%02d" % month if len(model) == 2 else b"%d" % month


def _add_months(year: int, month: int, months: int) -> tuple[int, int]:
    total = 12 * year + month - 1 + months
    return total // 12, total % 12 + 1


def _medline_date(match: re.Match[bytes], months: int, years: int) -> bytes:
    """Years move with the month that follows before the next year, else by `years`. A crossed new year is written."""
    text = match.group(1).decode()
    pieces: list[str] = []
    year: int | None = None
    pending: re.Match[str] | None = None
    shown: int | None = None
    last = 0
    for found in _YEAR_OR_MONTH.finditer(text):
        if found.group(1):
            year, pending = int(found.group(1)), found
            pieces.append(text[last : found.start()] + str(year + years))
            shown = year + years
        else:
            between = text[last : found.start()]
            if year is None:
                pieces.append(between + found.group(2))
            else:
                moved_year, moved_month = _add_months(year, _NUMBER_OF[found.group(2)], months)
                pieces.append(_dated(pieces, between, pending is not None, moved_year, shown, moved_month))
                shown, pending = moved_year, None
        last = found.end()
    return b"<MedlineDate>%s</MedlineDate>" % ("".join(pieces) + text[last:]).encode()


def _dated(pieces: list[str], between: str, fresh: bool, year: int, shown: int | None, month: int) -> str:
    """The moved month. Its year corrects the one just written (`fresh`), or is put in where it differs from it."""
    if fresh and pieces:
        pieces[-1] = pieces[-1][:-4] + str(year)
        return between + _MONTHS[month - 1]
    return f"{between}{'' if year == shown else f'{year} '}{_MONTHS[month - 1]}"
