"""Dates in queries: partial dates of records, relative dates, fallbacks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from litwatch.domain.article import Article, HistoryDate, PartialDate
from litwatch.errors import QueryError
from litwatch.pubmed.query import parse
from tests.pubmed.query_article import ARTICLE


@pytest.mark.parametrize(
    ("published", "query", "expected"),
    [
        (PartialDate(2023), "2023/12[dp]", True),
        (PartialDate(2023), "2023/12/31:2025[dp]", True),
        (PartialDate(2023), "2024[dp]", False),
        (PartialDate(2024, 2), "2024/02/29[dp]", True),
        (PartialDate(2024, 2), "2024/03[dp]", False),
        (PartialDate(2024, 12), "2024/12/31[dp]", True),
        (PartialDate(2024, 2, 10), "2024/02/11[dp]", False),
        (PartialDate(None, raw="9999-9999"), "1000:9999[dp]", False),
    ],
)
def test_a_partial_date_matches_what_it_overlaps(published: PartialDate, query: str, expected: bool) -> None:
    assert parse(query).matches(Article(pmid="1", title="", published=published)) is expected


@pytest.mark.parametrize(
    ("query", "today", "expected"),
    [
        ('"last 10 days"[crdt]', date(2024, 3, 28), True),
        ('"last 9 days"[crdt]', date(2024, 3, 28), False),
        ('"last 1 month"[crdt]', date(2024, 4, 18), True),
        ('"last 1 month"[crdt]', date(2024, 4, 19), False),
        ("last 2 years[crdt]", date(2026, 3, 18), True),
        ("last 2 years[crdt]", date(2026, 3, 19), False),
        ('"last 99999 years"[crdt]', date(2026, 3, 19), True),
        ('"last 99999 days"[crdt]', date(200, 3, 19), True),
        ('"last 3 months"[dp]', date(2024, 8, 31), True),
        ('"last 3 months"[dp]', date(2024, 9, 1), False),
    ],
)
def test_relative_dates(query: str, today: date, expected: bool) -> None:
    assert parse(query).needs_today
    assert parse(query).matches(ARTICLE, today) is expected


def test_a_relative_date_without_today_is_an_error_that_points_at_it() -> None:
    query = parse('hasabstract OR "last 60 days"[crdt]')
    with pytest.raises(QueryError, match="today") as caught:
        query.matches(ARTICLE)
    assert caught.value.position == 15


def test_edat_falls_back_to_arrival() -> None:
    article = replace(ARTICLE, history=(HistoryDate("pubmed", date(2024, 3, 18)),))
    assert parse("2024/03/18[edat]").matches(article)
