"""The verb judge: prompts from a file, each with its abstract, one answer a line; a prompt that cannot be read is a value."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from litwatch.errors import InputError
from litwatch.extract.contract import Question, judged, question_from_json
from litwatch.extract.judgement import judge
from litwatch.service.json_lines import answers

_BEGINNING = 4096


def judgements_of(path: Path) -> Iterator[dict[str, Any]]:
    """A judgement object for each line of `path` (JSON Lines, docs/findings.md), in order.

    A line that cannot be read gives `id` (null if unknown) and `error`. InputError if the file cannot be used.
    """
    try:
        lines = path.open("rb")
    except OSError as error:
        raise InputError(path, f"cannot be read ({error.strerror or error})") from error
    with lines:
        start = lines.read(_BEGINNING).lstrip(b"\xef\xbb\xbf \t\r\n")
        if start and not start.startswith(b"{"):
            raise InputError(path, "expected JSON Lines, an object a line")
        lines.seek(0)
        yield from answers(lines, question_from_json, _judgement)


def _judgement(question: Question) -> dict[str, Any]:
    try:
        found = judge(question.article, question.intervention, question.comparator, question.outcome)
    except Exception as error:
        # The reader is not meant to fail on any text; should it, this line says so and the next ones are read.
        return {"id": question.article.pmid, "error": f"cannot be judged: {type(error).__name__}: {error}"}
    return judged(question.article.pmid, found)
