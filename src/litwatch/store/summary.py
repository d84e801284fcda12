"""Counts over the whole database, for the operator."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from litwatch.domain.subscriber import SubscriberStatus
from litwatch.store.schema import article, issue, outcome, study, subscriber, topic_article


@dataclass(frozen=True, slots=True)
class Totals:
    articles: int
    studies: int
    outcomes: int
    issues: int
    subscribers: int
    """Active ones."""


def totals(tx: Connection) -> Totals:
    """How many of each there are."""
    counts = [tx.scalars(select(func.count()).select_from(table)).one() for table in (article, study, outcome, issue)]
    active = select(func.count()).where(subscriber.c.status == SubscriberStatus.ACTIVE)
    return Totals(*counts, tx.scalars(active).one())


def topic_sizes(tx: Connection) -> dict[str, int]:
    """Topic → number of its articles; topics without any are left out."""
    rows = tx.execute(select(topic_article.c.topic, func.count()).group_by(topic_article.c.topic))
    return {topic: count for topic, count in rows}
