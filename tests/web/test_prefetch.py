"""Mail scanners and prefetchers follow every link of every mail; only a POST does anything, and it does so at once."""

from __future__ import annotations

import email
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.message import Message
from pathlib import Path

import pytest

from litwatch.domain.calendar import Week
from litwatch.domain.subscriber import Choices, DeliveryKind, SubscriberStatus
from litwatch.service import issue
from litwatch.service.subscribe import IN_ALL
from litwatch.store import subscribers
from tests.publish.sample import ISSUE, WEEK
from tests.web.inside import Kept
from tests.web.people import SITE, Town, opened

MESSAGES = 1_000
"""R11: 28 % questions, of which most are answered, 24 % welcomes, and two issues of 24 % each."""
FEWER = 100
"""Where the database is the other one: the whole number only in the long campaign."""
AT_ONCE = timedelta(seconds=1)
"""R11: so long may it take until a person who has clicked is no subscriber any more."""
LONG_CAMPAIGN = 10_000
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
URL = re.compile(r"""https?://[^\s<>"']+""")


@pytest.fixture
def town(database_url: str, tmp_path: Path, now: datetime) -> Iterator[Town]:
    yield from opened(database_url, tmp_path, now)


@pytest.fixture
def messages(town: Town, requests: int) -> int:
    return MESSAGES if town.app.database.dialect == "sqlite" or requests >= LONG_CAMPAIGN else FEWER


@dataclass(frozen=True)
class Letter:
    """Of a mail: who it is to, and every address of this site in it, in headers, text and HTML."""

    to: str
    links: frozenset[str]

    @property
    def confirm(self) -> str:
        (path,) = (link for link in self.links if "/confirm/" in link)
        return path

    @property
    def leave(self) -> str:
        (path,) = (link for link in self.links if re.fullmatch(r"/u/[^/]+", link))
        return path


def sent(town: Town, seen: set[Path]) -> list[Letter]:
    """What is sent now. (By the older parser of mails, which is many times as fast.)"""
    town.app.deliver()
    new = sorted(set(town.folder.glob("*.eml")) - seen, key=lambda path: path.stat().st_mtime_ns)
    seen.update(new)
    return [letter(email.message_from_bytes(path.read_bytes())) for path in new]


def letter(mail: Message) -> Letter:
    parts = [part.get_payload(decode=True) for part in mail.walk() if part.get_content_maintype() == "text"]
    texts = [*map(str, mail.values()), *(part.decode() for part in parts if isinstance(part, bytes))]
    found = (url.rstrip(".,;>)") for url in URL.findall("\n".join(texts)))
    return Letter(str(mail["To"]), frozenset(url.removeprefix(SITE[:-1]) for url in found if url.startswith(SITE)))


def slowly() -> bool:
    """A `stop` that never stops, and takes its time."""
    time.sleep(0.03)
    return False


def weeks_after(week: Week) -> Iterator[Week]:
    while True:
        week = week.next()
        yield week


def ask_all(town: Town, readers: int) -> None:
    """As many requests as there are readers, each from a network of its own, no more than the form takes in an hour."""
    people = town.app.people
    assert people is not None
    for number in range(readers):
        if number % IN_ALL == 0:
            town.wait(hours=1)
        host = f"10.{number >> 8}.{number & 255}.1"
        people.ask(f"reader{number}@example.org", Choices(), host=host, agreed_to="I want it.")


def publish(town: Town, week: Week) -> int:
    """An issue of that week, mail to everybody who is to get it included; how many those are."""
    later = replace(ISSUE, week=week, guid=f"tag:litwatch.example,2026:issue/{week}", nuggets=())
    with town.app.database.write() as tx:
        ids = (f"<{week}.{number}@litwatch.example>" for number in range(10_000))
        return issue.store(tx, later, {}, now=town.now, message_id=lambda *_: next(ids)).queued


def leave_at_once(town: Town, web: Kept, mail: Letter) -> None:
    """The mail program's own button: no cookie, no page before it. It has worked when `AT_ONCE` is over."""
    began = time.monotonic()
    answer = web.post(mail.leave, data=ONE_CLICK)
    with town.app.database.read() as tx:
        person = subscribers.by_address(tx, mail.to)
    took = timedelta(seconds=time.monotonic() - began)
    assert answer.status_code == 200
    assert person and person.status is SubscriberStatus.UNSUBSCRIBED
    assert took <= AT_ONCE


def test_prefetchers_change_nothing_and_one_click_ends_it_at_once(town: Town, messages: int) -> None:
    """R11: GET and HEAD of every link in 1,000 messages, twice; then one POST each, before and amidst a delivery."""
    readers, subscribed, weeks = messages * 28 // 100, messages * 24 // 100, weeks_after(WEEK)
    ask_all(town, readers)
    seen = set[Path]()
    questions = sent(town, seen)
    with Kept(town.served).open() as web:
        for question in questions[:subscribed]:
            assert web.post(question.confirm).status_code == 200
        mails = sent(town, seen)
        for _ in range(2):
            assert publish(town, next(weeks)) == subscribed
            mails += sent(town, seen)
        assert len(questions) + len(mails) == messages
        before = town.rows()
        links = frozenset[str]().union(*(mail.links for mail in [*questions, *mails]))
        assert sum("/confirm/" in url for url in links) == readers
        assert sum("/u/" in url for url in links) == 2 * readers
        for _ in range(2):
            for url in sorted(links):
                for method in ("GET", "HEAD"):
                    assert web.request(method, url).status_code < 500, url
        assert town.rows() == before

        town.wait(days=7)
        assert publish(town, next(weeks)) == subscribed
        leavers = mails[-(subscribed // 5) :]  # the last in the queue
        assert len({mail.to for mail in leavers}) == len(leavers)
        early, late = leavers[::2], leavers[1::2]
        for mail in early:
            leave_at_once(town, web, mail)
        with ThreadPoolExecutor(1) as pool:
            # As slowly as a relay, so that those who leave meanwhile are still waiting in the queue.
            delivering = pool.submit(town.app.deliver, stop=slowly)
            for mail in late:
                leave_at_once(town, web, mail)
            delivered = delivering.result()
    assert delivered.sent == subscribed - len(leavers)
    assert town.states().count((DeliveryKind.ISSUE.value, "skipped")) == len(leavers)
    assert publish(town, next(weeks)) == subscribed - len(leavers)
    assert {mail.to for mail in sent(town, seen)}.isdisjoint(mail.to for mail in leavers)
