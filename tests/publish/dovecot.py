"""A real IMAP server for tests: Dovecot in a temporary folder, on a free loopback port, over one Maildir.

Where it is not installed its tests skip, and fail with CI=true.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from litwatch.publish.mailbox import ImapAccount
from tests.absent import absent

USER, PASSWORD = "bounces", 'a "pass\\word"'

_CONFIGURATION = """\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
default_internal_user = {owner}
default_internal_group = {group}
default_login_user = {owner}
mail_location = maildir:{folder}/Maildir
mail_fsync = never
first_valid_uid = 1
first_valid_gid = 1
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {folder}/users
}}
userdb {{
  driver = static
  args = uid={owner} gid={group} home={folder}
}}
"""


@dataclass(frozen=True)
class Dovecot:
    """Serves the Maildir in `folder`. `context` trusts its certificate."""

    folder: Path
    port: int
    tls_port: int
    context: ssl.SSLContext

    @property
    def account(self) -> ImapAccount:
        return ImapAccount("127.0.0.1", self.port, "none", USER, PASSWORD, timeout=20)

    @property
    def encrypted(self) -> ImapAccount:
        return ImapAccount("localhost", self.tls_port, "tls", USER, PASSWORD, context=self.context, timeout=20)

    @property
    def upgraded(self) -> ImapAccount:
        return ImapAccount("localhost", self.port, "starttls", USER, PASSWORD, context=self.context, timeout=20)

    def arrive(self, *messages: bytes) -> None:
        """New mail in the folder, in this order."""
        for number, message in enumerate(messages):
            path = self.folder / "Maildir" / "new" / f"{time.time_ns()}.{number:03d}.test"
            path.write_bytes(message)
            path.chmod(0o666)

    def empty(self) -> None:
        for path in (self.folder / "Maildir").glob("*/*"):
            if path.parent.name in ("new", "cur"):
                path.unlink()

    def flags(self) -> list[str]:
        """The flags of each message, in the order of arrival, as the file names have them: S is seen, a letter a keyword."""
        return [path.name.partition(":2,")[2] for path in sorted((self.folder / "Maildir" / "cur").iterdir())]


@contextmanager
def running() -> Iterator[Dovecot]:
    program = shutil.which("dovecot", path=os.environ.get("PATH", "") + ":/usr/sbin")
    if program is None or not Path("/usr/lib/dovecot/imap").exists() or os.geteuid() != 0:
        absent("Dovecot's IMAP server, and root to start it")
    folder = Path(tempfile.mkdtemp(prefix="litwatch-imap-", dir="/tmp"))
    server = None
    try:
        made = _configure(folder)
        server = subprocess.Popen([program, "-F", "-c", folder / "dovecot.conf"], stderr=subprocess.PIPE)
        _wait_until_ready(server, made.port, folder)
        yield made
    finally:
        if server is not None:
            server.terminate()
            server.communicate(timeout=30)
        shutil.rmtree(folder)


def _configure(folder: Path) -> Dovecot:
    folder.chmod(0o755)
    owner = pwd.getpwnam("nobody")
    for part in ("", "new", "cur", "tmp"):
        (folder / "Maildir" / part).mkdir()
        os.chown(folder / "Maildir" / part, owner.pw_uid, owner.pw_gid)
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", folder / "key.pem")
    name = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2")
    subprocess.run(
        ["openssl", "req", "-x509", *key, *name, "-out", folder / "certificate.pem"],
        check=True,
        capture_output=True,
        timeout=30,
    )
    (folder / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}:::::\n")
    port, tls_port = _free_ports()
    text = _CONFIGURATION.format(folder=folder, port=port, tls_port=tls_port, owner="nobody", group="nogroup")
    (folder / "dovecot.conf").write_text(text)
    return Dovecot(folder, port, tls_port, ssl.create_default_context(cafile=str(folder / "certificate.pem")))


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as two:
        one.bind(("127.0.0.1", 0))
        two.bind(("127.0.0.1", 0))
        return one.getsockname()[1], two.getsockname()[1]


def _wait_until_ready(server: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except ConnectionRefusedError:
            assert server.poll() is None, server.communicate()[1]
            time.sleep(0.05)
        else:
            return
    raise TimeoutError((folder / "log").read_text() if (folder / "log").exists() else "Dovecot does not listen")
