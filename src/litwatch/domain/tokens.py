"""Tokens that only this service can make: HMAC-SHA256 (RFC 2104) under its secret, 192 bits in URL-safe Base64."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from datetime import UTC, datetime

_BYTES = 24


def token(secret: bytes, purpose: str, of: str) -> str:
    """32 characters of A-Z, a-z, 0-9, "-" and "_". Another purpose gives another token of the same thing."""
    message = f"{purpose}\0{of}".encode()
    return urlsafe_b64encode(hmac.digest(secret, message, "sha256")[:_BYTES]).decode("ascii")


def personal(secret: bytes, seed: str) -> str:
    """The token of a person's own links, from `Subscriber.seed`."""
    return token(secret, "person", seed)


def confirming(secret: bytes, seed: str, left_at: datetime | None) -> str:
    """What the mail that asks for confirmation brings, and no other mail: who has left since needs another one."""
    return token(secret, "confirm", f"{seed}\0{left_at.astimezone(UTC).isoformat() if left_at else ''}")


def hashed(token: str) -> str:
    """What is stored of a token: its SHA-256 in hexadecimal. It is found by that and never compared itself."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def same(given: str, expected: str) -> bool:
    """Whether two tokens are the same, in a time that does not tell where they differ."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode("utf-8", "replace"))
