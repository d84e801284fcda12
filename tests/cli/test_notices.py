"""`litwatch notices` and `litwatch tally` on an installation whose next issue has an update to tell."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from litwatch.app import App
from litwatch.compose.issue import Rules
from litwatch.config import load
from litwatch.domain.calendar import Week
from litwatch.extract.study import read_study
from litwatch.service.issue import Press, publish_week
from litwatch.service.stored import stored_article
from tests.cli.conftest import Run

EARLY, LATE = "38921661", "99000060"


@pytest.fixture
def installed(run: Run, home: Path) -> Path:
    """A database, and the two reviews of axial spondyloarthritis as files."""
    sample = Path(__file__).resolve().parents[2] / "src/litwatch/sample/records.xml"
    records = sample.read_text("utf-8")
    config = home / "config.toml"
    text = config.read_text("utf-8").replace("exercise[tiab] AND pain[tiab]", "spondyloarthritis[tiab]")
    config.write_text(f'{text}\n[issue]\nmax_age_days = 36500\nreview = "editor"\n', "utf-8")
    for pmid in (EARLY, LATE):
        start = records.rindex("<PubmedArticle>", 0, records.index(f">{pmid}</PMID>"))
        end = records.index("</PubmedArticle>", start) + len("</PubmedArticle>")
        (home / f"{pmid}.xml").write_text(f"<PubmedArticleSet>{records[start:end]}</PubmedArticleSet>", "utf-8")
    assert run("init").code == 0
    return home


@pytest.fixture
def proposed(run: Run, installed: Path) -> Path:
    """The earlier review is told; then the later one comes in."""
    assert run("import", f"{EARLY}.xml").code == 0
    publish(installed, Week(2025, 11))
    assert run("import", f"{LATE}.xml").code == 0
    return installed


def publish(home: Path, week: Week) -> None:
    with closing(App(load(home / "config.toml", {}))) as app:
        press = Press(
            app.database,
            Rules("litwatch.example,2026", max_age_days=36500),
            stored_article,
            read_study,
            message_id=lambda week, person: f"<{week}.{person.id}@litwatch.example>",
        )
        publish_week(press, week, now=datetime.now(UTC))


def test_with_nothing_published_there_is_nothing_to_list(run: Run, installed: Path) -> None:
    assert run("notices").out == "No notices.\n"
    assert run("tally").out == "No question has two studies yet.\n"
    assert json.loads(run("notices", "list", "--json").out) == []
    assert json.loads(run("tally", "--json").out) == []


def test_a_proposed_update_is_accepted_and_told(run: Run, proposed: Path) -> None:
    (listed,) = json.loads(run("notices", "--json").out)
    assert listed["state"] == "proposed"
    guid = listed["notice"]["guid"]
    assert guid.endswith(f"/{EARLY}/{LATE}")
    shown = run("notices", "list").out
    assert guid in shown and "It conflicts on chest expansion" in shown
    assert run("notices", "accept", f"{EARLY}/{LATE}").code == 0
    (listed,) = json.loads(run("notices", "--json").out)
    assert listed["state"] == "accepted"
    publish(proposed, Week(2025, 12))
    told = json.loads(run("issue", "show", "2025-W12", "--json").out)
    assert [notice["guid"] for notice in told["notices"]] == [guid]
    again = run("notices", "accept", guid)
    assert (again.code, again.out) == (1, "")
    assert again.err == f"litwatch: no proposed notice is called {guid}\n"


def test_a_dismissed_update_is_not_told(run: Run, proposed: Path) -> None:
    assert run("notices", "dismiss", f"{EARLY}/{LATE}").code == 0
    publish(proposed, Week(2025, 12))
    assert json.loads(run("issue", "show", "2025-W12", "--json").out)["notices"] == []
    assert [notice["state"] for notice in json.loads(run("notices", "--json").out)] == ["dismissed"]


def test_a_question_is_counted(run: Run, proposed: Path) -> None:
    publish(proposed, Week(2025, 12))
    assert (
        "exercise × chest expansion: 2 studies (2 meta-analyses; 1,670 to 1,699 people): 1 better, " in run("tally").out
    )
    asked = run("tally", "exercise x chest expansion in axSpA").out
    assert "Meta-analysis: 1 better, 1 no clear change" in asked
    assert EARLY in asked and LATE in asked
    counted = json.loads(run("tally", "exercise x CRP", "--json").out)
    assert counted["question"] == {"exercise": "exercise", "outcome": "C-reactive protein", "condition": ""}
    assert [study["direction"] for study in counted["studies"]] == ["no_difference"]
    assert run("tally", "yoga x CRP").out == "yoga × C-reactive protein: no study told yet\n"


@pytest.mark.parametrize("question", ["CRP", "exercise x luck"])
def test_what_is_no_question_is_said_in_a_line(run: Run, installed: Path, question: str) -> None:
    refused = run("tally", question)
    assert (refused.code, refused.out) == (2, "")
    assert refused.err.startswith("litwatch: no") and refused.err.count("\n") == 1
