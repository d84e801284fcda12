"""How directly a paper is about exercise, pain and inflammation, and which questions it answers: by the ledger.

The query that found a paper is not asked: it finds everything that a word of it stands in.
"""

from __future__ import annotations

import re
from itertools import product, starmap

from litwatch.compose.ledger import CLEAR
from litwatch.compose.questions import conditions, conditions_named, exercises
from litwatch.domain.study import Outcome, Study
from litwatch.domain.tally import Question

_EXERCISE = re.compile(
    r"\bexercis|physical(?:ly)? (?:in)?activ|\btraining\b|\bwalking\b|\brunning\b|\bathlet|\bsports?\b|\byoga\b"
    r"|\bpilates\b|\btai chi\b|\bqigong\b|\bstretching\b|\bstrengthening\b",
    re.IGNORECASE,
)
_PAINFUL = re.compile(
    r"\bpain|algia\b|arthritis|spondyl|headache|migraine|sciatica|tendin|fasci|impingement|frozen shoulder|\bgout\b"
    r"|dysmenorrh|endometriosis|temporomandibular|radiculopath",
    re.IGNORECASE,
)
_INFLAMED = re.compile(
    r"rheumatoid|spondyl(?:o)?arthr|psoria|juvenile idiopathic|\bgout\b|\blupus\b|myositis|inflammatory|crohn|colitis",
    re.IGNORECASE,
)
_PAIN_MEASURED = re.compile(
    r"\bpain|\w+ache\b|hypoalgesia|migraine|sensitisation|tender (?:point|joint)", re.IGNORECASE
)
_INFLAMMATION_MEASURED = re.compile(
    r"inflamm|c-reactive|\b(?:hs-?)?crp\b|sedimentation|\besr\b|interleukin|\bil-?\d|\btnf|tumou?r necrosis|cytokine"
    r"|interferon|calprotectin|acute-phase|serum amyloid|chemokine|\bmcp-1\b|nf-κb|nlrp3|neutrophil-to-lymphocyte"
    r"|swollen joint",
    re.IGNORECASE,
)


def subject_conditions(title: str, study: Study) -> frozenset[str]:
    """What people have, by the reading and by the conditions of our table that the title names."""
    return conditions(study) | conditions_named(title)


def questions_of(title: str, study: Study) -> frozenset[Question]:
    """Every question that a clear result answers; none where condition, kind of exercise or concept is unknown."""
    concepts = {row.concept for row in study.outcomes if row.concept and row.direction in CLEAR}
    return frozenset(starmap(Question, product(exercises(study), concepts, subject_conditions(title, study))))


def is_about_exercise(title: str, study: Study) -> bool:
    """Whether exercise is what was tested, or where the reading names nothing that was, what the title speaks of."""
    if study.exercise is not None:
        return True
    return bool(_EXERCISE.search(study.intervention.text if study.intervention else title))


def is_about_pain(title: str, study: Study) -> bool:
    """Whether pain was measured with a clear result, or people have a condition that hurts."""
    return _measured(study, _PAIN_MEASURED) or any(map(_PAINFUL.search, subject_conditions(title, study)))


def is_about_inflammation(title: str, study: Study) -> bool:
    """Whether inflammation was measured with a clear result, or people have an inflammatory disease."""
    return _measured(study, _INFLAMMATION_MEASURED) or any(map(_INFLAMED.search, subject_conditions(title, study)))


def _measured(study: Study, pattern: re.Pattern[str]) -> bool:
    return any(pattern.search(_called(row)) for row in study.outcomes if row.direction in CLEAR)


def _called(row: Outcome) -> str:
    return f"{row.name} | {row.concept or ''}"
