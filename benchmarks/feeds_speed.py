"""How fast all feeds of a long archive are built.

    python benchmarks/feeds_speed.py [--issues 500]

Fictional issues of seven notes each, larger than most real ones. Printed: seconds of CPU for every document that
readers subscribe to (RSS, Atom and JSON Feed of each feed) from nothing, and for every page of the archive, which never
changes once it is full; the largest document. Aims: less than 1 s for the first, 500,000 bytes at most.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.publish.later import ARCHIVE, REJECTS  # noqa: E402 - fictional values are the tests'
from tests.publish.sample import PUBLICATION, REVIEW, many_issues  # noqa: E402

from litwatch.publish.archive import Archive  # noqa: E402
from litwatch.publish.feeds import documents  # noqa: E402


def archive(number: int) -> Archive:
    issues = [
        replace(
            issue,
            nuggets=tuple(
                replace(
                    REVIEW,
                    pmid=f"{place}{row}",
                    guid=f"tag:litwatch.example,2026:nugget/{place}{row}",
                    slug=f"pmid-{place}{row}",
                    topics=(list(PUBLICATION.topic_titles)[row % 3],),
                    better=REVIEW.better * 2,
                )
                for row in range(7)
            ),
        )
        for place, issue in enumerate(many_issues(number))
    ]
    return Archive(issues, ARCHIVE.notices, rejects={issue.week: REJECTS * 10 for issue in issues})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--issues", type=int, default=500)
    number = parser.parse_args().issues
    list(documents(archive(1), PUBLICATION))[-1][1]()  # templates are compiled once a process
    of = archive(number)
    started = time.process_time()
    files = dict(documents(of, PUBLICATION))
    current = {path: render() for path, render in files.items() if not path.startswith("archive/")}
    took = time.process_time() - started
    print(f"{len(current)} documents of {number} issues from nothing: {took:.2f} s")
    started = time.process_time()
    largest = max(map(len, current.values()))
    pages = 0
    for path, render in files.items():
        if path.startswith("archive/"):
            largest = max(largest, len(render()))
            pages += 1
    print(f"{pages} pages of the archive: {time.process_time() - started:.2f} s")
    print(f"largest document: {largest:,} bytes")


if __name__ == "__main__":
    main()
