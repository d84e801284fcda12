"""A topic, a PubMed in memory and an SQLite file, moved on day by day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from litwatch.domain.article import Article
from litwatch.domain.run import PollReceipt
from litwatch.domain.study import Design, Stance, Study
from litwatch.pubmed.client import Client
from litwatch.service.poll import poll
from litwatch.service.poll_plan import Reach
from litwatch.store import articles, migrate, runs
from litwatch.store.database import Database
from tests.pubmed.eutils import FakePubMed

QUERY = "exercise AND pain"
START = datetime(2025, 3, 21, 18, 0, tzinfo=UTC)


def read_study(article: Article) -> Study:
    """As thin as a reading can be; the title in `extractor` tells a second reading from the first."""
    return Study(article.pmid, article.title, Design.OTHER, Stance.NONE)


@dataclass
class World:
    """`now` is 14:00 in New York to begin with, so the day there and in UTC are the same."""

    database: Database
    server: FakePubMed = field(default_factory=FakePubMed)
    query: str = QUERY
    read_study: Callable[[Article], Study] = read_study
    now: datetime = START

    @classmethod
    def create(cls, folder: Path, busy_seconds: float = 15.0) -> World:
        database = Database(f"sqlite:///{folder / 'litwatch.db'}", busy_seconds=busy_seconds)
        migrate.upgrade(database, now=datetime(2025, 1, 1, tzinfo=UTC))
        return cls(database)

    @property
    def today(self) -> date:
        return self.server.today

    def pass_days(self, days: int = 1) -> None:
        self.now += timedelta(days=days)
        self.server.today += timedelta(days=days)

    def poll(self, topic: str = "pain", *, stop: Callable[[], bool] | None = None, tries: int = 5) -> PollReceipt:
        with self.server.client(tries=tries) as client:
            return self.poll_with(client, topic, stop=stop)

    def poll_with(self, client: Client, topic: str = "pain", *, stop: Callable[[], bool] | None = None) -> PollReceipt:
        return self._poll(client, topic, stop=stop, read=lambda article: self.read_study(article))

    def poll_in(self, workers: int) -> PollReceipt:
        """A poll whose articles are read by other processes, where only a function of a module can go."""
        with self.server.client() as client:
            return self._poll(client, "pain", read=read_study, workers=workers)

    def _poll(
        self,
        client: Client,
        topic: str,
        *,
        read: Callable[[Article], Study],
        stop: Callable[[], bool] | None = None,
        workers: int = 1,
    ) -> PollReceipt:
        (receipt,) = poll(
            {topic: self.query},
            client=client,
            database=self.database,
            read_study=read,
            clock=lambda: self.now,
            monotonic=lambda: 0.0,
            reach=Reach(chunk=31),
            stop=stop,
            workers=workers,
        )
        return receipt

    def stored(self) -> set[str]:
        with self.database.read() as tx:
            return set(articles.all_pmids(tx))

    def linked(self) -> dict[str, tuple[str, ...]]:
        """PMID -> topics, of what an issue may tell of."""
        with self.database.read() as tx:
            until = datetime(2100, 1, 1, tzinfo=UTC)
            return {found.pmid: found.topics for found in articles.candidates(tx, until=until)}

    def cursor(self, topic: str = "pain") -> runs.Cursor:
        with self.database.read() as tx:
            return runs.cursor(tx, topic, self.query)

    def receipts(self) -> list[PollReceipt]:
        with self.database.read() as tx:
            return runs.receipts(tx, since=datetime(2000, 1, 1, tzinfo=UTC), until=datetime(2100, 1, 1, tzinfo=UTC))
