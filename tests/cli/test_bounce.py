from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from litwatch.config import load
from litwatch.domain import tokens, verp
from litwatch.store import subscribers
from litwatch.store.database import Database
from litwatch.store.schema import delivery
from tests.cli.conftest import Run
from tests.publish import dovecot
from tests.publish.returned import ABSENT, failed, leaving, not_delivered, not_wanted

SECRET = "a secret of the service, 32 bytes or more"


@pytest.fixture
def sender(home: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> str:
    """The envelope sender of a mail that was sent to Ann."""
    monkeypatch.setenv("LITWATCH_SITE__SECRET", SECRET)
    (home / "config.toml").write_text(
        (home / "config.toml").read_text().replace("[mail]", "[mail]\nbounces = 'b@litwatch.example'")
    )
    for arguments in (("init",), ("poll",), ("subscribers", "add", "ann@example.org"), ("issue",), ("deliver",)):
        assert run(*arguments).code == 0, arguments
    database = Database(load(home / "config.toml", os.environ).database.url)
    with database.read() as tx:
        (number,) = tx.execute(delivery.select()).one()[:1]
    database.close()
    return verp.envelope_sender("b@litwatch.example", number, SECRET.encode())


def token(home: Path) -> str:
    database = Database(load(home / "config.toml", os.environ).database.url)
    with database.read() as tx:
        (person,) = subscribers.listing(tx)
    database.close()
    return tokens.personal(SECRET.encode(), person.seed)


COMMAND = (sys.executable, "-c", "import sys; from litwatch.cli import main; sys.exit(main())", "bounce")


def test_a_piped_report_suppresses_explains_and_is_lifted(home: Path, sender: str, run: Run) -> None:
    report = not_delivered(failed(), to=sender, returned=[])
    piped = subprocess.run(COMMAND, input=report, cwd=home, capture_output=True, timeout=60, check=True)
    assert piped.stdout.decode().splitlines() == [
        "1 read: 1 hard, 0 soft, 0 refused for policy, 0 complaints, 0 left; "
        "0 known before, 0 of no mail of ours, 0 other mail",
        "1 addresses get no more mail: litwatch suppressions list",
    ]
    (home / "report.eml").write_bytes(report)
    assert "1 known before" in run("bounce", "report.eml").out
    assert "ann@example.org" in run("suppressions", "list").out
    told = run("suppressions", "explain", "ann@example.org").out
    assert "suppressed (hard): the issue of " in told
    assert "5.1.1, there is no such mailbox: “550 5.1.1 User unknown”" in told
    assert "1 addresses get no mail" in run("status").out
    lifted = run("suppressions", "lift", "ann@example.org", "--because", "she has a mailbox again")
    assert (lifted.code, lifted.out) == (0, "ann@example.org may get mail again\n")
    assert "ann@example.org" not in run("suppressions", "list").out
    assert "lifted: she has a mailbox again" in run("suppressions", "explain", "ann@example.org").out
    (listed,) = json.loads(run("suppressions", "list", "--all", "--json").out)
    assert listed["lifted_because"] == "she has a mailbox again"


def test_files_a_maildir_and_an_mbox(home: Path, sender: str, run: Run) -> None:
    report = home / "report.eml"
    report.write_bytes(not_delivered(failed(status="5.7.1", said="smtp; 550 5.7.1 listed"), to=sender, returned=[]))
    (home / "absent.eml").write_bytes(ABSENT)
    shown = json.loads(run("bounce", report, home / "absent.eml", "--json").out)
    assert (shown["policy"], shown["other"], shown["refusals"]) == (1, 1, ["550 5.7.1 listed"])
    assert "1 mails refused for policy in the last days; lastly: 550 5.7.1 listed" in run("status").out
    for name in ("new", "cur", "tmp"):
        (home / "Maildir" / name).mkdir(parents=True)
    (home / "Maildir" / "new" / "1").write_bytes(leaving(f"unsubscribe {token(home)}"))
    assert " 1 left;" in run("bounce", "--maildir", home / "Maildir").out
    assert [path.name for path in (home / "Maildir" / "cur").iterdir()] == ["1:2,S"]
    assert "ann@example.org" not in run("subscribers", "list").out
    (home / "mbox").write_bytes(
        b"From feedback@example.net Sat Jan 17 09:00:00 2026\n" + not_wanted(original_mail_from=sender, returned=())
    )
    assert "1 complaints" in run("bounce", "--mbox", home / "mbox").out


@pytest.mark.parametrize(
    ("arguments", "code", "complaint"),
    [
        (("bounce", "nowhere.eml"), 3, "nowhere.eml: No such file or directory"),
        (("bounce", "--maildir", "nowhere"), 3, "nowhere: not a Maildir: it has no folders new and cur"),
        (("bounce", "--mbox", "nowhere"), 3, "nowhere: No such file or directory"),
        (("bounce", "--imap"), 2, "no mailbox over IMAP is configured: mail.imap_host"),
        (("bounce", "--imap", "--mbox", "m"), 2, "FILE, --maildir, --mbox and --imap exclude each other"),
        (("suppressions", "explain", "nobody"), 2, "not an email address: 'nobody'"),
        (("suppressions", "add", "nobody", "--because", "x"), 2, "not an email address: 'nobody'"),
        (
            ("suppressions", "lift", "ann@example.org", "--because", "x"),
            1,
            "not suppressed: ann@example.org; lifted: 0",
        ),
        (("suppressions", "lift", "--because", "x"), 2, "name the addresses, or say --since"),
        (("suppressions", "add", "ann@example.org", "--because", ""), 2, "--because: a text is missing"),
        (("suppressions", "lift", "ann@example.org", "--because", " \n"), 2, "--because: a text is missing"),
    ],
)
def test_bad_input_is_one_line(home: Path, run: Run, arguments: tuple[str, ...], code: int, complaint: str) -> None:
    run("init")
    found = run(*arguments)
    assert found.code == code
    assert found.err.startswith("litwatch: ") and complaint in found.err and found.err.count("\n") == 1


def test_an_operator_adds_one(home: Path, run: Run) -> None:
    run("init")
    assert run("suppressions", "add", "Ann@example.org", "--because", "asked by letter").code == 0
    again = run("suppressions", "add", "ann@example.org", "--because", "asked by letter")
    assert (again.code, again.err) == (
        1,
        "litwatch: ann@example.org is suppressed already: litwatch suppressions explain ann@example.org\n",
    )
    refused = run("subscribers", "add", "ann@example.org")
    assert (refused.code, refused.err) == (
        1,
        "litwatch: no mail may go to ann@example.org: litwatch suppressions explain ann@example.org\n",
    )
    assert run("suppressions", "lift", "ann@example.org", "--because", "asked again").code == 0
    assert run("subscribers", "add", "ann@example.org").code == 0
    assert "nothing ever came back" in run("suppressions", "explain", "ben@example.org").out


def test_what_a_broken_relay_suppressed_is_lifted_in_one_go(home: Path, sender: str, run: Run) -> None:
    (home / "report.eml").write_bytes(not_delivered(failed(), to=sender, returned=[]))
    before = datetime.now(UTC)
    assert "1 addresses get no more mail" in run("bounce", "report.eml").out
    for name in ("ben", "cleo"):
        assert run("suppressions", "add", f"{name}@example.org", "--because", "asked by letter").code == 0
    later = run("suppressions", "lift", "--because", "it was the relay", "--since", f"{before.year + 1}-01-01")
    assert (later.code, later.out) == (0, "0 lifted\n")
    lifted = run("suppressions", "lift", "--because", "it was the relay", "--since", f"{before:%Y-%m-%dT%H:%M}")
    assert (lifted.code, lifted.out) == (0, "ann@example.org may get mail again\n1 lifted\n")
    # By name any number, whoever suppressed them.
    both = run("suppressions", "lift", "ben@example.org", "cleo@example.org", "--because", "asked again")
    assert both.out.splitlines() == ["ben@example.org may get mail again", "cleo@example.org may get mail again"]


def test_a_mail_system_is_told_to_try_later(home: Path) -> None:
    """A report that was piped in while the database is away must not be lost."""
    done = subprocess.run(COMMAND, input=not_delivered(), cwd=home, capture_output=True, timeout=60, check=False)
    assert done.returncode == 75
    assert done.stderr.decode().startswith("litwatch: database") and done.stdout == b""


def test_a_mailbox_over_imap_with_the_password_from_the_environment(
    home: Path, sender: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with dovecot.running() as server:
        server.arrive(not_delivered(failed(), to=sender, returned=[]), ABSENT)
        settings = f"[mail]\nimap_host = '127.0.0.1'\nimap_port = {server.port}\nimap_security = 'none'\nimap_username = 'bounces'"
        (home / "config.toml").write_text((home / "config.toml").read_text().replace("[mail]", settings))
        without = run("bounce", "--imap")
        assert (without.code, without.out) == (2, "")
        assert "LITWATCH_MAIL__IMAP_PASSWORD" in without.err
        monkeypatch.setenv("LITWATCH_MAIL__IMAP_PASSWORD", dovecot.PASSWORD)
        assert run("bounce", "--imap").out.startswith("2 read: 1 hard,")
        assert run("bounce", "--imap").out.startswith("0 read:")
    away = run("bounce", "--imap")
    assert (away.code, away.err.count("\n")) == (7, 1)
    assert away.err.startswith(f"litwatch: imap 127.0.0.1:{server.port}: ")


def test_a_piped_report_that_has_to_wait_is_told_in_one_line_however_long(home: Path, run: Run) -> None:
    done = run("--config", f"{'long-' * 40}.toml", "bounce")
    assert done.code == 75
    assert done.err.startswith("litwatch: ") and "no such file" in done.err and done.err.count("\n") == 1


def test_a_list_in_a_pipe_has_a_line_for_each(home: Path, run: Run) -> None:
    run("init")
    assert run("suppressions", "add", "ann@example.org", "--because", "a long reason " * 40).code == 0
    listed = run("suppressions", "list").out.splitlines()
    assert len(listed) == 2 and listed[1].count("a long reason") == 40
