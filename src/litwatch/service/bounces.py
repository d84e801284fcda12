"""What comes back of the mail that was sent: who gets no more of it, and why.

A report counts once, however often it is read: what it changes and the record of it are one transaction, and only then
is its mail set aside. A report that names no mail of ours changes nothing: its words could be anybody's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from litwatch.domain import bounce, tokens, verp
from litwatch.domain.bounce import BounceKind, SuppressionKind, Verdict
from litwatch.domain.calendar import Clock
from litwatch.domain.subscriber import Delivery, DeliveryKind, Said, Subscriber
from litwatch.domain.text import clean_text
from litwatch.errors import DeliveryError, UsageError
from litwatch.publish.mailbox import Mailbox
from litwatch.publish.reports import Failure, Leaving, Marks, NotDelivered, NotWanted, Report, read_report
from litwatch.store import bounces, consents, subscribers, suppressions
from litwatch.store.bounces import Bounce, Mailed
from litwatch.store.database import Connection, Database
from litwatch.store.suppressions import Suppression

_GIVEN_UP = "4.0.0"
"""The status of what was refused for now until it was too late, where the server gave none."""

Leave = Callable[[str], bool]
"""Unsubscribes the person with this token; False if nobody has it."""


class Fate(StrEnum):
    """What became of one message in the mailbox."""

    HARD = "hard"
    SOFT = "soft"
    POLICY = "policy"
    COMPLAINT = "complaint"
    LEFT = "left"
    KNOWN = "known"
    """Counted before."""
    STRANGE = "strange"
    """A report, but of no mail of ours, or a request of nobody whom we know."""
    OTHER = "other"
    """No report: an answer of somebody absent, a delay, spam, a letter."""


@dataclass(frozen=True, slots=True)
class _Acted:
    """What a message was, what it said, whether its address gets no more mail from now on."""

    fate: Fate
    said: str = ""
    suppressed: bool = False


@dataclass(frozen=True, slots=True)
class Collected:
    """The receipt of one look into a mailbox: how many messages were what."""

    hard: int = 0
    soft: int = 0
    policy: int = 0
    complaint: int = 0
    left: int = 0
    known: int = 0
    strange: int = 0
    other: int = 0
    suppressed: int = 0
    """Addresses that get no more mail from now on."""
    refusals: tuple[str, ...] = ()
    """What was said where our mail was refused for policy: for the operator."""

    @property
    def read(self) -> int:
        """Messages in all."""
        reports = self.hard + self.soft + self.policy + self.complaint + self.left
        return reports + self.known + self.strange + self.other


@dataclass(frozen=True, slots=True)
class Explained:
    """Why an address gets no mail, or did not: the suppressions, and the reports with the mails that they are about."""

    address: str
    suppressions: tuple[Suppression, ...]
    reports: tuple[tuple[Bounce, Mailed | None], ...]


class Bounces:
    """`secret` is that of the envelope senders; without one, mails are known by Message-ID and token only."""

    def __init__(self, database: Database, *, secret: bytes | None, leave: Leave, clock: Clock) -> None:
        self._database = database
        self._secret = secret
        self._leave = leave
        self._clock = clock

    def collect(self, mailbox: Mailbox, *, stop: Callable[[], bool] = lambda: False) -> Collected:
        """Read what is new in the mailbox and act on it. Raises MailboxError, InputError, StoreError.

        What was acted upon stays acted upon; what was not is read again the next time.
        """
        fates: Counter[Fate] = Counter()
        refusals: list[str] = []
        suppressed = 0
        try:
            for letter in mailbox.letters():
                if stop():
                    break
                acted = self._act(read_report(letter.content))
                fates[acted.fate] += 1
                suppressed += acted.suppressed
                if acted.fate is Fate.POLICY:
                    refusals.append(acted.said)
                mailbox.set_aside(letter, read=acted.fate not in (Fate.OTHER, Fate.STRANGE))
        finally:
            mailbox.close()
        return Collected(
            **{fate.value: fates[fate] for fate in Fate},
            suppressed=suppressed,
            refusals=tuple(refusals),
        )

    def refused(self, tx: Connection, delivery: Delivery, error: DeliveryError) -> None:
        """Count a recipient who was refused for good while the mail was being handed over; in that transaction."""
        mail = bounces.mailed(tx, delivery.id)
        assert mail is not None, "a delivery that was tried has a row"
        status = error.status or ("" if error.permanent else _GIVEN_UP)
        verdict = bounce.verdict(status, error.message)
        self._count(tx, f"delivery {delivery.id}", mail, verdict, error.status, error.message)

    def suppressions(self, *, everything: bool = False) -> list[Suppression]:
        """Those in force; with `everything` the lifted ones, too."""
        with self._database.read() as tx:
            return suppressions.listing(tx, everything=everything)

    def came_back(self, since: datetime) -> list[str]:
        """The addresses that are suppressed since `since` or later because mail came back; no complaints."""
        by_report = (SuppressionKind.HARD, SuppressionKind.SOFT)
        return [one.address for one in self.suppressions() if one.kind in by_report and one.made >= since]

    def explain(self, address: str) -> Explained:
        """All that is known of why the address gets no mail. Raises UsageError for what is no address."""
        address = subscribers.normalise(address)
        with self._database.read() as tx:
            return Explained(
                address=address,
                suppressions=tuple(suppressions.of_address(tx, address)),
                reports=tuple(bounces.of_address(tx, address)),
            )

    def suppress(self, address: str, *, because: str) -> bool:
        """By the operator's own decision; False if the address is suppressed already. UsageError without a reason."""
        because = _reason(because)
        with self._database.write() as tx:
            return suppressions.add(tx, address, SuppressionKind.OPERATOR, reason=because, now=self._clock())

    def lift(self, address: str, *, because: str) -> bool:
        """Let the address have mail again; False if it was not suppressed. UsageError without a reason."""
        because = _reason(because)
        with self._database.write() as tx:
            return suppressions.lift(tx, address, because=because, now=self._clock())

    def _act(self, report: Report | None) -> _Acted:
        if report is None:
            return _Acted(Fate.OTHER)
        if isinstance(report, Leaving):
            return _Acted(self._left(report))
        with self._database.write() as tx:
            if bounces.is_known(tx, report.source):
                return _Acted(Fate.KNOWN)
            mail = self._mail_of(tx, report.marks)
            if isinstance(report, NotWanted):
                return self._not_wanted(tx, report, mail)
            return self._not_delivered(tx, report, mail) if mail else _Acted(Fate.STRANGE)

    def _left(self, report: Leaving) -> Fate:
        with self._database.read() as tx:
            if bounces.is_known(tx, report.source):
                return Fate.KNOWN
            person = subscribers.by_token(tx, tokens.hashed(report.token))
        if not self._leave(report.token):
            return Fate.STRANGE
        with self._database.write() as tx:
            self._keep(tx, report.source, BounceKind.LEFT, "asked by mail", person=person)
        return Fate.LEFT

    def _mail_of(self, tx: Connection, marks: Marks) -> Mailed | None:
        number = verp.delivery_in(marks.addresses, self._secret) if self._secret else None
        return (bounces.mailed(tx, number) if number else None) or bounces.mailed_as(tx, marks.message_ids)

    def _not_wanted(self, tx: Connection, report: NotWanted, mail: Mailed | None) -> _Acted:
        owners = (subscribers.by_token(tx, tokens.hashed(token)) for token in report.marks.tokens)
        person = mail.subscriber if mail else next((owner for owner in owners if owner), None)
        if person is None:
            return _Acted(Fate.STRANGE)
        now = self._clock()
        if subscribers.remove(tx, person.address, now=now):
            consents.record(tx, person.id, Said.LEFT, how=report.wish, now=now, text=report.said)
        if report.wish == "opt-out":
            self._keep(tx, report.source, BounceKind.LEFT, report.said, person=person, mail=mail)
            return _Acted(Fate.LEFT)
        self._keep(tx, report.source, BounceKind.COMPLAINT, report.said, person=person, mail=mail)
        reason = f"{_described(mail) if mail else 'our mail'} was called unwanted: {report.said}"
        suppressed = suppressions.add(tx, person.address, SuppressionKind.COMPLAINT, reason=reason, now=now)
        return _Acted(Fate.COMPLAINT, suppressed=suppressed)

    def _not_delivered(self, tx: Connection, report: NotDelivered, mail: Mailed) -> _Acted:
        failure, verdict = _own(report.failures, mail.subscriber)
        status = bounce.exact_status(failure.status, failure.said)
        suppressed = self._count(tx, report.source, mail, verdict, status, failure.said)
        return _Acted(Fate(verdict.kind.value), failure.said or failure.status, suppressed)

    def _count(self, tx: Connection, source: str, mail: Mailed, verdict: Verdict, status: str, said: str) -> bool:
        """Keep the report, and suppress the address if it is the one too many; whether it was."""
        now, person = self._clock(), mail.subscriber
        self._keep(tx, source, verdict.kind, said, person=person, mail=mail, status=status)
        reason = f"{_described(mail)} came back: {_because(verdict, status, said)}"
        if verdict.kind is BounceKind.HARD:
            return suppressions.add(tx, person.address, SuppressionKind.HARD, reason=reason, now=now)
        if verdict.kind is not BounceKind.SOFT:
            return False
        number = bounce.issues_in_a_row(bounces.outcomes(tx, person, since=now - bounce.WINDOW), now)
        if number < bounce.SOFT_LIMIT:
            return False
        reason = f"{number} issues in a row came back; lastly, {reason}"
        return suppressions.add(tx, person.address, SuppressionKind.SOFT, reason=reason, now=now)

    def _keep(
        self,
        tx: Connection,
        source: str,
        kind: BounceKind,
        said: str,
        *,
        person: Subscriber | None,
        mail: Mailed | None = None,
        status: str = "",
    ) -> None:
        numbers = person.id if person else None, mail.id if mail else None
        bounces.add(tx, Bounce(source, *numbers, kind=kind, status=status, text=said, at=self._clock()))


def _reason(text: str) -> str:
    cleaned = clean_text(text)
    if not cleaned:
        raise UsageError("--because: a text is missing: every suppression explains itself")
    return cleaned


def _own(failures: tuple[Failure, ...], person: Subscriber) -> tuple[Failure, Verdict]:
    """The failure that is about the person: the one with their address, or (it led on, to several) the mildest."""
    own = [failure for failure in failures if person.address.lower() in failure.recipients]
    judged = [(failure, bounce.verdict(failure.status, failure.said)) for failure in own or failures]
    severity = (BounceKind.POLICY, BounceKind.SOFT, BounceKind.HARD)
    return min(judged, key=lambda pair: severity.index(pair[1].kind))


def _described(mail: Mailed) -> str:
    what = {
        DeliveryKind.ISSUE: f"the issue of {mail.week}",
        DeliveryKind.NOTICE: f"a notice about the issue of {mail.week}",
        DeliveryKind.CONFIRM: "the mail that asks for confirmation",
        DeliveryKind.WELCOME: "the welcome mail",
    }[mail.kind]
    return f"{what} of {mail.at:%Y-%m-%d} ({mail.message_id})"


def _because(verdict: Verdict, status: str, said: str) -> str:
    """The code, what it is taken for, and the words of the server."""
    code = f"{status}, " if status else ""
    return f"{code}{verdict.why}" + (f": “{said}”" if said else "")
