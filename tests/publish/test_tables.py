"""The ledger as CSV and JSON Lines, and the dictionary that explains both."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from litwatch.domain.rows import LedgerRow, dictionary
from litwatch.domain.study import Change, Comparison, Design, Direction, Measure
from litwatch.publish.tables import TableFormat, cell, dictionary_page, plain, table
from tests.publish.dictionary_page import PAGE

ROW = LedgerRow(
    pmid="99000001",
    row=0,
    doi="10.99999/fict.1",
    title="Walking, “slowly”: a trial",
    journal="J Fict",
    year=2026,
    design=Design.RANDOMIZED_TRIAL,
    n=120,
    n_evidence="120 adults were randomised.",
    conditions=("fibromyalgia", "knee osteoarthritis"),
    exercises=(),
    outcome="pain",
    concept="pain",
    domain="symptom",
    direction=Direction.IMPROVED,
    read_as=None,
    correction=None,
    change=Change.DECREASED,
    comparison=Comparison.BETWEEN,
    measure=Measure.MD,
    value=-1.5,
    ci_low=-2.0,
    ci_high=-1.0,
    ci_level=95.0,
    p="<0.001",
    i2=None,
    unit="cm",
    timepoint=None,
    subgroup=None,
    primary=True,
    evidence='Pain fell ("MD −1.5 cm"),\nas hoped.',
    evidence_section=-1,
    evidence_start=0,
    evidence_end=30,
    retracted=False,
    week="2026-W03",
    note=None,
    extractor="4",
    read_at=datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC),
)


def rendered(form: TableFormat, *rows: LedgerRow) -> str:
    return b"".join(table(rows, form)).decode()


def test_csv_is_read_back_cell_by_cell() -> None:
    text = rendered("csv", ROW, replace(ROW, row=1))
    assert text.count("\r\n") == 3
    first, second = csv.DictReader(io.StringIO(text, newline=""))
    assert list(first) == [each.name for each in fields(LedgerRow)]
    assert first["evidence"] == ROW.evidence and first["title"] == ROW.title
    assert (first["value"], first["ci_low"], first["n"], first["primary"]) == ("-1.5", "-2.0", "120", "true")
    assert first["evidence_section"] == "-1"
    assert first["conditions"] == "fibromyalgia; knee osteoarthritis"
    assert (first["i2"], first["note"], first["exercises"]) == ("", "", "")
    assert first["read_at"] == "2026-01-02T03:04:05Z"
    assert second["row"] == "1"


def test_json_lines_keep_null_lists_and_numbers() -> None:
    (line,) = rendered("jsonl", ROW).splitlines()
    assert json.loads(line) == json.loads(json.dumps(plain(ROW)))
    assert json.loads(line)["value"] == -1.5 and json.loads(line)["i2"] is None
    assert json.loads(line)["conditions"] == ["fibromyalgia", "knee osteoarthritis"]


@pytest.mark.parametrize(
    "text",
    ["=1+1", '=HYPERLINK("http://evil.example")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "-x", "+", "-"],
)
def test_a_formula_is_text(text: str) -> None:
    assert cell(text) == f"'{text}"
    (row,) = csv.DictReader(io.StringIO(rendered("csv", replace(ROW, outcome=text)), newline=""))
    assert row["outcome"] == f"'{text}"
    assert json.loads(rendered("jsonl", replace(ROW, outcome=text)))["outcome"] == text


@pytest.mark.parametrize(
    ("value", "expected"),
    [(-1.5, -1.5), (-1, -1), ("-1.5", "-1.5"), ("<0.001", "<0.001"), (("-a", "b"), "'-a; b"), ("−1 cm", "−1 cm")],
)
def test_numbers_stay_numbers(value: Any, expected: Any) -> None:
    assert cell(value) == expected


def test_a_table_comes_in_pieces_and_has_its_head_even_when_empty() -> None:
    assert len(list(table((replace(ROW, row=n) for n in range(500)), "csv"))) > 1
    assert rendered("csv").startswith("pmid,row,doi,") and rendered("csv").count("\r\n") == 1
    assert rendered("jsonl") == ""


def test_the_dictionary_has_every_column_and_the_page_is_of_today() -> None:
    columns = dictionary()
    assert [column.name for column in columns] == [each.name for each in fields(LedgerRow)]
    assert all(column.about.endswith(".") for column in columns)
    direction = next(column for column in columns if column.name == "direction")
    assert direction.values == tuple(Direction) and direction.nullable
    assert PAGE.read_text(encoding="utf-8") == dictionary_page(), "python -m tests.publish.dictionary_page"


def test_null_stands_only_where_the_dictionary_says_so() -> None:
    for column in dictionary():
        value = getattr(ROW, column.name)
        assert value is not None or column.nullable, column.name
