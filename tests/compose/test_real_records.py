"""Notes on real records: nothing of the ledger is lost on the way to the text, and no number comes from elsewhere."""

from __future__ import annotations

import re
import statistics
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
from litwatch.domain.digest import LedgerLine, Length, Nugget
from litwatch.domain.prose import Part
from litwatch.domain.study import Direction, Study
from litwatch.extract.study import read_study
from litwatch.pubmed.parse import open_records
from tests.compose.papers import AUTHORITY
from tests.compose.readability import grade

PART_OF = {
    Direction.IMPROVED: Part.BETTER,
    Direction.NO_DIFFERENCE: Part.UNCHANGED,
    Direction.WORSENED: Part.WORSE,
}
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
            counted = f"{len(unchanged)} no clear change" in nugget.meta
            assert counted or all(name.casefold() in nugget.meta.casefold() for name, _ in unchanged)
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


def test_every_row_is_named_in_the_text_and_every_null_as_one(notes: list[tuple[Nugget, Article, Study]]) -> None:
    """From the ledger to the words, without asking the writer which rows it meant."""
    for nugget, _, study in notes:
        parts = {paragraph.part: paragraph.text.lower() for paragraph in nugget.paragraphs}
        for row in study.outcomes:
            assert row.name.lower() in parts[PART_OF.get(row.direction, Part.OTHER)], (nugget.pmid, row.name)


def test_notes_are_neither_padded_nor_too_long(notes: list[tuple[Nugget, Article, Study]]) -> None:
    lengths = {nugget.pmid: len(" ".join(sentences(nugget)).split()) for nugget, _, _ in notes}
    for nugget, _, _ in notes:
        if nugget.length is not Length.SHORT:
            assert 100 <= lengths[nugget.pmid] <= 300, nugget.pmid
    # Of papers that may be featured, those with a clear result, nearly all are told in a note.
    clear = [nugget for nugget, _, study in notes if any(row.direction in PART_OF for row in study.outcomes)]
    assert len(clear) > 150
    assert sum(nugget.length is Length.NOTE for nugget in clear) > 0.9 * len(clear)


def test_notes_are_in_plain_english(notes: list[tuple[Nugget, Article, Study]]) -> None:
    grades = [grade(sentences(nugget)) for nugget, _, _ in notes if nugget.length is Length.NOTE]
    assert statistics.median(grades) <= 11


def test_quotations_are_short_and_verbatim(notes: list[tuple[Nugget, Article, Study]]) -> None:
    quoted = 0
    for nugget, article, _ in notes:
        for text in sentences(nugget):
            if "“" in text and text.count("“") == 1:
                quotation = text.partition("“")[2].partition("”")[0]
                assert len(quotation.split()) <= 25
                pieces = [piece.strip() for piece in quotation.split("…") if piece.strip()]
                assert all(any(piece in part for part in texts(article)) for piece in pieces), (nugget.pmid, text)
                quoted += 1
    assert quoted > 200


def test_sentences_are_whole(notes: list[tuple[Nugget, Article, Study]]) -> None:
    for nugget, _, _ in notes:
        for text in sentences(nugget):
            assert text[0].isupper(), text
            assert re.search(r"[.?!…]”?\Z", text), text
            assert "  " not in text
            assert text.count("“") == text.count("”") or '"' in text


def test_no_two_notes_of_an_issue_begin_or_end_alike(papers: list[tuple[Article, Study]]) -> None:
    candidates = [Candidate(article, study, ("exercise-pain",)) for article, study in papers]
    rules = Rules(AUTHORITY, nuggets_per_issue=120, max_age_days=100_000)
    issue, _ = compose_issue(Week(2025, 12), candidates, published=datetime(2025, 3, 21, tzinfo=UTC), rules=rules)
    assert len(issue.nuggets) == 120
    openings = [nugget.paragraphs[0].sentences[0].text for nugget in issue.nuggets]
    takeaways = [nugget.takeaway.text for nugget in issue.nuggets if nugget.takeaway]
    assert len(set(openings)) == len(openings)
    assert len(set(takeaways)) == len(takeaways) == len(issue.nuggets)
    lengths = [nugget.length for nugget in issue.nuggets]
    assert lengths[0] is Length.FEATURE
    assert Length.FEATURE not in lengths[1:]


def sentences(nugget: Nugget) -> list[str]:
    told = [sentence.text for paragraph in nugget.paragraphs for sentence in paragraph.sentences]
    return [*told, nugget.takeaway.text] if nugget.takeaway else told


def lines_of(nugget: Nugget) -> tuple[LedgerLine, ...]:
    return (*nugget.better, *nugget.unchanged, *nugget.worse, *nugget.other)


def texts(article: Article) -> tuple[str, ...]:
    return (article.title, *(section.text for section in article.sections))
