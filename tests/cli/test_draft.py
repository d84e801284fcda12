"""The editor's commands: compose, look, change, sign; what cannot be is refused in one line."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from litwatch.cli.draft import Told
from litwatch.domain.study import Direction
from tests.cli.conftest import Run

BY = ("--by", "Ada Moss")


@pytest.fixture
def week(run: Run, home: Path) -> str:
    """A draft of the present week with seven notes, made from the sample records."""
    config = home / "config.toml"
    text = config.read_text("utf-8").replace("[mail]", '[issue]\nreview = "editor"\nmax_age_days = 36600\n[mail]')
    config.write_text(text, encoding="utf-8")
    run("init")
    run("poll")
    run("subscribers", "add", "reader@example.org")
    made = json.loads(run("issue", "draft", "--json").out)
    assert made["new"] is True
    return str(made["draft"]["issue"]["week"])


def nuggets(run: Run) -> list[str]:
    draft = json.loads(run("issue", "show", "--draft", "--json").out)
    return [nugget["slug"] for nugget in draft["nuggets"]]


def refused(run: Run, *arguments: str) -> str:
    """The one line that a command ends with."""
    done = run(*arguments)
    assert done.code in (1, 2)
    assert done.out == ""
    assert done.err.startswith("litwatch: ")
    assert done.err.count("\n") == 1
    return done.err


def test_a_draft_is_shown_changed_and_approved(run: Run, home: Path, week: str) -> None:
    first, second, *_ = before = nuggets(run)
    assert len(before) == 7
    listed = run("issue", "edit", week, *BY, "--foreword", "Mostly small trials.").out
    assert f"  1. {first}  " in listed
    assert run("issue", "edit", week, second, *BY, "--words", "I would wait.", "--move", "1").code == 0
    assert run("issue", "edit", week, first, *BY, "--stars", "2", "--because", "small").code == 0
    dropped = before[2].removeprefix("pmid-")
    assert run("issue", "edit", week, dropped, *BY, "--drop", "--because", "told elsewhere").code == 0
    assert nuggets(run) == [second, first, *before[3:]]
    assert run("issue", "edit", week, dropped, *BY, "--add", "--move", "3").code == 0
    assert "An editor has read and approved this issue." in run("issue", "show", week, "--draft").out
    shown = run("issue", "show", week, "--draft", *BY).out
    assert shown == run("issue", "show", "--draft", *BY).out
    assert "From the editor\n  Mostly small trials.\n" in shown
    assert "The editor’s words (Ada Moss)\n  I would wait.\n" in shown
    assert "★★☆☆☆ 2 of 5, set by the editor (Ada Moss): small" in shown
    assert "The editor, Ada Moss, has read and approved this issue." in shown
    assert run("issue", "list", "--json").out.strip() == "[]"
    assert "1 mails queued" in run("issue", "approve", week, *BY).out
    assert run("issue", "show", week).out == shown == run("issue", "show").out
    assert (home / "public" / "issues" / f"{week}.html").exists()
    assert "1 sent" in run("deliver").out
    again = run("issue", "approve", week, "--by", "Ben")
    assert again.code == 0
    assert again.out.startswith("Already published: ")
    assert json.loads(run("issue", "show", "--json").out)["editor"] == "Ada Moss"


def test_a_row_is_corrected(run: Run, week: str) -> None:
    slug = nuggets(run)[0]
    ledger = json.loads(run("issue", "rows", week, slug, "--json").out)
    listed = run("issue", "rows", week, slug).out
    assert ledger[0]["name"] in " ".join(listed.split())
    better = next(number for number, row in enumerate(ledger, 1) if row["direction"] == "improved")
    null = next(number for number, row in enumerate(ledger, 1) if row["direction"] == "no_difference")
    change = ("--row", str(better), "--direction", "no_difference", "--because", "it is not so")
    assert run("issue", "edit", week, slug, *BY, *change).code == 0
    assert run("issue", "edit", week, slug, *BY, "--row", str(null), "--drop-row", "--because", "no outcome").code == 0
    draft = json.loads(run("issue", "show", "--draft", "--json").out)
    marked = [(row["row"]["name"], row["direction"], row["why"], row["by"]) for row in draft["nuggets"][0]["amended"]]
    assert marked == [
        (ledger[better - 1]["name"], "no_difference", "it is not so", "Ada Moss"),
        (ledger[null - 1]["name"], None, "no outcome", "Ada Moss"),
    ]
    shown = " ".join(run("issue", "show", "--draft").out.split())
    assert "Corrected by the editor in the outcomes of this note" in shown
    assert f"{ledger[null - 1]['name']}: left out by Ada Moss. The program had read “no clear change”" in shown
    assert ", 1 left out by the editor" in shown
    assert json.loads(run("issue", "rows", week, slug, "--json").out) == ledger


def test_recomposing_keeps_the_editors_words(run: Run, week: str) -> None:
    run("issue", "edit", week, *BY, "--foreword", "Kept.")
    again = run("issue", "draft")
    assert again.out.startswith(f"Draft: {week} ")
    assert "then goes on waiting" in again.out
    assert "From the editor\n  Kept.\n" in run("issue", "show", "--draft").out
    run("issue", "draft", week, "--afresh")
    assert "From the editor" not in run("issue", "show", "--draft").out


def test_a_skipped_week_is_not_published(run: Run, week: str) -> None:
    assert run("issue", "skip", week, "--because", "on holiday").out.startswith(f"Skipped: {week} ")
    assert "was skipped (on holiday)" in refused(run, "issue", "approve", week, *BY)
    assert "no draft waits" in refused(run, "issue", "show", "--draft")
    state = json.loads(run("status", "--json").out)
    assert (state["draft"], state["last_issue"]) == (None, None)


def test_status_tells_of_a_draft_that_waits(run: Run, week: str) -> None:
    assert f"the draft of {week} waits for its editor, until 20" in run("status").out
    state = json.loads(run("status", "--json").out)["draft"]
    assert (state["week"], state["overdue"]) == (week, False)


def test_long_words_come_from_standard_input(run: Run, home: Path, week: str) -> None:
    slug = nuggets(run)[0]
    program = "import sys; from litwatch.cli import main; sys.exit(main())"
    arguments = ["issue", "edit", week, slug, *BY, "--words", "-"]
    text = "One paragraph.\n\nAnother one.\n"
    subprocess.run([sys.executable, "-c", program, *arguments], cwd=home, input=text, text=True, check=True)
    assert "(Ada Moss)\n  One paragraph.\n  Another one.\n" in run("issue", "show", "--draft").out


REFUSED = (
    ("edit WEEK --by Ada", "nothing to change"),
    ("edit WEEK --by Ada --words x", "--words needs the nugget"),
    ("edit WEEK pmid-1 --by Ada --words x", "has no nugget on 1"),
    ("edit WEEK SLUG --by Ada --drop", "--drop needs --because: a text is missing"),
    ("edit WEEK SLUG --by Ada --stars 2", "--stars needs --because"),
    ("edit WEEK SLUG --by Ada --stars 9 --because x", "stars are 1 to 5, not 9"),
    ("edit WEEK SLUG --by Ada --drop --move 1 --because x", "can take no other change"),
    ("edit WEEK SLUG --by Ada --move 99", "there is no place 99"),
    ("edit WEEK SLUG --by Ada --add", "already"),
    ("edit WEEK --by Ada --row 1 --drop-row --because x", "--row needs the nugget"),
    ("edit WEEK SLUG --by Ada --row 1 --because x", "one of --direction and --drop-row"),
    ("edit WEEK SLUG --by Ada --drop-row --because x", "--row N and one of"),
    ("edit WEEK SLUG --by Ada --row 1 --drop-row --direction mixed --because x", "--row N and one of"),
    ("edit WEEK SLUG --by Ada --row 1 --direction mixed", "--row needs --because: a text is missing"),
    ("edit WEEK SLUG --by Ada --row 99 --drop-row --because x", "there is no row 99"),
    ("rows WEEK pmid-1", "has no nugget on 1"),
    ("rows 2001-W01 SLUG", "there is no draft of 2001-W01"),
    ("edit WEEK --by '' --foreword x", "--by: a text is missing"),
    ("edit 2025-W99 --by Ada --foreword x", "no such ISO week"),
    ("edit 2001-W01 --by Ada --foreword x", "there is no draft of 2001-W01"),
    ("draft 2001-W01", "waits for its editor: approve or skip it first"),
    ("show 2001-W01 --draft", "there is no draft of 2001-W01"),
    ("approve 2001-W01 --by Ada", "there is no draft of 2001-W01"),
    ("show --by Ada", "--by goes with --draft"),
    ("skip WEEK --because ''", "--because: a text is missing"),
    ("", "issue.review is 'editor'"),
)


def test_what_makes_no_sense_is_refused_and_changes_nothing(run: Run, week: str) -> None:
    before, slug = run("issue", "show", "--draft").out, nuggets(run)[0]
    for line, why in REFUSED:
        arguments = shlex.split(line.replace("WEEK", week).replace("SLUG", slug))
        assert why in refused(run, "issue", *arguments)
    assert run("issue", "show", "--draft").out == before


def test_where_nobody_reviews_there_are_no_drafts(run: Run, home: Path) -> None:
    run("init")
    assert "issue.review is 'auto'" in refused(run, "issue", "draft")
    assert "no issue has been published yet" in refused(run, "issue", "show")


def test_every_direction_can_be_asked_for() -> None:
    assert get_args(Told) == tuple(direction.value for direction in Direction)
