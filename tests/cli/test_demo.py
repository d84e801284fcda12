"""`litwatch demo`: the whole path, as a newcomer runs it."""

from __future__ import annotations

import email
import email.policy
from pathlib import Path

import feedparser
import pytest

from litwatch.cli import main
from litwatch.demo import demonstrate
from litwatch.domain.article import Article, Record
from litwatch.domain.notice import Bearing, NoticeKind
from litwatch.pubmed.parse import open_records
from tests.cli.conftest import Run


def test_sample_becomes_an_issue_with_feed_page_and_mail(run: Run, tmp_path: Path) -> None:
    done = run("demo", "--output", tmp_path / "out")
    assert done.code == 0
    assert "Issue 2025-W12" in done.out
    feed = feedparser.parse((tmp_path / "out/site/feed.xml").read_bytes())
    assert not feed.bozo
    assert [entry.id[-8:] for entry in feed.entries] == ["2025-W13", "2025-W12"]
    assert feed.entries[0].id.startswith("tag:litwatch.example,2026:issue/2025-W13")
    page = (tmp_path / "out/site/issues/2025-W12.html").read_text("utf-8")
    assert "10.1016/j.apmr.2024.06.005" in page
    mails = sorted((tmp_path / "out/mail").glob("*.eml"))
    assert len(mails) == 5  # nobody who chose only pain gets the second issue's, which has nothing about it
    for mail in mails:
        message = email.message_from_bytes(mail.read_bytes(), policy=email.policy.default)
        kinds = [part.get_content_type() for part in message.walk()]
        assert kinds[:2] == ["multipart/alternative", "text/plain"]
        if kinds[2] == "multipart/related":  # with pictures of what was measured
            assert kinds[4:] and set(kinds[4:]) == {"image/png"}
            del kinds[2]
        assert kinds[2] == "text/html"
    assert (tmp_path / "out/litwatch.sqlite3").exists()


def test_the_founding_example_is_told_whole(tmp_path: Path) -> None:
    """Exercise in axial spondyloarthritis: eleven outcomes, eight better, and the three that did not change."""
    issue = demonstrate(tmp_path / "out").issues[0]
    nugget = next(nugget for nugget in issue.nuggets if nugget.pmid == "38921661")
    assert "20 trials" in nugget.meta
    assert "1,670" in nugget.meta
    assert len(nugget.better) == 8
    assert {line.name.lower() for line in nugget.unchanged} == {
        "chest expansion",
        "c-reactive protein",
        "erythrocyte sedimentation rate",
    }
    assert not nugget.worse
    numbers = {line.name: line.numbers for line in nugget.better}
    assert numbers["pain"] == "SMD −0.47 (95% CI −0.74 to −0.21)"
    assert "p=" not in " ".join(line.numbers for line in nugget.better), "a heterogeneity P was taken for an effect's"


def test_the_later_review_updates_the_note_of_the_week_before(tmp_path: Path) -> None:
    (notice,) = demonstrate(tmp_path / "out").issues[1].notices
    assert (notice.kind, notice.pmid) == (NoticeKind.UPDATE, "38921661")
    conflicts = [row.outcome for row in notice.rows if row.bearing is Bearing.CONFLICTS]
    agrees = [row.outcome for row in notice.rows if row.bearing is Bearing.AGREES]
    assert (conflicts, len(agrees)) == (["chest expansion"], 5)
    page = (tmp_path / "out/site/notes/pmid-38921661.html").read_text("utf-8")
    assert "chest expansion" in page.partition("<h1")[0] + page.partition("</h1>")[2]
    assert "99000060" in page


def test_a_second_run_says_the_same(tmp_path: Path) -> None:
    first, second = demonstrate(tmp_path / "a"), demonstrate(tmp_path / "b")
    assert first.issues[0].nuggets == second.issues[0].nuggets
    for name in ("site/feed.xml", "site/issues/2025-W12.html", "site/index.html"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_several_weeks_tell_each_paper_once(tmp_path: Path) -> None:
    shown = demonstrate(tmp_path / "out", weeks=4)
    assert [str(issue.week) for issue in shown.issues] == ["2025-W10", "2025-W11", "2025-W12", "2025-W13"]
    told = [nugget.pmid for issue in shown.issues for nugget in issue.nuggets]
    told += [mention.pmid for issue in shown.issues for mention in issue.also]
    assert len(told) == len(set(told))
    assert all(poll.failed is None for poll in shown.polls)
    feed = feedparser.parse((shown.site / "feed.xml").read_bytes())
    assert len({entry.id for entry in feed.entries}) == 4
    assert [entry.published_parsed for entry in feed.entries] == sorted(
        (entry.published_parsed for entry in feed.entries), reverse=True
    )


def test_as_of_and_lookback_bound_what_is_seen(run: Run, tmp_path: Path) -> None:
    done = run("demo", "--output", tmp_path / "out", "--as-of", "2025-03-05", "--lookback", "7")
    assert done.code == 0
    page = (tmp_path / "out/site/issues/2025-W10.html").read_text("utf-8")
    assert "gov/99000016" in page  # arrived on 4 March
    assert "gov/99000001" not in page  # arrives on 18 March
    assert "gov/99000022" in page  # arrived on 28 February
    assert "gov/99000021" not in page  # arrived on 21 February


def test_a_folder_that_is_not_a_demos_is_left_alone(run: Run, tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("mine")
    done = run("demo", "--output", tmp_path)
    assert done.code == 6
    assert "not empty" in done.err
    assert done.err.count("\n") == 1
    assert (tmp_path / "precious.txt").read_text() == "mine"


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["--corpus", "none.xml"], "none.xml"),
        (["--as-of", "yesterday"], "not a date"),
        (["stray.xml"], "--corpus"),
        (["--lookback", "3661"], "--lookback"),  # the setting's own bound
    ],
)
def test_bad_input_is_one_clear_line(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], part: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("demo", *arguments)
    assert done.code != 0
    assert part in done.err
    assert "Traceback" not in done.err
    assert not (tmp_path / "litwatch-demo").exists()


def test_real_records_become_an_issue_whose_numbers_are_in_the_abstracts(shared: Path, tmp_path: Path) -> None:
    files = sorted((shared / "corpus").glob("*.xml.gz"))
    assert main(["demo", "--output", str(tmp_path / "out"), "--corpus", *map(str, files)]) == 0
    from litwatch.store import issues
    from litwatch.store.database import Database

    database = Database(f"sqlite:///{tmp_path / 'out/litwatch.sqlite3'}")
    with database.read() as tx:
        (issue,) = issues.recent(tx, 10)
    database.close()
    articles: dict[str, Article] = {
        item.article.pmid: item.article for path in files for item in open_records(path) if isinstance(item, Record)
    }
    assert issue.nuggets
    for nugget in issue.nuggets:
        article = articles[nugget.pmid]
        words = f"{article.title} {article.abstract}".lower()
        assert any(word in words for word in ("exercise", "training", "physical activity", "inflammat", "pain"))
        for line in (*nugget.better, *nugget.unchanged, *nugget.worse, *nugget.other):
            assert line.quote in article.title or any(line.quote in section.text for section in article.sections)
            for number in digits(line.numbers):
                assert number in digits(line.quote), (nugget.pmid, line)


def digits(text: str) -> set[str]:
    """The numbers in a text, signs left out, "·" as a decimal point, ".05" as "0.05", thousands joined."""
    import re

    found = re.findall(r"\d*\.?\d+", text.replace("·", ".").replace(",", ""))
    return {f"{float(number):g}" for number in found}
