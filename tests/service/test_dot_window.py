"""Between the final dot and its answer nobody can know: a relay that breaks off there."""

from __future__ import annotations

from collections import Counter
from typing import Literal

import pytest

from litwatch.domain.digest import Issue
from litwatch.domain.notice import Notice
from litwatch.domain.subscriber import Delivery, DeliveryState
from litwatch.publish.smtp import Relay, SmtpTransport
from litwatch.service.deliver import Delivered
from litwatch.store.database import Database
from tests.publish.smtpserver import DROP, OK, Mailbox, serving
from tests.service.post import Clock, address, database, queue, run, states, template

__all__ = ["database", "template"]


@pytest.mark.parametrize("accepts", [True, False])
@pytest.mark.parametrize("ambiguous", ["resend", "hold"])
def test_a_relay_that_breaks_off_after_the_dot(
    database: Database, accepts: bool, ambiguous: Literal["resend", "hold"]
) -> None:
    """Every fourth message's answer is lost. "resend" loses nobody, "hold" doubles nobody."""
    people, clock = 12, Clock()
    queue(database, people)
    with serving(Mailbox(dot=lambda n: DROP if n % 4 == 1 else OK, accept_before_drop=accepts)) as mailbox:
        transport = SmtpTransport(Relay("127.0.0.1", mailbox.port, local_hostname="client.example", timeout=10))
        first = run(database, transport, clock, ambiguous=ambiguous)
        clock.advance(minutes=5)
        second = run(database, transport, clock, ambiguous=ambiguous)
        clock.advance(minutes=15)
        run(database, transport, clock, ambiguous=ambiguous)
    copies = Counter(mailbox.ids())
    if ambiguous == "resend":
        assert first == Delivered(sent=9, unknown=3)
        assert second == Delivered(sent=2, unknown=1)
        assert len(copies) == people
        assert max(copies.values()) <= 1 + (2 if accepts else 0)
        assert states(database) == {DeliveryState.SENT: people}
    else:
        assert first == Delivered(sent=9, held=3)
        assert second == Delivered()
        assert set(copies.values()) == {1}
        assert len(copies) == (people if accepts else people - 3)
    contents = {message for _, _, message in mailbox.accepted}
    assert len(contents) == len(copies), "a second copy is the same bytes"


def test_a_message_whose_answer_never_comes_is_not_copied_without_end(database: Database) -> None:
    queue(database, 1)
    clock = Clock()
    with serving(Mailbox(dot=lambda _: DROP)) as mailbox:
        transport = SmtpTransport(Relay("127.0.0.1", mailbox.port, local_hostname="client.example", timeout=10))
        outcomes = []
        for _ in range(5):
            outcomes.append(run(database, transport, clock))
            clock.advance(hours=4)
    assert outcomes == [Delivered(unknown=1), Delivered(unknown=1), Delivered(held=1), Delivered(), Delivered()]
    assert len(mailbox.accepted) == 3


def test_a_relay_that_breaks_off_after_a_tenth_of_all_messages(database: Database, kills: int) -> None:
    """R5: everybody has a copy, further ones only where the connection broke, and all are the same.

    Of a thousand, one answer is lost three times: that row is held, as after three crashes, and the run ends.
    """
    people, clock, drops = 1000 if kills >= 200 else 200, Clock(), 0

    def dot(number: int) -> str:
        nonlocal drops
        drops += number % 10 == 3
        return DROP if number % 10 == 3 else OK

    def short(delivery: Delivery, _told: Issue | Notice | None) -> bytes:
        return f"Message-ID: {delivery.message_id}\r\nDate: {delivery.date:%c}\r\n\r\n.\r\n".encode()

    queue(database, people)
    with serving(Mailbox(dot=dot, pipelining=True)) as mailbox:
        transport = SmtpTransport(Relay("127.0.0.1", mailbox.port, local_hostname="client.example", timeout=10))
        outcomes: list[Delivered] = []
        while set(states(database)) - {DeliveryState.SENT, DeliveryState.HELD}:
            assert len(outcomes) < 10
            outcomes.append(run(database, transport, clock, renderer=short))
            clock.advance(minutes=15)
    assert outcomes[0] == Delivered(sent=people - people // 10, unknown=people // 10)
    copies = Counter(to for _, to, _ in mailbox.accepted)
    assert set(copies) == {address(number) for number in range(people)}
    held = states(database).get(DeliveryState.HELD, 0)
    assert held == people // 1000
    assert copies.total() == people - held + drops
    assert len({message for _, _, message in mailbox.accepted}) == people
