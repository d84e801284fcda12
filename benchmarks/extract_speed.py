"""How fast abstracts are read: abstracts a second on one core, the median of five runs, and the time to load.

python benchmarks/extract_speed.py FILE...     # PubMed XML (.xml, .xml.gz), MEDLINE or JSON Lines
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path

RUNS = 5
# What a text can repeat to cost time; each is repeated to 100,000 characters.
HOSTILE = (
    "P = 0.03, ",
    "95% CI 1.2 to 3.4; ",
    "n = 5 ",
    "OR ",
    "40 patients ",
    "(n = 5) ",
    "Pain improved. ",
    "a ",
    "(",
)
LENGTH = 100_000


def main(paths: list[str]) -> int:
    if not paths:
        print(__doc__)
        return 2
    begun = time.perf_counter()
    from litwatch.domain.article import Article, Record, Section
    from litwatch.extract.contract import article_from_json
    from litwatch.extract.study import read_study

    read_study(Article("0", "Yoga: a trial", (Section("RESULTS", "Pain fell by 1.2 points (P = 0.01) in 40 adults."),)))
    loaded = time.perf_counter() - begun

    from litwatch.pubmed.parse import open_records

    articles: list[Article] = []
    for path in paths:
        if path.endswith(".jsonl"):
            lines = Path(path).read_text(encoding="utf-8").splitlines()
            articles += [article_from_json(json.loads(line)) for line in lines]
        else:
            articles += [item.article for item in open_records(Path(path)) if isinstance(item, Record)]
    rates = []
    for _ in range(RUNS):
        begun = time.process_time()
        for article in articles:
            read_study(article)
        rates.append(len(articles) / (time.process_time() - begun))
    print(f"load and first abstract  {loaded * 1000:8.0f} ms")
    print(f"abstracts                {len(articles):8,}")
    print(f"abstracts a second       {statistics.median(rates):8.0f}")
    slowest = 0.0
    for unit in HOSTILE:
        text = (unit * (LENGTH // len(unit) + 1))[:LENGTH]
        begun = time.process_time()
        read_study(Article("0", "Exercise: a randomised trial", (Section("RESULTS", text),)))
        slowest = max(slowest, time.process_time() - begun)
    print(f"slowest of {len(HOSTILE)} hostile texts {slowest * 1000:6.0f} ms")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
