"""What a mail server's refusal means: for whom it speaks, and whether the address is dead.

The enhanced status code decides where there is one (RFC 3463), then well-known words, then the step. In doubt the
person is not blamed: a dead address that is asked again costs a mail, a living one that is struck off costs a reader.
"""

from __future__ import annotations

import re
from typing import Literal

from litwatch.errors import DeliveryError

Step = Literal["MAIL", "RCPT", "DATA", "end of data"]
Refused = Literal["recipient", "message", "relay"]
SERVICE_CLOSING = 421

# At the start, after a doubled reply code or a "#", as some servers write it.
_STATUS = re.compile(r"(?:\d{3}[ -])?#?([245]\.\d{1,3}\.\d{1,3})\b")
_LOGIN = frozenset({530, 534, 535, 538})

_NOBODY = re.compile(
    r"user (name |\S+ )?(is )?(unknown|not (found|known)|does ?n.t (exist|have)|doesn.t have)|(unknown|no such|invalid|not a valid) "
    r"(local |e-?mail )?(user|recipient|mailbox|address|account)|(mailbox|recipient|account|address|user)\b.{0,80}"
    r"(not found|does not exist|doesn't exist|unknown|no longer|is invalid)|no mailbox (here )?by that name|no such (user|person)"
    r"|(not|isn't) our customer|this user doesn't have|requested action not taken: mailbox unavailable",
    re.IGNORECASE,
)
_SENDER = re.compile(r"\bsender\b|client host|your (ip|host|server|domain|e-?mail)", re.IGNORECASE)
_FULL = re.compile(
    r"(mailbox|quota|user|account|storage).{0,40}(full|exceed|over)|over ?quota|insufficient.{0,20}storage", re.I
)
_OURS = re.compile(
    r"spam|black ?list|block ?list|blocked|rbl\b|dnsbl|reputation|banned|\bspf\b|dkim|dmarc|relay(ing)? (access )?(denied|not)|"
    r"not (allowed|permitted) to (send|relay)|unable to relay|relaying|policy|authenticat|unsolicited|listed (at|by|in)|"
    r"sender (address )?(rejected|denied|verify)|allowed rcpthosts|reverse dns|\bptr\b|helo|virus|access denied|content (rejected|filter)"
    r"|sending (limit|quota)",
    re.IGNORECASE,
)
_OF_THE_SENDER = frozenset({"5.1.7", "5.1.8"})
_NO_ROUTE = frozenset({"5.4.0", "5.4.3", "5.4.4", "5.4.6", "5.4.7", "5.4.14"})


def refusal(step: Step, code: int, reply: bytes) -> DeliveryError:
    """The answer to `step` as an error: 5xx is for good, everything else (4xx, nonsense) passes (RFC 5321, 4.2.1)."""
    said = text(reply)
    match = _STATUS.match(said)
    status = match[1] if match else ""
    if not 500 <= code <= 599:
        return DeliveryError(f"{step}: {code} {said}", code=code, refused=_for_now(step, code), status=status)
    refused, dead = _for_good(step, code, status, said)
    return DeliveryError(
        f"{step}: {code} {said}", code=code, permanent=True, refused=refused, status=status, dead_address=dead
    )


def text(reply: bytes) -> str:
    """A reply in one line of at most 500 characters."""
    return " ".join(reply.decode("ascii", "replace").split())[:500]


def _for_now(step: Step, code: int) -> Refused:
    if code == SERVICE_CLOSING or step == "MAIL":
        return "relay"
    return "recipient" if step == "RCPT" else "message"


def _for_good(step: Step, code: int, status: str, said: str) -> tuple[Refused, bool]:
    """Whom it concerns, and whether the address is dead."""
    ours: Refused = "message" if step in ("DATA", "end of data") else "relay"
    if step == "MAIL" or code in _LOGIN:
        return ours, False
    _, subject, detail = (int(part) for part in (status or "5.0.0").split("."))
    if subject == 1:
        return (ours, False) if status in _OF_THE_SENDER else ("recipient", True)
    if subject == 2:
        return "recipient", False
    if subject in (6, 7) or (subject, detail) == (3, 4):
        return ours, False
    if status in _NO_ROUTE:
        return "recipient", False
    if status == "5.4.1" and "recipient address rejected" in said.casefold():
        return "recipient", True  # how Exchange Online says that it has no such mailbox
    return _by_words(step, code, said, ours)


def _by_words(step: Step, code: int, said: str, ours: Refused) -> tuple[Refused, bool]:
    if _SENDER.search(said):
        return ours, False
    if _NOBODY.search(said):
        return "recipient", True
    if _OURS.search(said):
        return ours, False
    if _FULL.search(said):
        return "recipient", False
    at_recipient = step == "RCPT" and code in (550, 551, 552, 553, 554)
    return ("recipient", False) if at_recipient else (ours, False)
