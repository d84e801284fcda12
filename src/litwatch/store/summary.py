"""Counts over the whole database, for the operator."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, Table, func, select

from litwatch.domain.subscriber import SubscriberStatus
from litwatch.store.schema import article, issue, outcome, study, subscriber, topic_article


@dataclass(frozen=True, slots=True)
class Totals:
    """Rows of each kind."""

    articles: int
    studies: int
    outcomes: int
    issues: int
    subscribers: int
    """Active ones."""


def totals(tx: Connection) -> Totals:
    """How many of each there are."""

    def rows(table: Table) -> int:
        return tx.scalars(select(func.count()).select_from(table)).one()

    active = select(func.count()).select_from(subscriber).where(subscriber.c.status == SubscriberStatus.ACTIVE)
    return Totals(
        articles=rows(article),
        studies=rows(study),
        outcomes=rows(outcome),
        issues=rows(issue),
        subscribers=tx.scalars(active).one(),
    )


def topic_sizes(tx: Connection) -> dict[str, int]:
    """Topic → number of its articles; topics without any are left out."""
    rows = tx.execute(select(topic_article.c.topic, func.count().label("size")).group_by(topic_article.c.topic))
    return {row.topic: row.size for row in rows}
