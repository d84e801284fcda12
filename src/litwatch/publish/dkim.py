"""Signing mail in the process itself (DKIM, RFC 6376), by the extra `dkim`.

`t=` is the delivery's own date and RSA with PKCS #1 v1.5 has no random part, so that every attempt has the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from litwatch.errors import ConfigError, Problem

try:
    import dkim
    from dkim.canonicalization import CanonicalizationPolicy
    from dkim.crypto import parse_pem_private_key
except ImportError as missing:
    raise ConfigError(
        (Problem("mail.dkim_key", "signing needs the extra 'dkim': install litwatch with it (pip install '.[dkim]')"),)
    ) from missing

LEAST_BITS = 1024
"""Verifiers must refuse less (RFC 8301, 3.2)."""
SIGNED = (
    "from",
    "to",
    "reply-to",
    "subject",
    "date",
    "message-id",
    "list-id",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "list-archive",
    "auto-submitted",
    "precedence",
    "feedback-id",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
)
"""Signed where it is there. One click counts only with both List-Unsubscribe headers signed (RFC 8058, 4)."""
_HARMLESS_TWICE = frozenset({"list-archive", "auto-submitted", "precedence", "feedback-id"})
OVERSIGNED = ("cc", *(name for name in SIGNED if name not in _HARMLESS_TWICE))
"""Signed once more than they are there, so that nobody can add another one (RFC 6376, 8.15).

But for Sender, which some relays write where the login is another than From.
"""
_HEADER_NAME = re.compile(rb"^([!-9;-~]+):", re.MULTILINE)


def signer(path: Path, selector: str, domain: str) -> Callable[[bytes, datetime], bytes]:
    """What signs for `domain` with the private key in `path`: (message, its date) → the header, CRLF inside, not after.

    ConfigError if there is no RSA key that verifiers accept.
    """
    key = _read_key(path)

    def sign(message: bytes, date: datetime) -> bytes:
        return _signature(message, date, key, selector.encode("ascii"), domain.encode("ascii"))

    return sign


def _signature(message: bytes, date: datetime, key: dict[str, int], selector: bytes, domain: bytes) -> bytes:
    """The header, made from dkimpy's parts: its own `sign` takes the present for the time of signing."""
    signing = dkim.DKIM(message, signature_algorithm=b"rsa-sha256", linesep=b"\r\n")
    policy = CanonicalizationPolicy.from_c_value(b"relaxed/relaxed")
    signing.hasher = hashlib.sha256
    names = _names(message)
    fields = [
        (b"v", b"1"),
        (b"a", b"rsa-sha256"),
        (b"c", policy.to_c_value()),
        (b"d", domain),
        (b"s", selector),
        (b"t", str(int(date.timestamp())).encode("ascii")),
        (b"h", b" : ".join(names)),
        (b"bh", base64.b64encode(hashlib.sha256(policy.canonicalize_body(signing.body)).digest())),
        (b"b", b"0" * 60),
    ]
    value: bytes = signing.gen_header(fields, names, policy, b"DKIM-Signature", key)
    return b"DKIM-Signature: " + value.strip()


def _names(message: bytes) -> list[bytes]:
    head = message.partition(b"\r\n\r\n")[0]
    there = {name.lower().decode("ascii") for name in _HEADER_NAME.findall(head)}
    return [name.encode("ascii") for name in (*(name for name in SIGNED if name in there), *OVERSIGNED)]


def _read_key(path: Path) -> dict[str, Any]:
    """The numbers of an RSA key."""
    try:
        pem = path.read_bytes().replace(b"\r\n", b"\n")
    except OSError as error:
        raise _unfit(path, error.strerror or str(error)) from error
    try:
        key: dict[str, Any] = parse_pem_private_key(pem)
        whole = key["modulus"] == key["prime1"] * key["prime2"]
    except Exception as error:  # a broken file fails anywhere in a reader that expects none
        raise _unfit(path, "no RSA private key in PEM (PKCS #1 or PKCS #8, without a pass phrase)") from error
    if not whole:
        raise _unfit(path, "a damaged RSA key: its modulus is not the product of its primes")
    bits = int(key["modulus"]).bit_length()
    if bits < LEAST_BITS:
        raise _unfit(path, f"a key of {bits} bits; receivers refuse less than {LEAST_BITS}, make one of 2048")
    return key


def _unfit(path: Path, why: str) -> ConfigError:
    return ConfigError((Problem("mail.dkim_key", f"{path}: {why}"),))
