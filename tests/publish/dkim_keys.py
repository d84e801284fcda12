"""RSA keys made for one test run, and what a domain's owner would publish of them."""

from __future__ import annotations

import shutil
import subprocess
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

from tests.absent import absent


@dataclass(frozen=True)
class Key:
    """A private key in `path`; `record` is the TXT record of its public half (RFC 6376, 3.6.1)."""

    path: Path
    record: str


def make(path: Path, *, bits: int = 2048) -> Key:
    if not shutil.which("openssl"):
        absent("openssl")
    openssl("genrsa", "-out", path, str(bits))
    public = openssl("rsa", "-in", path, "-pubout", "-outform", "DER")
    return Key(path, f"v=DKIM1; k=rsa; p={b64encode(public).decode()}")


def openssl(*arguments: str | Path) -> bytes:
    done = subprocess.run(["openssl", *arguments], capture_output=True, timeout=60, check=True)
    return done.stdout
