"""Envelope senders that tell which mail came back (variable envelope return paths): `bounces+TOKEN@litwatch.example`.

TOKEN is the delivery's number in hexadecimal and 80 bits of HMAC-SHA256 under the service's secret in Base32. Mail
systems change the case of local parts, so case means nothing in it; who does not know the secret can make none.
"""

from __future__ import annotations

import hmac
import re
from base64 import b32encode

from litwatch.domain import tokens

_BYTES = 10
_TOKEN = re.compile(r"\+([0-9a-f]{1,16})([a-z2-7]{16})@", re.IGNORECASE)
LONGEST = 1 + 16 + 16
"""Characters that are added to a local part, which may have 64 in all (RFC 5321, 4.5.3.1.1)."""


def envelope_sender(address: str, delivery: int, secret: bytes) -> str:
    """`address` with the token of that delivery after a plus sign."""
    local, _, domain = address.rpartition("@")
    return f"{local}+{delivery:x}{_seal(delivery, secret)}@{domain}"


def delivery_in(text: str, secret: bytes) -> int | None:
    """The delivery of the first genuine token in an address somewhere in `text`; None without one."""
    for number, seal in _TOKEN.findall(text):
        delivery = int(number, 16)
        if tokens.same(seal.lower(), _seal(delivery, secret)):
            return delivery
    return None


def _seal(delivery: int, secret: bytes) -> str:
    digest = hmac.digest(secret, f"bounce\0{delivery}".encode(), "sha256")
    return b32encode(digest[:_BYTES]).decode("ascii").lower()
