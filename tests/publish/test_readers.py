"""Real readers on served feeds: every item is read, and what has not changed is not sent again.

feedparser and atoma as libraries; newsboat and rss2email as a person runs them; xmllint on every document.
"""

from __future__ import annotations

import email
import email.policy
import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import atoma
import feedparser
import pytest

from tests.absent import absent
from tests.publish.later import ARCHIVE, UPDATE, all_filled
from tests.publish.nasty import NASTY
from tests.publish.rules import ids, made
from tests.publish.sample import PUBLICATION, many_issues
from tests.publish.served import Served, serving
from tests.publish.smtpserver import Mailbox
from tests.publish.smtpserver import serving as receiving

EVERYTHING = replace(
    ARCHIVE, issues=many_issues(25), notices=(*ARCHIVE.notices[:4], replace(UPDATE, guid="tag:x,2026:2"))
)
NASTY_ARCHIVE = all_filled("\n".join(NASTY)[:1_500])


@pytest.fixture(params=[EVERYTHING, NASTY_ARCHIVE], ids=["plain", "nasty"])
def served(request: pytest.FixtureRequest) -> Iterator[Served]:
    with serving() as server:
        server.files = made(request.param, replace(PUBLICATION, base_url=server.base_url))
        yield server


def subscribed(served: Served, *suffixes: str) -> list[str]:
    """The feeds that a reader may subscribe to."""
    return [path for path in served.files if path.endswith(suffixes) and not path.startswith("archive/")]


def program(name: str) -> str:
    return shutil.which(name) or absent(name)


@pytest.fixture
def command(tmp_path: Path) -> Callable[..., str]:
    """Runs a program with a home of its own; gives its output."""
    environment = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TMPDIR": str(tmp_path)}

    def run(*arguments: str | Path) -> str:
        done = subprocess.run(
            arguments, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    return run


def test_feedparser_reads_every_item_and_is_then_told_that_nothing_has_changed(served: Served) -> None:
    for path in subscribed(served, ".xml", ".atom"):
        first = feedparser.parse(served.base_url + path)
        assert not first.bozo
        assert [entry.id for entry in first.entries] == ids(path, served.files[path])
        assert all(entry.content[0].value and entry.title and entry.published_parsed for entry in first.entries)
        assert [link.href for link in first.feed.links if link.rel == "self"] == [served.base_url + path]
        again = feedparser.parse(served.base_url + path, etag=first.etag)
        assert again.status == 304
        assert feedparser.parse(served.base_url + path, modified=first.modified).status == 304


def test_atoma_reads_every_item(served: Served) -> None:
    for path, content in served.files.items():
        if path.endswith(".xml"):
            rss = atoma.parse_rss_bytes(content)
            assert [item.guid for item in rss.items] == ids(path, content)
            assert all(item.pub_date and item.content_encoded for item in rss.items)
        elif path.endswith(".atom"):
            feed = atoma.parse_atom_bytes(content)
            assert [entry.id_ for entry in feed.entries] == ids(path, content)
        elif path.endswith(".json"):
            assert [item.id_ for item in atoma.parse_json_feed_bytes(content).items] == ids(path, content)
    outlines = atoma.parse_opml_bytes(served.files["feeds.opml"]).outlines
    listed = [outline.xml_url for outline in (*outlines, *outlines[-1].outlines) if outline.xml_url]
    assert {url.removeprefix(served.base_url) for url in listed} == set(subscribed(served, ".xml"))


def test_newsboat_reads_every_item(served: Served, command: Callable[..., str], tmp_path: Path) -> None:
    newsboat = program("newsboat")
    feeds = subscribed(served, ".xml")
    (tmp_path / "urls").write_text("".join(f"{served.base_url}{path}\n" for path in feeds))
    (tmp_path / "config").write_text("")
    # The list of feeds can be taken in as it is, too.
    (tmp_path / "feeds.opml").write_bytes(served.files["feeds.opml"])
    arguments = (newsboat, "-u", tmp_path / "urls", "-c", tmp_path / "cache.db", "-C", tmp_path / "config")
    expected = {guid for path in feeds for guid in ids(path, served.files[path])}
    # Version 2.21 keeps ETag and date of a feed from the second fetch on: it has no row for them at the first.
    for _ in range(3):
        assert command(*arguments, "-x", "reload", "print-unread").strip() == f"{len(expected)} unread articles"
    assert served.statuses() == {path: [200, 200, 304] for path in feeds}
    with closing(sqlite3.connect(tmp_path / "cache.db")) as cache:
        rows = cache.execute("select guid, title, content from rss_item").fetchall()
    assert {guid for guid, _, _ in rows} == expected
    assert all(title and content for _, title, content in rows)


def test_newsboat_takes_in_the_list_of_feeds(served: Served, command: Callable[..., str], tmp_path: Path) -> None:
    newsboat = program("newsboat")
    (tmp_path / "feeds.opml").write_bytes(served.files["feeds.opml"])
    (tmp_path / "urls").write_text("")
    command(newsboat, "-u", tmp_path / "urls", "-c", tmp_path / "cache.db", "-i", tmp_path / "feeds.opml")
    taken = {line.split()[0] for line in (tmp_path / "urls").read_text().splitlines() if line}
    assert taken == {served.base_url + path for path in subscribed(served, ".xml")}


def test_rss2email_mails_every_item_once(served: Served, command: Callable[..., str], tmp_path: Path) -> None:
    program("r2e")
    r2e = ("r2e", "-c", tmp_path / "r2e.cfg", "-d", tmp_path / "r2e.json")
    feeds = ("updates.xml", "feed.atom", "topics/inflammation-pain.xml")
    command(*r2e, "new", "reader@example.org")
    with receiving(Mailbox()) as mailbox:
        by_smtp(tmp_path / "r2e.cfg", mailbox)
        for number, path in enumerate(feeds):
            command(*r2e, "add", f"feed{number}", served.base_url + path)
        command(*r2e, "run")
        expected = [entry for path in feeds for entry in feedparser.parse(served.files[path]).entries]
        assert len(mailbox.accepted) == len(expected)
        served.asked.clear()
        command(*r2e, "run")
        assert len(mailbox.accepted) == len(expected), "nothing twice"
    assert served.statuses() == {path: [304] for path in feeds}
    links = set()
    for _, _, raw in mailbox.accepted:
        message = email.message_from_bytes(raw, policy=email.policy.default)
        assert message["Subject"]
        links.add(message["X-RSS-URL"])
    assert links == {entry.link for entry in expected}


def without_pictures(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """As an older version, which showed none, made these feeds."""
    shown = re.compile(rb"&lt;p&gt;&lt;img .*?&lt;/p&gt;\n?", re.DOTALL)
    assert any(shown.search(content) for content in files.values())
    return {path: shown.sub(b"", content) for path, content in files.items()}


@pytest.mark.parametrize("served", [EVERYTHING], ids=["plain"], indirect=True)
def test_an_item_that_gets_a_picture_with_a_new_version_is_not_new_to_newsboat(
    served: Served, command: Callable[..., str], tmp_path: Path
) -> None:
    newsboat = program("newsboat")
    (tmp_path / "urls").write_text(f"{served.base_url}nuggets.xml\n{served.base_url}feed.atom\n")
    (tmp_path / "config").write_text("")
    arguments = (newsboat, "-u", tmp_path / "urls", "-c", tmp_path / "cache.db", "-C", tmp_path / "config")
    now = served.files
    served.files = without_pictures(now)
    command(*arguments, "-x", "reload")
    with closing(sqlite3.connect(tmp_path / "cache.db")) as cache, cache:
        cache.execute("update rss_item set unread = 0")
    served.files = now
    assert command(*arguments, "-x", "reload", "print-unread").strip() == "0 unread articles"


@pytest.mark.parametrize("served", [EVERYTHING], ids=["plain"], indirect=True)
def test_an_item_that_gets_a_picture_with_a_new_version_is_not_mailed_again(
    served: Served, command: Callable[..., str], tmp_path: Path
) -> None:
    program("r2e")
    r2e = ("r2e", "-c", tmp_path / "r2e.cfg", "-d", tmp_path / "r2e.json")
    command(*r2e, "new", "reader@example.org")
    with receiving(Mailbox()) as mailbox:
        by_smtp(tmp_path / "r2e.cfg", mailbox)
        command(*r2e, "add", "feed", f"{served.base_url}nuggets.xml")
        now = served.files
        served.files = without_pictures(now)
        command(*r2e, "run")
        before = len(mailbox.accepted)
        served.files = now
        command(*r2e, "run")
        assert served.statuses()["nuggets.xml"] == [200, 200]
        assert len(mailbox.accepted) == before > 0


def by_smtp(config: Path, mailbox: Mailbox) -> None:
    """Has rss2email hand its mail to that server."""
    wanted = {
        "email-protocol": "smtp",
        "smtp-server": "127.0.0.1",
        "smtp-port": str(mailbox.port),
        "html-mail": "True",
    }
    lines = config.read_text().splitlines(keepends=True)
    given = ((line, line.partition(" =")[0]) for line in lines)
    config.write_text("".join(f"{name} = {wanted[name]}\n" if name in wanted else line for line, name in given))


def test_xmllint_finds_every_document_well_formed(served: Served, command: Callable[..., str], tmp_path: Path) -> None:
    xmllint = program("xmllint")
    files = []
    for path, content in served.files.items():
        if not path.endswith(".json"):
            files.append(tmp_path / path.replace("/", "_"))
            files[-1].write_bytes(content)
    assert command(xmllint, "--noout", "--nonet", "--noent", *files) == ""
