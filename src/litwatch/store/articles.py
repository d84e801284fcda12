"""Articles as PubMed gave them: every version of the bytes, and one row of facts to ask about."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, and_, bindparam, exists, select, update

from litwatch.domain.article import Article, ParseFailure, Record
from litwatch.store.schema import Fate, article, article_version, issue_article, parse_failure, topic_article
from litwatch.store.sql import chunks, insert

COMPRESSION = 3
"""zlib level. On PubMed records (11 kB on average, 28 % left) as fast as 1; 4 takes 1.3 times as long for 4 % less."""


class Saved(StrEnum):
    """What `save` made of a record."""

    NEW = "new"
    REVISED = "revised"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """The current version of one record."""

    pmid: str
    raw: bytes
    format: Literal["xml", "medline"]
    first_seen: datetime
    deleted: datetime | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that no issue has dealt with yet."""

    pmid: str
    first_seen: datetime
    topics: tuple[str, ...]
    """Sorted by name."""
    paper_day: date | None
    doi: str | None
    """Lower case."""


class _Current(NamedTuple):
    version: int
    hash: bytes
    deleted: bool


def save(tx: Connection, records: Sequence[Record], *, seen: datetime) -> dict[str, Saved]:
    """Stores `records`; says by PMID what was new.

    A record is revised if its bytes differ from the current version's. One with a lower PMID Version than the current
    is kept beside it and never takes its place. A record that PubMed delivers is not deleted (any more).
    """
    current = _current(tx, [record.article.pmid for record in records])
    result: dict[str, Saved] = {}
    new: dict[str, dict[str, Any]] = {}
    revised: dict[str, dict[str, Any]] = {}
    versions: dict[tuple[str, bytes], dict[str, Any]] = {}
    for record in records:
        pmid, digest = record.article.pmid, hashlib.sha256(record.raw).digest()
        before = current.get(pmid)
        result.setdefault(pmid, Saved.NEW if before is None else Saved.UNCHANGED)
        if before and before.hash == digest and not before.deleted:
            continue
        if before is None or before.hash != digest:
            versions[pmid, digest] = _version_row(record, digest, seen)
        if before and record.article.version < before.version:
            continue
        row = _article_row(record.article, digest, seen)
        if pmid in new or before is None:
            new[pmid] = row
        else:
            revised[pmid] = row
            result[pmid] = Saved.UNCHANGED if before.hash == digest else Saved.REVISED
        current[pmid] = _Current(record.article.version, digest, deleted=False)
    _write(tx, new, revised, versions)
    return result


def _current(tx: Connection, pmids: Iterable[str]) -> dict[str, _Current]:
    columns = (article.c.pmid, article.c.version, article.c.hash, article.c.deleted)
    return {
        row.pmid: _Current(row.version, row.hash, row.deleted is not None)
        for chunk in chunks(pmids)
        for row in tx.execute(select(*columns).where(article.c.pmid.in_(chunk)))
    }


def _version_row(record: Record, digest: bytes, seen: datetime) -> dict[str, Any]:
    return {
        "pmid": record.article.pmid,
        "hash": digest,
        "version": record.article.version,
        "format": record.format,
        "raw": zlib.compress(record.raw, COMPRESSION),
        "first_seen": seen,
    }


def _article_row(value: Article, digest: bytes, seen: datetime) -> dict[str, Any]:
    return {
        "pmid": value.pmid,
        "version": value.version,
        "hash": digest,
        "doi": value.doi.lower() if value.doi else None,
        "title": value.title,
        "journal": value.journal.abbreviation or value.journal.title,
        "year": value.published.year,
        "arrival": value.arrived,
        "paper_day": value.paper_day,
        "first_seen": seen,
        "changed": seen,
        "deleted": None,
    }


def _write(
    tx: Connection,
    new: dict[str, dict[str, Any]],
    revised: dict[str, dict[str, Any]],
    versions: dict[tuple[str, bytes], dict[str, Any]],
) -> None:
    # Rows in one order: two writers on PostgreSQL then wait for each other instead of for ever.
    if new:
        tx.execute(insert(tx, article).on_conflict_do_nothing(), [new[pmid] for pmid in sorted(new)])
    if revised:
        kept = {"pmid", "first_seen"}
        columns = [column.name for column in article.c if column.name not in kept]
        statement = update(article).where(article.c.pmid == bindparam("the_pmid"))
        rows = [{**revised[pmid], "the_pmid": pmid} for pmid in sorted(revised)]
        parameters = [{key: value for key, value in row.items() if key not in kept} for row in rows]
        tx.execute(statement.values({name: bindparam(name) for name in columns}), parameters)
    if versions:
        tx.execute(insert(tx, article_version).on_conflict_do_nothing(), [versions[key] for key in sorted(versions)])


def known(tx: Connection, pmids: Iterable[str]) -> set[str]:
    """Those of `pmids` that are stored."""
    return {
        pmid for chunk in chunks(pmids) for pmid in tx.scalars(select(article.c.pmid).where(article.c.pmid.in_(chunk)))
    }


def link(tx: Connection, topic: str, pmids: Iterable[str], *, seen: datetime) -> int:
    """Notes that `topic` found these stored articles; the number of links that are new."""
    statement = insert(tx, topic_article).on_conflict_do_nothing().returning(topic_article.c.pmid)
    rows = [{"topic": topic, "pmid": pmid, "first_seen": seen} for pmid in sorted(set(pmids))]
    return len(tx.execute(statement, rows).all()) if rows else 0


def topics(tx: Connection, pmids: Iterable[str]) -> set[str]:
    """All topics that at least one of these articles belongs to."""
    statement = select(topic_article.c.topic).distinct()
    return {topic for chunk in chunks(pmids) for topic in tx.scalars(statement.where(topic_article.c.pmid.in_(chunk)))}


def load(tx: Connection, pmids: Iterable[str]) -> list[StoredRecord]:
    """The current versions in the order asked, each once; an unknown PMID is left out."""
    current = and_(article_version.c.pmid == article.c.pmid, article_version.c.hash == article.c.hash)
    columns = (article.c.pmid, article_version.c.raw, article_version.c.format, article.c.first_seen, article.c.deleted)
    statement = select(*columns).join(article_version, current)
    result: list[StoredRecord] = []
    for chunk in chunks(pmids):
        rows = {row.pmid: row for row in tx.execute(statement.where(article.c.pmid.in_(chunk)))}
        found = (rows[pmid] for pmid in chunk if pmid in rows)
        result += [StoredRecord(r.pmid, zlib.decompress(r.raw), r.format, r.first_seen, r.deleted) for r in found]
    return result


def as_of(tx: Connection, pmid: str, moment: datetime) -> StoredRecord | None:
    """The record as it was known at `moment`: the newest version first seen by then."""
    columns = (article.c.pmid, article_version.c.raw, article_version.c.format, article.c.first_seen, article.c.deleted)
    statement = (
        select(*columns)
        .join(article_version, article_version.c.pmid == article.c.pmid)
        .where(article.c.pmid == pmid, article_version.c.first_seen <= moment)
        .order_by(article_version.c.version.desc(), article_version.c.first_seen.desc())
        .limit(1)
    )
    row = tx.execute(statement).one_or_none()
    return row and StoredRecord(row.pmid, zlib.decompress(row.raw), row.format, row.first_seen, row.deleted)


def changed_since(tx: Connection, moment: datetime) -> list[str]:
    """The PMIDs of records that are new or were revised since then, in order."""
    return list(tx.scalars(select(article.c.pmid).where(article.c.changed >= moment).order_by(article.c.pmid)))


def all_pmids(tx: Connection) -> list[str]:
    """Every stored PMID, deleted ones too, in order."""
    return list(tx.scalars(select(article.c.pmid).order_by(article.c.pmid)))


def candidates(tx: Connection, *, until: datetime) -> list[Candidate]:
    """What an issue may tell of, ordered by PMID.

    Articles of at least one topic, first seen up to `until`, not deleted, and not yet part of any issue (neither as
    nugget nor as mention nor excluded).
    """
    told = exists().where(issue_article.c.pmid == article.c.pmid)
    statement = (
        select(article.c.pmid, article.c.first_seen, article.c.paper_day, article.c.doi, topic_article.c.topic)
        .join(topic_article, topic_article.c.pmid == article.c.pmid)
        .where(article.c.first_seen <= until, article.c.deleted.is_(None), ~told)
        .order_by(article.c.pmid, topic_article.c.topic)
    )
    topics: dict[str, list[str]] = {}
    rows = {}
    for row in tx.execute(statement):
        rows[row.pmid] = row
        topics.setdefault(row.pmid, []).append(row.topic)
    return [
        Candidate(pmid, row.first_seen, tuple(sorted(topics[pmid])), row.paper_day, row.doi)
        for pmid, row in rows.items()
    ]


def told_dois(tx: Connection, dois: Iterable[str]) -> set[str]:
    """Those of `dois`, in lower case, whose article an issue has told of (as nugget or mention)."""
    statement = (
        select(article.c.doi)
        .join(issue_article, issue_article.c.pmid == article.c.pmid)
        .where(issue_article.c.fate.in_([Fate.NUGGET, Fate.MENTION]))
    )
    return {
        doi
        for chunk in chunks(doi.lower() for doi in dois)
        for doi in tx.scalars(statement.where(article.c.doi.in_(chunk)))
    }


def mark_deleted(tx: Connection, pmids: Iterable[str], *, seen: datetime) -> int:
    """Notes that PubMed withdrew these records (nothing is removed); how many were not marked before."""
    statement = update(article).where(article.c.deleted.is_(None)).values(deleted=seen)
    return sum(tx.execute(statement.where(article.c.pmid.in_(chunk))).rowcount for chunk in chunks(pmids))


def save_failures(tx: Connection, failures: Sequence[ParseFailure], *, seen: datetime) -> None:
    """Keeps unreadable records. The same failure again only moves its `last_seen`."""
    rows = {}
    for failure in failures:
        digest = hashlib.sha256(f"{failure.pmid}\n{failure.reason}\n".encode() + failure.raw).digest()
        rows[digest] = {
            "hash": digest,
            "pmid": failure.pmid,
            "reason": failure.reason,
            "record_index": failure.index,
            "byte_offset": failure.offset,
            "raw": zlib.compress(failure.raw, COMPRESSION),
            "first_seen": seen,
            "last_seen": seen,
        }
    if rows:
        statement = insert(tx, parse_failure)
        statement = statement.on_conflict_do_update(
            index_elements=[parse_failure.c.hash], set_={"last_seen": statement.excluded.last_seen}
        )
        tx.execute(statement, [rows[digest] for digest in sorted(rows)])
