"""A finished mail taken apart again, as a mail program does: for looking at it."""

from __future__ import annotations

import email
import email.policy
from base64 import b64encode
from dataclasses import dataclass
from email.message import EmailMessage


@dataclass(frozen=True, slots=True)
class Proof:
    """What a mail program shows. `html` is "" in a plain text mail; its pictures stand in it as `data:` addresses."""

    sender: str
    to: str
    subject: str
    text: str
    html: str
    size: int
    """Octets of the whole mail."""
    html_size: int
    """Octets of the HTML without pictures: what Gmail cuts off at 102 kB."""


def taken_apart(message: bytes) -> Proof:
    """`message`, made by `publish.message`, as its reader sees it."""
    parsed = email.message_from_bytes(message, policy=email.policy.default)
    html = _part(parsed, "html")
    shown = html
    for part in parsed.walk():
        assert isinstance(part, EmailMessage)
        name = str(part.get("Content-ID", "")).strip("<>")
        if name:
            data = b64encode(part.get_content()).decode("ascii")
            shown = shown.replace(f"cid:{name}", f"data:{part.get_content_type()};base64,{data}")
    return Proof(
        sender=str(parsed["From"]),
        to=str(parsed["To"]),
        subject=str(parsed["Subject"]),
        text=_part(parsed, "plain"),
        html=shown,
        size=len(message),
        html_size=len(html.encode("utf-8")),
    )


def _part(parsed: EmailMessage, subtype: str) -> str:
    part = parsed.get_body((subtype,))
    return str(part.get_content()).replace("\r\n", "\n") if isinstance(part, EmailMessage) else ""
