"""Group words by the company they keep: `word_classes.py ABSTRACTS.jsonl.gz OUT.txt [--words N] [--classes K]`.

Each word is described by how often which frequent words stand one and two places before and after it (positive
pointwise mutual information, reduced by singular value decomposition), and the words are grouped by k-means (Lloyd).
The classes are a cheap stand-in for parts of speech and topics: "pain", "fatigue" and "stiffness" share one. A line
of the output holds the words of one class.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from litwatch.extract.words import plain

_TOKEN = re.compile(r"[^\W\d_]+|\d+(?:[.,]\d+)*|[^\w\s]")
_CONTEXTS = 1_200
_RANK = 80


def documents(path: Path) -> Iterator[list[str]]:
    """The words of each abstract in lower case, numbers as `0`."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            text = plain(json.loads(line)["abstract"]).lower()
            yield ["0" if token[0].isdigit() else token for token in _TOKEN.findall(text)]


def vectors(path: Path, words: int) -> tuple[list[str], np.ndarray]:
    """The most frequent words with a vector of length one each."""
    counts: Counter[str] = Counter()
    for tokens in documents(path):
        counts.update(tokens)
    vocabulary = [word for word, count in counts.most_common(words) if count >= 8]
    index = {word: i for i, word in enumerate(vocabulary)}
    table = np.zeros((len(vocabulary), 4 * _CONTEXTS), np.float32)
    flat = table.ravel()
    for tokens in documents(path):
        ids = np.array([index.get(token, -1) for token in tokens])
        for slot, step in enumerate((-2, -1, 1, 2)):
            here, there = (ids[-step:], ids[:step]) if step < 0 else (ids[:-step], ids[step:])
            keep = (here >= 0) & (there >= 0) & (there < _CONTEXTS)
            np.add.at(flat, here[keep] * (4 * _CONTEXTS) + slot * _CONTEXTS + there[keep], 1.0)
    total = table.sum()
    expected = table.sum(1, keepdims=True) * (table.sum(0, keepdims=True) / total)
    with np.errstate(divide="ignore", invalid="ignore"):
        pmi = np.log(np.where(table > 0, table / expected, 1.0))
    np.maximum(pmi, 0, out=pmi)
    random = np.random.default_rng(1).standard_normal((pmi.shape[1], _RANK)).astype(np.float32)
    basis = np.linalg.qr(pmi @ random)[0]
    for _ in range(3):
        basis = np.linalg.qr(pmi @ (pmi.T @ basis))[0]
    left, scale, _ = np.linalg.svd(basis.T @ pmi, full_matrices=False)
    found = (basis @ left) * np.sqrt(scale)
    return vocabulary, found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)


def classes(points: np.ndarray, count: int) -> np.ndarray:
    """The class of each point: k-means from random points, 25 rounds."""
    rng = np.random.default_rng(2)
    centres = points[rng.choice(min(len(points), 6_000), count, replace=False)]
    nearest = np.zeros(len(points), int)
    for _ in range(25):
        nearest = np.argmax(points @ centres.T, axis=1)
        for which in range(count):
            members = points[nearest == which]
            if len(members):
                centre = members.mean(0)
                centres[which] = centre / max(float(np.linalg.norm(centre)), 1e-9)
    return nearest


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("abstracts", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--words", type=int, default=24_000)
    parser.add_argument("--classes", type=int, default=320)
    options = parser.parse_args()
    vocabulary, points = vectors(options.abstracts, options.words)
    nearest = classes(points, options.classes)
    groups: dict[int, list[str]] = {}
    for word, which in zip(vocabulary, nearest, strict=True):
        groups.setdefault(int(which), []).append(word)
    options.out.write_text("\n".join(" ".join(group) for group in groups.values()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
