"""A model's answers are kept by their question, with what they cost."""

from __future__ import annotations

from datetime import datetime, timedelta

from litwatch.store import model_answers
from litwatch.store.database import Database

DAY = timedelta(days=1)


def test_an_answer_is_found_by_its_question(database: Database, now: datetime) -> None:
    with database.write() as tx:
        assert model_answers.get(tx, "a" * 64) is None
        assert model_answers.put(tx, "a" * 64, "“Less” pain – 2·5", tokens=7, made=now) == "“Less” pain – 2·5"
        assert model_answers.get(tx, "a" * 64) == "“Less” pain – 2·5"
        assert model_answers.get(tx, "b" * 64) is None


def test_of_two_that_asked_at_once_the_first_answer_counts_and_both_are_paid(database: Database, now: datetime) -> None:
    with database.write() as tx:
        model_answers.put(tx, "a", "first", tokens=7, made=now)
        assert model_answers.put(tx, "a", "second", tokens=5, made=now) == "first"
        assert model_answers.get(tx, "a") == "first"
        assert model_answers.spent(tx, since=now) == 12


def test_spent_counts_from_a_moment_on(database: Database, now: datetime) -> None:
    with database.write() as tx:
        assert model_answers.spent(tx, since=now - DAY) == 0
        model_answers.put(tx, "a", "x", tokens=1, made=now - DAY - timedelta(seconds=1))
        model_answers.put(tx, "b", "x", tokens=10, made=now - DAY)
        model_answers.put(tx, "c", "x", tokens=100, made=now)
        assert model_answers.spent(tx, since=now - DAY) == 110


def test_a_question_without_an_answer_costs_and_can_be_asked_again(database: Database, now: datetime) -> None:
    with database.write() as tx:
        model_answers.charge(tx, "a", tokens=9, made=now)
        model_answers.charge(tx, "a", tokens=9, made=now + timedelta(seconds=1))
        assert model_answers.get(tx, "a") is None
        assert model_answers.spent(tx, since=now) == 18
