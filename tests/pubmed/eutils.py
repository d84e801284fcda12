"""A small PubMed in memory behind an httpx transport, for tests of what asks it. It knows days, not queries."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from random import Random
from urllib.parse import parse_qsl

import httpx

from litwatch.pubmed.client import Client
from litwatch.pubmed.pace import Pace

_WINDOW = re.compile(r'\((.*)\) AND \("([\d/]+)"\[(crdt|lr)\] : "([\d/]+)"\[\3\]\)', re.S)
MOST = 9_999
Fields = dict[str, str]
Fault = Callable[[str, Fields, int], httpx.Response | None]
"""(operation, fields, number of the request from 0) -> an answer in place of the true one, or None."""


def xml(pmid: str, title: str = "A study", version: int = 1) -> bytes:
    """One record as PubMed writes it, with just enough in it."""
    return (
        f'<PubmedArticle><MedlineCitation Status="Publisher" Owner="NLM"><PMID Version="{version}">{pmid}</PMID>'
        f"<Article><Journal><Title>Journal of Examples</Title></Journal><ArticleTitle>{title}</ArticleTitle>"
        f"<Abstract><AbstractText>Pain fell.</AbstractText></Abstract><Language>eng</Language></Article>"
        f"</MedlineCitation><PubmedData><ArticleIdList><ArticleId IdType='pubmed'>{pmid}</ArticleId>"
        f"</ArticleIdList></PubmedData></PubmedArticle>\n"
    ).encode()


def unreadable(pmid: str) -> bytes:
    """A record that breaks the rules of XML, and only itself."""
    return f"<PubmedArticle><MedlineCitation><PMID>{pmid}</PMID><Article></MedlineCitation></PubmedArticle>".encode()


def article_set(records: Iterable[bytes]) -> bytes:
    head = b'<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle" "pubmed.dtd">\n'
    return head + b"<PubmedArticleSet>\n" + b"".join(records) + b"</PubmedArticleSet>\n"


@dataclass
class Entry:
    """A record with the days that searches go by. It can be found from `visible` on."""

    raw: bytes
    created: date
    revised: date
    visible: date


@dataclass
class FakePubMed:
    """ESearch and EFetch over `entries`; `fault` may answer in their place. `today` is the day at NCBI."""

    today: date = date(2025, 3, 21)
    entries: dict[str, Entry] = field(default_factory=dict)
    fault: Fault | None = None
    requests: list[tuple[str, Fields]] = field(default_factory=list)

    def add(self, pmid: str, created: date, *, visible: date | None = None, raw: bytes | None = None) -> None:
        self.entries[pmid] = Entry(raw or xml(pmid), created, created, visible or created)

    def revise(self, pmid: str, day: date, raw: bytes) -> None:
        self.entries[pmid].raw = raw
        self.entries[pmid].revised = day

    def __call__(self, request: httpx.Request) -> httpx.Response:
        assert request.method == "POST"
        operation = request.url.path.rpartition("/")[2].removesuffix(".fcgi")
        fields = dict(parse_qsl(request.content.decode(), keep_blank_values=True))
        number = len(self.requests)
        self.requests.append((operation, fields))
        answer = self.fault(operation, fields, number) if self.fault else None
        return answer or (self.search(fields) if operation == "esearch" else self.fetch(fields))

    def search(self, fields: Fields) -> httpx.Response:
        ids = self.ids(fields["term"])
        given = ids[: min(int(fields["retmax"]), MOST)]
        result = {"count": str(len(ids)), "retmax": str(len(given)), "retstart": "0", "idlist": given}
        return httpx.Response(200, json={"header": {"type": "esearch", "version": "0.3"}, "esearchresult": result})

    def ids(self, term: str) -> list[str]:
        first, kind, last = date.min, "crdt", date.max
        if match := _WINDOW.fullmatch(term):
            first, kind = date.fromisoformat(match[2].replace("/", "-")), match[3]
            last = date.max if match[4] == "3000" else date.fromisoformat(match[4].replace("/", "-"))
        found = [
            pmid
            for pmid, entry in self.entries.items()
            if entry.visible <= self.today and first <= (entry.created if kind == "crdt" else entry.revised) <= last
        ]
        return sorted(found, key=int, reverse=True)

    def fetch(self, fields: Fields) -> httpx.Response:
        asked = fields["id"].split(",")
        assert len(asked) <= 200
        return fetched(self.entries[pmid].raw for pmid in asked if pmid in self.entries)

    def client(self, *, sleep: Callable[[float], None] | None = None, key: str | None = None, tries: int = 5) -> Client:
        """A client of this server that never really waits."""
        return Client(
            base_url="http://pubmed.test/entrez/eutils/",
            tool="litwatch-test",
            email="editor@example.org",
            api_key=key,
            pace=Pace(None),
            transport=httpx.MockTransport(self),
            sleep=sleep or (lambda seconds: None),
            random=Random(7),
            tries=tries,
        )

    def asked(self, operation: str) -> list[Fields]:
        return [fields for name, fields in self.requests if name == operation]


def fetched(records: Iterable[bytes]) -> httpx.Response:
    return httpx.Response(200, content=article_set(records), headers={"Content-Type": "text/xml; charset=UTF-8"})
