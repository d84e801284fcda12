"""The commands of a running installation, against the local E-utilities server and a real database file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from litwatch.pubmed.server import Corpus, EUtilsServer
from tests.cli.conftest import Run
from tests.publish.served import serving


def test_init_poll_issue_deliver_status(run: Run, home: Path) -> None:
    assert "Created the database" in run("init").out
    assert "there already" in run("init").out
    polled = run("poll", "--json")
    assert polled.code == 0
    (receipt,) = json.loads(polled.out)
    assert receipt["topic"] == "exercise-pain"
    assert receipt["found"] == receipt["new"] > 10
    assert receipt["failed"] is None
    (again,) = json.loads(run("poll", "--json").out)
    assert again["new"] == 0
    assert run("subscribers", "add", "Reader@Example.ORG").code == 0
    published = json.loads(run("issue", "--json").out)
    assert published["new"] is True
    repeated = json.loads(run("issue", "--json").out)
    assert repeated == {"week": published["week"], "new": False, "files": []}
    assert "1 sent" in run("deliver").out
    assert "0 sent" in run("deliver").out
    (mail,) = (home / "mail").glob("*.eml")
    assert b"To: Reader@example.org" in mail.read_bytes()
    state = json.loads(run("status", "--json").out)
    assert state["totals"]["articles"] == receipt["new"]
    assert state["deliveries"]["sent"] == 1
    assert state["last_issue"] == published["week"]
    listing = json.loads(run("issue", "list", "--json").out)
    assert [row["week"] for row in listing] == [published["week"]]
    assert "On the web:" in run("issue", "show", published["week"]).out
    topics = json.loads(run("topics", "--json").out)
    assert topics[0]["articles"] == receipt["new"]
    assert "exercise[tiab] AND pain[tiab]" in topics[0]["query"]
    for command in (["status"], ["topics"], ["subscribers", "list"], ["issue", "list"], ["config", "check"]):
        assert run(*command).code == 0


def test_init_from_nothing(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In an empty folder `init` writes the shipped configuration with its three topics, and makes the database."""
    monkeypatch.chdir(tmp_path)
    done = run("init", "--email", "ops@example.org")
    assert done.code == 0
    assert 'email = "ops@example.org"' in (tmp_path / "config.toml").read_text("utf-8")
    assert (tmp_path / "litwatch.sqlite3").exists()
    assert "site.base_url: is still litwatch.example" in run("config", "check").err
    config = tmp_path / "config.toml"
    config.write_text(config.read_text("utf-8").replace("litwatch.example", "news.example"), encoding="utf-8")
    checked = run("config", "check")
    assert checked.code == 0
    assert "3 topics" in checked.out
    assert run("init", "--email", "other@example.org").code == 2


def test_subscribers_come_and_go(run: Run, home: Path) -> None:
    run("init")
    assert run("subscribers", "add", "a@example.org", "--topic", "exercise-pain").code == 0
    assert run("subscribers", "add", "a@example.org").code == 1
    assert run("subscribers", "add", "a@example.org", "--topic", "none").code == 1
    assert run("subscribers", "add", "no address").code != 0
    people = json.loads(run("subscribers", "list", "--json").out)
    assert [(person["address"], person["topics"]) for person in people] == [("a@example.org", ["exercise-pain"])]
    assert "token" not in people[0]
    assert run("subscribers", "remove", "a@example.org").code == 0
    assert run("subscribers", "remove", "a@example.org").code == 1
    assert json.loads(run("subscribers", "list", "--json").out) == []
    assert len(json.loads(run("subscribers", "list", "--all", "--json").out)) == 1


def test_import_links_what_matches(run: Run, home: Path, sample: Path) -> None:
    run("init")
    (counts,) = json.loads(run("import", sample, "--json").out)
    assert counts["new"] == 58
    assert counts["deleted"] == 1
    assert counts["unreadable"] == 0
    assert 10 < counts["linked"] < 57
    (again,) = json.loads(run("import", sample, "--json").out)
    assert (again["new"], again["unreadable"]) == (0, 0)


def test_extract_prints_the_contract(run: Run, sample: Path, tmp_path: Path) -> None:
    lines = run("extract", sample).out.splitlines()
    rows = [json.loads(line) for line in lines]
    assert len(rows) == 59
    assert {row["id"] for row in rows if row["id"] == "38921661"} == {"38921661"}
    by_id = {row["id"]: row for row in rows}
    assert by_id["99000004"]["design"] == "protocol"
    assert by_id["23776464"]["n_participants"] == 4219
    jsonl = tmp_path / "records.jsonl"
    jsonl.write_text(
        '{"id": "x", "title": "T", "abstract": [{"label": null, "text": "Pain decreased."}]}\n'
        "not json\n"
        '{"id": "y", "abstract": 7}\n',
        encoding="utf-8",
    )
    good, broken, wrong = (json.loads(line) for line in run("extract", jsonl).out.splitlines())
    assert good["id"] == "x"
    assert "error" not in good
    assert broken["id"] is None
    assert "line 2" in broken["error"]
    assert wrong["id"] == "y"
    assert "error" in wrong


def test_a_failing_poll_is_told_and_moves_nothing(
    run: Run, home: Path, sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The receipt says so for a script, a line on standard error for a person, the exit code for both; no key is shown."""
    run("init")
    monkeypatch.setenv("LITWATCH_PUBMED__API_KEY", "wr0ng")
    with EUtilsServer(Corpus.load([sample]), api_keys=("right",)) as strict:
        monkeypatch.setenv("LITWATCH_PUBMED__BASE_URL", strict.base_url)
        done = run("poll", "--json")
    assert done.code == 4
    (receipt,) = json.loads(done.out)
    assert "API key" in receipt["failed"]
    assert receipt["complete_to"] is None
    assert done.err.startswith("exercise-pain: ")
    assert "wr0ng" not in done.out + done.err
    assert json.loads(run("status", "--json").out)["totals"]["articles"] == 0


def test_announce_tells_the_hub_what_has_changed(run: Run, home: Path) -> None:
    run("init")
    run("poll")
    none = run("announce")
    assert (none.code, none.err.strip()) == (2, "litwatch: no hub is set (web.hub)")
    with serving() as hub:
        config = home / "config.toml"
        config.write_text(f'{config.read_text("utf-8")}\n[web]\nhub = "{hub.base_url}"\n', "utf-8")
        assert run("issue").code == 0
        refused = run("announce")
        assert refused.code == 1
        assert "told of 0 feeds" in refused.out and "HTTP 405" in refused.out
        hub.take = lambda body: 202
        config.write_text(config.read_text("utf-8").replace("exercise-pain]", "pain]"), "utf-8")
        run("issue")
        told = json.loads(run("announce", "--json").out)
        assert told["told"] > 0 and told["failed"] is None
