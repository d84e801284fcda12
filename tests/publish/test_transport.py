"""Handing mail over to a folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from litwatch.errors import DeliveryError
from litwatch.publish.message import issue_message
from litwatch.publish.transport import FolderTransport, file_name
from tests.publish.sample import DELIVERY, ISSUE
from tests.publish.test_message import MAILING

SENDER, READER = "bounces@litwatch.example", "reader@example.org"


def message() -> bytes:
    return b"Message-ID: <1@litwatch.example>\r\nSubject: test\r\n\r\nbody\r\n"


def nothing() -> None:
    """An `on_closing` for tests that do not look at it."""


def test_a_folder_gets_one_private_file_and_a_second_attempt_replaces_it(tmp_path: Path) -> None:
    transport, closing = FolderTransport(tmp_path / "mail"), []
    mail = issue_message(ISSUE, DELIVERY, MAILING)
    for _ in range(2):
        reply = transport.send(SENDER, READER, mail, lambda: closing.append(1))
    assert reply == "written to 2026-W03.7.8f14e45f@litwatch.example.eml"
    (path,) = (tmp_path / "mail").iterdir()
    assert path.read_bytes() == mail
    assert path.stat().st_mode & 0o077 == 0
    assert len(closing) == 2


def test_a_folder_has_no_file_yet_when_closing_fails(tmp_path: Path) -> None:
    def fail() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        FolderTransport(tmp_path).send(SENDER, READER, message(), fail)
    assert list(tmp_path.iterdir()) == []


def test_an_unwritable_folder_is_the_relays_fault(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file")
    with pytest.raises(DeliveryError, match="mail/") as caught:
        FolderTransport(tmp_path / "mail").send(SENDER, READER, message(), nothing)
    assert (caught.value.refused, caught.value.permanent, caught.value.code) == ("relay", False, None)


@pytest.mark.parametrize(
    ("identity", "beginning"),
    [
        (b"<1.2@litwatch.example>", "1.2@litwatch.example.eml"),
        (b"<../../etc/passwd@x>", "_.._etc_passwd@x."),
        (b"<.hidden@x>", "hidden@x."),
        (b"", "mail."),
    ],
)
def test_file_names_stay_in_the_folder(identity: bytes, beginning: str) -> None:
    name = file_name(b"Message-ID: " + identity + b"\r\n\r\n")
    assert name.startswith(beginning)
    assert name.endswith(".eml")
    assert "/" not in name


def test_ids_that_look_alike_have_different_files() -> None:
    assert file_name(b"Message-ID: <a/b@x>\r\n\r\n") != file_name(b"Message-ID: <a+b@x>\r\n\r\n")
