"""The whole service around the local E-utilities server: poll, publish, deliver, recheck, on a day that is set."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from itertools import count

from litwatch.compose.issue import Rules
from litwatch.domain.article import Article, Correction, ParseFailure
from litwatch.domain.calendar import Week, pubmed_day
from litwatch.domain.digest import Issue
from litwatch.domain.notice import Notice
from litwatch.domain.study import Design, Stance, Study
from litwatch.domain.subscriber import Subscriber
from litwatch.pubmed.client import Client
from litwatch.pubmed.pace import Pace
from litwatch.pubmed.server import Corpus, EUtilsServer
from litwatch.service.deliver import Delivered
from litwatch.service.issue import Press, publish_week
from litwatch.service.poll import poll
from litwatch.service.recheck import Rechecked, recheck
from litwatch.service.stored import stored_article
from litwatch.service.told import queue_owed
from litwatch.store import issues, notices, subscribers
from litwatch.store.articles import StoredRecord
from litwatch.store.database import Database
from tests.compose.papers import AUTHORITY, trial, trial_study
from tests.service.post import Post, run

TOPIC = "exercise-pain"
START = datetime(2025, 3, 21, 18, 0, tzinfo=UTC)


def read_study(article: Article) -> Study:
    """Only the fictional trial has a ledger."""
    if any("Nordic walking eases hip pain" in section.text for section in article.sections):
        return trial_study(article)
    return Study(article.pmid, "test", Design.OTHER, Stance.NONE)


@dataclass
class Newsroom:
    database: Database
    server: EUtilsServer
    now: datetime = START
    post: Post = field(default_factory=Post)
    numbers: Iterable[int] = field(default_factory=count)
    step: Callable[[], None] = lambda: None
    """Called at every turn of a recheck or a delivery; may raise."""

    def put(self, *papers: Article) -> None:
        """New or changed records at PubMed, as of today."""
        for paper in papers:
            record = replace(paper, revised=pubmed_day(self.now))
            known = paper.pmid in self.server.corpus
            self.server.corpus.add(record, arrived=None if known else pubmed_day(self.now))

    def pass_days(self, days: int) -> None:
        self.now += timedelta(days=days)

    def subscribe(self, name: str, *topics: str) -> Subscriber:
        with self.database.write() as tx:
            person = subscribers.add(tx, f"{name}@example.org", topics=topics, seed=f"token-of-{name}", now=self.now)
        assert person is not None
        return person

    def unsubscribe(self, name: str) -> None:
        with self.database.write() as tx:
            assert subscribers.remove(tx, f"{name}@example.org", now=self.now)

    def poll(self) -> None:
        with self.client() as client:
            (receipt,) = poll(
                {TOPIC: "walking[tiab]"},
                client=client,
                database=self.database,
                read_study=read_study,
                clock=lambda: self.now,
            )
        assert receipt.failed is None

    def publish(self) -> Issue:
        press = Press(self.database, Rules(AUTHORITY), stored_article, read_study, self.message_id)
        published = publish_week(press, Week.of(self.now.date()), now=self.now)
        assert published.new
        return published.issue

    def deliver(self) -> Delivered:
        with self.database.write() as tx:
            queue_owed(tx, now=self.now, message_id=self.message_id)
        return run(self.database, self.post, self.clock)

    def recheck(self, *, tries: int = 2) -> Rechecked:
        with self.client(tries) as client:
            return recheck(
                client=client,
                database=self.database,
                parse=self.parse,
                read_study=read_study,
                authority=AUTHORITY,
                message_id=self.message_id,
                clock=self.clock,
                monotonic=lambda: 0.0,
            )

    def clock(self) -> datetime:
        self.step()
        return self.now

    def parse(self, record: StoredRecord) -> Article | ParseFailure:
        self.step()
        return stored_article(record)

    def client(self, tries: int = 2) -> Client:
        return Client(
            base_url=self.server.base_url,
            tool="litwatch-test",
            email="editor@example.org",
            pace=Pace(None),
            sleep=lambda seconds: None,
            tries=tries,
        )

    def message_id(self, week: Week, person: Subscriber) -> str:
        self.step()
        return f"<{week}.{next(iter(self.numbers))}@litwatch.example>"

    def mails(self) -> list[tuple[str, str]]:
        """(name, subject) of every mail that was accepted, sorted."""
        found = []
        for address, message in self.post.accepted:
            subject = str(make_header(decode_header(message_from_bytes(message)["Subject"])))
            found.append((address.partition("@")[0], subject))
        return sorted(found)

    def told(self, subject: str) -> list[str]:
        """Who got a mail whose subject begins so, with repetitions."""
        return [name for name, text in self.mails() if text.startswith(subject)]

    def about(self, pmid: str) -> list[Notice]:
        with self.database.read() as tx:
            return notices.about(tx, pmid)

    def issues(self) -> list[Issue]:
        with self.database.read() as tx:
            return issues.recent(tx, 10)


def started(database: Database) -> Newsroom:
    """A newsroom; its server is to be closed."""
    room = Newsroom(database, EUtilsServer(Corpus(), clock=lambda: room.now))
    room.server.start()
    return room


def notice_record(pmid: str, kind: str, of: str, title: str) -> Article:
    """A journal's own notice: RetractionOf, ErratumFor, … (fictional)."""
    return trial(
        pmid,
        title=title,
        sections=(),
        authors=(),
        corrections=(Correction(kind, of, "J Fict Stud. 2025;3:1-9"),),
    )
