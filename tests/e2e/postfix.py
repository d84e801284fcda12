"""A real Postfix for tests: an instance of its own in a temporary folder, on a free loopback port, into Maildirs.

Postfix starts as root only; where it is not installed or this is not root its tests skip, and fail with CI=true.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.absent import absent

_LONGEST = 600
"""Seconds that an instance lives."""
_SERVICES = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - 10 virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True)
class Postfix:
    """Takes mail for `people` at `port`; each has a Maildir in `folder`/mail."""

    folder: Path
    port: int

    def delivered(self) -> dict[str, list[bytes]]:
        """The messages as they lie in the Maildirs, by local part; who got nothing is absent."""
        found: dict[str, list[bytes]] = {}
        for path in sorted((self.folder / "mail").glob("*/new/*")):
            found.setdefault(path.parent.parent.name, []).append(path.read_bytes())
        return found

    def wait_for(self, number: int, seconds: float = 60) -> None:
        """Until so many messages lie in Maildirs."""
        end = time.monotonic() + seconds
        while sum(1 for _ in (self.folder / "mail").glob("*/new/*")) < number:
            assert time.monotonic() < end, self.log()
            time.sleep(0.1)

    def log(self) -> str:
        path = self.folder / "log"
        return path.read_text("utf-8", "replace")[-3000:] if path.exists() else ""


def without_trace(message: bytes) -> bytes:
    """What was handed over: without the headers that Postfix put before it, lines ending in LF as in a Maildir."""
    own = (b"Return-Path:", b"X-Original-To:", b"Delivered-To:", b"Received:")
    lines = message.split(b"\n")
    while lines[0].startswith((*own, b"\t", b" ")):
        del lines[0]
    return b"\n".join(lines)


@contextmanager
def running(people: Sequence[str]) -> Iterator[Postfix]:
    """A Postfix that knows these addresses at example.org (local parts) and nobody else."""
    program = shutil.which("postfix", path=os.environ.get("PATH", "") + ":/usr/sbin")
    if program is None or os.geteuid() != 0:
        absent("Postfix, and root to start it")
    # Not in pytest's folder: that is closed to Postfix's own user. In memory, if there is any: a queue syncs a lot.
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="litwatch-postfix-", dir=memory if memory.is_dir() else "/tmp"))
    try:
        port = _configure(folder, people)
        subprocess.run([program, "-c", folder / "etc", "check"], check=True, capture_output=True, timeout=60)
        daemons = subprocess.run(
            [Path(program).with_name("postconf"), "-h", "daemon_directory"], check=True, capture_output=True, text=True
        )
        # In the foreground, and ended by itself if nobody is left to end it.
        master = ["timeout", str(_LONGEST), f"{daemons.stdout.strip()}/master", "-c", f"{folder}/etc", "-d"]
        with subprocess.Popen(master, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                _wait_until_ready(port)
                yield Postfix(folder, port)
            finally:
                process.terminate()
    finally:
        shutil.rmtree(folder)


def _configure(folder: Path, people: Sequence[str]) -> int:
    """Writes what Postfix reads; returns the port that it is to listen at."""
    folder.chmod(0o755)
    owner = pwd.getpwnam("nobody")
    for name in ("etc", "queue", "data", "mail"):
        (folder / name).mkdir()
    os.chown(folder / "mail", owner.pw_uid, owner.pw_gid)
    os.chown(folder / "data", pwd.getpwnam("postfix").pw_uid, -1)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    settings = {
        "compatibility_level": "3.6",
        "queue_directory": folder / "queue",
        "data_directory": folder / "data",
        "maillog_file": folder / "log",
        "maillog_file_prefixes": folder,
        "inet_interfaces": "127.0.0.1",
        "inet_protocols": "ipv4",
        "myhostname": "mx.example.org",
        "mydestination": "",
        "mynetworks": "127.0.0.0/8",
        "smtpd_relay_restrictions": "permit_mynetworks, reject",
        "smtpd_recipient_restrictions": "reject_unlisted_recipient",
        "smtpd_peername_lookup": "no",
        "disable_dns_lookups": "yes",
        "default_transport": "error:no mail leaves this machine",
        "virtual_transport": "virtual",
        "virtual_mailbox_domains": "example.org",
        "virtual_mailbox_base": folder / "mail",
        "virtual_mailbox_maps": f"texthash:{folder / 'etc' / 'people'}",
        "virtual_uid_maps": f"static:{owner.pw_uid}",
        "virtual_gid_maps": f"static:{owner.pw_gid}",
        "alias_maps": "",
        "local_recipient_maps": "",
    }
    etc = folder / "etc"
    (etc / "main.cf").write_text("".join(f"{name} = {value}\n" for name, value in settings.items()))
    (etc / "master.cf").write_text(_SERVICES.format(port=port))
    (etc / "people").write_text("".join(f"{person}@example.org {person}/\n" for person in people))
    return port


def _wait_until_ready(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("Postfix does not listen")
