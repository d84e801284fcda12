"""Whatever is done to a real abstract: no exception, and every quotation verbatim. `make drill` does it 20,000 times."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

from litwatch.extract.contract import article_from_json, findings
from litwatch.extract.study import read_study
from tests.extract.mutating import damaged


def test_damaged_abstracts_are_read_and_quoted_exactly(shared: Path, mutations: int) -> None:
    random = Random(20261121)
    lines = (shared / "corpus" / "abstracts.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    titles = [record["title"] for record in records]
    quoted = 0
    for _ in range(mutations):
        record = damaged(random.choice(records), titles, random)
        for outcome in findings(read_study(article_from_json(record)))["outcomes"]:
            evidence = outcome["evidence"]
            source = record["title"] if evidence["section"] < 0 else record["abstract"][evidence["section"]]["text"]
            assert source[evidence["start"] : evidence["end"]] == evidence["text"], record
            quoted += 1
    assert quoted > mutations
