"""Train the roles of sentences (src/litwatch/extract/data/roles.txt): an averaged structured perceptron.

    python training/section_roles.py OUT DEV TRAIN...

Each file is JSON Lines (gzip or not) of `{"sentences": [{"label", "text"}]}` with the labels BACKGROUND, OBJECTIVE,
METHODS, RESULTS and CONCLUSIONS. Prints the weighted F1 on DEV.
"""

from __future__ import annotations

import gzip
import json
import random
import sys
from collections import Counter, defaultdict
from pathlib import Path

from litwatch.extract.roles import ROLES, best_path, features
from litwatch.extract.words import plain, split_words

LABELS = ("BACKGROUND", "OBJECTIVE", "METHODS", "RESULTS", "CONCLUSIONS")
EPOCHS = 8
RAREST = 4
SCALE = 20
LEAST = 45
"""A feature whose weights are all smaller is left out."""

Example = tuple[list[set[str]], list[int]]


def read(path: str) -> list[Example]:
    data = Path(path).read_bytes()
    text = (gzip.decompress(data) if path.endswith(".gz") else data).decode("utf-8")
    examples: list[Example] = []
    for line in text.splitlines():
        sentences = json.loads(line)["sentences"]
        count = len(sentences)
        rows = [features(split_words(plain(s["text"])).words, at / count) for at, s in enumerate(sentences)]
        examples.append((rows, [LABELS.index(s["label"].upper()) for s in sentences]))
    return examples


def score(rows: list[set[str]], weights: dict[str, list[float]]) -> list[list[float]]:
    scores = []
    for row in rows:
        found = [weights[feature] for feature in row if feature in weights]
        scores.append([sum(column) for column in zip(*found, strict=True)] if found else [0.0] * ROLES)
    return scores


def train(examples: list[Example]) -> dict[str, list[float]]:
    seen = Counter(feature for rows, _ in examples for row in rows for feature in row)
    names = [name for name, count in seen.items() if count >= RAREST] + [f"step {role}" for role in range(ROLES)]
    weights = {name: [0.0] * ROLES for name in names}
    sums = {name: [0.0] * ROLES for name in names}
    turn = 0

    def add(name: str, role: int, amount: float) -> None:
        if name in weights:
            weights[name][role] += amount
            sums[name][role] += amount * turn

    order = random.Random(1)
    for _ in range(EPOCHS):
        order.shuffle(examples)
        for rows, gold in examples:
            turn += 1
            steps = [weights[f"step {role}"] for role in range(ROLES)]
            path = best_path(score(rows, weights), steps)  # type: ignore[arg-type]
            for at, (row, right, told) in enumerate(zip(rows, gold, path, strict=True)):
                if right != told:
                    for name in row:
                        add(name, right, 1)
                        add(name, told, -1)
                if at and (gold[at - 1], right) != (path[at - 1], told):
                    add(f"step {gold[at - 1]}", right, 1)
                    add(f"step {path[at - 1]}", told, -1)
    return {name: [w - s / turn for w, s in zip(weights[name], sums[name], strict=True)] for name in names}


def weighted_f1(pairs: Counter[tuple[int, int]]) -> float:
    total = sum(pairs.values())
    figure = 0.0
    for role in range(ROLES):
        gold = sum(count for (right, _), count in pairs.items() if right == role)
        told = sum(count for (_, guess), count in pairs.items() if guess == role)
        figure += gold / total * (2 * pairs[role, role] / (gold + told) if gold + told else 0)
    return figure


def main(out: str, dev: str, *paths: str) -> int:
    trained = train([example for path in paths for example in read(path)])
    kept = {name: [round(SCALE * weight) for weight in row] for name, row in trained.items()}
    kept = {
        name: row
        for name, row in kept.items()
        if any(abs(weight) >= LEAST for weight in row) or name.startswith(("step ", "place "))
    }
    steps = [kept[f"step {role}"] for role in range(ROLES)]
    pairs: Counter[tuple[int, int]] = Counter()
    weights = {name: list(map(float, row)) for name, row in kept.items()}
    for rows, gold in read(dev):
        pairs.update(zip(gold, best_path(score(rows, weights), steps), strict=True))  # type: ignore[arg-type]
    figure = weighted_f1(pairs)
    defaults: defaultdict[str, int] = defaultdict(int)
    for name in kept:
        defaults[name.split(" ")[0] if " " in name else "word"] += 1
    print(f"weighted F1 {figure:.3f}, features {dict(defaults)}")
    header = (
        "# Roles of sentences: feature, then a weight each for background, objective, methods, results, conclusions.\n"
        "# Averaged structured perceptron, trained by training/section_roles.py on sentences under printed section\n"
        f"# labels in abstracts of trials, reviews and cohorts; weighted F1 {figure:.3f} on the development part of the\n"
        "# labelled trial abstracts. Weights are facts about words; the abstracts themselves are not part of the project.\n"
    )
    lines = (f"{name}\t" + "\t".join(map(str, row)) for name, row in sorted(kept.items()))
    Path(out).write_text(header + "\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
