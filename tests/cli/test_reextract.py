"""`litwatch reextract`: what changes is shown; only --apply writes; published issues stay."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.cli.conftest import Run


@contextmanager
def database(home: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(home / "litwatch.sqlite3")) as connection, connection:
        yield connection


def age(home: Path) -> str:
    """Make the stored reading of one trial look like an older version's; returns its PMID."""
    with database(home) as connection:
        pmid, payload = connection.execute(
            "SELECT pmid, payload FROM study WHERE design = 'randomized_trial'"
            " AND pmid IN (SELECT pmid FROM outcome WHERE direction = 'improved') ORDER BY pmid LIMIT 1"
        ).fetchone()
        value = json.loads(payload)
        value["extractor"], value["design"] = "0", "cohort"
        row = next(row for row in value["outcomes"] if row["direction"] == "improved")
        row["direction"] = "worsened"
        connection.execute("UPDATE study SET payload = ?, extractor = '0' WHERE pmid = ?", (json.dumps(value), pmid))
    return str(pmid)


def payloads(home: Path, table: str) -> list[tuple[object, ...]]:
    with database(home) as connection:
        return connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()


def test_show_then_apply(run: Run, home: Path) -> None:
    run("init")
    run("poll")
    run("issue")
    published = payloads(home, "issue")
    pmid = age(home)
    before = payloads(home, "study")
    shown = run("reextract")
    assert shown.code == 0
    assert pmid in shown.out
    assert "~ design: cohort → randomized_trial" in shown.out
    assert "direction: worsened → improved" in shown.out
    assert "1 changed" in shown.out
    assert "Nothing was written" in shown.out
    assert payloads(home, "study") == before
    done = json.loads(run("reextract", "--apply", "--json").out)
    assert done["applied"] is True
    assert done["summary"]["changed"] == done["summary"]["directions_changed"] == 1
    assert done["summary"]["articles"] == done["summary"]["unchanged"] + 1
    (article,) = done["articles"]
    assert (article["pmid"], article["before"]) == (pmid, "0")
    assert article["difference"]["study"] == [{"field": "design", "old": "cohort", "new": "randomized_trial"}]
    (row,) = article["difference"]["changed"]
    assert (row["old"]["direction"], row["new"]["direction"], row["fields"]) == ("worsened", "improved", ["direction"])
    again = json.loads(run("reextract", "--json").out)
    assert (again["summary"]["changed"], again["articles"]) == (0, [])
    assert payloads(home, "issue") == published, "what is published stays as it was"


def test_an_article_without_a_reading_gets_one(run: Run, home: Path) -> None:
    run("init")
    run("poll")
    with database(home) as connection:
        (pmid,) = connection.execute("SELECT pmid FROM study ORDER BY pmid LIMIT 1").fetchone()
        connection.execute("DELETE FROM outcome WHERE pmid = ?", (pmid,))
        connection.execute("DELETE FROM study WHERE pmid = ?", (pmid,))
    assert json.loads(run("reextract", "--apply", "--json").out)["summary"]["newly_read"] == 1
    assert json.loads(run("reextract", "--json").out)["summary"]["newly_read"] == 0


def test_no_database_is_one_line(run: Run, home: Path) -> None:
    done = run("reextract")
    assert (done.code, done.out, done.err.count("\n")) == (5, "", 1)
    assert "litwatch init" in done.err
