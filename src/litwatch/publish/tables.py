"""The ledger as files: CSV for spreadsheets and statistics, JSON Lines for programs, and the dictionary of both."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from datetime import UTC, datetime
from typing import Literal

from litwatch.domain.rows import LedgerRow, dictionary

TableFormat = Literal["csv", "jsonl"]
MEDIA_TYPES: dict[TableFormat, str] = {"csv": "text/csv; charset=utf-8; header=present", "jsonl": "application/jsonl"}

_COLUMNS = tuple(each.name for each in fields(LedgerRow))
_PIECE = 64 * 1024
"""Characters that are handed on at a time."""
# What spreadsheets take for the start of a formula (OWASP, CSV injection), full-width forms too.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
_PLAIN_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def table(rows: Iterable[LedgerRow], form: TableFormat) -> Iterator[bytes]:
    """The rows as a file in that format, in pieces, as the rows come."""
    pieces = io.StringIO(newline="")
    write = _csv_writer(pieces) if form == "csv" else _jsonl_writer(pieces)
    for row in rows:
        write(row)
        if pieces.tell() >= _PIECE:
            yield pieces.getvalue().encode()
            pieces.seek(0)
            pieces.truncate()
    if pieces.tell():
        yield pieces.getvalue().encode()


def plain(row: LedgerRow) -> dict[str, object]:
    """A row as JSON has it: null where nothing is known, lists as lists, times in UTC."""
    return {name: _time(value) if isinstance(value := getattr(row, name), datetime) else value for name in _COLUMNS}


def cell(value: object) -> str | int | float:
    """A value as CSV has it: "" for null, `true` and `false`, lists joined with "; ".

    A text that a spreadsheet would run as a formula gets an apostrophe in front. Numbers are numbers, below zero too.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return value
    if isinstance(value, datetime):
        return _time(value)
    text = "; ".join(value) if isinstance(value, tuple) else str(value)
    return f"'{text}" if text.startswith(_FORMULA) and not _PLAIN_NUMBER.fullmatch(text) else text


def dictionary_page() -> str:
    """The data dictionary as a Markdown page."""
    lines = [
        "# The data dictionary",
        "",
        "One row is one outcome of one study: outcome × comparison × time point × subgroup. The columns are the same, in "
        "the same order, in",
        "`litwatch export`, in `/api/v1/outcomes.csv` and `.jsonl`, and in the rows of the JSON API. "
        "`/api/v1/dictionary` gives this table as JSON.",
        "",
        "Every number of a row stands in its `evidence`, the exact passage of title or abstract; `n` in `n_evidence`. A "
        "number without such words is",
        "left out. The reading is a program's: check what you rely on against the paper, by its `pmid`.",
        "",
        "CSV is RFC 4180 in UTF-8, without a byte order mark, lines ending in CRLF. Null is an empty cell, a list is "
        "joined with `; `. A text that a",
        "spreadsheet would run as a formula (it begins with `=`, `+`, `-`, `@`, their full-width forms, or a tab) has an "
        "apostrophe in front; numbers,",
        "negative ones too, stay numbers. JSON Lines has one object a line, and no such apostrophe.",
        "",
        "This page is made from the program: `python -m tests.publish.dictionary_page`.",
        "",
        "| column | kind | null | meaning |",
        "| --- | --- | --- | --- |",
    ]
    for column in dictionary():
        kind = ", ".join(f"`{value}`" for value in column.values) or column.kind
        lines.append(f"| `{column.name}` | {kind} | {'yes' if column.nullable else 'no'} | {column.about} |")
    return "\n".join(lines) + "\n"


def _csv_writer(pieces: io.StringIO) -> Callable[[LedgerRow], object]:
    writer = csv.writer(pieces, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    return lambda row: writer.writerow([cell(getattr(row, name)) for name in _COLUMNS])


def _jsonl_writer(pieces: io.StringIO) -> Callable[[LedgerRow], object]:
    return lambda row: pieces.write(json.dumps(plain(row), ensure_ascii=False, separators=(",", ":")) + "\n")


def _time(moment: datetime) -> str:
    """RFC 3339, in whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
