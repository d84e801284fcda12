"""Articles from the store: a record that cannot be read any more is a value."""

from __future__ import annotations

from io import BytesIO

from litwatch.domain.article import Article, ParseFailure, Record
from litwatch.pubmed.medline import read_medline
from litwatch.pubmed.parse import RecordError, parse_record
from litwatch.store.articles import StoredRecord


def stored_article(stored: StoredRecord) -> Article | ParseFailure:
    """The article of a stored record, read with the parser of today."""
    if stored.format == "medline":
        item = next(read_medline(BytesIO(stored.raw), f"PMID {stored.pmid}"), None)
        if isinstance(item, Record):
            return item.article
        return item if isinstance(item, ParseFailure) else ParseFailure("no record", 0, 0, stored.pmid)
    try:
        return parse_record(stored.raw)
    except RecordError as error:
        return ParseFailure(str(error), 0, 0, stored.pmid)
