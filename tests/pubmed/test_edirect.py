"""NCBI's own command-line client, Debian's ncbi-entrez-direct, against the local server on real records."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from litwatch.pubmed.query import parse
from litwatch.pubmed.server import Corpus, EUtilsServer
from tests.absent import absent
from tests.pubmed.server_support import real_corpus

QUERIES = {
    "words": "exercise[tiab] AND pain[tiab]",
    "phrase": '"low back pain"[tiab] OR "neck pain"[tiab]',
    "date range": 'pain[ti] AND ("2008/01/01"[crdt] : "2012/06/30"[crdt])',
    "hundreds": "randomi*[tiab] AND pain[tiab] NOT pilot[ti]",
    "one or few": '"cohort study"[ti] AND exercise[tiab]',
}


@pytest.fixture(scope="module")
def edirect() -> None:
    """Skips without the client, but fails in CI, where it must be there."""
    if not (shutil.which("esearch") and shutil.which("efetch") and shutil.which("xtract")):
        absent("ncbi-entrez-direct")


@pytest.fixture(scope="module")
def corpus(shared: Path) -> Corpus:
    return real_corpus(shared)


@pytest.fixture(scope="module")
def server(edirect: None, corpus: Corpus) -> Iterator[EUtilsServer]:
    with EUtilsServer(corpus) as running:
        yield running


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The environment without a proxy, which would be sent the requests for the loopback address, and without a key."""
    hidden = re.compile(r"(?:https?|all|no)_proxy|NCBI_API_KEY", re.IGNORECASE)
    kept = {name: value for name, value in os.environ.items() if not hidden.fullmatch(name)}
    return {**kept, "HOME": str(tmp_path), "EMAIL": "tests@example.org"}


def run(server: EUtilsServer, environment: dict[str, str], *commands: list[str]) -> str:
    """The output of a pipe of the client's commands, each with this server as its base. It must not complain."""
    text = ""
    for program, *arguments in commands:
        done = subprocess.run(
            [program, "-base", server.base_url, *arguments],
            input=text,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        text = done.stdout
    return text


def expected(corpus: Corpus, query: str) -> list[str]:
    parsed = parse(query)
    found = [pmid for pmid in corpus.pmids if (entry := corpus.get(pmid)) and parsed.matches(entry.article)]
    return sorted(found, key=int)


def pmids_of(xml: str) -> list[str]:
    """The PMIDs of the records (not those that they cite)."""
    found: list[str] = re.findall(r"<(?:MedlineCitation|BookDocument)[^>]*>\s*<PMID[^>]*>(\d+)</PMID>", xml)
    return sorted(found, key=int)


@pytest.mark.parametrize("name", list(QUERIES))
def test_esearch_into_efetch_returns_what_the_query_matches(
    server: EUtilsServer, corpus: Corpus, environment: dict[str, str], name: str
) -> None:
    search = ["esearch", "-db", "pubmed", "-query", QUERIES[name]]
    xml = run(server, environment, search, ["efetch", "-format", "xml"])
    wanted = expected(corpus, QUERIES[name])
    assert pmids_of(xml) == wanted
    assert len(wanted) > (100 if name == "hundreds" else 0)


def test_uids_by_way_of_the_history_server(server: EUtilsServer, corpus: Corpus, environment: dict[str, str]) -> None:
    """`-quick` makes the client keep its result as WebEnv and query key, and page through it."""
    search = ["esearch", "-quick", "-db", "pubmed", "-query", QUERIES["hundreds"]]
    text = run(server, environment, search, ["efetch", "-quick", "-format", "uid"])
    assert text.split() == expected(corpus, QUERIES["hundreds"])
    xml = run(server, environment, search, ["efetch", "-quick", "-format", "xml", "-chunk", "100"])
    assert pmids_of(xml) == expected(corpus, QUERIES["hundreds"])


def test_medline_text_and_summaries(server: EUtilsServer, corpus: Corpus, environment: dict[str, str]) -> None:
    search = ["esearch", "-db", "pubmed", "-query", QUERIES["words"]]
    wanted = expected(corpus, QUERIES["words"])
    text = run(server, environment, search, ["efetch", "-format", "medline"])
    assert sorted(re.findall(r"^PMID- (\d+)$", text, re.MULTILINE), key=int) == wanted
    summaries = run(server, environment, search, ["efetch", "-format", "docsum"])
    assert re.findall(r"<Id>(\d+)</Id>", summaries) == wanted


def test_a_date_limit_of_the_client(server: EUtilsServer, corpus: Corpus, environment: dict[str, str]) -> None:
    dates = ["-datetype", "EDAT", "-mindate", "2009/03/01", "-maxdate", "2010/02/28"]
    search = ["esearch", "-db", "pubmed", "-query", "pain[tiab]", *dates]
    text = run(server, environment, search, ["efetch", "-format", "uid"])
    wanted = expected(corpus, '(pain[tiab]) AND ("2009/03/01"[edat] : "2010/02/28"[edat])')
    assert text.split() == wanted
    assert wanted


def test_posting_and_filtering(server: EUtilsServer, corpus: Corpus, environment: dict[str, str]) -> None:
    wanted = expected(corpus, QUERIES["words"])
    both = ["efilter", "-query", "exercise[tiab] AND pain[tiab]"]
    search = ["esearch", "-db", "pubmed", "-query", "pain[tiab]"]
    assert run(server, environment, search, both, ["efetch", "-format", "uid"]).split() == wanted
    post = ["epost", "-db", "pubmed", "-id", ",".join(wanted[:7])]
    assert run(server, environment, post, ["efetch", "-format", "uid"]).split() == wanted[:7]


def test_the_fields_of_pubmed(server: EUtilsServer, environment: dict[str, str]) -> None:
    lines = run(server, environment, ["einfo", "-db", "pubmed", "-fields"]).splitlines()
    assert {"CRDT\tDate - Create", "EDAT\tDate - Entry", "TIAB\tTitle/Abstract"} <= set(lines)
