"""Sentences under printed section labels, as training data for `section_roles.py`.

    python training/labelled_sentences.py OUT.jsonl EXCLUDE.jsonl RECORDS...

RECORDS are PubMed XML or JSON Lines files; of each abstract with three roles or more a line
`{"sentences": [{"label", "text"}]}` is written. The ids in EXCLUDE, a file kept for measuring, are left out.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from litwatch.domain.article import Article, Record
from litwatch.extract.contract import article_from_json
from litwatch.extract.sentences import Role, sentences
from litwatch.pubmed.parse import open_records

FEWEST_ROLES = 3


def articles(path: Path) -> Iterator[Article]:
    if path.suffix == ".jsonl":
        with path.open(encoding="utf-8") as lines:
            yield from (article_from_json(json.loads(line)) for line in lines)
    else:
        yield from (item.article for item in open_records(path) if isinstance(item, Record))


def labelled(article: Article) -> list[dict[str, str]]:
    """The article's sentences whose section label tells their role; none if the labels tell too few roles."""
    if len(article.sections) < FEWEST_ROLES:
        return []
    known = [sentence for sentence in sentences(article.sections) if sentence.role is not Role.OTHER]
    if len({sentence.role for sentence in known}) < FEWEST_ROLES:
        return []
    return [{"label": sentence.role.name, "text": sentence.text} for sentence in known]


def main() -> None:
    target, exclude, *files = sys.argv[1:]
    with Path(exclude).open(encoding="utf-8") as lines:
        measured = {str(json.loads(line)["id"]) for line in lines}
    with Path(target).open("w", encoding="utf-8") as out:
        for file in files:
            for article in articles(Path(file)):
                found = [] if article.pmid in measured else labelled(article)
                if found:
                    out.write(json.dumps({"sentences": found}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
