"""Studies as an extractor read them: the whole value, and its ledger one row per outcome."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select
from sqlalchemy import insert as plain_insert

from litwatch.domain.study import Outcome, Study
from litwatch.store import payload
from litwatch.store.schema import outcome, study
from litwatch.store.sql import chunks, insert


def save(tx: Connection, studies: Sequence[Study], *, read_at: datetime) -> None:
    """Stores readings of stored articles. Each takes the place of the same article's earlier reading."""
    latest = {value.pmid: value for value in studies}
    if not latest:
        return
    ordered = [latest[pmid] for pmid in sorted(latest)]
    statement = insert(tx, study)
    changed = {column.name: statement.excluded[column.name] for column in study.c if not column.primary_key}
    statement = statement.on_conflict_do_update(index_elements=[study.c.pmid], set_=changed)
    tx.execute(statement, [_study_row(value, read_at) for value in ordered])
    for chunk in chunks(latest):
        tx.execute(delete(outcome).where(outcome.c.pmid.in_(chunk)))
    rows = [_outcome_row(value.pmid, place, item) for value in ordered for place, item in enumerate(value.outcomes)]
    if rows:
        tx.execute(plain_insert(outcome), rows)


def load(tx: Connection, pmids: Iterable[str]) -> dict[str, Study]:
    """By PMID, as far as they have been read."""
    return {
        row.pmid: payload.load(Study, row.payload)
        for chunk in chunks(pmids)
        for row in tx.execute(select(study.c.pmid, study.c.payload).where(study.c.pmid.in_(chunk)))
    }


def _study_row(value: Study, read_at: datetime) -> dict[str, Any]:
    return {
        "pmid": value.pmid,
        "extractor": value.extractor,
        "design": value.design.value,
        "stance": value.stance.value,
        "n_participants": value.n_participants,
        "n_studies": value.n_studies,
        "read_at": read_at,
        "payload": payload.dump(Study, value),
    }


def _outcome_row(pmid: str, position: int, value: Outcome) -> dict[str, Any]:
    effect = value.effect
    low, high = (effect.ci if effect else None) or (None, None)
    return {
        "pmid": pmid,
        "position": position,
        "name": value.name,
        "concept": value.concept,
        "domain": value.domain,
        "direction": value.direction.value,
        "change": value.change.value if value.change else None,
        "comparison": value.comparison.value,
        "measure": effect.measure.value if effect else None,
        "value": effect.value if effect else None,
        "ci_low": low,
        "ci_high": high,
        "ci_level": effect.ci_level if effect and effect.ci else None,
        "p": effect.p if effect else None,
        "i2": effect.i2 if effect else None,
        "unit": effect.unit if effect else None,
        "timepoint": value.timepoint,
        "subgroup": value.subgroup,
        "is_primary": value.primary,
        "evidence_section": value.evidence.section,
        "evidence_start": value.evidence.start,
        "evidence_end": value.evidence.end,
        "evidence_text": value.evidence.text,
    }
