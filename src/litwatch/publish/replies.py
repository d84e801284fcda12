"""What a mail server's refusal means: for whom it speaks, and whether the address is dead.

What was said decides (`domain.bounce`, as for reports that come by mail), then the step.
"""

from __future__ import annotations

import re
from typing import Literal

from litwatch.domain import bounce
from litwatch.domain.bounce import BounceKind
from litwatch.errors import DeliveryError

Step = Literal["MAIL", "RCPT", "DATA", "end of data"]
Refused = Literal["recipient", "message", "relay"]
SERVICE_CLOSING = 421

_LOGIN = frozenset({530, 534, 535, 538})
# Of its system, its policy, too many recipients (RFC 3463): whoever the recipient is.
_OF_THE_RELAY = re.compile(r"4\.(3\.|7\.|5\.3$)")
_GREYLISTING = re.compile(r"gr[ea]y.?list", re.IGNORECASE)
_OF_AN_ADDRESS = frozenset({550, 551, 552, 553, 554})


def refusal(step: Step, code: int, reply: bytes) -> DeliveryError:
    """The answer to `step` as an error: 5xx is for good, everything else (4xx, nonsense) passes (RFC 5321, 4.2.1)."""
    said = text(reply)
    status = bounce.exact_status("", said)
    if not 500 <= code <= 599:
        return DeliveryError(f"{step}: {code} {said}", code=code, refused=_for_now(step, code, status), status=status)
    refused, dead = _for_good(step, code, status, said)
    return DeliveryError(
        f"{step}: {code} {said}", code=code, permanent=True, refused=refused, status=status, dead_address=dead
    )


def text(reply: bytes) -> str:
    """A reply in one line of at most 500 characters: US-ASCII, or what some servers say all the same (RFC 6531, 3.5)."""
    return " ".join(reply.decode("utf-8", "replace").split())[:500]


def is_greylisting(error: DeliveryError) -> bool:
    """Whether the server takes a first attempt by nobody, and the next."""
    return not error.permanent and bool(_GREYLISTING.search(error.message))


def _for_now(step: Step, code: int, status: str) -> Refused:
    if code == SERVICE_CLOSING or step == "MAIL" or (step == "RCPT" and _OF_THE_RELAY.match(status)):
        return "relay"
    return "recipient" if step == "RCPT" else "message"


def _for_good(step: Step, code: int, status: str, said: str) -> tuple[Refused, bool]:
    """Whom it concerns, and whether the address is dead."""
    ours: Refused = "message" if step in ("DATA", "end of data") else "relay"
    if step == "MAIL" or code in _LOGIN:
        return ours, False
    found = bounce.verdict(status, said)
    if found.kind is BounceKind.POLICY:
        return ours, False
    if found.sure or (step == "RCPT" and code in _OF_AN_ADDRESS):
        return "recipient", found.kind is BounceKind.HARD
    return ours, False
