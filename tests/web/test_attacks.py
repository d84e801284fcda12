"""What the forms have to stand: floods, curiosity, forged and broken requests."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from litwatch.domain.subscriber import Choices
from litwatch.service.subscribe import IN_ALL, PER_NETWORK, Asked
from tests.publish.nasty import NASTY
from tests.store.statements import statements
from tests.web.people import Town, opened

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def town(database_url: str, tmp_path: Path, now: datetime) -> Iterator[Town]:
    yield from opened(database_url, tmp_path, now)


@pytest.fixture
def village(sqlite_url: str, tmp_path: Path, now: datetime) -> Iterator[Town]:
    """For what is no matter of the database."""
    yield from opened(sqlite_url, tmp_path, now)


def test_a_thousand_requests_for_one_address_make_one_mail(town: Town) -> None:
    """R12, each from another network, in spellings of one mailbox, over ten hours: no other limit than its own stops it."""
    spellings = ("ann@example.org", "Ann@example.org", "ann+1@EXAMPLE.org", "ANN+two@example.org")
    people = town.app.people
    assert people is not None
    for number in range(1_000):
        host = f"10.{number // 250}.{number % 250}.7"
        taken = people.ask(spellings[number % 4], Choices(), host=host, agreed_to="")
        assert taken is Asked.TAKEN
        town.wait(seconds=36)
        if number % 100 == 99:
            town.app.deliver()
    assert town.states() == [("confirm", "sent")]


def test_however_many_addresses_make_no_more_mails_than_the_cap(town: Town, requests: int) -> None:
    """R12, each address from a network of its own; then the form is closed, and open again when it is quieter."""
    people = town.app.people
    assert people is not None
    taken = [
        people.ask(f"victim{number}@example.org", Choices(), host=f"10.{number >> 8}.{number & 255}.7", agreed_to="")
        for number in range(requests)
    ]
    assert taken.count(Asked.TAKEN) == IN_ALL
    assert set(taken[IN_ALL:]) == {Asked.CLOSED}
    answer = town.ask("late@example.org")
    assert answer.status_code == 503 and "Nothing was stored" in answer.text and answer.headers["retry-after"] == "3600"
    people.prepare()
    assert town.states() == [("confirm", "queued")] * IN_ALL
    town.wait(hours=1)
    assert town.ask("late@example.org").status_code == 202


def test_one_network_may_ask_a_few_times_an_hour(town: Town) -> None:
    stamp = town.stamp()
    hosts = ["2001:db8:0:1::1", "2001:db8:0:1:ffff::2", "::ffff:192.0.2.9", "192.0.2.200"]
    for number in range(PER_NETWORK):
        for host in hosts[::2]:
            assert (
                town.ask(f"{number}.{host[0].strip(':') or 'x'}@example.org", whence=host, stamp=stamp).status_code
                == 202
            )
    for host in hosts:
        answer = town.ask("more@example.org", whence=host, stamp=stamp)
        assert answer.status_code == 429 and "from your network" in answer.text
    assert town.ask("more@example.org", whence="2001:db8:0:2::1", stamp=stamp).status_code == 202
    assert len(town.rows()["signup"]) == 2 * PER_NETWORK + 1


def test_one_mailbox_is_asked_once_a_day_and_three_times_a_month(village: Town) -> None:
    days = []
    for day in range(35):
        village.ask("ann@example.org")
        if village.deliver():
            days.append(day)
        village.wait(hours=23, minutes=58)  # and the form is open for a minute
    assert days == [0, 2, 4, 31, 33], "a day is too short by a minute each time, and so are thirty"


def asked_of(town: Town, address: str, stamp: str, number: int) -> tuple[int, bytes, list[tuple[str, str]], list[str]]:
    """Everything that can be seen of the answer, and what the database was asked for it."""
    with statements(town.app.database) as seen:
        answer = town.ask(address, whence=f"203.0.{number}.1", stamp=stamp)
    return answer.status_code, answer.content, sorted(answer.headers.items()), seen


def test_the_answer_tells_nothing_about_an_address(town: Town) -> None:
    """Byte for byte, header by header and statement by statement the same for every address."""
    active = town.subscribed("active@example.org")
    left = town.subscribed("left@example.org")
    town.web.post(left, data=ONE_CLICK)
    town.asked("pending@example.org")
    town.subscribed("came-back@example.org")
    with town.app.database.write() as tx:
        tx.exec_driver_sql("UPDATE subscriber SET status = 'suppressed' WHERE address = 'came-back@example.org'")
        tx.exec_driver_sql(
            "INSERT INTO suppression (address, kind, reason, made) "
            "VALUES ('complained@example.org', 'complaint', 'abuse', '2025-01-01 00:00:00')"
        )
    names = ("unknown", "active", "left", "pending", "came-back", "complained", "asked-today")
    stamp = town.stamp()
    town.ask("asked-today@example.org", whence="203.0.99.1", stamp=stamp)
    seen = [asked_of(town, f"{name}@example.org", stamp, number) for number, name in enumerate(names)]
    assert seen[0][0] == 202
    assert len(seen[0][3]) >= 6
    assert [name for name, other in zip(names, seen, strict=True) if other != seen[0]] == []
    assert sorted(mail["To"] for mail in town.deliver()) == ["asked-today@example.org", "unknown@example.org"]
    assert town.web.get(active).status_code == 200


def test_a_page_elsewhere_cannot_make_anybody_do_anything(town: Town) -> None:
    """No answer sets a cookie, so a forged request has nobody's rights; and asking does nothing until it is confirmed."""
    mine = town.subscribed("ann@example.org")
    before = town.rows()
    elsewhere = {"Origin": "https://evil.example", "Referer": "https://evil.example/x", "Cookie": "session=ann"}
    stamp = town.stamp()
    for path in ("/subscribe", "/u/", "/u/x", mine + "x", "/u/ann@example.org"):
        for data in (ONE_CLICK, {"do": "choose", "topics": ["exercise-inflammation"]}, {"address": "ann@example.org"}):
            answer = town.web.post(path, data=data, headers=elsewhere)
            assert "set-cookie" not in answer.headers
    assert town.rows() == before
    town.web.post(
        "/subscribe", data={"address": "bob@example.org", "stamp": stamp, "topics": "inflammation-chronic-pain"}
    )
    town.deliver()
    assert [person.address for person in town.app.roster.listing()] == ["ann@example.org"]


def test_no_token_but_a_persons_own_opens_anything(village: Town) -> None:
    question = village.asked("ann@example.org")
    mine, _, key = question.partition("/confirm/")
    before = village.rows()
    dice = random.Random(5)  # the same tokens at every run
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    made = ["".join(dice.choices(letters, k=dice.choice((1, 31, 32, 33, 400)))) for _ in range(16)]
    near = [mine[3:].swapcase(), mine[3:] + "=", mine[3:-1], mine[3:] + "%00", key, mine[3:] + "/", "%2e%2e", "%ff%fe"]
    for token in (*made, *near, *map(quoted, NASTY)):
        for path in (f"/u/{token}", f"/u/{token}/confirm/{key}", f"{mine}/confirm/{token}"):
            if path == question:
                continue
            for answer in (village.web.get(path), village.web.post(path, data={"do": "choose"})):
                assert answer.status_code in (404, 405), (path, answer.status_code)
                assert "ann@example.org" not in answer.text and "<script" not in answer.text
        assert village.web.post(f"/u/{token}", data=ONE_CLICK).status_code in (200, 404, 405)
    assert village.rows() == before


def test_logs_tell_no_address_and_no_token(town: Town) -> None:
    with capture_logs() as logs:
        mine = town.subscribed("ann@example.org")
        town.ask("ann@example.org")
        town.deliver()
        town.web.get(mine)
        town.web.post(mine, data=ONE_CLICK)
        town.web.get("/subscribe?address=ann@example.org")
        town.wait(days=40)
        town.deliver()
    told = repr(logs)
    assert "requests to subscribe answered" in told
    assert "ann" not in told and "example.org" not in told
    assert mine.removeprefix("/u/") not in told and not re.search(r"[A-Za-z0-9_-]{32}", told)


def quoted(text: str) -> str:
    return "".join(f"%{byte:02x}" for byte in text.encode("utf-8", "surrogatepass"))[:1200] or "%20"
