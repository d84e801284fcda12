"""Train the models of prompted judgement: `judgement.py BENCH OUT.txt.gz [--folds N]`. Needs scikit-learn.

BENCH/evidence_inference gives abstracts, prompts (intervention, comparator, outcome) and their answers with the evidence.
Two models are made: the choice of the sentence that holds the answer (conditional logistic regression over the sentences
of an abstract), and the answer that a sentence gives (multinomial logistic regression over the evidence).

The answers are learned from three altered copies of each example too, at a lower weight: with the arms exchanged, with
every verdict turned round (either turns the answer round), and with both.

With --folds nothing is written: each fold's abstracts are judged by models trained on the others.
"""

from __future__ import annotations

import argparse
import gzip
import json
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from litwatch.domain.article import Article, Section
from litwatch.extract.judgement import Model, answer, likelihoods, views
from litwatch.extract.prompted import answer_features, choice_features
from litwatch.extract.view import OTHER, OWN, View

LABELS = {"significantly increased": 0, "significantly decreased": 1, "no significant difference": 2}
TURNED = {0: 1, 1: 0, 2: 2}
ARMS = {OWN: OTHER, OTHER: OWN}
SENSES = {"<up>": "<down>", "<down>": "<up>", "<better>": "<worse>", "<worse>": "<better>"}
VALUES = {"<": ">", ">": "<"}
EXCHANGED, INVERTED, BOTH = 0.15, 0.4, 0.15
RARE, SMALL = 5, 0.02
CHOICE_PENALTY, ANSWER_STRENGTH = 1e-3, 0.02


@dataclass(frozen=True)
class Example:
    """A prompt: its abstract as it sees it, which sentences are the evidence, and the answer."""

    document: str
    views: list[View]
    evidence: list[int]
    label: int


def read(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def article_of(row: dict[str, Any]) -> tuple[Article, list[int]]:
    """A document as an article with its printed sections, and where each of these begins in the document's text."""
    title, _, _ = row["text"].partition("\n")
    marks = [(part["heading"], part["start"], part["end"]) for part in row["sections"] or ()]
    marks = marks or [(None, len(title) + 1, len(row["text"]))]
    sections = tuple(Section(heading, row["text"][start:end]) for heading, start, end in marks)
    return Article(row["pmcid"], title, sections), [start for _, start, _ in marks]


def examples(bench: Path, part: str) -> Iterator[Example]:
    """The prompts of a split; for training also those whose abstract is not at hand, with the evidence as their text."""
    folder = bench / "evidence_inference"
    documents = {row["pmcid"]: article_of(row) for row in read(folder / "docs.jsonl.gz")}
    for row in read(folder / f"abstract_{part}.jsonl.gz"):
        article, starts = documents[row["pmcid"]]
        seen = views(article, row["intervention"], row["comparator"], row["outcome"])
        marks = [(each["start"], each["end"]) for each in row["evidence"] if each["start"] is not None]
        yield Example(row["pmcid"], seen, evidence_in(seen, starts, marks), LABELS[row["label"]])
    if part == "train":
        for row in read(folder / "v2_fulltext_prompts.jsonl.gz"):
            if row["split"] == "train":
                article = Article(row["pmcid"], "", (Section(None, " ".join(row["evidence"])),))
                seen = views(article, row["intervention"], row["comparator"], row["outcome"])
                yield Example(f"full {row['pmcid']}", seen, list(range(len(seen))), LABELS[row["label"]])


def evidence_in(seen: Sequence[View], starts: Sequence[int], marks: Sequence[tuple[int, int]]) -> list[int]:
    found = []
    for index, each in enumerate(seen):
        section = each.sentence.section
        if section >= 0:
            start, end = (starts[section] + offset for offset in (each.sentence.start, each.sentence.end))
            if any(left < end and start < right for left, right in marks):
                found.append(index)
    return found


class Index:
    """Numbers for features; those that fewer than `least` rows have get none."""

    def __init__(self, rows: Sequence[dict[str, float]], least: int) -> None:
        counts = Counter(key for row in rows for key, value in row.items() if value)
        self.keys = sorted(key for key, count in counts.items() if count >= least)
        self._place = {key: at for at, key in enumerate(self.keys)}

    def matrix(self, rows: Sequence[dict[str, float]]) -> csr_matrix:
        ends, columns, values = [0], [], []
        for row in rows:
            for key, value in row.items():
                if value and key in self._place:
                    columns.append(self._place[key])
                    values.append(value)
            ends.append(len(columns))
        return csr_matrix((values, columns, ends), shape=(len(rows), len(self.keys)))


def choice_model(rows: Sequence[Example]) -> dict[str, float]:
    """Weights that make the evidence likely among the sentences of its abstract."""
    rows = [row for row in rows if row.evidence and len(row.views) > len(row.evidence)]
    found = [choice_features(each, row.views) for row in rows for each in row.views]
    index = Index(found, RARE)
    table = index.matrix(found)
    wanted = np.array([float(at in row.evidence) for row in rows for at in range(len(row.views))])
    sizes = np.array([len(row.views) for row in rows])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    owner = np.repeat(np.arange(len(rows)), sizes)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores = table @ weights
        raised = np.exp(scores - np.maximum.reduceat(scores, starts)[owner])
        shares = raised / np.add.reduceat(raised, starts)[owner]
        held = np.add.reduceat(shares * wanted, starts) + 1e-12
        slope = table.T @ (shares - shares * wanted / held[owner]) / len(rows)
        return float(-np.log(held).mean() + CHOICE_PENALTY * weights @ weights / 2), slope + CHOICE_PENALTY * weights

    best = minimize(loss, np.zeros(len(index.keys)), jac=True, method="L-BFGS-B", options={"maxiter": 200}).x
    return dict(zip(index.keys, map(float, best), strict=True))


def copies(seen: View, label: int) -> Iterator[tuple[list[str], int, float]]:
    """The features, label and weight of a sentence and of its altered copies."""
    yield answer_features(seen), label, 1.0
    inverse = replace(
        seen,
        pieces=[SENSES.get(piece, piece) for piece in seen.pieces],
        values=VALUES.get(seen.values, seen.values),
    )
    has_arm = OWN in seen.pieces or OTHER in seen.pieces
    has_way = label == LABELS["no significant difference"] or inverse != seen
    if has_arm:
        yield answer_features(_exchanged(seen)), TURNED[label], EXCHANGED
    if has_way:
        yield _without_names(answer_features(inverse)), TURNED[label], INVERTED
    if has_arm and has_way:
        yield _without_names(answer_features(_exchanged(inverse))), label, BOTH


def _exchanged(seen: View) -> View:
    return replace(seen, pieces=[ARMS.get(piece, piece) for piece in seen.pieces])


def _without_names(found: list[str]) -> list[str]:
    """Without how often an outcome of this name goes up or down: of inverted copies that is untrue."""
    return [key for key in found if not key.startswith(("o:", "oc:")) or "<" in key]


def answer_model(rows: Sequence[Example]) -> dict[str, complex]:
    """Weights for up and down, both against no difference; "" is the constant."""
    found: list[dict[str, float]] = []
    labels: list[int] = []
    weights: list[float] = []
    for row in rows:
        for at in row.evidence:
            for keys, label, weight in copies(row.views[at], row.label):
                found.append(dict.fromkeys(keys, 1.0))
                labels.append(label)
                weights.append(weight / len(row.evidence))
    index = Index(found, RARE)
    model = LogisticRegression(C=ANSWER_STRENGTH, max_iter=150, tol=1e-3)
    model.fit(index.matrix(found), labels, sample_weight=weights)
    up, down = model.coef_[0] - model.coef_[2], model.coef_[1] - model.coef_[2]
    constant = complex(model.intercept_[0] - model.intercept_[2], model.intercept_[1] - model.intercept_[2])
    kept = {key: complex(a, b) for key, a, b in zip(index.keys, up, down, strict=True) if max(abs(a), abs(b)) >= SMALL}
    return {"": constant, **kept}


def train(rows: Sequence[Example]) -> Model:
    return Model(choice_model([row for row in rows if not row.document.startswith("full ")]), answer_model(rows))


def answers(model: Model, row: Example, *, given: bool) -> list[float]:
    """The probability of each label; `given`: from the evidence alone."""
    if given:
        shares = [float(at in row.evidence) for at in range(len(row.views))]
    else:
        shares = likelihoods(row.views, model)
    said = [answer(each, model) for each in row.views]
    return [sum(share * each[label] for share, each in zip(shares, said, strict=True)) for label in range(3)]


def report(rows: Sequence[Example], found: Sequence[list[float]]) -> str:
    guesses = [each.index(max(each)) for each in found]
    right = Counter(row.label for row, guess in zip(rows, guesses, strict=True) if guess == row.label)
    said, want = Counter(guesses), Counter(row.label for row in rows)
    scores = [2 * right[label] / max(said[label] + want[label], 1) for label in range(3)]
    each = ", ".join(f"{name} {score:.3f}" for name, score in zip(("up", "down", "same"), scores, strict=True))
    accuracy = sum(right.values()) / max(len(rows), 1)
    return f"{len(rows)} prompts, macro F1 {sum(scores) / 3:.3f}, accuracy {accuracy:.3f} ({each})"


def measure(name: str, rows: Sequence[Example], models: Sequence[Model]) -> None:
    for given in (False, True):
        found = [answers(model, row, given=given) for model, row in zip(models, rows, strict=True)]
        print(f"{name}, evidence {'given' if given else 'not given'}: {report(rows, found)}")


def write(model: Model, path: Path) -> int:
    lines = [f"{key}\t{round(value * 100)}\n" for key, value in sorted(model.choice.items())]
    lines += [
        f"{key}\t{round(value.real * 100)}\t{round(value.imag * 100)}\n" for key, value in sorted(model.answer.items())
    ]
    path.write_bytes(gzip.compress("".join(lines).encode(), 9, mtime=0))
    return len(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--folds", type=int, default=0)
    options = parser.parse_args()
    rows = list(examples(options.bench, "train"))
    if options.folds:
        fold = [zlib.crc32(row.document.removeprefix("full ").encode()) % options.folds for row in rows]
        models = [train([row for row, at in zip(rows, fold, strict=True) if at != out]) for out in range(options.folds)]
        kept = [(row, models[at]) for row, at in zip(rows, fold, strict=True) if not row.document.startswith("full ")]
        measure("held-back folds", [row for row, _ in kept], [model for _, model in kept])
        return
    model = train(rows)
    held = list(examples(options.bench, "dev"))
    measure("dev", held, [model] * len(held))
    print(write(model, options.out), "weights")


if __name__ == "__main__":
    main()
