"""Cursors: where a list goes on, as a word that means nothing to others (base64url of a small JSON list)."""

from __future__ import annotations

import base64
import json
import re
from datetime import UTC, datetime
from typing import Any

from starlette.exceptions import HTTPException

from litwatch.domain.calendar import Week
from litwatch.service.catalogue import RowPlace
from litwatch.store.catalogue import NotePlace, Place

_PMID = re.compile(r"[0-9]{1,12}\Z")
_MOST = 2_000_000


def of_paper(place: Place | None) -> str | None:
    return _pack("p", place.first_seen.isoformat(), place.pmid) if place else None


def of_row(place: RowPlace | None) -> str | None:
    return _pack("r", place.paper.first_seen.isoformat(), place.paper.pmid, place.row) if place else None


def of_note(place: NotePlace | None) -> str | None:
    return _pack("n", place.week, place.position) if place else None


def of_issue(week: Week | None) -> str | None:
    return _pack("i", str(week)) if week else None


def paper(cursor: str | None) -> Place | None:
    """What `of_paper` made; HTTPException 422 for anything else. So with the others."""
    if cursor is None:
        return None
    moment, pmid = _unpack(cursor, "p", str, str)
    return _place(moment, pmid)


def row(cursor: str | None) -> RowPlace | None:
    if cursor is None:
        return None
    moment, pmid, number = _unpack(cursor, "r", str, str, int)
    return RowPlace(_place(moment, pmid), number)


def note(cursor: str | None) -> NotePlace | None:
    if cursor is None:
        return None
    week, position = _unpack(cursor, "n", str, int)
    return NotePlace(str(_week(week)), position)


def issue(cursor: str | None) -> Week | None:
    return None if cursor is None else _week(_unpack(cursor, "i", str)[0])


def _pack(*values: object) -> str:
    text = json.dumps(values, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _unpack(cursor: str, mark: str, *kinds: type) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError):
        raise _foreign() from None
    if not isinstance(values, list) or [type(value) for value in values] != [str, *kinds] or values[0] != mark:
        raise _foreign()
    if any(isinstance(value, int) and not 0 <= value <= _MOST for value in values):
        raise _foreign()
    return values[1:]


def _place(moment: str, pmid: str) -> Place:
    try:
        seen = datetime.fromisoformat(moment)
    except ValueError:
        raise _foreign() from None
    if seen.tzinfo != UTC or not _PMID.match(pmid):
        raise _foreign()
    return Place(seen, pmid)


def _week(text: str) -> Week:
    try:
        return Week.parse(text)
    except (ValueError, OverflowError):
        raise _foreign() from None


def _foreign() -> HTTPException:
    return HTTPException(422, "cursor: this is not a cursor of this list; take `next` as it is")
