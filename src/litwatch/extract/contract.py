"""The findings contract: JSON in and out (docs/findings.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from litwatch.domain.article import Article, Section
from litwatch.domain.registry import registrations
from litwatch.domain.study import (
    Amount,
    ConclusionNote,
    Effect,
    Evidence,
    ExerciseCard,
    Harms,
    Outcome,
    Oversight,
    Study,
)
from litwatch.errors import LitwatchError
from litwatch.extract.judgement import Judgement


class RecordError(LitwatchError):
    """A JSON record that is no article; the message names the field."""


def findings(study: Study) -> dict[str, Any]:
    """A study as the contract's object."""
    return {
        "id": study.pmid,
        "design": study.design.value,
        "n_participants": study.n_participants,
        "n_studies": study.n_studies,
        "registry_ids": list(study.registry_ids),
        "outcomes": [_outcome(outcome) for outcome in study.outcomes],
        "stance": study.stance.value,
        "population": _slice(study.population),
        "conditions": [_evidence(condition) for condition in study.conditions],
        "intervention": _slice(study.intervention),
        "comparator": _slice(study.comparator),
        "exercise": _exercise(study.exercise) if study.exercise else None,
        "harms": _harms(study.harms) if study.harms else None,
        "conclusion_check": [_note(note) for note in study.conclusion_check],
        "extractor": study.extractor,
    }


def _note(note: ConclusionNote) -> dict[str, Any]:
    return {"kind": note.kind.value, "rows": list(note.rows), "evidence": _evidence(note.evidence)}


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "name": outcome.name,
        "aliases": list(outcome.aliases),
        "direction": outcome.direction.value,
        "change": outcome.change.value if outcome.change else None,
        "comparison": outcome.comparison.value,
        "effect": _effect(outcome.effect) if outcome.effect else None,
        "timepoint": outcome.timepoint,
        "subgroup": outcome.subgroup,
        "primary": outcome.primary,
        "evidence": _evidence(outcome.evidence),
        "concept": outcome.concept,
        "domain": outcome.domain,
    }


def _effect(effect: Effect) -> dict[str, Any]:
    return {
        "measure": effect.measure.value,
        "value": effect.value,
        "ci": list(effect.ci) if effect.ci else None,
        "ci_level": effect.ci_level,
        "p": effect.p,
        "i2": effect.i2,
    }


def _exercise(card: ExerciseCard) -> dict[str, Any]:
    return {
        "types": [{"name": kind.name, "evidence": _evidence(kind.evidence)} for kind in card.types],
        "frequency": _amount(card.frequency),
        "session": _amount(card.session),
        "length": _amount(card.length),
        "intensity": _slice(card.intensity),
        "supervision": _supervision(card.supervision) if card.supervision else None,
    }


def _amount(amount: Amount | None) -> dict[str, Any] | None:
    if amount is None:
        return None
    return {
        "low": amount.low,
        "high": amount.high,
        "unit": amount.unit.value,
        "evidence": _evidence(amount.evidence),
    }


def _supervision(oversight: Oversight) -> dict[str, Any]:
    return {"kind": oversight.kind.value, "evidence": [_evidence(part) for part in oversight.evidence]}


def _harms(harms: Harms) -> dict[str, Any]:
    return {"report": harms.report.value, "evidence": _slice(harms.evidence)}


def _slice(evidence: Evidence | None) -> dict[str, Any] | None:
    return _evidence(evidence) if evidence else None


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {"section": evidence.section, "start": evidence.start, "end": evidence.end, "text": evidence.text}


def article_from_json(record: object) -> Article:
    """An article from `{"id", "title", "abstract": [{"label", "text"}, …]}`; other fields are ignored.

    The text is taken as it stands, so that offsets are offsets into the input. Raises RecordError.
    """
    if not isinstance(record, dict):
        raise RecordError(f"a record must be an object, not {_kind(record)}")
    name = record.get("id")
    if isinstance(name, bool) or not isinstance(name, str | int) or name == "":
        raise RecordError(f"id must be a string or a number, not {_kind(name)}")
    title = record.get("title")
    if title is not None and not isinstance(title, str):
        raise RecordError(f"title must be a string, not {_kind(title)}")
    abstract = record.get("abstract")
    if abstract is not None and not isinstance(abstract, list):
        raise RecordError(f"abstract must be a list of {{label, text}}, not {_kind(abstract)}")
    sections = tuple(_section(index, part) for index, part in enumerate(abstract or ()))
    texts = [title or "", *(section.text for section in sections)]
    return Article(pmid=str(name), title=title or "", sections=sections, registry_ids=registrations(*texts))


@dataclass(frozen=True, slots=True)
class Question:
    """What happened to the outcome with the intervention against the comparator?"""

    article: Article
    intervention: str
    comparator: str
    outcome: str


def question_from_json(record: object) -> Question:
    """An article's record with `intervention`, `comparator` and `outcome`. Raises RecordError."""
    article = article_from_json(record)
    asked = record if isinstance(record, dict) else {}
    return Question(article, *(_asked(asked, key) for key in ("intervention", "comparator", "outcome")))


def _asked(record: dict[str, Any], key: str) -> str:
    value = record.get(key)
    if not isinstance(value, str):
        raise RecordError(f"{key} must be a string, not {_kind(value)}")
    return value


def judged(identity: str, found: Judgement) -> dict[str, Any]:
    """A judgement as the contract's object."""
    return {
        "id": identity,
        "change": found.change.value,
        "confidence": round(found.confidence, 3),
        "evidence": _evidence(found.evidence) if found.evidence else None,
    }


def _section(index: int, part: object) -> Section:
    if not isinstance(part, dict):
        raise RecordError(f"abstract[{index}] must be an object, not {_kind(part)}")
    label, text = part.get("label"), part.get("text")
    if label is not None and not isinstance(label, str):
        raise RecordError(f"abstract[{index}].label must be a string or null, not {_kind(label)}")
    if not isinstance(text, str):
        raise RecordError(f"abstract[{index}].text must be a string, not {_kind(text)}")
    return Section(label, text)


def _kind(value: object) -> str:
    """What JSON calls a value."""
    names = {dict: "an object", list: "a list", str: "a string", bool: "true or false", type(None): "null"}
    if value == "":
        return "an empty string"
    return names.get(type(value), "a number")
