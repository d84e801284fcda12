"""The verb subscribe: asking for the mail over the web, confirming it, choosing, leaving.

A request is only written down when it comes in, the same way for every address. It is answered before mail is sent
(`People.prepare`): by a mail that asks for confirmation, or by nothing. Only what a person does with the links in their
own mail changes what they get, and only by POST.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import structlog

from litwatch.domain import tokens
from litwatch.domain.calendar import Clock
from litwatch.domain.signup import Stamp, mailbox, network, read_stamp, stamp
from litwatch.domain.subscriber import Choices, DeliveryKind, Said, Subscriber, SubscriberStatus
from litwatch.store import consents, erasing, issues, outbox, signups, subscribers
from litwatch.store.database import Connection, Database

HOUR, DAY, MONTH = timedelta(hours=1), timedelta(days=1), timedelta(days=30)
PER_NETWORK = 5
"""Requests an hour from one network (`domain.signup.network`)."""
IN_ALL = 200
"""Requests an hour from everywhere; then the form is closed until it is quieter."""
PER_DAY, PER_MONTH = 1, 3
"""Mails to one mailbox (`domain.signup.mailbox`) for however many requests, in 24 hours and in 30 days."""
UNCONFIRMED = timedelta(days=7)
"""So long a person may take to confirm; then nothing is kept of them."""

log = structlog.get_logger(__name__)


class Asked(StrEnum):
    """What became of a request. It never tells anything about the address."""

    TAKEN = "taken"
    BUSY = "busy"
    """Too many requests from this network."""
    CLOSED = "closed"
    """Too many requests from everywhere."""


class Confirmed(StrEnum):
    """What a confirmation changed."""

    NOW = "now"
    ALREADY = "already"
    UNKNOWN = "unknown"
    """Nobody's link, or not theirs any more."""


class Left(StrEnum):
    """What leaving changed."""

    LEFT = "left"
    ALREADY = "already"
    """They had left before; nothing changed."""
    UNKNOWN = "unknown"
    """Nobody's link."""


@dataclass(frozen=True, slots=True)
class Changed:
    """The person as they are now (None: nobody's link), and the names of the choices that were changed."""

    person: Subscriber | None
    what: tuple[str, ...] = ()


class People:
    """Those who come by themselves. `secret` makes their links (`domain.tokens`), `message_id` makes a Message-ID from
    a word about the mail, `new_seed` at least 128 random bits.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        secret: bytes,
        *,
        message_id: Callable[[str], str],
        new_seed: Callable[[], str],
    ) -> None:
        self._database = database
        self._clock = clock
        self._secret = secret
        self._message_id = message_id
        self._new_seed = new_seed
        self._keyed = False

    def stamp(self) -> str:
        """What a form has to bring back."""
        return stamp(self._secret, self._clock())

    def read_stamp(self, text: str) -> Stamp:
        """What is to be made of a form that brings that back."""
        return read_stamp(self._secret, text, self._clock())

    def ask(self, address: str, choices: Choices, *, host: str, agreed_to: str) -> Asked:
        """Somebody at `host` asks for the mail to `address`. Raises UsageError for what is no address.

        The same statements run whatever is known of the address.
        """
        address, now = subscribers.normalise(address), self._clock()
        whence = self._hashed("signup-network", network(host))
        with self._database.read() as tx:  # a flood is turned away without a lock
            refused = _refused(tx, whence, now)
        if refused:
            return refused
        with self._database.write() as tx:
            signups.lock(tx)
            if refused := _refused(tx, whence, now):
                return refused
            signups.take(
                tx,
                address,
                choices,
                agreed_to=agreed_to,
                address_hash=self.address_hash(address),
                network_hash=whence,
                now=now,
            )
        return Asked.TAKEN

    def prepare(self) -> None:
        """Before mail is sent: forget who is to be forgotten, and `answer`."""
        self.tidy()
        self.answer()

    def answer(self) -> None:
        """Answer the requests that have come in, and let every person's links find them. Little work if there is none.

        The first time in a process all links are looked at: the secret may be another one than it was.
        """
        self._answer()
        with self._database.read() as tx:
            due = subscribers.keyed_otherwise(tx, self._token_hash, new_only=self._keyed)
        if due:
            with self._database.write() as tx:
                subscribers.key(tx, subscribers.keyed_otherwise(tx, self._token_hash, new_only=self._keyed))
        self._keyed = True

    def find(self, token: str) -> Subscriber | None:
        """Whose personal token that is."""
        with self._database.read() as tx:
            return subscribers.by_token(tx, tokens.hashed(token))

    def asked(self, token: str, key: str) -> Subscriber | None:
        """Who was sent the link with that token and key to confirm; None if it is nobody's, or void."""
        person = self.find(token)
        return person if person and self._may_confirm(person, key) else None

    def confirm(self, token: str, key: str, *, agreed_to: str) -> Confirmed:
        """The person wants the mail. A word of welcome is queued for them, with the latest issue unless they have it."""
        now = self._clock()
        with self._database.write() as tx:
            # An issue goes to who is subscribed when it is published; who comes later finds it there.
            issues.hold_publishing(tx)
            person = subscribers.by_token(tx, tokens.hashed(token), lock=True)
            if person is None or not self._may_confirm(person, key):
                return Confirmed.UNKNOWN
            if person.status is SubscriberStatus.ACTIVE:
                return Confirmed.ALREADY
            subscribers.confirm(tx, person.id)
            consents.record(tx, person.id, Said.CONFIRMED, how="web", now=now, text=agreed_to)
            latest = max(issues.weeks(tx), default=None)
            if latest and outbox.has_issue(tx, latest, person.id):
                latest = None
            outbox.enqueue_single(tx, person.id, DeliveryKind.WELCOME, self._message_id("welcome"), latest, now)
        return Confirmed.NOW

    def choose(self, token: str, choices: Choices) -> Changed:
        """The person wants this from now on. Of somebody who gets no mail nothing is changed."""
        with self._database.write() as tx:
            person = subscribers.by_token(tx, tokens.hashed(token), lock=True)
            if person is None or person.status is not SubscriberStatus.ACTIVE or person.choices == choices:
                return Changed(person)
            subscribers.choose(tx, person.id, choices)
            told = f"from {_told(person.choices)} to {_told(choices)}"
            consents.record(tx, person.id, Said.CHANGED, how="web", now=self._clock(), text=told)
            after = subscribers.by_token(tx, tokens.hashed(token))
        names = ("topics", "min_stars", "format")
        return Changed(after, tuple(name for name in names if getattr(person, name) != getattr(choices, name)))

    def leave(self, token: str, *, how: str) -> Left:
        """The person wants no more mail."""
        return leave(self._database, token, self._clock(), how)

    def tidy(self) -> int:
        """Forget who has not confirmed within a week, and requests after a month; how many people it was."""
        now = self._clock()
        until = now - UNCONFIRMED
        with self._database.read() as tx:
            due = erasing.unconfirmed(tx, until=until) or signups.are_older(tx, now - MONTH)
        if not due:
            return 0
        with self._database.write() as tx:
            signups.forget(tx, until=now - MONTH)
            purged = erasing.purge(tx, until=until)
        log.info("unconfirmed subscriptions deleted", people=purged)
        return purged

    def address_hash(self, address: str) -> str:
        """What the limits know an address by."""
        return self._hashed("signup-address", mailbox(address))

    def _answer(self) -> None:
        """A mail that asks for confirmation, or nothing, for each request that has come in."""
        with self._database.read() as tx:
            if not signups.are_waiting(tx):
                return
        with self._database.write() as tx:
            signups.lock(tx)
            requests = signups.waiting(tx)
            mailed = 0
            for request in requests:
                asked = self._asks(tx, request)
                signups.answer(tx, request.id, mailed=asked)
                mailed += asked
        log.info("requests to subscribe answered", requests=len(requests), mails=mailed)

    def _asks(self, tx: Connection, request: signups.Request) -> bool:
        now = self._clock()
        today = signups.mailed_since(tx, request.address_hash, now - DAY)
        lately = signups.mailed_since(tx, request.address_hash, now - MONTH)
        if today >= PER_DAY or lately >= PER_MONTH or subscribers.is_suppressed(tx, request.address):
            return False
        person = subscribers.ask(tx, request.address, request.choices, seed=self._new_seed(), now=now)
        if person is None:
            return False
        subscribers.key(tx, [(person.id, self._token_hash(person.seed))])
        consents.record(tx, person.id, Said.ASKED, how="web", now=request.at, text=request.text)
        return outbox.enqueue_single(tx, person.id, DeliveryKind.CONFIRM, self._message_id("confirm"), None, now)

    def _may_confirm(self, person: Subscriber, key: str) -> bool:
        right = tokens.confirming(self._secret, person.seed, person.left_at)
        lapsed = self._clock() - person.created >= UNCONFIRMED  # whether or not they are deleted yet
        invited = person.status is SubscriberStatus.ACTIVE or (person.status is SubscriberStatus.PENDING and not lapsed)
        return tokens.same(key, right) and invited

    def _token_hash(self, seed: str) -> str:
        return tokens.hashed(tokens.personal(self._secret, seed))

    def _hashed(self, purpose: str, text: str) -> str:
        return tokens.token(self._secret, purpose, text)


def leave(database: Database, token: str, now: datetime, how: str) -> Left:
    """The person whose personal token that is gets nothing more, what is queued included; `how` goes on record.

    Safe to repeat, and with any text for a token.
    """
    with database.write() as tx:
        person = subscribers.by_token(tx, tokens.hashed(token), lock=True)
        if person is None:
            return Left.UNKNOWN
        if person.status is SubscriberStatus.UNSUBSCRIBED:
            return Left.ALREADY
        subscribers.leave(tx, person.id, now=now)
        consents.record(tx, person.id, Said.LEFT, how=how, now=now)
    return Left.LEFT


def _refused(tx: Connection, network_hash: str, now: datetime) -> Asked | None:
    if signups.since(tx, now - HOUR) >= IN_ALL:
        return Asked.CLOSED
    if signups.since(tx, now - HOUR, network_hash=network_hash) >= PER_NETWORK:
        return Asked.BUSY
    return None


def _told(choices: Choices) -> str:
    topics = ", ".join(choices.topics) or "all topics"
    return f"{topics}; {choices.min_stars} stars and up; {choices.format}"
