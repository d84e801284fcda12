"""Train the model of the authors' stance: `stance.py READINGS RECORDS OUT.txt`.

READINGS (JSON Lines: id, stance) are annotated abstracts, RECORDS (JSON Lines: id, title, abstract) their texts.
Logistic regression with an L2 penalty; classes count by the inverse square root of their frequency, because "favours"
is said of half the abstracts and is the costliest thing to say wrongly. Printed: cross-validation by record.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from readings import lines
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from litwatch.domain.study import Stance
from litwatch.extract.concluding import STANCES, Features, line
from litwatch.extract.contract import article_from_json
from litwatch.extract.sentences import sentences
from litwatch.extract.stance import features
from litwatch.extract.study import read_study

_PENALTY = 0.1
"""Inverse strength of the L2 penalty."""
_SEEN = 2
"""A feature is kept that stands in so many records."""
_HEADER = """\
# The authors' stance: feature, then a weight each for favours, no_difference, harms, mixed, none (hundredths).
# Logistic regression, trained by training/stance.py; the line with no name is the constant.
"""


class Example(NamedTuple):
    features: Features
    stance: str


def examples(readings: Path, records: Path) -> list[Example]:
    texts = {row["id"]: row for row in lines(records)}
    found: list[Example] = []
    for row in lines(readings):
        if row["id"] not in texts:
            continue
        article = article_from_json(texts[row["id"]])
        study = read_study(article)
        parts = sentences(article.sections)
        found.append(Example(features(parts, study.design, study.outcomes), row["stance"]))
    return found


def fitted(rows: Sequence[Example]) -> tuple[DictVectorizer, Any]:
    seen = Counter(key for row in rows for key in row.features)
    kept = [{key: value for key, value in row.features.items() if seen[key] >= _SEEN} for row in rows]
    many = Counter(row.stance for row in rows)
    weights = {stance: (len(rows) / (len(many) * count)) ** 0.5 for stance, count in many.items()}
    table = DictVectorizer()
    model = LogisticRegression(C=_PENALTY, class_weight=weights, max_iter=400)
    return table, model.fit(table.fit_transform(kept), [row.stance for row in rows])


def held_out(rows: list[Example], seed: int) -> list[str]:
    """What a model trained on the other nine tenths says of each record."""
    said = [""] * len(rows)
    stances = [row.stance for row in rows]
    for train, test in StratifiedKFold(10, shuffle=True, random_state=seed).split(stances, stances):
        table, model = fitted([rows[at] for at in train])
        guesses = model.predict(table.transform([rows[at].features for at in test]))
        for at, guess in zip(test, guesses, strict=True):
            said[at] = str(guess)
    return said


def rule_of(row: Example) -> str:
    return next(key.removeprefix("rule ") for key in row.features if key.startswith("rule "))


def report(name: str, rows: list[Example], said: list[str]) -> str:
    """Accuracy, and how many null or harmful conclusions are called favourable."""
    right = sum(row.stance == guess for row, guess in zip(rows, said, strict=True))
    against = (Stance.NO_DIFFERENCE, Stance.HARMS)
    wrong = sum(row.stance in against and guess == "favours" for row, guess in zip(rows, said, strict=True))
    return f"{name}: {len(rows)} records, accuracy {right / len(rows):.3f}, {wrong} called favourable wrongly"


def write(table: DictVectorizer, model: Any, path: Path) -> int:
    order = [list(model.classes_).index(stance.value) for stance in STANCES]
    rows = [line("", (model.intercept_[at] for at in order))]
    for column, feature in enumerate(table.get_feature_names_out()):
        weights = [model.coef_[at][column] for at in order]
        if max(map(abs, weights)) >= 0.01:
            rows.append(line(feature, weights))
    path.write_text(_HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    return len(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("readings", type=Path)
    parser.add_argument("records", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    rows = examples(options.readings, options.records)
    print(report("phrases alone", rows, [rule_of(row) for row in rows]))
    for seed in range(3):
        print(report(f"model, ten folds, seed {seed}", rows, held_out(rows, seed)))
    print(write(*fitted(rows), options.out), "lines")


if __name__ == "__main__":
    main()
