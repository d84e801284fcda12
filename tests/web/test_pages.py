"""The site over HTTP: what is served is what the static site holds, and it follows what is published."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from sqlalchemy import select

from litwatch.app import App
from litwatch.domain.calendar import Week
from litwatch.publish.site import Documents
from litwatch.service.site import load_archive
from litwatch.store import articles, issues, served
from litwatch.store.database import Database
from litwatch.store.schema import served_page
from litwatch.web.application import application
from litwatch.web.sheet import Sheet
from litwatch.web.shelf import Sheets, Shelf
from tests.publish.sample import ISSUE, many_issues
from tests.web.conftest import publish_sample, settings
from tests.web.inside import Inside


class Calendar:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def test_every_file_of_the_site_is_served_at_its_path(app: App, inside: Inside, tmp_path: Path) -> None:
    files = app.write_site(tmp_path / "static")
    assert len(files) > 10
    for file in files:
        path = file.relative_to(tmp_path / "static").as_posix()
        answer = inside.get(f"/{path}", headers={"Accept-Encoding": "identity"})
        assert answer.status_code == 200, path
        if file.suffix == ".xml":
            assert answer.content == file.read_bytes(), "a feed is the same, served or not"
    served = Documents(load_archive(app.database), replace(app.publication, served=True))
    assert {file.relative_to(tmp_path / "static").as_posix() for file in files} == set(served)


def test_a_folder_shows_its_index(inside: Inside) -> None:
    assert inside.get("/").text == inside.get("/index.html").text
    assert inside.get("/questions/").text == inside.get("/questions/index.html").text


@pytest.mark.parametrize("path", ["//etc/passwd", "/../config.toml", "/%2e%2e/config.toml", "/issues", "/notes/"])
def test_nothing_else_is_there(inside: Inside, path: str) -> None:
    assert inside.get(path).status_code == 404


def test_the_second_fetch_is_a_304(inside: Inside) -> None:
    first = inside.get("/feed.xml")
    assert first.headers["content-encoding"] == "gzip"
    assert first.headers["content-type"] == "application/rss+xml; charset=utf-8"
    second = inside.get("/feed.xml", headers={"If-None-Match": first.headers["etag"]})
    third = inside.get("/feed.xml", headers={"If-Modified-Since": format_datetime(datetime.now(UTC), usegmt=True)})
    assert (second.status_code, third.status_code) == (304, 304)
    assert second.content == third.content == b""
    assert second.headers["content-security-policy"]
    head = inside.head("/feed.xml")
    assert head.headers["etag"] == first.headers["etag"] and head.content == b""
    assert head.headers["content-length"] == first.headers["content-length"]


def test_a_feed_names_its_hub_in_a_header_and_no_page_does(sqlite_url: str, tmp_path: Path, now: datetime) -> None:
    hub = {"LITWATCH_WEB__HUB": "https://hub.example/"}
    with closing(App(settings(sqlite_url, tmp_path, **hub), clock=lambda: now)) as app:
        publish_sample(app.database)
        inside = Inside(application(app))
        first = inside.get("/feed.atom")
        assert first.headers["content-type"] == "application/atom+xml; charset=utf-8"
        assert (
            first.headers["link"]
            == '<https://hub.example/>; rel="hub", <https://litwatch.example/feed.atom>; rel="self"'
        )
        assert inside.get("/feed.atom", headers={"If-None-Match": first.headers["etag"]}).status_code == 304
        assert "link" not in inside.get("/index.html").headers


def test_robots_and_sitemap(app: App, inside: Inside) -> None:
    robots = inside.get("/robots.txt").text
    assert "Disallow: /api/v1/\nDisallow: /search\nDisallow: /u/\n" in robots, "the export is large"
    assert "Sitemap: https://litwatch.example/sitemap.xml" in robots
    tree = ElementTree.fromstring(inside.get("/sitemap.xml").content)
    found = [place.text or "" for place in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert len(found) == len(set(found))
    for address in found:
        assert inside.get(address.removeprefix("https://litwatch.example")).status_code == 200, address
    assert f"https://litwatch.example/notes/{ISSUE.nuggets[0].slug}.html" in found


def test_health(app: App, inside: Inside) -> None:
    answer = inside.get("/healthz")
    assert (answer.status_code, answer.text, answer.headers["cache-control"]) == (200, "ok\n", "no-store")


def test_health_without_a_database(tmp_path: Path) -> None:
    with closing(App(settings(f"sqlite:///{tmp_path / 'none.sqlite3'}", tmp_path))) as app:
        inside = Inside(application(app))
        assert inside.get("/healthz").status_code == 503
        answer = inside.get("/")
        assert answer.status_code == 503 and "none.sqlite3" not in answer.text
        assert answer.headers["retry-after"] == "60"


def test_while_the_database_is_away_what_is_ready_is_served(app: App, tmp_path: Path) -> None:
    inside = Inside(application(app))
    note = f"/notes/{ISSUE.nuggets[0].slug}"
    assert inside.get("/").status_code == 200
    app.database.close()  # its connections would still have the file
    away = tmp_path.rename(tmp_path.with_name("away"))
    assert inside.get("/").status_code == 200
    for path in (f"{note}.html", f"{note}.bib", "/feed.xml"):
        answer = inside.get(path)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "60"), path
        assert "sqlite" not in answer.text
    away.rename(tmp_path)
    assert inside.get(f"{note}.html").status_code == 200


def test_a_new_issue_is_served_and_only_what_changed_is_dated_anew(on_both: App, now: datetime) -> None:
    app, clock = on_both, Calendar(now)
    app.clock = clock
    shelf = Shelf(app, check_seconds=3600)
    paths = ("index.html", "method.html", f"notes/{ISSUE.nuggets[0].slug}.html")
    before = {path: shelf.find(path) for path in paths}
    clock.now += timedelta(minutes=5)
    later = replace(
        many_issues(1)[0], week=replace(ISSUE.week, number=4), guid="tag:litwatch.example,2026:w4", nuggets=()
    )
    with app.database.write() as tx:
        assert issues.publish(tx, later, {})
    assert shelf.find("index.html") == before["index.html"], "not looked again yet"
    shelf.refresh()
    after = {path: shelf.find(path) for path in paths}
    assert after["method.html"] == before["method.html"]
    assert after[paths[2]] == before[paths[2]]
    old, new = before["index.html"], after["index.html"]
    assert old and new and new.etag != old.etag
    assert new.changed - old.changed == timedelta(minutes=5)


def test_what_takes_long_to_read_is_not_read_all_the_time(app: App) -> None:
    """A clock on which reading takes three seconds, and a database in which something changes all the time."""
    elapsed = [0.0]

    def clock() -> float:
        elapsed[0] += 3.0
        return elapsed[0]

    def publish(week: int) -> None:
        later = replace(ISSUE, week=Week(2026, week), guid=f"tag:litwatch.example,2026:w{week}", nuggets=())
        with app.database.write() as tx:
            assert issues.publish(tx, later, {})

    shelf = Shelf(app, elapsed=clock)
    first = shelf.edition()  # read from 3 to 6: the next look is due at 36
    publish(30)
    while elapsed[0] < 33:
        assert shelf.edition() is first
    shelf.close()
    assert shelf.edition() is first, "which sets a thread to look"
    shelf.close()
    assert len(shelf.edition().archive.issues) == 2


def test_dates_outlive_the_process_and_never_go_back(on_both: App, now: datetime) -> None:
    app, clock = on_both, Calendar(now)
    app.clock = clock
    shelf = Shelf(app)
    first = shelf.find("method.html")
    shelf.close()
    clock.now += timedelta(days=3)
    assert first and Shelf(app).find("method.html") == first, "the same bytes have the same date"
    with app.database.write() as tx:
        served.keep(tx, {"method.html": served.Served("of an older version", now + timedelta(days=9))})
    changed = Shelf(app).find("method.html")
    assert changed and changed.changed == (now + timedelta(days=9, seconds=1)).replace(microsecond=0)


def test_the_earlier_date_of_the_same_bytes_is_kept(database: Database, now: datetime) -> None:
    with database.write() as tx:
        served.keep(tx, {"a": served.Served("x", now), "b": served.Served("x", now)})
        served.keep(tx, {"a": served.Served("x", now + timedelta(1)), "b": served.Served("y", now + timedelta(1))})
        rows = {row.path: (row.etag, row.changed) for row in tx.execute(select(served_page))}
    assert rows == {"a": ("x", now), "b": ("y", now + timedelta(1))}


def test_the_stamp_follows_what_is_published_and_learned(database: Database, now: datetime) -> None:
    def stamp() -> served.Stamp:
        with database.read() as tx:
            return served.stamp(tx)

    seen = [stamp()]
    assert stamp() == seen[0]
    publish_sample(database)
    seen.append(stamp())
    with database.write() as tx:
        articles.mark_deleted(tx, [ISSUE.nuggets[0].pmid], seen=now)
    seen.append(stamp())
    assert len(set(seen)) == 3


def test_a_question_that_is_counted_no_more_says_so_as_the_static_site_does(on_both: App, tmp_path: Path) -> None:
    counted, part, never = (f"questions/{name}.html" for name in ("walking_pain", "walking_pain/2", "yoga_pain"))
    with on_both.database.write() as tx:  # as servers have shown them while there was a count
        served.keep(
            tx, {path: served.Served("of a tally", on_both.clock()) for path in (counted, part, "notes/x.html")}
        )
    shelf = Shelf(on_both)
    for path in (counted, part):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("a tally")
        shown = shelf.find(path)
        assert shown and b"No count at present" in shown.body
        assert shelf.at_hand(path) == shown
    static = {file.relative_to(tmp_path).as_posix() for file in on_both.write_site(tmp_path)}
    assert {counted, part} <= static
    assert b"No count at present" in (tmp_path / part).read_bytes()
    for path in (never, "notes/x.html", "questions/\x00.html", "questions/../walking_pain.html"):
        assert shelf.find(path) is None, path
    shelf.close()


def test_a_picture_of_a_feed_is_served_to_be_kept(app: App, inside: Inside) -> None:
    path = f"/notes/{ISSUE.nuggets[0].slug}.png"
    assert f"https://litwatch.example{path}" in inside.get("/feed.json").text
    first = inside.get(path, headers={"Accept-Encoding": "gzip"})
    assert first.status_code == 200 and first.content.startswith(b"\x89PNG")
    assert first.headers["content-type"] == "image/png"
    assert first.headers["cache-control"] == "public, max-age=604800"
    assert "content-encoding" not in first.headers and "vary" not in first.headers, "compressed as it is"
    assert first.headers["cross-origin-resource-policy"] == "cross-origin", "readers on the web may show it"
    assert len(first.content) == int(first.headers["content-length"]) < 20_000
    again = inside.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert Inside(application(app)).get(path).headers["etag"] == first.headers["etag"], "the same bytes"
    assert inside.get(f"/notes/{ISSUE.nuggets[2].slug}.png").status_code == 404, "nothing to draw"


def test_what_was_asked_for_last_is_kept_ready_up_to_a_size() -> None:
    kept = Sheets(most=100)
    made = {name: Sheet("text/html", bytes(40), True, name, datetime(2026, 1, 1, tzinfo=UTC)) for name in "abcd"}
    for name in "ab":
        kept.put(name, made[name])
    assert kept.get("a") is made["a"]
    kept.put("c", made["c"])
    assert [name for name in "abcd" if kept.get(name)] == ["a", "c"], "b was not asked for since"
    kept.put("c", replace(made["c"], stored=bytes(60)))
    assert [name for name in "abcd" if kept.get(name)] == ["a", "c"]
    kept.put("d", replace(made["d"], stored=bytes(1_000)))
    assert [name for name in "abcd" if kept.get(name)] == ["d"], "the newest stays, however large"
    kept.put("a", made["a"])
    assert [name for name in "abcd" if kept.get(name)] == ["a"]


def test_a_page_that_had_to_make_room_is_made_again_with_its_tag_and_date(app: App) -> None:
    shelf = Shelf(app)
    first = shelf.find("index.html")
    assert first is not None
    for number in range(200):
        shelf.edition().sheets.put(f"x{number}", replace(first, stored=bytes(100_000)))
    assert shelf.at_hand("index.html") is None
    assert shelf.find("index.html") == first
    shelf.close()
