"""docs/nuggets.md shows a nugget; it is the one that litwatch makes."""

from __future__ import annotations

import re
from pathlib import Path

from litwatch.compose.nugget import compose_nugget
from litwatch.compose.prose import Told
from litwatch.domain.article import Record
from litwatch.extract.study import read_study
from litwatch.pubmed.parse import open_records
from litwatch.service.differences import minimal_differences
from tests.compose.papers import AUTHORITY


def test_the_example_is_what_the_program_writes(root: Path) -> None:
    shown = (root / "docs" / "nuggets.md").read_text(encoding="utf-8")
    example = re.findall(r"^> ?(.*)$", shown, re.MULTILINE)
    paragraphs = [" ".join(part.split()) for part in "\n".join(example).split("\n\n")]
    records = open_records(root / "src" / "litwatch" / "sample" / "records.xml")
    article = next(item.article for item in records if isinstance(item, Record) and item.article.pmid == "99000001")
    nugget = compose_nugget(
        article, read_study(article), (), authority=AUTHORITY, told=Told(mids=minimal_differences())
    )
    assert nugget.takeaway
    assert paragraphs == [
        f"**{nugget.headline}**",
        nugget.meta,
        *(paragraph.text for paragraph in nugget.paragraphs),
        nugget.takeaway.text,
    ]
