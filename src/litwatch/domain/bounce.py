"""What a refusal says about an address, and when an address gets no more mail.

The enhanced status code decides where it is exact (RFC 3463 and IANA's registry of them, RFC 5248); else well-known
words do. In doubt the person is not blamed: a dead address that is asked again costs a mail, a living one that is
struck off costs a reader.

- hard: nobody is there. No more mail, at once.
- soft: the mailbox cannot take mail, or cannot be reached. No more mail after SOFT_LIMIT issues in a row within WINDOW;
  a mail that arrives makes all before it forgotten.
- policy: our mail, or we, are refused. Nobody's address is at fault; the operator is told.
- complaint: the person called the mail unwanted. Unsubscribed, and no more mail, at once.
- left: the person asked to be unsubscribed by mail.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

SOFT_LIMIT = 3
"""Issues in a row. Other mails do not count against an address: a notice a day after an issue meets the same full box."""
WINDOW = timedelta(days=60)
SETTLED = timedelta(days=6)
"""A mail that did not come back by then has arrived: mail systems give up after four to five days (RFC 5321, 4.5.4.1)."""


class BounceKind(StrEnum):
    """What a report says about the person who was to get the mail."""

    HARD = "hard"
    SOFT = "soft"
    POLICY = "policy"
    COMPLAINT = "complaint"
    LEFT = "left"


class SuppressionKind(StrEnum):
    """Why an address gets no mail."""

    HARD = "hard"
    SOFT = "soft"
    COMPLAINT = "complaint"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a refusal means, and why it is taken for that."""

    kind: BounceKind
    why: str
    sure: bool = True
    """False: nothing tells what it means, and soft is the benefit of the doubt."""


_H, _S, _P = BounceKind.HARD, BounceKind.SOFT, BounceKind.POLICY

# Subject and detail of a status of class 5. A code that is not here is decided by words, then by its subject.
_EXACT = {
    "1.1": (_H, "there is no such mailbox"),
    "1.2": (_S, "the domain takes no mail"),  # domains lapse and come back within days
    "1.3": (_H, "the address is malformed"),
    "1.4": (_S, "the address is ambiguous there"),
    "1.6": (_H, "the mailbox has moved away"),
    "1.7": (_P, "our sender address is refused"),
    "1.8": (_P, "our sender's domain is refused"),
    "1.10": (_H, "the domain says that it takes no mail (null MX)"),
    "2.2": (_S, "the mailbox is full"),
    "2.3": (_P, "our mail is too long for the mailbox"),
    "2.4": (_S, "the address is a list that cannot be expanded"),
    "3.4": (_P, "our mail is too big for the system"),
    "4.0": (_S, "no way to the domain is known"),
    "4.3": (_S, "the directory of the domain cannot be asked"),
    "4.4": (_S, "no way to the domain is known"),
    "4.6": (_S, "the mail went in circles"),
    "4.7": (_S, "it could not be delivered in time"),
    "4.14": (_S, "the mail went in circles"),
    "7.17": (_H, "the mailbox has another owner now"),  # RFC 7293: mail to the old one must not go on
    "7.18": (_H, "the domain has another owner now"),
}
_SUBJECT: dict[str, tuple[BounceKind, str] | tuple[BounceKind, str, bool]] = {
    "1": (_S, "the address was refused"),
    "2": (_S, "the mailbox takes no mail"),
    "3": (_S, "the mail system there failed", False),
    "4": (_S, "the domain could not be reached", False),
    "5": (_P, "the protocol failed between the mail systems"),
    "6": (_P, "the content of our mail was refused"),
    "7": (_P, "our mail was refused for policy"),
}
_NO_MAILBOX = Verdict(_H, "there is no such mailbox")
_SENDER_REFUSED = Verdict(_P, "the sender of our mail was refused")
_UNKNOWN = (_S, "no exact reason was given", False)
_WORDS_DECIDE = frozenset("012345")
"""Subjects whose inexact codes are used for anything, by servers that have only one code."""

_STATUS = re.compile(r"[45]\.\d{1,3}\.\d{1,3}\b")
# At the start, after a doubled reply code; or "(#5.1.1)", as some servers end. Elsewhere it may be a program's version.
_TOLD = re.compile(r"(?:^(?:\d{3}[ -])?#?|#)([45]\.\d{1,3}\.\d{1,3})\b")
_NOBODY = re.compile(
    r"user (name |\S+ )?(is )?(unknown|not (found|known)|does ?n.t (exist|have)|doesn.t have)"
    r"|(unknown|no such|invalid|not a valid) (local |e-?mail )?(user|recipient|mailbox|address|account|person)"
    r"|(mailbox|recipient|account|address|user)\b.{0,80}(not found|does not exist|doesn't exist|unknown|no longer|is invalid)"
    r"|no mailbox (here )?by that name|(not|isn't) our customer|this user doesn't have",
    re.IGNORECASE,
)
# The text of RFC 5321's reply 550 itself, also said before the true reason.
_UNAVAILABLE = re.compile(r"requested action not taken: mailbox unavailable", re.IGNORECASE)
_DISABLED = re.compile(r"(mailbox|account|user|address)\b.{0,60}(disabled|inactive|suspended|closed|deactivated)", re.I)
_FULL = re.compile(
    r"(mailbox|quota|user|account|storage).{0,40}(full|exceed|over)|over ?quota|insufficient.{0,20}storage", re.I
)
_PACE = re.compile(r"too (many|quickly|fast)|\brate\b|throttl|try again later", re.IGNORECASE)
_SENDER = re.compile(
    r"\bsender\b|client host|your (ip|host|server|domain|e-?mail|account)|\b(spf|dkim|dmarc)\b", re.IGNORECASE
)
_OURS = re.compile(
    r"spam|black ?list|block ?list|blocked|rbl\b|dnsbl|reputation|banned|abuse|relay(ing)? (access )?(denied|not)"
    r"|not (allowed|permitted) to (send|relay)|unable to relay|relaying|polic(y|ies)|authenticat|unsolicited|listed (at|by|in)"
    r"|allowed rcpthosts|reverse dns|\bptr\b|helo|virus"
    r"|access denied|content (rejected|denied|filter)|sending (limit|quota|mail)|prohibit|frequency|invalid dns"
    r"|(message|mail) (refused|rejected)",
    re.IGNORECASE,
)


def verdict(status: str, said: str) -> Verdict:
    """What a final refusal means: its status code ("5.1.1"; "" without one) and the words of the server.

    A code of class 4 was given up on: the address is not known to be dead, whatever its detail says.
    """
    code = exact_status(status, said)
    permanent, _, detail = code.partition(".")
    subject = detail.partition(".")[0]
    if permanent == "4":
        why = _SUBJECT.get(subject, _UNKNOWN)[1]
        return Verdict(_P if subject == "7" else _S, why)
    if detail == "2.1":
        return _disabled(said)
    if detail == "4.1" and "recipient address rejected" in said.casefold():
        return _NO_MAILBOX  # how Exchange Online says it
    if detail == "7.1" and _NOBODY.search(said) and not (_SENDER.search(said) or _OURS.search(said)):
        return _NO_MAILBOX  # the code of many servers for whatever they refuse
    if detail in _EXACT:
        return _exact(detail, said)
    if not subject or subject in _WORDS_DECIDE:
        found = _by_words(said)
        if found:
            return found
    return Verdict(*_SUBJECT.get(subject, _UNKNOWN))


def exact_status(status: str, said: str) -> str:
    """The code of a refusal, "" without one: the one in the server's words, else the given one.

    A relay that reports a refusal may give a code of its own (RFC 3464, 2.3.4); the words are those of the server that
    refused (2.3.6). But x.0.0 says less than any other, and what the relay gave up on was not refused for good.
    """
    given, told = _STATUS.match(status), _TOLD.search(said)
    if told and not (given and (told[1].endswith(".0.0") or given[0][0] < told[1][0])):
        return told[1]
    return given[0] if given else ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A mail that was sent to a person: when, whether it was an issue, whether it came back."""

    at: datetime
    is_issue: bool
    bounced: bool


def issues_in_a_row(mails: Iterable[Outcome], now: datetime) -> int:
    """How many issues came back since a mail last arrived, within WINDOW."""
    count = 0
    for mail in sorted(mails, key=lambda mail: mail.at, reverse=True):
        if mail.at < now - WINDOW:
            break
        if mail.bounced:
            count += mail.is_issue
        elif now - mail.at > SETTLED:
            break  # what came after it may still come back; this one does not
    return count


def _exact(detail: str, said: str) -> Verdict:
    kind, why = _EXACT[detail]
    # Some servers use the codes of a recipient for the sender. A later owner is nobody's sender.
    if kind is _H and not detail.startswith("7.") and _SENDER.search(said):
        return _SENDER_REFUSED
    return Verdict(kind, why)


def _disabled(said: str) -> Verdict:
    if _SENDER.search(said):
        return _SENDER_REFUSED
    # A mailbox that gets mail too fast is "disabled" for minutes at some providers.
    if _PACE.search(said):
        return Verdict(_S, "the mailbox gets too much mail at present")
    return Verdict(_H, "the mailbox is disabled")


def _by_words(said: str) -> Verdict | None:
    if _SENDER.search(said):
        return _SENDER_REFUSED
    if _NOBODY.search(said):
        return _NO_MAILBOX
    if _OURS.search(said):
        return Verdict(_P, "our mail was refused for policy")
    if _UNAVAILABLE.search(said):
        return _NO_MAILBOX
    if _FULL.search(said):
        return Verdict(_S, "the mailbox is full")
    return _disabled(said) if _DISABLED.search(said) else None
