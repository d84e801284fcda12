"""How fast mails are made and handed over, beside Postfix's own smtp-source, to Postfix's smtp-sink.

    python benchmarks/mail_speed.py [--messages 1000] [--rounds 5]

The fictional issue goes to so many people over one connection at a time, each mail with its own token, address and ids,
unsigned; smtp-source sends as many messages of the same size, in turn, in one run, over one kept connection. Printed:
medians of messages a second, and their ratio; then the same people served by `deliver` from an outbox in SQLite, where
each message takes three transactions that reach the disk. Needs smtp-source and smtp-sink (Debian: postfix). Aim: 0.7
of smtp-source's rate, or 1,500 a second if that is less.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.publish.sample import DELIVERY, ISSUE, READER  # noqa: E402 - fictional values are the tests'
from tests.publish.test_message import MAILING  # noqa: E402
from tests.store.samples import store  # noqa: E402

from litwatch.app import prepare_database  # noqa: E402
from litwatch.domain import tokens  # noqa: E402
from litwatch.domain.subscriber import Delivery, Subscriber  # noqa: E402
from litwatch.publish.letters import message  # noqa: E402
from litwatch.publish.mailing import Mailing  # noqa: E402
from litwatch.publish.smtp import Relay, SmtpTransport  # noqa: E402
from litwatch.service.deliver import deliver  # noqa: E402
from litwatch.store import issues, outbox, subscribers  # noqa: E402
from litwatch.store.database import Database  # noqa: E402
from litwatch.store.issues import Fate  # noqa: E402

SECRET = b"s" * 40
NOW = datetime(2026, 1, 16, 7, tzinfo=UTC)


def mailing() -> Mailing:
    """Links with tokens that are computed for each person, as in service."""

    @lru_cache(maxsize=64)
    def token(person: Subscriber) -> str:
        return tokens.personal(SECRET, person.seed)

    return replace(
        MAILING, token=token, unsubscribe_url=lambda person: f"https://litwatch.example/u/{token(person)}", sign=None
    )


def deliveries(number: int) -> list[Delivery]:
    return [
        replace(
            DELIVERY,
            id=at,
            message_id=f"<2026-W03.{at:024x}@litwatch.example>",
            subscriber=replace(READER, id=at, address=f"reader{at}@example.org", seed=f"{at:022}"),
        )
        for at in range(1, number + 1)
    ]


@contextmanager
def sink() -> Iterator[int]:
    """smtp-sink on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    as_nobody = ["-u", "nobody"] if os.geteuid() == 0 else []
    process = subprocess.Popen(["smtp-sink", *as_nobody, f"127.0.0.1:{port}", "100"], stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def ours(port: int, people: list[Delivery]) -> float:
    who, transport = mailing(), SmtpTransport(Relay("127.0.0.1", port))
    began = time.perf_counter()
    for delivery in people:
        made = message(delivery, ISSUE, who)
        transport.send(who.sender, delivery.subscriber.address, made, lambda: None)
    transport.close()
    return len(people) / (time.perf_counter() - began)


def theirs(port: int, number: int, size: int) -> float:
    began = time.perf_counter()
    subprocess.run(
        ["smtp-source", "-d", "-s", "1", "-m", str(number), "-l", str(size), f"inet:127.0.0.1:{port}"], check=True
    )
    return number / (time.perf_counter() - began)


def whole(port: int, number: int) -> float:
    """The same through the outbox."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'litwatch.sqlite3'}"
        prepare_database(url)
        database, who = Database(url), mailing()
        with database.write() as tx:
            for at in range(number):
                subscribers.add(tx, f"reader{at}@example.org", topics=(), seed=f"{at:022}", now=NOW)
            store(tx, *(nugget.pmid for nugget in ISSUE.nuggets))
            issues.publish(tx, ISSUE, {nugget.pmid: (Fate.NUGGET, "") for nugget in ISSUE.nuggets})
            people = [
                (person.id, f"<2026-W03.{person.id:024x}@litwatch.example>") for person in subscribers.listing(tx)
            ]
            outbox.enqueue(tx, ISSUE.week, people, now=NOW)
        began = time.perf_counter()
        done = deliver(
            database=database,
            transports=[SmtpTransport(Relay("127.0.0.1", port))],
            render=lambda delivery, what: message(delivery, what, who),
            envelope_from=lambda _: who.sender,
            clock=lambda: datetime.now(UTC),
        )
        took = time.perf_counter() - began
        database.close()
        assert done.sent == number, done
        return number / took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    if not (shutil.which("smtp-source") and shutil.which("smtp-sink")):
        sys.exit("smtp-source and smtp-sink are needed (Debian: postfix)")
    people = deliveries(arguments.messages)
    size = len(message(people[0], ISSUE, mailing()))
    with sink() as port:
        pairs = [(ours(port, people), theirs(port, len(people), size)) for _ in range(arguments.rounds)]
        through = [whole(port, len(people)) for _ in range(3)]
    mine, source = (statistics.median(rates) for rates in zip(*pairs, strict=True))
    ratio = statistics.median(mine / source for mine, source in pairs)
    print(f"messages of {size:,} bytes, {len(people)} in a round, medians of {arguments.rounds} rounds")
    print(f"made and handed over: {mine:,.0f} a second; smtp-source: {source:,.0f}; ratio {ratio:.2f}")
    print(f"through the outbox (SQLite, one worker, no pace): {statistics.median(through):,.0f} a second")


if __name__ == "__main__":
    main()
