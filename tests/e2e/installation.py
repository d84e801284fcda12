"""A litwatch installation in a folder, what an operator has, with an issue in the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from litwatch.domain.digest import Issue
from litwatch.store import issues, outbox, subscribers
from litwatch.store.database import Database
from tests.publish.sample import PUBLISHED, QUIET
from tests.store.samples import store


@dataclass(frozen=True)
class Installation:
    """`folder` has its config.toml, the database is at `url`, and mail goes to `port` on the loopback."""

    folder: Path
    url: str
    port: int

    def configure(self) -> None:
        text = f"""
            [pubmed]
            email = "ops@example.org"
            [database]
            url = "{self.url}"
            [site]
            base_url = "https://news.example/"
            authority = "news.example,2026"
            [mail]
            transport = "smtp"
            host = "127.0.0.1"
            port = {self.port}
            sender = "litwatch@news.example"
            unsubscribe = "leave@litwatch.example"
            per_second = 100000
            per_domain_per_second = 100000
            [topics.exercise-pain]
            title = "Exercise and pain"
            query = "exercise[tiab] AND pain[tiab]"
        """
        self.folder.mkdir(exist_ok=True)
        (self.folder / "config.toml").write_text(text, "utf-8")


def address(number: int) -> str:
    return f"reader{number}@example.org"


def publish(database: Database, people: int, issue: Issue = QUIET) -> None:
    """`issue` in the database, and in the outbox for `people` subscribers."""
    with database.write() as tx:
        store(tx, *(note.pmid for note in issue.nuggets))
        issues.publish(tx, issue, {})
        entries = []
        for number in range(people):
            person = subscribers.add(tx, address(number), topics=(), seed=f"{number:032d}", now=PUBLISHED)
            assert person is not None
            entries.append((person.id, f"<{issue.week}.{number}@litwatch.example>"))
        outbox.enqueue(tx, issue.week, entries, now=PUBLISHED)
