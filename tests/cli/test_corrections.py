"""Publish, learn that a paper was retracted, tell it: by the commands alone, from PubMed's server to the mail folder."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from litwatch.domain.article import Correction
from litwatch.pubmed.server import EUtilsServer
from tests.cli.conftest import Run
from tests.cli.test_bad_input import assert_one_line, rewrite


@pytest.fixture
def published(run: Run, home: Path, server: EUtilsServer) -> EUtilsServer:
    rewrite(home, "[mail]", "[issue]\nmax_age_days = 3660\n[mail]")
    for words in ("init", "subscribers add anna@example.org", "poll", "issue", "deliver"):
        assert run(*words.split()).code == 0
    assert len(mails(home)) == 1
    return server


@pytest.fixture
def told(run: Run, published: EUtilsServer) -> str:
    """The PMID of a published note."""
    del published
    (week,) = [issue["week"] for issue in json.loads(run("issue", "list", "--json").out)]
    nuggets = json.loads(run("issue", "show", week, "--json").out)["nuggets"]
    pmid: str = nuggets[0]["pmid"]
    return pmid


def mails(home: Path) -> list[str]:
    return [path.read_text("ascii") for path in (home / "mail").glob("*.eml")]


def test_a_retraction_goes_from_pubmed_to_the_mail_folder(
    run: Run, home: Path, published: EUtilsServer, told: str
) -> None:
    entry = published.corpus.get(told)
    assert entry is not None
    published.corpus.replace(replace(entry.article, corrections=(Correction("RetractionIn", "99000950"),)))
    done = run("recheck")
    assert done.code == 0, done
    assert "1 revised" in done.out
    assert "notices: 1, mails queued: 1" in done.out
    run("deliver")
    assert run("recheck").out.count("notices: 0, mails queued: 0") == 1
    run("deliver")
    assert sorted("Subject: Retracted: " in mail for mail in mails(home)) == [False, True]


def test_a_check_that_fails_says_so(run: Run, home: Path, published: EUtilsServer) -> None:
    rewrite(home, published.base_url, published.base_url.replace("eutils/", "nothing/"))
    done = run("recheck", "--json")
    assert done.code == 4
    assert '"failed": "PubMed efetch' in done.out
    assert "the check did not complete" in done.err


def test_an_editors_correction(run: Run, home: Path, told: str) -> None:
    shown = run("correct", told, "--note", "The trial ran for [12] weeks.", "--dry-run")
    assert "Mails that this would queue: 1" in shown.out
    assert "The trial ran for [12] weeks." in shown.out
    assert "Mails queued: 1" in run("correct", f"pmid-{told}", "--note", "The trial ran for [12] weeks.").out
    assert "made before" in run("correct", told, "--note", "The trial ran for [12] weeks.").out
    run("deliver")
    assert sum("Subject: Correction to our note: " in mail for mail in mails(home)) == 1


def test_a_correction_of_nothing(run: Run, home: Path) -> None:
    del home
    run("init")
    assert_one_line(run("correct", "12345", "--note", "Wrong."), 2, "no note was published", "'12345'")
