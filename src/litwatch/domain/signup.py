"""Who asks for a subscription, as far as limits look at it: mailboxes, networks, and the age of the form they sent."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv6Address, ip_address, ip_network

from litwatch.domain import tokens

YOUNGEST = timedelta(seconds=3)
OLDEST = timedelta(days=1)
"""Between these ages a form is believed to be filled in by a person who sees the present page."""

_DOTS_DO_NOT_COUNT = frozenset({"gmail.com", "googlemail.com"})


class Stamp(StrEnum):
    """What the signed time of a form says."""

    GOOD = "good"
    EARLY = "early"
    """Sent faster than anybody can read it."""
    STALE = "stale"
    """Older than a day, or not one of ours."""


def mailbox(address: str) -> str:
    """The mailbox behind a normalised address, as far as can be told: its case, and a tag behind "+", do not count.

    For limits only. Mail goes to the address as it was given.
    """
    local, _, domain = address.lower().rpartition("@")
    local = local.partition("+")[0] or local
    if domain in _DOTS_DO_NOT_COUNT:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"


def network(host: str) -> str:
    """What one person can be taken to have to themselves: the /24 of an IPv4 address, the /64 of an IPv6 address.

    What is no IP address (a socket, a test) is a network of its own.
    """
    try:
        given = ip_address(host.partition("%")[0])
    except ValueError:
        return "elsewhere"
    if isinstance(given, IPv6Address) and given.ipv4_mapped:
        given = given.ipv4_mapped
    return str(ip_network(f"{given}/{24 if given.version == 4 else 64}", strict=False))


def stamp(secret: bytes, now: datetime) -> str:
    """The present, signed, for a form to bring back: `SECONDS.TOKEN`."""
    seconds = str(int(now.timestamp()))
    return f"{seconds}.{tokens.token(secret, 'form', seconds)}"


def read_stamp(secret: bytes, text: str, now: datetime) -> Stamp:
    """What `stamp` made, read at `now`."""
    seconds, _, token = text.partition(".")
    if not re.fullmatch(r"[0-9]{1,12}", seconds) or not tokens.same(token, tokens.token(secret, "form", seconds)):
        return Stamp.STALE
    age = timedelta(seconds=now.timestamp() - int(seconds))
    if age < YOUNGEST:
        return Stamp.EARLY
    return Stamp.GOOD if age <= OLDEST else Stamp.STALE
