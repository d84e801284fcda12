"""The public folder: written atomically, and only what changed."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import html

from litwatch.errors import PublishError
from litwatch.publish.archive import Archive
from litwatch.publish.files import write_atomically, write_if_changed
from litwatch.publish.parts import part_path
from litwatch.publish.publication import picture_path, question_path
from litwatch.publish.site import Documents, write_site
from tests.publish.later import ARCHIVE, TALLY
from tests.publish.sample import ISSUE, PUBLICATION, many_issues

NOTES = [f"notes/pmid-9900000{n}.html" for n in (1, 2, 3)]
STEMS = ("feed", "nuggets", "updates", "not-picked", *(f"topics/{name}" for name in PUBLICATION.topic_titles))
FEEDS = [f"{stem}.{suffix}" for stem in STEMS for suffix in ("xml", "atom", "json")]
REFERENCES = [
    f"{page.removesuffix('.html')}.{ending}"
    for page in ("issues/2026-W03.html", *NOTES)
    for ending in ("ris", "bib", "csl.json")
]
FILES = sorted(
    [
        *("feeds.html", "feeds.opml", "index.html", "issues/2026-W03.html", "method.html", "questions/index.html"),
        *("notes/pmid-99000001.png", "robots.txt", "sitemap.xml", "updates.html", *FEEDS, *NOTES, *REFERENCES),
        *("studies/index.html", "studies/2026.html", "studies/meta-analysis.html", "studies/cohort-study.html"),
        *("studies/study-protocol.html", "studies/randomised-trial.html", "studies/animal-study.html"),
        *(f"topics/{topic}.html" for topic in PUBLICATION.topic_titles),
    ]
)


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_everything_is_written_once_and_then_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "public"
    changed = write_site(folder, Archive([ISSUE]), PUBLICATION)
    assert names(folder) == FILES
    assert changed[-1] == folder / "feed.xml", "what the feed links to is there before it"
    assert write_site(folder, Archive([ISSUE]), PUBLICATION) == []


def test_a_new_issue_changes_of_the_old_pages_only_the_one_that_leads_to_it(tmp_path: Path) -> None:
    first, second = many_issues(2)
    write_site(tmp_path, Archive([first]), PUBLICATION)
    changed = {str(path.relative_to(tmp_path)) for path in write_site(tmp_path, Archive([second, first]), PUBLICATION)}
    new = {f"issues/2026-W04.{ending}" for ending in ("html", "ris", "bib", "csl.json")}
    assert changed == {*new, "issues/2026-W03.html", "index.html", "sitemap.xml"} | {
        feed for feed in FEEDS if not feed.startswith(("updates.", "not-picked."))
    }
    (third,) = many_issues(3)[2:]
    changed = {path.name for path in write_site(tmp_path, Archive([third, second, first]), PUBLICATION)}
    assert "2026-W03.html" not in changed


def test_a_full_page_of_an_archive_is_written_once(tmp_path: Path) -> None:
    write_site(tmp_path, Archive(many_issues(10)), PUBLICATION)
    page = tmp_path / "archive/feed-1.xml"
    assert page.exists()
    page.write_bytes(b"as it was")
    changed = write_site(tmp_path, Archive(many_issues(20)), PUBLICATION)
    assert page.read_bytes() == b"as it was"
    assert tmp_path / "archive/feed-2.atom" in changed


def test_a_picture_is_drawn_once(tmp_path: Path) -> None:
    write_site(tmp_path, Archive([ISSUE]), PUBLICATION)
    picture = tmp_path / picture_path(ISSUE.nuggets[0].slug)
    assert picture.read_bytes().startswith(b"\x89PNG")
    picture.write_bytes(b"as it was")
    assert write_site(tmp_path, Archive([ISSUE]), PUBLICATION) == []
    picture.unlink()
    assert write_site(tmp_path, Archive([ISSUE]), PUBLICATION) == [picture]


def test_an_edited_title_changes_the_page(tmp_path: Path) -> None:
    write_site(tmp_path, Archive([ISSUE]), PUBLICATION)
    changed = write_site(tmp_path, Archive([replace(ISSUE, title="Edited")]), PUBLICATION)
    assert tmp_path / "issues/2026-W03.html" in changed
    assert b'<h1 dir="auto">Edited</h1>' in (tmp_path / "issues/2026-W03.html").read_bytes()


def test_files_are_readable_for_a_web_server(tmp_path: Path) -> None:
    write_site(tmp_path, Archive([ISSUE]), PUBLICATION)
    assert stat.S_IMODE((tmp_path / "feed.xml").stat().st_mode) == 0o644


def test_an_unwritable_place_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "public").write_text("a file where the folder should be")
    with pytest.raises(PublishError, match=r"public/notes/pmid-99000001\.html: "):
        write_site(tmp_path / "public", Archive([ISSUE]), PUBLICATION)


def test_a_folder_in_the_files_place_is_an_error_and_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "feed.xml").mkdir()
    with pytest.raises(PublishError, match=r"feed\.xml"):
        write_if_changed(tmp_path / "feed.xml", b"x")
    with pytest.raises(PublishError, match=r"feed\.xml"):
        write_atomically(tmp_path / "feed.xml", b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["feed.xml"]


def test_pieces_that_fail_leave_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    write_atomically(path, iter((b"one,", b"two")))
    assert path.read_bytes() == b"one,two"

    def pieces() -> Iterator[bytes]:
        yield b"new"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, pieces())
    assert path.read_bytes() == b"one,two"
    assert names(tmp_path) == ["table.csv"]


def test_citations_lie_beside_the_pages_that_link_to_them(tmp_path: Path) -> None:
    write_site(tmp_path, Archive([ISSUE]), PUBLICATION)
    for page in ("issues/2026-W03.html", *NOTES):
        text = (tmp_path / page).read_text(encoding="utf-8")
        for name in REFERENCES:
            if name.startswith(page.removesuffix("html")):
                assert f'href="../{name}"' in text
    assert (tmp_path / "issues/2026-W03.ris").read_text().count("TY  - JOUR") == len(ISSUE.nuggets)
    assert b"pmid99000001" in (tmp_path / "notes/pmid-99000001.bib").read_bytes()


def test_a_failure_before_the_rename_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    write_atomically(path, b"old")

    def fail() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, b"new", before_rename=fail)
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["page.html"]


def test_a_count_that_holds_no_more_does_not_stand(tmp_path: Path) -> None:
    """A study of a question was retracted, and one is no tally: its page stays, without the old count."""
    write_site(tmp_path, ARCHIVE, PUBLICATION)
    page = tmp_path / question_path(TALLY.question)
    assert TALLY.counts.total > 1 and b"Meta-analysis" in page.read_bytes()
    assert page in write_site(tmp_path, replace(ARCHIVE, tallies=()), PUBLICATION)
    assert b"No count at present" in page.read_bytes()
    assert b"Meta-analysis" not in page.read_bytes()
    assert write_site(tmp_path, replace(ARCHIVE, tallies=()), PUBLICATION) == []
    write_site(tmp_path, ARCHIVE, PUBLICATION)
    assert b"Meta-analysis" in page.read_bytes()


def test_a_page_of_a_question_that_has_fewer_studies_now_does_not_stand(tmp_path: Path) -> None:
    studies = tuple(replace(TALLY.studies[0], pmid=str(number), title="long " * 60) for number in range(200))
    write_site(tmp_path, replace(ARCHIVE, tallies=(replace(TALLY, studies=studies),)), PUBLICATION)
    second = tmp_path / part_path(question_path(TALLY.question), 2)
    assert b"long long" in second.read_bytes()
    assert second in write_site(tmp_path, ARCHIVE, PUBLICATION)
    assert b"fewer than filled this page" in second.read_bytes()


def test_every_address_of_the_sitemap_is_what_its_page_calls_itself() -> None:
    """Two addresses of one page would be two pages to a search engine."""
    made = {path: render() for path, render in Documents(ARCHIVE, PUBLICATION).items()}
    listed = re.findall(r"<loc>(.*?)</loc>", made["sitemap.xml"].decode())
    pages = [html.document_fromstring(text) for path, text in made.items() if path.endswith(".html")]
    own = {address for page in pages for address in page.xpath("//link[@rel='canonical']/@href")}
    assert PUBLICATION.url("") in listed
    assert set(listed) <= own
