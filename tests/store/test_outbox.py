"""The outbox: every step of a delivery, crashes, people who leave, and two claimers at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Literal

import pytest
from sqlalchemy import Connection, select, update
from sqlalchemy.exc import IntegrityError

from litwatch.domain.calendar import Week
from litwatch.domain.subscriber import DeliveryKind, DeliveryState, SubscriberStatus
from litwatch.errors import StoreError
from litwatch.store import issues, outbox, subscribers
from litwatch.store.database import Database
from litwatch.store.schema import delivery, subscriber
from tests.store.samples import MONDAY, issue

WEEK = Week(2025, 12)
LEASE = timedelta(minutes=15)
SECOND = timedelta(seconds=1)
EXPIRED = MONDAY + LEASE
S = DeliveryState

Step = Callable[[Connection, int], None]
STEPS: dict[str, Step] = {
    "closing": lambda tx, key: outbox.closing(tx, key),
    "sent": lambda tx, key: outbox.sent(tx, key, reply="250 ok", now=MONDAY),
    "defer": lambda tx, key: outbox.defer(tx, key, reply="451 later", until=MONDAY + SECOND),
    "hold": lambda tx, key: outbox.hold(tx, key, reply="look at this"),
}

# From each state, what each step makes of it; a step that is not named is refused.
TABLE: dict[DeliveryState, dict[str, DeliveryState]] = {
    S.QUEUED: {"sent": S.SENT},
    S.SENDING: {"closing": S.CLOSING, "sent": S.SENT, "defer": S.DEFERRED, "hold": S.HELD},
    S.CLOSING: {"sent": S.SENT, "defer": S.DEFERRED, "hold": S.HELD},
    S.SENT: {},
    S.DEFERRED: {},
    S.HELD: {"sent": S.SENT},
    S.FAILED: {},
    S.SKIPPED: {},
}


def _enqueue(tx: Connection, *names: str, week: Week = WEEK) -> list[int]:
    """An issue with one queued delivery for each of `names`; their ids."""
    issues.publish(tx, issue(week), {})
    for name in names:
        subscribers.add(tx, f"{name}@example.org", topics=(), seed=name, now=MONDAY)
    people = {person.seed: person.id for person in subscribers.listing(tx, active_only=False)}
    entries = [(people[name], f"<{week}.{name}@litwatch.example>") for name in names]
    assert outbox.enqueue(tx, week, entries, now=MONDAY) == len(names)
    return list(tx.scalars(select(delivery.c.id).order_by(delivery.c.id)))[-len(names) :]


def _force(tx: Connection, key: int, state: DeliveryState, crashes: int = 0) -> None:
    leased = EXPIRED if state in (S.SENDING, S.CLOSING) else None
    values = {"state": state, "lease_until": leased, "crashes": crashes, "next_try": EXPIRED}
    tx.execute(update(delivery).where(delivery.c.id == key).values(values))


def _state(tx: Connection, key: int) -> DeliveryState:
    return DeliveryState(tx.scalars(select(delivery.c.state).where(delivery.c.id == key)).one())


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("state", TABLE)
def test_the_state_machine(sqlite_database: Database, state: DeliveryState, step: str) -> None:
    expected = TABLE[state].get(step)
    with sqlite_database.write() as tx:
        (key,) = _enqueue(tx, "ann")
        _force(tx, key, state)
        if expected:
            STEPS[step](tx, key)
        else:
            with pytest.raises(StoreError, match=f"delivery {key} cannot become .*: it is {state} "):
                STEPS[step](tx, key)
        assert _state(tx, key) == (expected or state)


@pytest.mark.parametrize("state", S)
def test_only_an_attempt_that_is_over_and_was_the_last_can_have_failed(
    sqlite_database: Database, state: DeliveryState
) -> None:
    with sqlite_database.write() as tx:
        (key,) = _enqueue(tx, "ann")
        _force(tx, key, state)
        tx.execute(update(delivery).values(attempts=2))
        assert not outbox.fail(tx, key, attempt=1, reply="550 no")
        assert outbox.fail(tx, key, attempt=2, reply="550 no") is (state in (S.DEFERRED, S.HELD))
        assert _state(tx, key) == (S.FAILED if state in (S.DEFERRED, S.HELD) else state)


def test_a_delivery_that_does_not_exist(database: Database) -> None:
    with pytest.raises(StoreError, match="delivery 7 cannot become closing: it does not exist"), database.write() as tx:
        outbox.closing(tx, 7)


def test_the_usual_way(database: Database) -> None:
    with database.write() as tx:
        (key,) = _enqueue(tx, "ann")
    with database.write() as tx:
        claimed = outbox.claim(tx, now=MONDAY, lease=LEASE)
    assert claimed is not None
    assert (claimed.id, claimed.week, claimed.state, claimed.attempts) == (key, "2025-W12", S.SENDING, 1)
    assert (claimed.message_id, claimed.date, claimed.reply) == ("<2025-W12.ann@litwatch.example>", MONDAY, None)
    assert claimed.subscriber.address == "ann@example.org"
    with database.write() as tx:
        outbox.closing(tx, key)
    with database.write() as tx:
        outbox.sent(tx, key, reply="250 2.0.0 Ok: queued as 4ZK\x00", now=MONDAY + SECOND)
    with database.read() as tx:
        row = tx.execute(select(delivery)).one()
        assert outbox.counts(tx) == {S.SENT: 1}
    assert (row.state, row.reply, row.sent_at) == ("sent", "250 2.0.0 Ok: queued as 4ZK", MONDAY + SECOND)
    assert (row.lease_until, row.next_try) == (None, None)
    with database.write() as tx:
        assert outbox.claim(tx, now=MONDAY + timedelta(days=9), lease=LEASE) is None


def test_each_person_gets_an_issue_once(database: Database) -> None:
    with database.write() as tx:
        _enqueue(tx, "ann", "bob")
        ann, bob = (person.id for person in subscribers.listing(tx))
        again = [(ann, "<other@litwatch.example>"), (bob, "<2025-W12.bob@litwatch.example>")]
        assert outbox.enqueue(tx, WEEK, again, now=EXPIRED) == 0
        assert outbox.enqueue(tx, WEEK, [], now=EXPIRED) == 0
        rows = tx.execute(select(delivery.c.message_id, delivery.c.date).order_by(delivery.c.id)).all()
    assert rows == [("<2025-W12.ann@litwatch.example>", MONDAY), ("<2025-W12.bob@litwatch.example>", MONDAY)]


def test_a_message_id_belongs_to_one_delivery(database: Database) -> None:
    with database.write() as tx:
        _enqueue(tx, "ann")
        subscribers.add(tx, "bob@example.org", topics=(), seed="bob", now=MONDAY)
        bob = subscribers.listing(tx)[-1].id
    with pytest.raises(IntegrityError), database.write() as tx:
        outbox.enqueue(tx, WEEK, [(bob, "<2025-W12.ann@litwatch.example>")], now=MONDAY)


def test_an_issue_must_be_there(database: Database) -> None:
    with pytest.raises(StoreError, match="there is no issue of 2025-W12"), database.write() as tx:
        outbox.enqueue(tx, WEEK, [], now=MONDAY)


def test_deferred_waits_for_its_time_and_keeps_the_reply(database: Database) -> None:
    with database.write() as tx:
        _enqueue(tx, "ann")
        first = outbox.claim(tx, now=MONDAY, lease=LEASE)
        assert first is not None
        outbox.defer(tx, first.id, reply="451 4.7.1 greylisted", until=EXPIRED)
        assert outbox.claim(tx, now=EXPIRED - SECOND, lease=LEASE) is None
        second = outbox.claim(tx, now=EXPIRED, lease=LEASE)
        assert second is not None
        assert (second.id, second.attempts, second.reply) == (first.id, 2, "451 4.7.1 greylisted")
        assert (second.message_id, second.date) == (first.message_id, first.date)


def test_who_has_left_is_skipped_at_the_claim(database: Database) -> None:
    with database.write() as tx:
        keys = _enqueue(tx, "ann", "bob", "eve")
        first = outbox.claim(tx, now=MONDAY, lease=LEASE)
        assert first is not None
        outbox.defer(tx, first.id, reply="451", until=MONDAY)
        subscribers.remove(tx, "ann@example.org", now=MONDAY)
        subscribers.remove(tx, "bob@example.org", now=MONDAY)
        claimed = outbox.claim(tx, now=MONDAY, lease=LEASE)
        assert claimed is not None
        assert claimed.id == keys[2]
        assert [_state(tx, key) for key in keys] == [S.DEFERRED, S.SKIPPED, S.SENDING]
        assert outbox.claim(tx, now=MONDAY, lease=LEASE) is None
        assert [_state(tx, key) for key in keys] == [S.SKIPPED, S.SKIPPED, S.SENDING]


def test_what_was_not_tried_comes_before_what_has_failed(database: Database) -> None:
    with database.write() as tx:
        first, second = _enqueue(tx, "ann", "bob")
        claimed = outbox.claim(tx, now=MONDAY, lease=LEASE)
        assert claimed is not None
        outbox.defer(tx, claimed.id, reply="451", until=MONDAY)
        order = [outbox.claim(tx, now=MONDAY, lease=LEASE) for _ in range(3)]
    assert [found and found.id for found in order] == [second, first, None]


def test_the_operator_releases_and_drops(database: Database) -> None:
    with database.write() as tx:
        keys = dict(zip(S, _enqueue(tx, *S), strict=True))
        for state, key in keys.items():
            _force(tx, key, state, crashes=2)
        assert outbox.release(tx, [*keys.values(), 999]) == [keys[S.HELD], keys[S.FAILED]]
        assert outbox.release(tx, []) == []
        fresh = tx.execute(select(delivery.c.crashes, delivery.c.attempts).where(delivery.c.id == keys[S.HELD])).one()
        assert tuple(fresh) == (0, 0)
        dropped = outbox.drop(tx, keys.values(), reply="no")
        assert dropped == sorted(keys[state] for state in (S.QUEUED, S.DEFERRED, S.HELD, S.FAILED))
        left = {state: _state(tx, key) for state, key in keys.items() if key not in dropped}
        assert left == {state: state for state in (S.SENDING, S.CLOSING, S.SENT, S.SKIPPED)}
        shown = outbox.listing(tx, [S.SKIPPED, S.SENDING])
        assert [(row.delivery.state, row.until) for row in shown if row.delivery.id not in dropped] == [
            (S.SENDING, EXPIRED),
            (S.SKIPPED, EXPIRED),
        ]


def test_only_expired_leases_are_recovered(database: Database) -> None:
    with database.write() as tx:
        (key,) = _enqueue(tx, "ann")
        outbox.claim(tx, now=MONDAY, lease=LEASE)
        assert outbox.recover(tx, now=EXPIRED - SECOND, ambiguous="resend") == (0, 0)
        assert _state(tx, key) == S.SENDING
        assert outbox.recover(tx, now=EXPIRED, ambiguous="resend") == (1, 0)
        assert outbox.recover(tx, now=EXPIRED, ambiguous="resend") == (0, 0)
        again = outbox.claim(tx, now=EXPIRED, lease=LEASE)
        assert again is not None
        assert (again.id, again.attempts) == (key, 2)


@pytest.mark.parametrize(
    ("state", "crashes", "ambiguous", "result", "after"),
    [
        (S.SENDING, 0, "resend", (1, 0), S.QUEUED),
        (S.SENDING, 0, "hold", (1, 0), S.QUEUED),
        (S.CLOSING, 0, "resend", (1, 0), S.QUEUED),
        (S.CLOSING, 0, "hold", (0, 1), S.HELD),
        (S.SENDING, 1, "resend", (1, 0), S.QUEUED),
        (S.SENDING, 2, "resend", (0, 1), S.HELD),
        (S.CLOSING, 2, "resend", (0, 1), S.HELD),
        (S.CLOSING, 2, "hold", (0, 1), S.HELD),
        *[(state, 2, "hold", (0, 0), state) for state in TABLE if state not in (S.SENDING, S.CLOSING)],
    ],
)
def test_after_a_crash(
    database: Database,
    state: DeliveryState,
    crashes: int,
    ambiguous: Literal["resend", "hold"],
    result: tuple[int, int],
    after: DeliveryState,
) -> None:
    with database.write() as tx:
        (key,) = _enqueue(tx, "ann")
        _force(tx, key, state, crashes)
        assert outbox.recover(tx, now=EXPIRED, ambiguous=ambiguous) == result
        row = tx.execute(select(delivery)).one()
    assert row.state == after
    if sum(result):
        assert (row.crashes, row.lease_until) == (crashes + 1, None)
    assert (row.reply or "").startswith("held: ") is (result[1] == 1)


def test_three_crashes_hold_one_message_and_no_other(database: Database) -> None:
    moment = MONDAY
    with database.write() as tx:
        _enqueue(tx, "ann")
        for expected in [(1, 0), (1, 0), (0, 1)]:
            assert outbox.claim(tx, now=moment, lease=LEASE) is not None
            moment += LEASE
            assert outbox.recover(tx, now=moment, ambiguous="resend") == expected
        _enqueue(tx, "bob", week=WEEK.next())
        claimed = outbox.claim(tx, now=moment, lease=LEASE)
    assert claimed is not None
    assert claimed.subscriber.address == "bob@example.org"


def test_an_owner_whose_lease_was_given_away_is_refused(database: Database) -> None:
    with database.write() as tx:
        (key,) = _enqueue(tx, "ann")
        old = outbox.claim(tx, now=MONDAY, lease=LEASE)
        outbox.recover(tx, now=EXPIRED, ambiguous="resend")
        new = outbox.claim(tx, now=EXPIRED, lease=LEASE)
        assert old is not None
        assert new is not None
        with pytest.raises(StoreError, match=r"cannot become closing: it is sending \(attempt 2\)"):
            outbox.closing(tx, key, attempt=old.attempts)
        outbox.closing(tx, key, attempt=new.attempts)
        assert _state(tx, key) == S.CLOSING


def test_counts_by_week_and_in_all(database: Database) -> None:
    with database.write() as tx:
        assert outbox.counts(tx) == {}
        _enqueue(tx, "ann", "bob")
        _enqueue(tx, "eve", week=WEEK.next())
        outbox.claim(tx, now=MONDAY, lease=LEASE)
        assert outbox.counts(tx, WEEK) == {S.SENDING: 1, S.QUEUED: 1}
        assert outbox.counts(tx) == {S.SENDING: 1, S.QUEUED: 2}
        assert outbox.counts(tx)[S.HELD] == 0


def test_two_claimers_never_get_the_same_delivery(database: Database) -> None:
    with database.write() as tx:
        keys = _enqueue(tx, *(f"person{number}" for number in range(24)))

    def work(_: int) -> list[int]:
        mine: list[int] = []
        while True:
            with database.write() as tx:
                claimed = outbox.claim(tx, now=MONDAY, lease=LEASE)
            if claimed is None:
                return mine
            mine.append(claimed.id)

    with ThreadPoolExecutor(4) as pool:
        claimed = [key for mine in pool.map(work, range(4)) for key in mine]
    assert sorted(claimed) == keys


def test_a_claim_does_not_wait_for_another_on_postgresql(postgresql_database: Database) -> None:
    with postgresql_database.write() as tx:
        keys = _enqueue(tx, "ann", "bob")
    with postgresql_database.write() as first, postgresql_database.write() as second:
        claims = [outbox.claim(tx, now=MONDAY, lease=LEASE) for tx in (first, second, second)]
    assert [claimed and claimed.id for claimed in claims] == [*keys, None]


def test_a_notice_goes_to_those_who_were_sent_the_issue(database: Database) -> None:
    notice = "tag:litwatch.example,2026:notice/1"
    with database.write() as tx:
        keys = _enqueue(tx, "anna", "left", *S)
        for key, state in zip(keys, [S.SENT, S.SENT, *S], strict=True):
            _force(tx, key, state)
        subscribers.remove(tx, "left@example.org", now=MONDAY)
        subscribers.add(tx, "later@example.org", topics=(), seed="later", now=MONDAY)
        people = outbox.received(tx, WEEK, but_not=notice)
        assert sorted(person.seed for person in people) == ["anna", "sent"]
        assert outbox.received(tx, WEEK.next(), but_not=notice) == []
        entries = [(people[0].id, "<notice@litwatch.example>")]
        assert outbox.enqueue(tx, WEEK, entries, now=MONDAY, notice=notice) == 1
        assert outbox.enqueue(tx, WEEK, [(people[0].id, "<again@litwatch.example>")], now=MONDAY, notice=notice) == 0
        assert outbox.received(tx, WEEK, but_not=notice) == people[1:]
        assert outbox.received(tx, WEEK, but_not="another") == people
        claimed = [outbox.claim(tx, now=MONDAY, lease=LEASE) for _ in range(2)]
    assert [(found.notice, found.message_id) for found in claimed if found] == [
        ("", f"<{WEEK}.queued@litwatch.example>"),
        (notice, "<notice@litwatch.example>"),
    ]


def test_the_question_goes_to_who_has_asked_and_the_welcome_to_who_has_confirmed(database: Database) -> None:
    with database.write() as tx:
        _enqueue(tx, "ann", "bob")
        ann, bob = (person.id for person in subscribers.listing(tx))
        tx.execute(update(subscriber).where(subscriber.c.id == ann).values(status=SubscriberStatus.PENDING))
        for person, name in [(ann, "ann"), (bob, "bob")]:
            assert outbox.enqueue_single(tx, person, DeliveryKind.CONFIRM, f"<confirm.{name}@a.example>", None, MONDAY)
            assert outbox.enqueue_single(tx, person, DeliveryKind.WELCOME, f"<welcome.{name}@a.example>", WEEK, MONDAY)
        found = []
        while claimed := outbox.claim(tx, now=MONDAY, lease=LEASE):
            found.append((claimed.kind, claimed.week, claimed.subscriber.seed))
        # Before the issue, which was queued first: somebody sits and waits for it.
        assert found == [
            (DeliveryKind.CONFIRM, "", "ann"),
            (DeliveryKind.ISSUE, str(WEEK), "bob"),
            (DeliveryKind.WELCOME, str(WEEK), "bob"),
        ]
        skipped = tx.execute(select(delivery.c.message_id, delivery.c.reply).where(delivery.c.state == S.SKIPPED))
        assert sorted(map(tuple, skipped)) == [
            ("<2025-W12.ann@litwatch.example>", "skipped: pending"),
            ("<confirm.bob@a.example>", "skipped: active"),
            ("<welcome.ann@a.example>", "skipped: pending"),
        ]


def test_one_mail_of_a_kind_waits_for_a_person(database: Database) -> None:
    def ask(tx: Connection, number: int) -> bool:
        return outbox.enqueue_single(tx, person, DeliveryKind.CONFIRM, f"<{number}@a.example>", None, MONDAY)

    with database.write() as tx:
        _enqueue(tx, "ann")
        person = subscribers.listing(tx)[0].id
        tx.execute(update(subscriber).values(status=SubscriberStatus.PENDING))
        assert [ask(tx, 1), ask(tx, 2)] == [True, False]
        claimed = outbox.claim(tx, now=MONDAY, lease=LEASE)
        assert claimed is not None
        assert not ask(tx, 3)
        outbox.sent(tx, claimed.id, reply="250", now=MONDAY)
        assert ask(tx, 4)


def test_a_welcome_is_sent_once_for_an_issue_and_to_who_has_come_back(database: Database) -> None:
    def welcome(tx: Connection, number: int) -> bool:
        return outbox.enqueue_single(tx, person, DeliveryKind.WELCOME, f"<{number}@a.example>", WEEK, EXPIRED)

    with database.write() as tx:
        issues.publish(tx, issue(WEEK), {})
        added = subscribers.add(tx, "ann@example.org", topics=(), seed="ann", now=MONDAY)
        assert added is not None
        person = added.id
        assert welcome(tx, 1)
        subscribers.remove(tx, "ann@example.org", now=MONDAY)
        assert outbox.claim(tx, now=MONDAY, lease=LEASE) is None
        subscribers.add(tx, "ann@example.org", topics=(), seed="ann", now=MONDAY)
        assert welcome(tx, 2)
        claimed = outbox.claim(tx, now=MONDAY, lease=LEASE)
        assert claimed is not None
        assert (claimed.message_id, claimed.date, claimed.reply) == ("<2@a.example>", EXPIRED, None)
        outbox.sent(tx, claimed.id, reply="250", now=MONDAY)
        assert not welcome(tx, 3)
        assert [told.seed for told in outbox.received(tx, WEEK, but_not="tag:a.example,2026:notice/1")] == ["ann"]
        with pytest.raises(StoreError, match="there is no issue of 2025-W13"):
            outbox.enqueue_single(tx, person, DeliveryKind.WELCOME, "<4@a.example>", WEEK.next(), MONDAY)


def test_a_claim_can_leave_out_domains(database: Database) -> None:
    with database.write() as tx:
        _enqueue(tx, "ann", "bob", "cas", "eve")
        for name, address in [("bob", "bob@mail.example.org"), ("cas", "cas@anexample.org"), ("eve", "e@ex_mple.org")]:
            tx.execute(update(subscriber).where(subscriber.c.seed == name).values(address=address))
        found = [outbox.claim(tx, now=MONDAY, lease=LEASE, but_not={"example.org", "ex_mple.org"}) for _ in range(3)]
        assert [claimed and claimed.subscriber.seed for claimed in found] == ["bob", "cas", None]
        assert outbox.is_waiting(tx, now=MONDAY)
        found = [outbox.claim(tx, now=MONDAY, lease=LEASE, but_not={"ex%.org"}) for _ in range(3)]
        assert [claimed and claimed.subscriber.seed for claimed in found] == ["ann", "eve", None]
        assert not outbox.is_waiting(tx, now=MONDAY)


def test_any_number_of_domains_may_rest(database: Database) -> None:
    resting = {f"d{number}.example" for number in range(3000)} | {"example.org"}
    with database.write() as tx:
        _enqueue(tx, "ann")
        assert outbox.claim(tx, now=MONDAY, lease=LEASE, but_not=resting) is None
        assert outbox.claim(tx, now=MONDAY, lease=LEASE, but_not=resting - {"example.org"}) is not None
