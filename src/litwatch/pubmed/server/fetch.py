"""Efetch, esummary and epost: what they take ids from (the request or the history) and what they send for them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from litwatch.domain.article import Article
from litwatch.pubmed.server import answers as answers
from litwatch.pubmed.server.answers import DOCTYPES, TEXT, XML, Answer, document, json_answer, xml
from litwatch.pubmed.server.corpus import Corpus
from litwatch.pubmed.server.history import History, ResultSet
from litwatch.pubmed.server.medline import medline_text
from litwatch.pubmed.server.search import number
from litwatch.pubmed.server.summary import summaries_json, summaries_xml_1, summaries_xml_2

LARGEST_ID = 2**64 - 1
_SPLIT = re.compile(r"[\s,]+")
_SUMMARIES = 500
"""As many document summaries as one JSON answer holds."""


class RefusedError(Exception):
    """The request has an answer that is not the data asked for: `answer`."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        super().__init__(answer.status)


def fetch(
    params: Mapping[str, str],
    corpus: Corpus,
    history: History,
    *,
    limit: int,
    lost: Callable[[Sequence[str]], frozenset[str]] = lambda _: frozenset(),
) -> Answer:
    """Records in the order asked, each once; unknown PMIDs are left out without a word, as are those of `lost`."""
    try:
        asked = _wanted("efetch", params, history, limit)
    except RefusedError as refused:
        return refused.answer
    gone = lost(asked)
    entries = [entry for entry in (corpus.get(pmid) for pmid in asked if pmid not in gone) if entry]
    kind, mode = params.get("rettype", "").lower(), params.get("retmode", "").lower()
    if mode == "json" or kind == "uilist":
        pmids = [entry.article.pmid for entry in entries]
        if kind == "uilist" and mode == "xml":
            ids = "".join(f"\t<Id>{pmid}</Id>\n" for pmid in pmids)
            return xml(f"{answers.PROLOG}<IdList>\n{ids}</IdList>\n")
        return Answer(200, TEXT, "".join(f"{pmid}\n" for pmid in pmids).encode())
    if kind == "medline" and mode != "xml":
        return Answer(200, TEXT, "".join(f"\n{medline_text(entry.article)}" for entry in entries).encode())
    if kind == "abstract" and mode != "xml":
        return answers.error("efetch", f"rettype={kind} is not served here: ask for xml, medline or uilist", status=400)
    parts = [b'<?xml version="1.0" ?>\n', DOCTYPES["PubmedArticleSet"].encode(), b"<PubmedArticleSet>\n"]
    for entry in entries:
        parts += (entry.raw, b"\n")
    parts.append(b"</PubmedArticleSet>\n")
    return Answer(200, XML, b"".join(parts))


def summarise(params: Mapping[str, str], corpus: Corpus, history: History, *, limit: int) -> Answer:
    """Document summaries, in JSON or XML; an unknown PMID has an error in its place."""
    as_json = params.get("retmode", "").lower() == "json"
    try:
        asked = _wanted("esummary", params, history, limit)
    except RefusedError as refused:
        return refused.answer
    if as_json and len(asked) > _SUMMARIES:
        message = f"Too many UIDs in request. Maximum number of UIDs is {_SUMMARIES} for JSON format output."
        return answers.error("esummary", message, as_json=True)
    articles: dict[str, Article | None] = {}
    for pmid in asked:
        entry = corpus.get(pmid)
        articles[pmid] = entry.article if entry else None
    if as_json:
        return json_answer("esummary", summaries_json(articles))
    return xml((summaries_xml_2 if params.get("version") == "2.0" else summaries_xml_1)(articles))


def post(params: Mapping[str, str], history: History) -> Answer:
    """Keep a list of ids on the history server; with a WebEnv it gets the next key there."""
    given = _split(params)
    valid = [text for text in given if text.isdecimal() and int(text) <= LARGEST_ID]
    if not valid:
        messages = ["Empty ID list; Nothing to store"]
        if given:
            messages.append(f"Some IDs have invalid value and were omitted. Maximum ID value {LARGEST_ID}")
        return answers.error("epost", *messages)
    web_env, key = history.add(params.get("webenv"), ResultSet(tuple(dict.fromkeys(valid))))
    return xml(document("ePostResult", f"\n\t<QueryKey>{key}</QueryKey>\n\t<WebEnv>{web_env}</WebEnv>\n"))


def _wanted(endpoint: str, params: Mapping[str, str], history: History, limit: int) -> list[str]:
    """The PMIDs asked for. Raises `RefusedError`, and `UnknownSetError` for an expired history."""
    if not params.get("query_key"):
        pmids = list(dict.fromkeys(_split(params)))
        if not pmids:
            if endpoint == "esummary":
                as_json = params.get("retmode", "").lower() == "json"
                raise RefusedError(answers.error(endpoint, "Neither query_key nor id specified", as_json=as_json))
            raise RefusedError(answers.error(endpoint, "ID list is empty! Possibly it has no correct IDs.", status=400))
        return pmids
    kept = history.get(params.get("webenv", ""), params["query_key"].lstrip("#")).pmids
    start = number(params, "retstart", 0)
    if start > limit - 1:
        raise RefusedError(answers.over_limit_fetch(limit))
    if start and start >= len(kept):
        raise RefusedError(answers.out_of_range(start, len(kept)))
    return list(kept[start : start + min(number(params, "retmax", limit), limit - start)])


def _split(params: Mapping[str, str]) -> list[str]:
    return [text for text in _SPLIT.split(params.get("id", "")) if text]
