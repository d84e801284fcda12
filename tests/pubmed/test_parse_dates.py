"""Publication dates of every odd kind, and days that do not exist."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litwatch.domain.article import PartialDate
from litwatch.pubmed.parse_dates import day_of, medline_date, partial_of


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2011 Oct-Dec", (2011, 10, None)),
        ("1998 Dec-1999 Jan", (1998, 12, None)),
        ("1965 Dec-1966 Jan", (1965, 12, None)),
        ("1978 Sep-OCT", (1978, 9, None)),
        ("2019 Sep/Oct", (2019, 9, None)),
        ("2000 Dec 23-30", (2000, 12, 23)),
        ("2000 Dec 31-2001 Jan 6", (2000, 12, 31)),
        ("1999 Feb 30-Mar 2", (1999, 2, None)),
        ("2013 Jun 5", (2013, 6, 5)),
        ("2013 Sept", (2013, 9, None)),
        ("15 Dec 1999", (1999, 12, 15)),
        ("Oct-Dec 2011", (2011, 10, None)),
        ("1944-1945", (1944, None, None)),
        ("1999-2000 Jan", (1999, None, None)),
        ("1978-79", (1978, None, None)),
        ("2000-01", (2000, None, None)),
        ("1999 Winter", (1999, None, None)),
        ("Winter 1999", (1999, None, None)),
        ("1998-1999 Winter", (1998, None, None)),
        ("1980 3d Quart", (1980, 7, None)),
        ("1980 2nd Semest", (1980, 7, None)),
        ("1980 1st Trimest", (1980, 1, None)),
        ("2010/07", (2010, 7, None)),
        ("2010-07-09", (2010, 7, 9)),
        ("2010/13", (2010, None, None)),
        ("9999-9999", (None, None, None)),
        ("[18--?]", (None, None, None)),
        ("", (None, None, None)),
    ],
)
def test_medline_dates(raw: str, expected: tuple[int | None, int | None, int | None]) -> None:
    assert medline_date(raw) == PartialDate(*expected, raw)


def element(inner: str) -> ElementTree.Element:
    return ElementTree.fromstring(f"<PubDate>{inner}</PubDate>")


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("<Year>2013</Year>", PartialDate(2013, raw="2013")),
        ("<Year>2013</Year><Month>Jun</Month><Day>05</Day>", PartialDate(2013, 6, 5, "2013 Jun 05")),
        ("<Year>2013</Year><Month>6</Month>", PartialDate(2013, 6, None, "2013 6")),
        ("<Year>2013</Year><Month>September</Month>", PartialDate(2013, 9, None, "2013 September")),
        ("<Year>2013</Year><Season>Winter</Season>", PartialDate(2013, None, None, "2013 Winter")),
        ("<Year>2013</Year><Season>Jul-Aug</Season>", PartialDate(2013, 7, None, "2013 Jul-Aug")),
        ("<Year>2013</Year><Month>Feb</Month><Day>30</Day>", PartialDate(2013, 2, None, "2013 Feb 30")),
        ("<Year>2013</Year><Month>13</Month><Day>1</Day>", PartialDate(2013, None, None, "2013 13 1")),
        ("<Year>2013</Year><Day>1</Day>", PartialDate(2013, None, None, "2013 1")),
        ("<Year>20x3</Year><Month>Jun</Month>", PartialDate(None, None, None, "20x3 Jun")),
        ("<MedlineDate>1998 Dec-1999 Jan</MedlineDate>", PartialDate(1998, 12, None, "1998 Dec-1999 Jan")),
        ("<MedlineDate/>", PartialDate(None)),
        ("", PartialDate(None)),
    ],
)
def test_publication_dates(inner: str, expected: PartialDate) -> None:
    assert partial_of(element(inner)) == expected


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("<Year>2024</Year><Month>2</Month><Day>29</Day>", date(2024, 2, 29)),
        ("<Year>2024</Year><Month>Feb</Month><Day>01</Day><Hour>6</Hour>", date(2024, 2, 1)),
        ("<Year>2023</Year><Month>2</Month><Day>29</Day>", None),
        ("<Year>2023</Year><Month>2</Month>", None),
        ("<Year>0</Year><Month>2</Month><Day>1</Day>", None),
        ("<Year>2023</Year><Month>\u0662</Month><Day>1</Day>", None),
        ("", None),
    ],
)
def test_days(inner: str, expected: date | None) -> None:
    assert day_of(element(inner)) == expected


@settings(deadline=None, max_examples=200)
@given(st.text(alphabet=st.sampled_from("0123459 -/JanFebDecQuart.[]?Winter"), max_size=24))
def test_no_free_date_fails_and_every_part_is_real(raw: str) -> None:
    found = medline_date(raw)
    found.earliest()
    assert found.raw == " ".join(raw.split())
    assert found.month is None or found.year is not None
    assert found.day is None or found.month is not None
