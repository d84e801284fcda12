"""`litwatch issue preview` and `issue test`: what is looked at is what goes out."""

from __future__ import annotations

import quopri
import re
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.publish.smtpserver import Mailbox, serving

READER = "reader@example.org"
TOKEN = re.compile(r"(?<=/u/)[\w=-]{32,}|(?<=unsubscribe%20)[\w=-]{32,}")


@pytest.fixture(autouse=True)
def links(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """People can leave by their own links."""
    monkeypatch.setenv("LITWATCH_SITE__SECRET", "x" * 32)
    config = home / "config.toml"
    text = config.read_text("utf-8").replace("[mail]", "[web]\nenabled = true\n[mail]")
    config.write_text(text, encoding="utf-8")


@pytest.fixture
def published(run: Run, home: Path) -> str:
    """The week of an issue that waits to be delivered to one reader."""
    for command in (("init",), ("poll",), ("subscribers", "add", READER), ("issue",)):
        assert run(*command).code == 0
    return re.search(r"\d{4}-W\d\d", run("issue", "list").out)[0]  # type: ignore[index]


@pytest.fixture
def draft(run: Run, home: Path) -> str:
    """The week of a draft that waits for its editor."""
    config = home / "config.toml"
    text = config.read_text("utf-8").replace("[mail]", '[issue]\nreview = "editor"\nmax_age_days = 36600\n[mail]')
    config.write_text(text, encoding="utf-8")
    for command in (("init",), ("poll",), ("subscribers", "add", READER), ("issue", "draft")):
        assert run(*command).code == 0
    return re.search(r"\d{4}-W\d\d", run("issue", "show", "--draft", "--json").out)[0]  # type: ignore[index]


def delivered(home: Path) -> list[str]:
    return [path.read_bytes().decode("ascii") for path in sorted((home / "mail").glob("*.eml"))]


def anyones(message: str, address: str) -> bytes:
    """`message` without what differs from person to person."""
    message = TOKEN.sub("TOKEN", re.sub(r"(?m)^(Message-ID|Date): .*$", r"\1: …", message.replace("=3D", "=")))
    return quopri.decodestring(message.encode()).replace(address.encode(), b"ADDRESS")


def test_the_preview_for_a_subscriber_is_the_mail_they_are_sent(run: Run, home: Path, published: str) -> None:
    before = run("issue", "preview", "--eml", "--to", READER).out
    assert run("deliver").code == 0
    assert delivered(home) == [before]
    assert run("issue", "preview", published, "--eml", "--to", READER.upper().replace("READER", "reader")).out == before


def test_the_preview_for_nobody_differs_in_address_and_token_only(run: Run, home: Path, published: str) -> None:
    shown = run("issue", "preview", "--eml").out
    assert run("deliver").code == 0
    [sent] = delivered(home)
    assert READER not in shown
    assert shown != sent
    assert not set(TOKEN.findall(shown)) & set(TOKEN.findall(sent))
    assert anyones(shown, "reader@news.example") == anyones(sent, READER)


def test_a_draft_is_previewed_as_it_is_published(run: Run, home: Path, draft: str) -> None:
    shown = run("issue", "preview", "--eml", "--by", "Ada Moss").out
    assert (
        "The editor, Ada Moss, has read and approved this issue."
        in run("issue", "preview", draft, "--by", "Ada Moss").out
    )
    assert run("issue", "approve", draft, "--by", "Ada Moss").code == 0
    assert run("deliver").code == 0
    [sent] = delivered(home)
    assert anyones(shown, "reader@news.example") == anyones(sent, READER)


def test_text_and_html_are_printed_as_a_mail_program_shows_them(run: Run, published: str) -> None:
    text, html = run("issue", "preview").out, run("issue", "preview", "--html").out
    assert text == run("issue", "preview", published, "--text").out
    assert text.startswith("litwatch · ")
    assert html.startswith("<!doctype html>")
    assert "cid:" not in html


def test_open_hands_a_file_to_the_desktop(
    run: Run, home: Path, published: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    opener = tmp_path / "bin" / "xdg-open"
    opener.parent.mkdir()
    opener.write_text(f'#!/bin/sh\ncp "$1" {tmp_path}/opened\n')
    opener.chmod(0o755)
    monkeypatch.setenv("PATH", f"{opener.parent}:/usr/bin:/bin")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    shown = run("issue", "preview", "--open")
    assert re.search(rf"[\d,]+ bytes, [\d,]+ of HTML: \S+/{published}\.html", shown.out)
    path = Path(shown.out.split()[-1])
    assert path.read_text("utf-8").startswith("<!doctype html>")
    assert path.parent.stat().st_mode & 0o077 == 0, "it may hold a person's links"


def test_a_test_mail_goes_to_the_address_and_not_through_the_outbox(run: Run, home: Path, published: str) -> None:
    sent = run("issue", "test", "editor@example.org")
    assert sent.out.startswith(f"{published} sent to editor@example.org: ")
    [first] = delivered(home)
    assert "\r\nTo: editor@example.org\r\n" in first
    assert run("issue", "test", "editor@example.org", published).code == 0
    assert len({re.search(r"Message-ID: (\S+)", message)[1] for message in delivered(home)}) == 2  # type: ignore[index]
    assert run("deliver").out.startswith("1 sent, ")
    [real] = [message for message in delivered(home) if READER in message]
    assert anyones(first, "editor@example.org") == anyones(real, READER)


def test_what_comes_back_of_a_test_mail_goes_where_bounces_go(run: Run, home: Path, published: str) -> None:
    with serving(Mailbox()) as mailbox:
        config = home / "config.toml"
        how = f'transport = "smtp"\nhost = "127.0.0.1"\nport = {mailbox.port}\nbounces = "b@litwatch.example"'
        config.write_text(config.read_text("utf-8").replace('transport = "folder"', how), encoding="utf-8")
        assert run("issue", "test", "editor@example.org").code == 0
        [(sender, to, _)] = mailbox.accepted
    assert (sender, to) == ("b@litwatch.example", "editor@example.org")


def test_a_test_mail_can_be_plain_text(run: Run, home: Path, published: str) -> None:
    assert run("issue", "test", "editor@example.org", "--text").code == 0
    [message] = delivered(home)
    assert '\r\nContent-Type: text/plain; charset="utf-8"\r\n' in message
    assert "<html" not in message


REFUSED = (
    (("preview", "--html", "--eml"), 2, "one of --html, --text and --eml"),
    (("preview", "--to", "stranger@example.org"), 1, "nobody is subscribed as stranger@example.org"),
    (("preview", "--to", "no address"), 2, "no address"),
    (("preview", "2020-W01"), 1, "no issue was published for 2020-W01"),
    (("preview", "--by", "Ada"), 2, "--by goes with a draft"),
    (("preview", "soon"), 2, "soon"),
    (("test", "no address"), 2, "no address"),
    (("test", "editor@example.org", "2020-W01"), 1, "no issue was published for 2020-W01"),
)


def test_what_cannot_be_is_refused_in_one_line(run: Run, home: Path, published: str) -> None:
    for arguments, code, told in REFUSED:
        done = run("issue", *arguments)
        assert (done.code, done.out) == (code, "")
        assert done.err.startswith("litwatch: ")
        assert done.err.count("\n") == 1
        assert told in done.err
    assert not delivered(home)


def test_without_an_issue_or_a_way_to_send_that_is_said(run: Run, home: Path) -> None:
    assert run("init").code == 0
    assert "no issue has been published yet" in run("issue", "preview").err
    for command in (("poll",), ("issue",)):
        assert run(*command).code == 0
    config = home / "config.toml"
    config.write_text(config.read_text("utf-8").replace('"folder"', '"none"'), encoding="utf-8")
    assert "mail.transport is 'none'" in run("issue", "test", "editor@example.org").err


def test_a_key_that_cannot_sign_is_told_before_anything_is_sent(run: Run, home: Path, published: str) -> None:
    config = home / "config.toml"
    text = config.read_text("utf-8").replace("[mail]", '[mail]\ndkim_selector = "weekly"\ndkim_key = "key.pem"')
    config.write_text(text, encoding="utf-8")
    for command in (("run",), ("deliver",), ("issue", "preview"), ("issue", "test", READER)):
        done = run(*command)
        assert done.code == 2
        assert done.err.count("\n") == 1
        assert f"mail.dkim_key: {home / 'key.pem'}: No such file or directory" in done.err
    assert not delivered(home)
