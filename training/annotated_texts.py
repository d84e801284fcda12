"""The texts of annotated abstracts: `annotated_texts.py TRIALS.xml.gz ABSTRACTS.jsonl.gz READINGS... > records.jsonl`.

A reading is named by its PMID, or by "u" and the first ten characters of the SHA-1 of its title's letters and digits in
lower case, where the corpus gives no PMID.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from litwatch.domain.article import Record
from litwatch.pubmed.parse import open_records


def named(title: str) -> str:
    return "u" + hashlib.sha1(re.sub(r"\W+", "", title.lower()).encode(), usedforsecurity=False).hexdigest()[:10]


def texts(trials: Path, abstracts: Path) -> Iterator[dict[str, Any]]:
    for item in open_records(trials):
        if isinstance(item, Record):
            article = item.article
            parts = [{"label": part.label or "", "text": part.text} for part in article.sections]
            yield {"id": article.pmid, "title": article.title, "abstract": parts}
    with gzip.open(abstracts, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if isinstance(row["title"], str) and isinstance(row["abstract"], str):
                parts = [{"label": "", "text": row["abstract"]}]
                yield {"id": named(row["title"]), "title": row["title"], "abstract": parts}


def main() -> None:
    trials, abstracts, *readings = map(Path, sys.argv[1:])
    wanted = {json.loads(line)["id"] for path in readings for line in path.open(encoding="utf-8")}
    for row in texts(trials, abstracts):
        if row["id"] in wanted:
            wanted.remove(row["id"])
            sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
    if wanted:
        raise SystemExit(f"{len(wanted)} texts not found, {min(wanted)} among them")


if __name__ == "__main__":
    main()
