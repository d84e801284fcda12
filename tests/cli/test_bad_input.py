"""Bad input gets one clear line that says what and where, a non-zero exit, and leaves nothing half-done."""

from __future__ import annotations

import gzip
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from litwatch.app import App
from litwatch.config import load
from litwatch.pubmed.server import EUtilsServer
from tests.cli.conftest import Outcome, Run


def assert_one_line(done: Outcome, code: int, *parts: str) -> None:
    assert done.code == code, done
    assert done.out == ""
    assert done.err.count("\n") == 1, done.err
    assert done.err.startswith("litwatch: ")
    for part in parts:
        assert part in done.err


def rewrite(home: Path, old: str, new: str) -> None:
    path = home / "config.toml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_missing_email(run: Run, home: Path) -> None:
    rewrite(home, 'email = "ops@example.org"', "")
    assert_one_line(run("poll"), 2, "config.toml", "pubmed.email", "contact address")


def test_unknown_key(run: Run, home: Path) -> None:
    rewrite(home, "[mail]", "[mail]\ncolour = 'red'")
    assert_one_line(run("poll"), 2, "config.toml", "mail.colour", "unknown key")


def test_bad_query_points_at_the_character(run: Run, home: Path) -> None:
    rewrite(home, "AND pain[tiab]", "AND (pain[tiab]")
    assert_one_line(run("config", "check"), 2, "topics.exercise-pain.query", "config.toml", "character 20", "»(pain")


def test_no_configuration(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert_one_line(run("poll"), 2, "config.toml", "litwatch init")


def test_no_database_yet(run: Run, home: Path) -> None:
    assert_one_line(run("poll"), 5, "litwatch init")
    assert not (home / "litwatch.sqlite3").exists() or (home / "litwatch.sqlite3").stat().st_size == 0


def test_corrupt_gzip(run: Run, home: Path) -> None:
    run("init")
    (home / "bad.xml.gz").write_bytes(b"\x1f\x8b\x08\x00" + b"nonsense" * 10)
    assert_one_line(run("import", "bad.xml.gz"), 3, "bad.xml.gz")


@pytest.mark.parametrize("share", [0.3, 0.6, 0.999])
def test_truncated_xml_stores_nothing(run: Run, home: Path, sample: Path, share: float) -> None:
    run("init")
    whole = sample.read_bytes()
    (home / "cut.xml").write_bytes(whole[: int(len(whole) * share)])
    assert_one_line(run("import", "cut.xml"), 3, "cut.xml", "after record")
    assert '"articles": 0' in run("status", "--json").out


def test_truncated_gzip_stores_nothing(run: Run, home: Path, sample: Path) -> None:
    run("init")
    whole = gzip.compress(sample.read_bytes())
    (home / "cut.xml.gz").write_bytes(whole[: len(whole) // 2])
    assert_one_line(run("import", "cut.xml.gz"), 3, "cut.xml.gz")
    assert '"articles": 0' in run("status", "--json").out


def test_not_pubmed_at_all(run: Run, home: Path) -> None:
    run("init")
    (home / "page.html").write_text("<html><body>Service unavailable</body></html>")
    assert_one_line(run("import", "page.html"), 3, "page.html")
    assert_one_line(run("extract", "page.html"), 3, "page.html")
    assert_one_line(run("extract", "absent.xml"), 3, "absent.xml", "No such file")


def test_read_only_database(run: Run, home: Path, sample: Path) -> None:
    """A file whose header says that only newer programs may write it: SQLite refuses writing to root, too.

    https://www.sqlite.org/fileformat2.html#file_format_version_numbers
    """
    run("init")
    with (home / "litwatch.sqlite3").open("r+b") as file:
        file.seek(18)
        file.write(b"\x03")
    assert_one_line(run("import", sample), 5, "database", "litwatch.sqlite3", "read-only")
    with (home / "litwatch.sqlite3").open("r+b") as file:
        file.seek(18)
        file.write(b"\x02")
    assert '"articles": 0' in run("status", "--json").out


def test_unreachable_server(run: Run, home: Path, server: EUtilsServer) -> None:
    """After all tries, whose waits are skipped here: a failed receipt that says so, and nothing stored."""
    run("init")
    server.close()
    waits: list[float] = []
    with closing(App(load(home / "config.toml", {}), sleep=waits.append)) as app:
        (receipt,) = app.poll()
        assert receipt.failed is not None
        assert "esearch" in receipt.failed
        assert receipt.complete_to is None
        assert app.status().totals.articles == 0
    assert len([wait for wait in waits if wait > 0.5]) >= 4, "it tried again, with pauses"


def test_no_issue_before_the_first_poll(run: Run, home: Path) -> None:
    """A week of which nothing is known gets no issue that says "nothing new"."""
    run("init")
    assert_one_line(run("issue"), 1, "nothing has been polled yet", "litwatch poll")
    assert "[]" in run("issue", "list", "--json").out


def test_words_that_do_not_fit(run: Run, home: Path) -> None:
    run("init")
    assert_one_line(run("issue", "show", "2025-W99"), 2, "no such ISO week: '2025-W99'")
    assert_one_line(run("issue", "show", "2025-W10"), 1, "no issue was published for 2025-W10")
    assert_one_line(run("subscribers", "add", "x y@example.org"), 2, "not an email address: 'x y@example.org'")
    assert_one_line(run("init", "--email", "a@example.org"), 2, "config.toml exists already")


def test_unknown_topic_and_command(run: Run, home: Path) -> None:
    run("init")
    assert_one_line(run("poll", "sleep"), 1, "no such topic: sleep", "exercise-pain")
    assert run("frobnicate").code == 2


def test_nothing_reaches_readers_under_the_name_of_the_example(run: Run, home: Path) -> None:
    """The ids of what is published keep their domain for ever, so the shipped one is refused before that."""
    path = home / "config.toml"
    own = path.read_text("utf-8")
    path.write_text(own.replace("news.example", "litwatch.example"), encoding="utf-8")
    assert run("init").code == run("poll").code == 0
    for command in (
        ["issue"],
        ["issue", "approve", "2025-W12", "--by", "Ada"],
        ["issue", "test", "ops@example.org"],
        ["deliver"],
        ["run"],
        ["config", "check"],
    ):
        assert_one_line(run(*command), 2, "site.base_url", "site.authority", "mail.sender", "is still litwatch.example")
    path.write_text(own.replace("litwatch@news.example", "litwatch@litwatch.example"), encoding="utf-8")
    assert_one_line(run("config", "check"), 2, "config.toml: mail.sender: is still litwatch.example")
    path.write_text(path.read_text("utf-8").replace('"folder"', '"none"'), encoding="utf-8")
    assert run("config", "check").code == 0, "nothing is sent"


def test_a_check_tries_what_can_be_tried_without_a_connection(run: Run, home: Path) -> None:
    lines = '[mail]\ndkim_selector = "s"\ndkim_key = "no.pem"\nbounces = "b@news.example"\nbounce_maildir = "nowhere"'
    rewrite(home, "[mail]", lines)
    with pytest.MonkeyPatch.context() as environ:
        environ.setenv("LITWATCH_SITE__SECRET", "s" * 32)
        done = run("config", "check")
        assert_one_line(done, 2, "mail.dkim_key", "no.pem", "mail.bounce_maildir", "nowhere: no Maildir is there")
        (home / "no.pem").write_text("junk")
        assert_one_line(run("config", "check"), 2, "mail.dkim_key")


@pytest.mark.parametrize("arguments", [["--version"], ["config", "check"], ["config", "check", "--json"]])
def test_output_that_cannot_be_written_is_one_line(home: Path, arguments: list[str]) -> None:
    code = "import sys; from litwatch.cli import main; sys.exit(main())"
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=60,
        )
    assert (done.returncode, done.stderr) == (1, "litwatch: standard output: No space left on device\n")
