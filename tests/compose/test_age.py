"""The guard against stale papers: what day a paper had certainly appeared by, whenever PubMed entered it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litwatch.compose.age import appeared_by
from litwatch.compose.rank import Candidate, judge
from litwatch.domain.article import Article, HistoryDate, PartialDate
from tests.compose.papers import trial, trial_study

TODAY = date(2025, 3, 21)


def paper(published: PartialDate, electronic: PartialDate | None = None, **history: date) -> Article:
    entries = tuple(HistoryDate(status, day) for status, day in history.items())
    return trial(published=published, electronic=electronic, history=entries)


def place(article: Article) -> str:
    return judge(Candidate(article, trial_study(trial()), ()), today=TODAY, max_age_days=400, told=frozenset()).place


@pytest.mark.parametrize(
    ("published", "electronic", "day"),
    [
        (PartialDate(2025, 1, 31), None, date(2025, 1, 31)),
        (PartialDate(2024, 2), None, date(2024, 2, 29)),
        (PartialDate(2024), None, date(2024, 12, 31)),
        (PartialDate(2024), PartialDate(2024, 11, 5), date(2024, 11, 5)),
        (PartialDate(2025, 1), PartialDate(2024, 6, 26), date(2024, 6, 26)),
        # Printed before it was put on the net: a back issue that was digitised.
        (PartialDate(2019, 5), PartialDate(2025, 3, 1), date(2019, 5, 31)),
        (PartialDate(None), PartialDate(2024, 6, 26), date(2024, 6, 26)),
        (PartialDate(2024, 6), PartialDate(None, raw="?"), date(2024, 6, 30)),
        (PartialDate(None), None, None),
    ],
)
def test_of_the_electronic_and_the_print_date_the_earlier_one_at_its_latest(
    published: PartialDate, electronic: PartialDate | None, day: date | None
) -> None:
    assert appeared_by(paper(published, electronic)) == day


@pytest.mark.parametrize(
    ("year", "month", "number", "raw", "day"),
    [
        (2011, 10, None, "2011 Oct-Dec", date(2011, 12, 31)),
        (2019, 9, None, "2019 Sep/Oct", date(2019, 10, 31)),
        (1998, 12, None, "1998 Dec-1999 Jan", date(1999, 1, 31)),
        (2015, 1, None, "2015 Jan-Feb", date(2015, 2, 28)),
        (2001, 10, 3, "2001 Oct 3-7", date(2001, 10, 7)),
        (2011, 1, 28, "2011 Jan 28-Feb 3", date(2011, 2, 3)),
        (1944, None, None, "1944-1945", date(1945, 12, 31)),
        (1978, None, None, "1978-79", date(1979, 12, 31)),
        (2024, None, None, "2024 Winter-Spring", date(2024, 12, 31)),
        (2000, 1, 15, "2000-01-15", date(2000, 1, 15)),
        (2020, 6, 1, "2020 06 01", date(2020, 6, 1)),
    ],
)
def test_a_range_counts_to_its_end(year: int, month: int | None, number: int | None, raw: str, day: date) -> None:
    assert appeared_by(paper(PartialDate(year, month, number, raw=raw))) == day


def test_a_late_entry_makes_no_paper_new() -> None:
    late = date(2025, 3, 20)
    assert place(paper(PartialDate(2024, 2, 15), entrez=late, pubmed=late)) == "nugget"  # 400 days
    assert place(paper(PartialDate(2024, 2, 14), entrez=late, pubmed=late)) == "excluded"  # 401 days
    assert place(paper(PartialDate(2020), entrez=late)) == "excluded"
    assert place(paper(PartialDate(2025, 3), PartialDate(2024, 2, 14), entrez=late)) == "excluded"
    assert place(paper(PartialDate(2026, 1))) == "nugget"  # an issue of the future


def test_a_bare_year_is_narrowed_by_the_day_on_which_pubmed_held_the_paper() -> None:
    held = date(2024, 2, 1)
    assert place(paper(PartialDate(2024))) == "nugget"
    assert place(paper(PartialDate(2024), pubmed=held, entrez=held)) == "excluded"
    # Entered late: PubMed sets one of its dates back to the first day that the paper's can mean.
    set_back, entered = date(2024, 1, 1), date(2025, 3, 1)
    assert place(paper(PartialDate(2024), pubmed=set_back, entrez=entered)) == "nugget"
    assert appeared_by(paper(PartialDate(2024), received=held, accepted=held)) == date(2024, 12, 31)


def test_pubmeds_own_dates_alone_tell_nothing() -> None:
    assert appeared_by(paper(PartialDate(None), pubmed=TODAY)) is None
    assert place(paper(PartialDate(None), pubmed=TODAY)) == "mention"


DATES = st.one_of(
    st.builds(lambda d: PartialDate(d.year), st.dates(date(1900, 1, 1), date(2099, 1, 1))),
    st.builds(lambda d: PartialDate(d.year, d.month), st.dates(date(1900, 1, 1), date(2099, 1, 1))),
    st.builds(lambda d: PartialDate(d.year, d.month, d.day), st.dates(date(1900, 1, 1), date(2099, 1, 1))),
)


@given(DATES, st.one_of(st.none(), DATES), st.dates(date(1900, 1, 1), date(2099, 1, 1)))
def test_never_before_the_papers_first_possible_day_unless_pubmed_held_it(
    published: PartialDate, electronic: PartialDate | None, held: date
) -> None:
    article = paper(published, electronic, pubmed=held)
    day, first = appeared_by(article), article.paper_day
    assert day is not None and first is not None
    assert day >= min(first, held)
    assert day <= held
    assert appeared_by(paper(published, electronic, pubmed=held + timedelta(days=1))) >= day  # type: ignore[operator]
