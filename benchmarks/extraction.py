"""Every figure of how well and how fast abstracts are read, as one Markdown table.

usage: python benchmarks/extraction.py SHARED

SHARED is the folder of annotated and unlabelled real abstracts (gold, bench, corpus). What each row measures, and against
what, is told in docs/benchmarks.md. A data set that is not there gives no row.
"""

from __future__ import annotations

import gzip
import json
import re
import statistics as averages
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from html import unescape
from pathlib import Path
from typing import Any

from litwatch.domain.article import Article, Section
from litwatch.extract.contract import article_from_json
from litwatch.extract.grammar import statistics
from litwatch.extract.judgement import CHANGES, judge
from litwatch.extract.numerals import numerals
from litwatch.extract.sentences import Role, guess_roles, sentences
from litwatch.extract.study import read_study
from litwatch.extract.words import plain, split_words
from litwatch.service.evaluate import evaluate

Row = tuple[str, str, str]
"""What was measured, over how much, and the figure."""
RUNS = 5
GOLD = (
    ("direction_f1", "direction F1 (principal)"),
    ("outcome_f1", "outcome F1"),
    ("design", "design, accuracy"),
    ("n_participants", "participants, accuracy"),
    ("n_studies", "included studies, accuracy"),
    ("stance", "stance, accuracy"),
    ("effect_f1", "effect F1"),
    ("linked_effect_f1", "linked effect F1"),
    ("p_f1", "p F1"),
    ("grounded", "quotations verbatim"),
)
LABELS = ("significantly increased", "significantly decreased", "no significant difference")
FIRST = """
import json, resource, sys, time
begun = time.process_time()
from litwatch.domain.article import Article, Section
from litwatch.extract.study import read_study
read_study(Article("0", "Yoga: a trial", (Section("RESULTS", "Pain fell by 1.2 points (P = 0.01) in 40 adults."),)))
loaded = time.process_time() - begun
from litwatch.extract.contract import article_from_json
for line in open(sys.argv[1], encoding="utf-8"):
    read_study(article_from_json(json.loads(line)))
print(loaded, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def rows_of(path: Path) -> Iterator[dict[str, Any]]:
    data = path.read_bytes()
    yield from map(json.loads, (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8").splitlines())


def article(text: str) -> Article:
    """A text without a title or labels."""
    return Article("0", "", (Section(None, text),))


def f1_by_class(pairs: Iterable[tuple[Hashable, Hashable]]) -> tuple[Counter[Hashable], dict[Hashable, float]]:
    """How often each class is right, and its F1, from (right, told)."""
    both = Counter(pairs)
    right: Counter[Hashable] = Counter()
    told: Counter[Hashable] = Counter()
    for (want, got), count in both.items():
        right[want] += count
        told[got] += count
    return right, {each: 2 * both[each, each] / (right[each] + told[each]) for each in right}


def weighted_f1(pairs: Iterable[tuple[Hashable, Hashable]]) -> float:
    right, scores = f1_by_class(pairs)
    return sum(scores[each] * count for each, count in right.items()) / right.total()


def gold(shared: Path) -> Iterator[Row]:
    figures = evaluate(shared / "gold" / "dev.jsonl", read_study).figures
    size = f"gold, {figures['records']} abstracts, {figures['outcome_gold']} outcomes"
    for key, name in GOLD:
        yield name, size, f"{figures[key]:.3f}"


def judged(shared: Path) -> Iterator[Row]:
    """Evidence Inference, development part: three-way, every prompt counts."""
    folder = shared / "bench" / "evidence_inference"
    prompts = list(rows_of(folder / "abstract_dev.jsonl.gz"))
    wanted = {row["pmcid"] for row in prompts}
    texts = {row["pmcid"]: row["text"] for row in rows_of(folder / "docs.jsonl.gz") if row["pmcid"] in wanted}
    pairs = []
    for row in prompts:
        title, _, body = texts[row["pmcid"]].partition("\n")
        read = Article(row["pmcid"], title, (Section(None, body),))
        found = judge(read, row["intervention"], row["comparator"], row["outcome"])
        pairs.append((LABELS.index(row["label"]), CHANGES.index(found.change)))
    _, scores = f1_by_class(pairs)
    size = f"Evidence Inference, {len(pairs)} prompts"
    yield "judgement, macro F1", size, f"{averages.mean(scores.values()):.3f}"
    yield "judgement, accuracy", size, f"{averages.mean(want == got for want, got in pairs):.3f}"


def whole(text: str) -> int | None:
    """A number of people as written, in digits or words."""
    found = numerals(split_words(plain(re.sub(r"(?<=\d) (?=\d{3}\b)", "", text)).replace("-", " ")).words)
    return found[0].value if len(found) == 1 else None


def participants(shared: Path) -> Iterator[Row]:
    """PICO corpus: the number that is read is one of those marked as the total of participants."""
    right = total = 0
    for row in rows_of(shared / "bench" / "pico_corpus" / "dev.jsonl.gz"):
        marked = {whole(span["text"]) for span in row["spans"] if span["type"] == "total-participants"} - {None}
        if marked:
            title, _, body = row["text"].partition(". ")
            read = read_study(Article(row["pmid"], title, (Section(None, body),)))
            right += read.n_participants in marked
            total += 1
    yield "sample size, exact", f"PICO corpus, {total} abstracts", f"{right / total:.3f}"


def joined(text: str) -> str:
    """A text whose words and marks are parted by spaces ("P = 0 . 03") as it was printed."""
    text = " ".join(plain(unescape(re.sub(r"& ([a-z]+) ;", r"&\1;", text))).split())
    text = re.sub(r"(?<=\d) ?\. ?(?=\d)|(?<=\d) ?, ?(?=\d{3}\b)", lambda match: match.group().strip(), text)
    text = re.sub(r"(?<=[<>=] )\. (?=\d)", ".", text)
    text = re.sub(r"(?<=[(\[]) | (?=[)\],;:%])", "", text)
    return re.sub(r"(?<=\d) (?=\.)|(?<=[-+]) (?=\d)", "", text).replace("+ / -", "+/-")


def numbers(text: str) -> tuple[float, ...]:
    return tuple(abs(float(number)) for number in re.findall(r"\d*\.\d+|\d+", joined(text)))


def trials(shared: Path) -> Iterator[Row]:
    """CTRO: marked p-values and intervals that are read."""
    ps: Counter[bool] = Counter()
    intervals: Counter[bool] = Counter()
    for row in rows_of(shared / "bench" / "ctro" / "train_dev.jsonl.gz"):
        effects = [
            statistic.effect
            for sentence in sentences(article(joined(row["text"])).sections)
            for statistic in statistics(sentence.plain)
        ]
        values = {float(match) for effect in effects if effect.p for match in re.findall(r"[\d.]+\d", effect.p)}
        bounds = {tuple(sorted(map(abs, effect.ci))) for effect in effects if effect.ci}
        ps.update(numbers(each)[-1] in values for each in row["slots"]["p_diff"] if _IS_P.search(unescape(each)))
        intervals.update(
            tuple(sorted(numbers(each)[-2:])) in bounds for each in row["slots"]["ci_diff"] if len(numbers(each)) > 1
        )
    for name, found in (("p-values, recall", ps), ("intervals, recall", intervals)):
        yield name, f"CTRO, {found.total()} marked", f"{found[True] / found.total():.3f}"


def reviews(shared: Path) -> Iterator[Row]:
    """Cochrane reviews: the number of included studies, from results and conclusions alone."""
    right = total = 0
    for row in rows_of(shared / "bench" / "cochrane_reviews" / "hand_checked_dev.jsonl.gz"):
        if row["n_studies"] is not None:
            read = read_study(Article("0", "Any treatment: a systematic review", (Section("RESULTS", row["text"]),)))
            right += read.n_studies == row["n_studies"]
            total += 1
    yield "included studies, exact", f"Cochrane, {total} reviews", f"{right / total:.3f}"


_IS_P = re.compile(r"[<>=≤≥][^\d]*\d|& [lg]t ;[^\d]*\d")
MERGED = {"background": "background", "outcome": "outcome", Role.BACKGROUND: "background", Role.OBJECTIVE: "background"}
MERGED |= {Role.RESULTS: "outcome", Role.CONCLUSIONS: "outcome"}


def roles(shared: Path) -> Iterator[Row]:
    """Roles of unlabelled sentences. NICTA's six labels and the five roles are merged to three that both can tell."""
    bench = shared / "bench"
    labelled = [row["sentences"] for row in rows_of(bench / "pmc_rct_sections" / "dev.jsonl.gz")]
    pairs = [pair for each in labelled for pair in guessed(each)]
    yield (
        "section roles, weighted F1",
        f"PMC trials, {len(pairs)} sentences",
        (f"{weighted_f1((label.lower(), role.value) for label, role in pairs):.3f}"),
    )
    labelled = [row["sentences"] for row in rows_of(bench / "nicta_piboso" / "dev.jsonl.gz")]
    merged = [
        (MERGED.get(label, "methods"), MERGED.get(role, "methods"))
        for each in labelled
        for label, role in guessed(each)
    ]
    yield "section roles merged to three, weighted F1", f"NICTA, {len(merged)} sentences", f"{weighted_f1(merged):.3f}"


def guessed(parts: list[dict[str, str]]) -> list[tuple[str, Role]]:
    roles = guess_roles([split_words(plain(part["text"])) for part in parts])
    return list(zip((part["label"] for part in parts), roles, strict=True))


def speed(shared: Path) -> Iterator[Row]:
    """On one core after loading; loading with the first abstract, and memory, in processes of their own."""
    path = shared / "corpus" / "abstracts.jsonl"
    articles = [article_from_json(row) for row in rows_of(path)]
    rates = []
    for _ in range(RUNS):
        begun = time.process_time()
        for each in articles:
            read_study(each)
        rates.append(len(articles) / (time.process_time() - begun))
    yield "abstracts a second, median", f"{len(articles)} abstracts, {RUNS} runs", f"{averages.median(rates):.0f}"
    command = [sys.executable, "-c", FIRST, str(path)]
    fresh = [subprocess.run(command, check=True, capture_output=True, text=True).stdout.split() for _ in range(RUNS)]
    seconds, memory = (averages.median(float(each[at]) for each in fresh) for at in (0, 1))
    yield "loading and first abstract, processor seconds", f"{RUNS} processes", f"{seconds:.2f}"
    yield "most resident memory, MB", f"{RUNS} processes", f"{memory:.0f}"


PARTS: tuple[Callable[[Path], Iterator[Row]], ...] = (gold, judged, participants, trials, reviews, roles, speed)


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print(__doc__)
        return 2
    print("| what | measured on | figure |\n| --- | --- | --- |")
    for part in PARTS:
        try:
            for row in part(Path(arguments[0])):
                print("| " + " | ".join(row) + " |", flush=True)
        except FileNotFoundError as error:
            print(f"{part.__name__}: not measured, no {error.filename}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
