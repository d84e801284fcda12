"""People who come by themselves, without the web: keys, time limits, what goes on record."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from litwatch.domain import tokens
from litwatch.domain.subscriber import Choices, MailFormat, Subscriber, SubscriberStatus
from litwatch.service.subscribe import PER_NETWORK, Asked, Confirmed, Left, People, leave
from litwatch.store import consents, outbox, signups, subscribers
from litwatch.store.database import Database
from litwatch.store.schema import delivery, signup, subscriber
from tests.service.post import Clock
from tests.store.statements import statements

SECRET = b"a secret of at least thirty-two characters"
OTHER = b"another secret, of thirty-two characters"
ADDRESS = "ann@example.org"


class House:
    """People over a database, with a clock that is moved by hand."""

    def __init__(self, database: Database, now: datetime) -> None:
        self.database = database
        self.clock = Clock(now)
        self.people = self.with_secret(SECRET)
        self._numbers = 0

    def with_secret(self, secret: bytes) -> People:
        return People(
            self.database,
            self.clock,
            secret,
            message_id=lambda what: f"<{what}.{self.next()}@x.example>",
            new_seed=self.next,
        )

    def next(self) -> str:
        self._numbers += 1
        return f"{self._numbers:022d}"

    def ask(self, address: str = ADDRESS, choices: Choices | None = None) -> None:
        self.people.ask(address, choices or Choices(), host="192.0.2.1", agreed_to="I want it.")
        self.people.prepare()

    def person(self, address: str = ADDRESS) -> Subscriber | None:
        with self.database.read() as tx:
            return subscribers.by_address(tx, address)

    def links(self, address: str = ADDRESS) -> tuple[str, str]:
        person = self.person(address)
        assert person
        return tokens.personal(SECRET, person.seed), tokens.confirming(SECRET, person.seed, person.left_at)

    def subscribe(self, address: str = ADDRESS) -> str:
        self.ask(address)
        token, key = self.links(address)
        assert self.people.confirm(token, key, agreed_to="Yes.") is Confirmed.NOW
        return token


@pytest.fixture
def house(database: Database, now: datetime) -> House:
    return House(database, now)


def test_a_request_keeps_no_address_once_it_is_answered(house: House) -> None:
    house.people.ask(ADDRESS, Choices(("pain",), 3, MailFormat.TEXT), host="192.0.2.1", agreed_to="I want it.")
    assert house.person() is None, "nothing is decided while somebody waits for the answer"
    house.people.prepare()
    with house.database.read() as tx:
        ((asked, mailed, address_hash),) = tx.execute(
            select(signup.c.asked, signup.c.mailed, signup.c.address_hash)
        ).all()
    assert (asked, mailed) == (None, True)
    assert "ann" not in address_hash
    person = house.person()
    assert person and person.status is SubscriberStatus.PENDING
    assert person.choices == Choices(("pain",), 3, MailFormat.TEXT)


def test_who_has_not_confirmed_is_forgotten_after_a_week(house: House) -> None:
    house.ask()
    house.clock.advance(days=7, seconds=-1)
    assert house.people.tidy() == 0
    assert house.person()
    house.clock.advance(seconds=1)
    assert house.people.tidy() == 1
    assert house.person() is None
    with house.database.read() as tx:
        assert tx.execute(select(delivery)).all() == []
        assert len(tx.execute(select(signup)).all()) == 1, "the limits still count it"
    house.clock.advance(days=23)
    house.people.tidy()
    with house.database.read() as tx:
        assert tx.execute(select(signup)).all() == []
    assert house.people.tidy() == 0


def test_mail_that_is_sent_from_a_crontab_forgets_them_too(house: House) -> None:
    """Where no daemon ticks: `litwatch serve`, and `litwatch deliver` now and then."""
    house.ask()
    house.clock.advance(days=7)
    house.people.prepare()
    assert house.person() is None


def test_a_request_lapses_after_a_week_whether_or_not_it_is_deleted_yet(house: House) -> None:
    house.ask()
    token, key = house.links()
    house.clock.advance(days=7, seconds=-1)
    assert house.people.asked(token, key)
    house.clock.advance(seconds=1)
    assert house.people.asked(token, key) is None
    assert house.people.confirm(token, key, agreed_to="Yes.") is Confirmed.UNKNOWN
    house.clock.advance(days=-1)
    assert house.people.confirm(token, key, agreed_to="Yes.") is Confirmed.NOW
    house.clock.advance(days=60)
    assert house.people.asked(token, key), "who is subscribed is told so, however old the mail is"


def test_the_links_of_thousands_are_made_in_one_statement(house: House) -> None:
    """All others who want to write wait meanwhile."""
    people = [(f"reader{number}@example.org", Choices(), f"seed{number}") for number in range(1500)]
    with house.database.write() as tx:
        subscribers.add_all(tx, people, now=house.clock.now)
    with statements(house.database) as seen:
        house.people.prepare()
    assert sum(statement.startswith("UPDATE subscriber") for statement in seen) == 1
    assert house.people.find(tokens.personal(SECRET, "seed1499"))


def test_who_had_left_and_does_not_confirm_again_has_left(house: House) -> None:
    token = house.subscribe()
    assert house.people.leave(token, how="web") is Left.LEFT
    left_at = house.clock.now
    house.clock.advance(days=2)
    house.ask()
    _, key = house.links()
    house.clock.advance(days=7)
    assert house.people.tidy() == 1
    person = house.person()
    assert person and (person.status, person.left_at) == (SubscriberStatus.UNSUBSCRIBED, left_at)
    assert house.people.confirm(token, key, agreed_to="Yes.") is Confirmed.UNKNOWN, "the request has lapsed"


def test_who_withdraws_the_request_is_forgotten_too(house: House) -> None:
    house.ask()
    token, _ = house.links()
    assert house.people.leave(token, how="web") is Left.LEFT
    house.clock.advance(days=7, seconds=-1)
    assert house.people.leave(token, how="web") is Left.ALREADY
    assert house.people.tidy() == 0
    house.clock.advance(seconds=1)
    assert house.people.tidy() == 1
    assert house.person() is None
    assert house.people.leave(token, how="web") is Left.UNKNOWN


def test_nobody_is_forgotten_while_their_mail_is_on_the_wire(house: House) -> None:
    house.ask()
    house.clock.advance(days=8)
    with house.database.write() as tx:
        assert outbox.claim(tx, now=house.clock.now, lease=timedelta(hours=1))
    assert house.people.tidy() == 0
    assert house.person()


def test_another_secret_gives_everybody_other_links_and_ends_the_old_ones(house: House) -> None:
    old = house.subscribe()
    with house.database.write() as tx:
        subscribers.add(tx, "bob@example.org", topics=(), seed="seed-of-bob", now=house.clock.now)
    house.people.prepare()
    assert house.people.find(tokens.personal(SECRET, "seed-of-bob")), "who was added by the operator has links too"
    changed = house.with_secret(OTHER)
    changed.prepare()
    for person in (house.person(), house.person("bob@example.org")):
        assert person
        assert changed.find(tokens.personal(OTHER, person.seed)) == person
    assert changed.find(old) is None
    with house.database.read() as tx:
        first = tx.execute(select(subscriber.c.token_hash).order_by(subscriber.c.id)).all()
    changed.prepare()
    house.with_secret(OTHER).prepare()
    with house.database.read() as tx:
        assert tx.execute(select(subscriber.c.token_hash).order_by(subscriber.c.id)).all() == first


def test_leaving_by_mail_is_what_leaving_by_the_page_is(house: House) -> None:
    token = house.subscribe()
    assert leave(house.database, token, house.clock.now, "mail") is Left.LEFT
    assert leave(house.database, token, house.clock.now, "mail") is Left.ALREADY
    person = house.person()
    assert person and person.status is SubscriberStatus.UNSUBSCRIBED
    with house.database.read() as tx:
        assert [(line.what, line.how) for line in consents.history(tx, person.id)][-1] == ("left", "mail")


@pytest.mark.parametrize("token", ["", "x", "\x00", "\ud800", "ä" * 10_000, "' OR 1=1 --"])
def test_leaving_with_nobodys_token_is_no_error(house: House, token: str) -> None:
    assert leave(house.database, token, house.clock.now, "mail") is Left.UNKNOWN


def test_a_request_that_was_withdrawn_cannot_be_confirmed(house: House) -> None:
    house.ask()
    token, key = house.links()
    assert house.people.leave(token, how="one click") is Left.LEFT
    assert house.people.confirm(token, key, agreed_to="Yes.") is Confirmed.UNKNOWN
    assert house.people.asked(token, key) is None


def test_who_is_suppressed_is_not_asked_in_any_spelling(house: House) -> None:
    with house.database.write() as tx:
        tx.exec_driver_sql(
            "INSERT INTO suppression (address, kind, reason, made) "
            "VALUES ('Ann@example.org', 'complaint', 'abuse', '2025-01-01 00:00:00')"
        )
    house.ask("ann@example.org")
    assert house.person() is None
    with house.database.write() as tx:
        tx.exec_driver_sql("UPDATE suppression SET lifted = '2025-02-01 00:00:00'")
    house.ask("ann@example.org")
    assert house.person()


def test_requests_are_answered_once(house: House) -> None:
    house.ask()
    house.people.prepare()
    with house.database.read() as tx:
        assert not signups.are_waiting(tx)
        assert len(tx.execute(select(delivery)).all()) == 1


def test_limits_hold_when_all_come_at_once(house: House) -> None:
    """Twelve at a time from one network, then twelve answering at once: five requests, and one mail."""

    def ask(_: int) -> Asked:
        return house.people.ask(ADDRESS, Choices(), host="192.0.2.1", agreed_to="")

    with ThreadPoolExecutor(12) as pool:
        asked = list(pool.map(ask, range(12)))
        list(pool.map(lambda _: house.people.prepare(), range(12)))
    assert asked.count(Asked.TAKEN) == PER_NETWORK
    assert asked.count(Asked.BUSY) == 12 - PER_NETWORK
    with house.database.read() as tx:
        assert len(tx.execute(select(delivery)).all()) == 1
        assert tx.execute(select(signup.c.mailed)).scalars().all().count(True) == 1


def test_of_two_who_press_at_once_one_changes_something(house: House) -> None:
    house.ask()
    token, key = house.links()
    with ThreadPoolExecutor(8) as pool:
        confirmed = list(pool.map(lambda _: house.people.confirm(token, key, agreed_to=""), range(8)))
        left = list(pool.map(lambda _: house.people.leave(token, how="web"), range(8)))
    assert sorted(confirmed) == [Confirmed.ALREADY] * 7 + [Confirmed.NOW]
    assert sorted(left) == [Left.ALREADY] * 7 + [Left.LEFT]
