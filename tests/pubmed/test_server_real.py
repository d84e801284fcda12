"""The local server on real records and against recorded facts of the real service."""

from __future__ import annotations

import io
import json
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from litwatch.domain.article import Record
from litwatch.pubmed.parse import open_records, read_records
from litwatch.pubmed.query import parse
from litwatch.pubmed.server import Corpus, EUtilsServer
from litwatch.pubmed.server import answers as answers
from litwatch.pubmed.server.answers import Answer
from tests.pubmed.server_support import ask, corpus_of, real_corpus, study

QUERIES = [
    "exercise[tiab] AND pain[tiab]",
    '"low back pain"[tiab]',
    '(exercise[tiab] OR walking[tiab]) AND ("2010/01/01"[crdt] : "2012/12/31"[crdt]) NOT protocol[ti]',
    "randomi*[tiab] AND (knee[ti] OR hip[ti])",
    "humans[mh] NOT adult[mh]",
    "2005[dp] AND eng[la]",
]
RECORDED: dict[str, Answer] = {
    "rate_limit_429": answers.rate_limited("192.0.2.1", 4, 3),
    "api_key_invalid": answers.bad_key("BADKEY"),
    "retstart_over_9998_esearch_json": answers.over_limit_search(9_999, as_json=True),
    "retstart_over_9998_efetch_xml": answers.over_limit_fetch(9_999),
    "efetch_backend_timeout": answers.FETCH_TIMEOUT,
    "history_out_of_range": answers.out_of_range(1, 1),
    "history_expired_efetch": answers.expired("efetch", "1"),
    "history_expired_esearch_json": answers.expired("esearch", "1", as_json=True),
    "search_backend_db_not_supported": answers.error("esearch", answers.DATABASE_UNSUPPORTED),
    "search_backend_connection": answers.error("esearch", answers.NO_CONNECTION),
    "search_backend_json": answers.error("esearch", answers.BACKEND_502, as_json=True),
    "empty_term": answers.error("esearch", answers.EMPTY_TERM, as_json=True),
    "empty_body": answers.EMPTY,
    "prolog_only": answers.PROLOG_ONLY,
    "txclient_json": answers.TXCLIENT,
    "server_500": answers.SERVER_ERROR,
    "forwarding_error": answers.FORWARDING,
    "missing_db": answers.MISSING_DB,
}
SHAPES = {"phrase_not_found_json", "retmax_clipped", "pmid_not_available", "rate_limit_documented"}
"""Recorded with data in them; the next tests look at their shape. (The last is a documented form never seen.)"""


def recorded(shared: Path) -> dict[str, dict[str, Any]]:
    rows = json.loads((shared / "corpus" / "recorded" / "errors.json").read_text())
    return {row["id"]: row for row in rows}


def test_every_recorded_error_is_known(shared: Path) -> None:
    assert recorded(shared).keys() == RECORDED.keys() | SHAPES


@pytest.mark.parametrize("name", list(RECORDED))
def test_errors_are_sent_as_recorded(shared: Path, name: str) -> None:
    row, sent = recorded(shared)[name], RECORDED[name]
    assert re.sub(r"\s*\?>", "?>", sent.body.decode()) == re.sub(r"\s*\?>", "?>", row["body"])
    assert sent.content_type.partition(";")[0] == row["content_type"]
    if isinstance(row["status"], int):
        assert sent.status == row["status"]


def test_shapes_of_recorded_search_answers(shared: Path) -> None:
    known = recorded(shared)
    with EUtilsServer(corpus_of(*map(study, range(1, 6))), limit=3) as server:
        theirs = json.loads(known["phrase_not_found_json"]["body"])["esearchresult"]
        ours = ask(server, "esearch", term="zzz[zzz]", retmode="json").json["esearchresult"]
        assert list(ours) == list(theirs)
        for part in ("errorlist", "warninglist"):
            assert list(ours[part]) == list(theirs[part])
        clipped = re.findall("<(/?[A-Z]\\w+)", known["retmax_clipped"]["body"])
        page = ask(server, "esearch", term="2025[crdt]", retmax=9)
        names = [name for name in re.findall(r"<(/?[A-Z]\w+)", page.text) if name in clipped]
        assert names == clipped
        absent = re.sub(r"<!DOCTYPE.*?>|\s", "", known["pmid_not_available"]["body"], flags=re.S)
        assert re.sub(r"<!DOCTYPE.*?>|\s", "", ask(server, "efetch", id="1").text, flags=re.S) == absent


@pytest.mark.parametrize("query", QUERIES)
def test_a_search_finds_what_the_query_matches(shared: Path, query: str) -> None:
    corpus = real_corpus(shared)
    parsed = parse(query)
    expected = {pmid for pmid in corpus.pmids if (entry := corpus.get(pmid)) and parsed.matches(entry.article)}
    assert len(expected) > 5
    with EUtilsServer(corpus) as server:
        got = ask(server, "esearch", term=query, retmax=9_999)
        assert got.tag("Count") == str(len(expected))
        assert sorted(got.ids) == sorted(expected)
        days = [corpus.arrivals[pmid] for pmid in got.ids]
        assert days == sorted(days, reverse=True)


def test_every_record_is_served_as_it_stands_in_its_file(shared: Path) -> None:
    corpus = real_corpus(shared)
    newest = corpus.search("2010:3000[crdt]", today=date(2025, 3, 21))[:400]
    with EUtilsServer(corpus) as server:
        for start in range(0, len(newest), 200):
            asked = newest[start : start + 200]
            items = list(read_records(_stream(ask(server, "efetch", id=",".join(asked)).body), "efetch"))
            assert [item.article.pmid for item in items if isinstance(item, Record)] == list(asked)
            for item in items:
                assert isinstance(item, Record)
                entry = corpus.get(item.article.pmid)
                assert entry is not None
                assert (item.article, item.raw) == (entry.article, entry.raw)


def test_a_move_takes_every_day_of_every_record_along(shared: Path) -> None:
    path = shared / "corpus" / "medline.xml.gz"
    today = date(2031, 5, 17)
    before = {item.article.pmid: item.article for item in open_records(path) if isinstance(item, Record)}
    moved = Corpus.load([path], shift_to=today)
    assert moved.newest == today
    newest = max(article.arrived for article in before.values() if article.arrived)
    days = today - newest
    assert moved.pmids == tuple(before)
    checked = 0
    for pmid, article in before.items():
        entry = moved.get(pmid)
        assert entry is not None
        assert [(old.status, old.day + days) for old in article.history] == [
            (new.status, new.day) for new in entry.article.history
        ]
        assert _moved(article.revised, days) == entry.article.revised
        assert _moved(article.arrived, days) == entry.arrived or not article.history
        assert (article.title, article.abstract) == (entry.article.title, entry.article.abstract)
        checked += len(article.history)
    assert checked > 3_000


def _moved(day: date | None, days: timedelta) -> date | None:
    return day + days if day else None


def _stream(body: bytes) -> io.BytesIO:
    return io.BytesIO(body)
