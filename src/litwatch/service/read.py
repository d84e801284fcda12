"""The verb read: abstracts from files, one at a time; a record that cannot be read is a value."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from litwatch.domain.article import Article, Deletion, ParseFailure, Record
from litwatch.errors import InputError
from litwatch.extract.contract import article_from_json, findings
from litwatch.extract.study import ReadStudy, read, read_study
from litwatch.pubmed.parse import open_records
from litwatch.service.json_lines import answers

Answer = TypeVar("Answer")


def findings_of(path: Path) -> Iterator[dict[str, Any]]:
    """A findings object for each record of `path` in order (docs/findings.md): PubMed XML, MEDLINE or JSON Lines.

    A record that cannot be read gives `id` (null if unknown) and `error`. InputError if the file cannot be used.
    """
    return _answers(path, lambda article: findings(read_study(article)))


def readings_of(path: Path) -> Iterator[ReadStudy | dict[str, Any]]:
    """What `findings_of` gives, as studies with the steps that led to their outcomes; with the same errors."""
    return _answers(path, lambda article: read(article, keep=True))


def _answers(path: Path, answer: Callable[[Article], Answer]) -> Iterator[Answer | dict[str, Any]]:
    if _is_json(path):
        with path.open("rb") as lines:
            yield from answers(lines, article_from_json, lambda article: _answer(article, answer))
        return
    for item in open_records(path):
        if isinstance(item, Record):
            yield _answer(item.article, answer)
        elif isinstance(item, ParseFailure):
            yield {"id": item.pmid, "error": item.reason}
        else:
            assert isinstance(item, Deletion)


def _answer(article: Article, answer: Callable[[Article], Answer]) -> Answer | dict[str, Any]:
    try:
        return answer(article)
    except Exception as error:
        # The reader is not meant to fail on any text; should it, this record says so and the next ones are read.
        return {"id": article.pmid, "error": f"cannot be read: {type(error).__name__}: {error}"}


def _is_json(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return stream.read(4096).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
    except OSError as error:
        raise InputError(path, f"cannot be read ({error.strerror or error})") from error
