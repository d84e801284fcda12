from __future__ import annotations

import mailbox
import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from litwatch.errors import InputError, MailboxError
from litwatch.publish.mailbox import Imap, Mailbox, Maildir, Mbox, Messages
from litwatch.publish.reports import MAX_BYTES, read_report
from tests.publish import dovecot
from tests.publish.returned import ABSENT, SPAM, leaving, not_delivered, not_wanted

REPORTS = (not_delivered(), not_wanted(), leaving())


def contents(box: Mailbox) -> list[bytes]:
    found = [letter.content for letter in box.letters()]
    box.close()
    return found


def read_all(box: Mailbox) -> list[bytes]:
    """As a run does: what is a report is set aside as read, all else as unread."""
    found = []
    for letter in box.letters():
        found.append(letter.content)
        box.set_aside(letter, read=read_report(letter.content) is not None)
    box.close()
    return found


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    for name in ("new", "cur", "tmp"):
        (tmp_path / "Maildir" / name).mkdir(parents=True)
    return tmp_path / "Maildir"


def arrive(maildir: Path, *messages: bytes) -> None:
    for number, message in enumerate(messages):
        (maildir / "new" / f"17685468{number:02d}.M1P{number}.mx").write_bytes(message)


def test_a_maildir_is_read_once_and_keeps_everything(maildir: Path) -> None:
    arrive(maildir, *REPORTS, ABSENT)
    (maildir / "tmp" / "half").write_bytes(SPAM)
    (maildir / "new" / ".hidden").write_bytes(SPAM)
    box = Maildir(maildir)
    assert contents(box) == [*REPORTS, ABSENT]
    assert read_all(box) == [*REPORTS, ABSENT]
    assert contents(box) == []
    flags = {path.read_bytes(): path.name.partition(":2,")[2] for path in (maildir / "cur").iterdir()}
    assert flags == {**dict.fromkeys(REPORTS, "S"), ABSENT: ""}


def test_what_another_program_took_out_of_a_maildir_is_passed_over(maildir: Path) -> None:
    arrive(maildir, *REPORTS)
    box = Maildir(maildir)
    letters = box.letters()
    first = next(letters)
    for path in (maildir / "new").iterdir():
        path.unlink()
    box.set_aside(first, read=True)
    assert list(letters) == []


def test_of_an_endless_message_only_the_beginning_is_read(maildir: Path) -> None:
    arrive(maildir, not_delivered() + b"x" * MAX_BYTES)
    (content,) = contents(Maildir(maildir))
    assert len(content) == MAX_BYTES


def test_a_folder_that_is_no_maildir_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=f"{tmp_path}: not a Maildir: it has no folders new and cur"):
        contents(Maildir(tmp_path))


def test_an_mbox_is_read_and_not_changed(tmp_path: Path) -> None:
    path = tmp_path / "mbox"
    box = mailbox.mbox(str(path))
    for message in (*REPORTS, ABSENT):
        box.add(message)
    box.close()
    before = path.read_bytes()
    found = read_all(Mbox(path))
    assert [read_report(message) for message in found] == [read_report(message) for message in (*REPORTS, ABSENT)]
    assert path.read_bytes() == before
    assert read_all(Mbox(path)) == found


@pytest.mark.parametrize(
    ("content", "complaint"), [(None, "No such file"), (b"To: someone\n\nhello\n", "not an mbox: it does not begin")]
)
def test_a_file_that_is_no_mbox_is_named(tmp_path: Path, content: bytes | None, complaint: str) -> None:
    path = tmp_path / "mbox"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=complaint) as error:
        contents(Mbox(path))
    assert str(error.value).startswith(f"{path}: ")
    assert (path.exists(), list(tmp_path.iterdir())) == (content is not None, [path] if content else [])


def test_an_empty_mbox_has_nothing(tmp_path: Path) -> None:
    (tmp_path / "mbox").touch()
    assert contents(Mbox(tmp_path / "mbox")) == []


def test_single_messages(tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(SPAM)
    assert read_all(Messages([("one", (tmp_path / "one").read_bytes)])) == [SPAM]
    with pytest.raises(InputError, match="two: No such file or directory"):
        contents(Messages([("two", (tmp_path / "two").read_bytes)]))


@pytest.fixture(scope="module")
def server() -> Iterator[dovecot.Dovecot]:
    with dovecot.running() as made:
        yield made


@pytest.fixture
def imap(server: dovecot.Dovecot) -> dovecot.Dovecot:
    """An empty mailbox on the server."""
    server.empty()
    return server


def test_a_mailbox_over_imap_is_read_once_and_keeps_everything(imap: dovecot.Dovecot) -> None:
    imap.arrive(*REPORTS, ABSENT)
    assert contents(Imap(imap.account)) == [*REPORTS, ABSENT]
    assert imap.flags() == ["", "", "", ""]  # to look is not to read
    assert read_all(Imap(imap.account)) == [*REPORTS, ABSENT]
    assert imap.flags() == ["S", "S", "S", "a"]  # the answer of somebody absent waits for a person
    assert read_all(Imap(imap.account)) == []
    imap.arrive(SPAM)
    assert read_all(Imap(imap.account)) == [SPAM]


def test_of_an_endless_message_over_imap_only_the_beginning_is_fetched(imap: dovecot.Dovecot) -> None:
    imap.arrive(not_delivered() + b"x\r\n" * MAX_BYTES)
    (content,) = contents(Imap(imap.account))
    assert len(content) == MAX_BYTES


def test_both_kinds_of_encryption(imap: dovecot.Dovecot) -> None:
    imap.arrive(SPAM)
    assert contents(Imap(imap.encrypted)) == contents(Imap(imap.upgraded)) == [SPAM]


def test_what_goes_wrong_over_imap_is_one_line_without_the_password(imap: dovecot.Dovecot) -> None:
    account = imap.account
    wrong = [
        (replace(imap.encrypted, context=None), "certificate verify failed"),
        (replace(imap.upgraded, context=None), "certificate verify failed"),
        (replace(account, password="not the word"), "AUTHENTICATIONFAILED"),
        (replace(account, folder="Nowhere"), "Mailbox doesn't exist"),
        (replace(account, port=1), "Connection refused"),
        (replace(account, security="tls", context=ssl.create_default_context(), timeout=3), ""),
    ]
    for changed, said in wrong:
        with pytest.raises(MailboxError) as error:
            contents(Imap(changed))
        text = str(error.value)
        assert text.startswith(f"imap {changed.host}:{changed.port}: ") and said in text
        assert changed.password not in text and "\n" not in text
