"""Made-up records and a plain HTTP client for the tests of the local E-utilities server."""

from __future__ import annotations

import http.client
import json
import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from litwatch.domain.article import Article, Author, HistoryDate, Journal, PartialDate, Record, Section
from litwatch.pubmed.server import Corpus, EUtilsServer
from litwatch.pubmed.server.render import article_xml

FEBRUARY = PartialDate(2025, 2)


def study(
    number: int,
    title: str = "Walking and sore knees",
    arrived: date = date(2025, 3, 10),
    *,
    entered: date | None = None,
    abstract: str = "Walking eased pain.",
    author: str = "Brook",
    journal: str = "Journal of Invented Trials",
    published: PartialDate = FEBRUARY,
    revised: date | None = None,
    version: int = 1,
) -> Article:
    """A fictional record with PMID 99000000 + `number`."""
    return Article(
        pmid=str(99000000 + number),
        title=title,
        sections=(Section(None, abstract),) if abstract else (),
        version=version,
        journal=Journal(title=journal, abbreviation="J Invent Trials", medline_ta="J Invent Trials", volume="4"),
        published=published,
        revised=revised,
        history=(HistoryDate("pubmed", arrived), HistoryDate("entrez", entered or arrived)),
        authors=(Author(last=author, fore="Ada", initials="A"),),
        publication_types=("Journal Article",),
        languages=("eng",),
        publication_status="ppublish",
        medline_status="PubMed-not-MEDLINE",
    )


@cache
def real_corpus(shared: Path) -> Corpus:
    """The real records beside the repository, loaded once for all tests: do not change it."""
    return Corpus.load([shared / "corpus" / name for name in ("medline.xml.gz", "trials.xml.gz")])


def corpus_of(*articles: Article) -> Corpus:
    return Corpus(Record(article, article_xml(article)) for article in articles)


@dataclass(frozen=True)
class Got:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.text, strict=False)

    @property
    def ids(self) -> list[str]:
        return re.findall(r"<Id>(\d+)</Id>", self.text)

    @property
    def records(self) -> list[str]:
        return re.findall(r'<PMID Version="\d+">(\d+)</PMID>', self.text)

    def tag(self, name: str) -> str | None:
        found = re.search(rf"<{name}>(.*?)</{name}>", self.text, re.S)
        return found[1] if found else None


def connect(server: EUtilsServer, timeout: float = 20) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(urlsplit(server.base_url).netloc, timeout=timeout)


def ask(server: EUtilsServer, utility: str, method: str = "POST", db: str | None = "pubmed", **params: object) -> Got:
    """One request on a connection of its own. `db=None` leaves the database out."""
    form = urlencode({**({"db": db} if db else {}), **params})
    path = f"{urlsplit(server.base_url).path}{utility}.fcgi"
    connection = connect(server)
    try:
        if method == "GET":
            connection.request("GET", f"{path}?{form}")
        else:
            connection.request("POST", path, form, {"Content-Type": "application/x-www-form-urlencoded"})
        response = connection.getresponse()
        return Got(response.status, dict(response.headers), response.read())
    finally:
        connection.close()
