"""Signatures that two independent verifiers accept, and that break when anything that counts is touched."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from litwatch.domain.subscriber import Delivery, MailFormat
from litwatch.errors import ConfigError
from litwatch.publish.dkim import signer
from litwatch.publish.mailing import Mailing
from litwatch.publish.message import issue_message
from tests.absent import absent
from tests.publish import dkim_keys
from tests.publish.dkim_keys import Key
from tests.publish.later import all_filled
from tests.publish.nasty import NASTY
from tests.publish.sample import DELIVERY, ISSUE, READER
from tests.publish.test_message import HEADERS, MAILING, raw_names

SELECTOR, DOMAIN = "weekly", "litwatch.example"
PLAIN = replace(DELIVERY, subscriber=replace(READER, format=MailFormat.TEXT))
Verify = Callable[[bytes], bool]


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Key:
    return dkim_keys.make(tmp_path_factory.mktemp("dkim") / "key.pem")


@pytest.fixture(scope="module")
def signing(key: Key) -> Mailing:
    return replace(MAILING, sign=signer(key.path, SELECTOR, DOMAIN))


@pytest.fixture(params=["dkimpy", "opendkim"])
def verify(request: pytest.FixtureRequest, key: Key, tmp_path: Path) -> Verify:
    """Whether a verifier accepts a message, with the public key from a file instead of DNS."""
    return by_dkimpy(key) if request.param == "dkimpy" else by_opendkim(key, tmp_path)


def by_dkimpy(key: Key, domain: str = DOMAIN) -> Verify:
    import dkim

    def look_up(name: bytes, timeout: int = 5) -> bytes:
        assert name == f"{SELECTOR}._domainkey.{domain}.".encode()
        return key.record.encode()

    return lambda message: bool(dkim.verify(message, dnsfunc=look_up))


def by_opendkim(key: Key, folder: Path, domain: str = DOMAIN) -> Verify:
    program = shutil.which("opendkim") or shutil.which("opendkim", path="/usr/sbin")
    if program is None:
        absent("opendkim")
    (folder / "keys").write_text(f"{SELECTOR}._domainkey.{domain} {key.record}\n")
    (folder / "conf").write_text(f"Mode v\nTestPublicKeys {folder / 'keys'}\nSyslog no\n")

    def verified(message: bytes) -> bool:
        (folder / "message.eml").write_bytes(message)
        command = [program, "-x", str(folder / "conf"), "-t", str(folder / "message.eml"), "-vv"]
        done = subprocess.run(command, capture_output=True, timeout=60, check=False)
        said = (done.stdout + done.stderr).decode()
        assert "dkim=" in said, said
        return "dkim=pass" in said

    return verified


@pytest.mark.parametrize("delivery", [DELIVERY, PLAIN], ids=["html", "text"])
def test_the_signature_verifies(verify: Verify, signing: Mailing, delivery: Delivery) -> None:
    assert verify(issue_message(ISSUE, delivery, signing))


def test_nasty_text_verifies_too(key: Key, signing: Mailing) -> None:
    verified = by_dkimpy(key)
    for text in NASTY:
        assert verified(issue_message(all_filled(text).issues[0], DELIVERY, signing))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"\r\nList-Unsubscribe: <https://litwatch.example/", b"\r\nList-Unsubscribe: <https://evil.example/"),
        (b"\r\nList-Unsubscribe-Post: ", b"\r\nX-Was: "),
        (b"\r\nFrom: ", b"\r\nFrom: evil@evil.example\r\nFrom: "),
        (b"\r\nSubject: ", b"\r\nSubject: Win money\r\nSubject: "),
        (b"\r\nReply-To: ", b"\r\nReply-To: evil@evil.example\r\nReply-To: "),
        (b"better", b"worse"),
    ],
    ids=["leave", "one-click", "second-from", "second-subject", "second-reply-to", "body"],
)
def test_what_counts_cannot_be_touched(verify: Verify, signing: Mailing, old: bytes, new: bytes) -> None:
    message = issue_message(ISSUE, DELIVERY, signing)
    assert old in message
    assert not verify(message.replace(old, new, 1))


@pytest.mark.parametrize(
    "line",
    [
        "To: x@evil.example",
        "Cc: x@evil.example",
        "Date: Fri, 16 Jan 2026 07:00:03 +0000",
        "Message-ID: <x@evil.example>",
        "List-Id: <x.evil.example>",
        "List-Unsubscribe-Post: x",
        "MIME-Version: 2.0",
        "Content-Type: text/html",
        "Content-Transfer-Encoding: base64",
    ],
)
def test_nobody_can_add_another_one(key: Key, signing: Mailing, line: str) -> None:
    message = issue_message(ISSUE, DELIVERY, signing)
    assert by_dkimpy(key)(message)
    assert not by_dkimpy(key)(line.encode() + b"\r\n" + message)


def test_what_is_signed_is_named(signing: Mailing) -> None:
    message = issue_message(ISSUE, DELIVERY, signing)
    assert raw_names(message) == ["DKIM-Signature", *HEADERS]
    head = re.sub(rb"\r\n\s+", b" ", message.split(b"\r\n\r\n", 1)[0]).split(b"\r\n")[0]
    tags = dict(tag.strip().split(b"=", 1) for tag in head.partition(b":")[2].split(b";"))
    names = [name.strip().decode() for name in tags[b"h"].split(b":")]
    assert {name.lower() for name in HEADERS} | {"cc", "content-transfer-encoding"} == set(names)
    assert names.count("from") == 2
    assert names.count("list-unsubscribe") == names.count("list-unsubscribe-post") == 2
    assert (tags[b"d"], tags[b"s"], tags[b"a"]) == (b"litwatch.example", b"weekly", b"rsa-sha256")
    assert b"l" not in tags, "a body of which only a part is signed can be added to"
    assert int(tags[b"t"]) == int(DELIVERY.date.timestamp())


def test_every_attempt_has_the_same_bytes(signing: Mailing) -> None:
    again = replace(DELIVERY, attempts=4, reply="451 later")
    assert issue_message(ISSUE, again, signing) == issue_message(ISSUE, DELIVERY, signing)
    later = replace(DELIVERY, date=DELIVERY.date + timedelta(seconds=1))
    assert issue_message(ISSUE, later, signing) != issue_message(ISSUE, DELIVERY, signing)


def refused(path: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        signer(path, SELECTOR, DOMAIN)
    assert "\n" not in str(caught.value).strip()
    assert "mail.dkim_key" in str(caught.value)
    return str(caught.value)


def test_a_key_that_cannot_sign_is_told_in_one_line(tmp_path: Path, key: Key) -> None:
    pem = key.path.read_text()
    files = {
        "text": "not a key\n",
        "empty": "",
        "cut": pem[: len(pem) // 2] + "\n-----END PRIVATE KEY-----\n",
        "noise": "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n",
    }
    for name, content in files.items():
        (tmp_path / name).write_text(content)
        assert "no RSA private key in PEM" in refused(tmp_path / name)
    dkim_keys.openssl("genpkey", "-algorithm", "ed25519", "-out", tmp_path / "ed")
    dkim_keys.openssl("rsa", "-in", key.path, "-aes128", "-passout", "pass:x", "-out", tmp_path / "locked")
    for name in ("ed", "locked"):
        assert "no RSA private key in PEM" in refused(tmp_path / name)
    assert "No such file" in refused(tmp_path / "missing")
    assert "directory" in refused(tmp_path)
    weak = dkim_keys.make(tmp_path / "weak", bits=768)
    assert "a key of 768 bits" in refused(weak.path)


def test_a_key_in_the_older_form_and_with_the_line_ends_of_another_system_signs(tmp_path: Path, key: Key) -> None:
    old = tmp_path / "old"
    dkim_keys.openssl("rsa", "-in", key.path, "-traditional", "-out", old)
    assert "BEGIN RSA PRIVATE KEY" in old.read_text()
    old.write_bytes(old.read_bytes().replace(b"\n", b"\r\n"))
    message = issue_message(ISSUE, DELIVERY, replace(MAILING, sign=signer(old, SELECTOR, DOMAIN)))
    assert by_dkimpy(key)(message)
