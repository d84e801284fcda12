"""A letter, a delivery and who sends → the bytes of one mail, signed and read back.

Bytes, not an `EmailMessage`: what goes over the wire is what is checked. The headers are written by
`publish.headers`, because the email package of several Python versions lets text that looks like an encoded word add
a header line (CVE-2024-6923), and encodes a long List-Unsubscribe beyond recognition.
"""

from __future__ import annotations

import hashlib

from litwatch.domain.subscriber import Delivery
from litwatch.publish import headers
from litwatch.publish.mailing import Mailing, header_values, leave_url
from litwatch.publish.mime import ADDRESS, LEAVE, Letter, Typeset, typeset


def assembled(letter: Letter, delivery: Delivery, mailing: Mailing) -> bytes:
    """The mail of `delivery`, ready for SMTP: 7-bit, CRLF only, no line over 998 octets.

    The same delivery gives the same bytes at every attempt. Raises DeliveryError if a header would not come out
    exactly as meant, e.g. for an address that is none.
    """
    return addressed(typeset(letter, boundary(delivery)), delivery, mailing)


def addressed(letter: Typeset, delivery: Delivery, mailing: Mailing) -> bytes:
    """As `assembled`, of a letter that was typeset for this mailing with the `boundary` of such a delivery."""
    person = delivery.subscriber
    lines = headers.header_lines([*header_values(letter.title, delivery, mailing), *letter.headers])
    own = {ADDRESS: headers.checked_address(person.address), LEAVE: leave_url(mailing, person) or ""}
    head, body = headers.joined(lines), letter.filled(own)
    names = [name for name, _ in lines]
    if mailing.sign:
        names, head = ["DKIM-Signature", *names], mailing.sign(head + body, delivery.date) + b"\r\n" + head
    headers.check(head, names)
    return head + body


def boundary(delivery: Delivery) -> str:
    """One for all mails that say the same. "=_" cannot occur in quoted-printable text."""
    what = f"{delivery.kind.value} {delivery.week} {delivery.notice}"
    return "=_" + hashlib.sha256(what.encode("utf-8", "replace")).hexdigest()[:32]
