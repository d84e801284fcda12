"""Notes on real records: nothing of the ledger is lost on the way to the text, and no number comes from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from litwatch.compose.checks import faults
from litwatch.compose.issue import Rules, compose_issue
from litwatch.compose.nugget import compose_nugget
from litwatch.compose.rank import Candidate
from litwatch.domain.article import Article, Record
from litwatch.domain.calendar import Week
from litwatch.domain.digest import LedgerLine, Nugget
from litwatch.domain.study import Direction, Study
from litwatch.extract.study import read_study
from litwatch.pubmed.parse import open_records
from tests.compose.papers import AUTHORITY

SAMPLE = 150
"""Records from the beginning of each file."""


@pytest.fixture(scope="module")
def papers(shared: Path) -> list[tuple[Article, Study]]:
    return [
        (article, read_study(article))
        for name in ("trials.xml.gz", "medline.xml.gz")
        for article in first_articles(shared / "corpus" / name)
    ]


def first_articles(path: Path) -> Iterator[Article]:
    records = (item.article for item in open_records(path) if isinstance(item, Record) and item.article.sections)
    for _, article in zip(range(SAMPLE), records, strict=False):
        yield article


@pytest.fixture(scope="module")
def notes(papers: list[tuple[Article, Study]]) -> list[tuple[Nugget, Article, Study]]:
    return [
        (compose_nugget(article, study, ("exercise-pain",), authority=AUTHORITY), article, study)
        for article, study in papers
    ]


def test_every_note_passes_the_gate(notes: list[tuple[Nugget, Article, Study]]) -> None:
    assert len(notes) == 2 * SAMPLE
    assert {nugget.pmid: faults(nugget, article, study) for nugget, article, study in notes} == {
        nugget.pmid: () for nugget, _, _ in notes
    }


def test_no_result_and_above_all_no_null_is_dropped(notes: list[tuple[Nugget, Article, Study]]) -> None:
    nulls = 0
    for nugget, _, study in notes:
        unchanged = [
            (row.name, row.evidence.text) for row in study.outcomes if row.direction is Direction.NO_DIFFERENCE
        ]
        assert [(line.name, line.quote) for line in nugget.unchanged] == unchanged
        assert len(lines_of(nugget)) == len(study.outcomes)
        if unchanged:
            assert f"{len(unchanged)} no clear change" in nugget.meta
        nulls += len(unchanged)
    assert nulls > 50


def test_every_number_is_in_its_sentence(notes: list[tuple[Nugget, Article, Study]]) -> None:
    """Read here in the plainest way: the digits that are printed are digits of the quoted sentence."""
    told = 0
    for nugget, article, _ in notes:
        for line in lines_of(nugget):
            assert any(line.quote in text for text in texts(article))
            for number in re.findall(r"\d+", line.numbers):
                told += 1
                assert number.lstrip("0") in re.sub(r"[ ,]", "", line.quote), (nugget.pmid, line)
    assert told > 50


def test_an_issue_of_real_records_comes_out_the_same_twice(papers: list[tuple[Article, Study]]) -> None:
    candidates = [Candidate(article, study, ("exercise-pain",)) for article, study in papers]
    rules = Rules(AUTHORITY, max_age_days=100_000)
    moment = datetime(2025, 3, 21, 7, tzinfo=UTC)
    first = compose_issue(Week(2025, 12), candidates, published=moment, rules=rules)
    again = compose_issue(Week(2025, 12), candidates[::-1], published=moment, rules=rules)
    assert first == again
    assert len(first[0].nuggets) == rules.nuggets_per_issue
    assert len(first[1]) == len(candidates)


def lines_of(nugget: Nugget) -> tuple[LedgerLine, ...]:
    return (*nugget.better, *nugget.unchanged, *nugget.worse, *nugget.other)


def texts(article: Article) -> tuple[str, ...]:
    return (article.title, *(section.text for section in article.sections))
