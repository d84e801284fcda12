"""What a language model answered to which question, and what that has cost."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from litwatch.store.schema import model_answer
from litwatch.store.sql import insert


def get(tx: Connection, key: str) -> str | None:
    """The answer to the question of this key (its SHA-256), if it was asked before."""
    return tx.scalars(select(model_answer.c.answer).where(model_answer.c.key == key)).one_or_none()


def put(tx: Connection, key: str, answer: str, *, tokens: int, made: datetime) -> str:
    """Keeps an answer and its price; returns the answer that is kept.

    That is another one if somebody asked the same at the same time and came first. Both were paid for: tokens add up.
    """
    statement = insert(tx, model_answer).values(key=key, answer=answer, tokens=tokens, made=made)
    total = model_answer.c.tokens + statement.excluded.tokens
    added = statement.on_conflict_do_update(index_elements=[model_answer.c.key], set_={"tokens": total})
    kept: str = tx.execute(added.returning(model_answer.c.answer)).scalar_one()
    return kept


def charge(tx: Connection, key: str, *, tokens: int, made: datetime) -> None:
    """Writes down what a question may have cost that brought no answer. It can be asked again."""
    put(tx, f"{key} failed {made.isoformat()}", "", tokens=tokens, made=made)


def spent(tx: Connection, *, since: datetime) -> int:
    """Tokens paid for since then, that moment included."""
    total = func.coalesce(func.sum(model_answer.c.tokens), 0)
    return int(tx.execute(select(total).where(model_answer.c.made >= since)).scalar_one())
