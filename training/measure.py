"""How well the reader does on annotated abstracts: `measure.py READINGS.jsonl RECORDS.jsonl`.

Figures as in `litwatch eval`. Only records that took no part in training tell anything (`readings_measured.jsonl`).
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from readings import lines

from litwatch.extract.contract import article_from_json, findings
from litwatch.extract.evaluation import Tally
from litwatch.extract.study import read_study


def gold(reading: dict[str, Any], record: dict[str, Any]) -> dict[str, Any]:
    """A reading as the contract's object, its spans as text."""

    def text(span: list[int]) -> str:
        section, start, end = span
        return str((record["title"] if section < 0 else record["abstract"][section]["text"])[start:end])

    rows = [
        {
            "name": text(row["name"]),
            "aliases": [text(span) for span in row["mentions"]][:3],
            "direction": row["direction"],
            "effect": row["effect"],
        }
        for row in reading["rows"]
    ]
    return {**record, **reading, "outcomes": rows}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("readings", type=Path)
    parser.add_argument("records", type=Path)
    options = parser.parse_args()
    records = {row["id"]: row for row in lines(options.records)}
    tally = Tally()
    for reading in lines(options.readings):
        record = records[reading["id"]]
        tally.add(gold(reading, record), findings(read_study(article_from_json(record))))
    for name, value in tally.figures().items():
        print(f"{name:24} {value:.3f}" if isinstance(value, float) else f"{name:24} {value}")


if __name__ == "__main__":
    main()
