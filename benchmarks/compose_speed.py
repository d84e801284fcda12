"""How fast notes are composed, and what comes out: words, reading grade, sentences that many notes share.

    python benchmarks/compose_speed.py [--notes 1000] [--shared 15] [CORPUS ...]

Reads the corpus first, which takes a while and is not counted; only papers that may be featured are composed. Printed:
seconds of CPU for 1,000 notes, the words of notes, the median grade, and the most frequent sentences. Aims: less than
3 s, 100 to 300 words, a grade of 11 at most.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from litwatch.compose.nugget import compose_nugget
from litwatch.compose.prose import Told
from litwatch.compose.rank import Candidate, judge
from litwatch.domain.article import Article, Record
from litwatch.domain.digest import Length, Nugget
from litwatch.domain.study import Study
from litwatch.extract.study import read_study
from litwatch.pubmed.parse import open_records
from litwatch.service.differences import minimal_differences

ROOT = Path(__file__).resolve().parent.parent
DEFAULT = ROOT.parent / "shared" / "corpus"
sys.path.insert(0, str(ROOT))

from tests.compose.readability import grade  # noqa: E402 - the formula is the tests'


def papers(paths: list[Path], most: int) -> Iterator[tuple[Article, Study]]:
    """Papers that may be featured, whatever their age."""
    found = 0
    for path in paths:
        for record in open_records(path):
            if found == most:
                return
            if isinstance(record, Record) and record.article.sections:
                study = read_study(record.article)
                candidate = Candidate(record.article, study, ())
                verdict = judge(candidate, today=date(2025, 3, 1), max_age_days=100_000, told=frozenset())
                if verdict.place == "nugget":
                    found += 1
                    yield record.article, study


def sentences(nugget: Nugget) -> list[str]:
    told = [sentence.text for paragraph in nugget.paragraphs for sentence in paragraph.sentences]
    return [*told, nugget.takeaway.text] if nugget.takeaway else told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", nargs="*", type=Path, default=sorted(DEFAULT.glob("*.xml.gz")))
    parser.add_argument("--notes", type=int, default=1000)
    parser.add_argument("--shared", type=int, default=15, help="so many sentences that notes share are printed")
    options = parser.parse_args()
    if not options.corpus:
        raise SystemExit(f"no corpus: name PubMed XML files (none in {DEFAULT})")
    read = list(papers(options.corpus, options.notes))
    told = Told(mids=minimal_differences())
    started = time.process_time()
    nuggets = [
        compose_nugget(article, study, (), authority="litwatch.example,2026", told=told) for article, study in read
    ]
    seconds = time.process_time() - started
    print(f"{len(nuggets)} notes in {seconds:.2f} s of CPU: {1000 * seconds / len(nuggets):.2f} s for 1,000")
    for length in Length:
        words = sorted(
            sum(len(text.split()) for text in sentences(nugget)) for nugget in nuggets if nugget.length is length
        )
        if words:
            print(f"{length}: {len(words)}, words {words[0]} to {words[-1]}, median {statistics.median(words):g}")
    grades = [grade(sentences(nugget)) for nugget in nuggets if nugget.length is not Length.SHORT]
    print(
        f"grade: median {statistics.median(grades):.1f}, of nine in ten at most {sorted(grades)[9 * len(grades) // 10]:.1f}"
    )
    shared = Counter(text for nugget in nuggets for text in sentences(nugget))
    for text, number in shared.most_common(options.shared):
        print(f"{number:6} × {text}")


if __name__ == "__main__":
    main()
