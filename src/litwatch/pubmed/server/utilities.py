"""The utilities behind one door: endpoint and parameters in, `Answer` out. No sockets here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from litwatch.pubmed.server import answers as answers
from litwatch.pubmed.server import fetch, info, search
from litwatch.pubmed.server.answers import Answer
from litwatch.pubmed.server.corpus import Corpus
from litwatch.pubmed.server.history import History, UnknownSetError

ENDPOINTS = ("esearch", "efetch", "epost", "esummary", "einfo")
LIMIT = 9_999
"""Records of one result that PubMed gives out."""


class Utilities:
    """NCBI's E-utilities over a corpus. `today` tells NCBI's day; a lower `limit` is met with few records."""

    def __init__(self, corpus: Corpus, *, today: Callable[[], date], limit: int = LIMIT) -> None:
        self.corpus = corpus
        self.history = History()
        self._today = today
        self._limit = limit

    def answer(
        self,
        endpoint: str,
        params: Mapping[str, str],
        lost: Callable[[Sequence[str]], frozenset[str]] = lambda _: frozenset(),
    ) -> Answer:
        """What NCBI would send. `params` have lower-case names; an efetch leaves out the PMIDs in `lost(asked)`."""
        as_json = params.get("retmode", "").lower() == "json"
        if endpoint not in ENDPOINTS:
            return answers.NO_SUCH_UTILITY
        if endpoint == "einfo" and not params.get("db"):
            return info.databases(as_json=as_json)
        if not params.get("db"):
            return answers.MISSING_DB
        if params["db"].lower() != "pubmed":
            return answers.error(endpoint, f"Invalid db name specified: {params['db']}", as_json=as_json)
        try:
            return self._dispatch(endpoint, params, lost)
        except UnknownSetError as unknown:
            return answers.expired(endpoint, str(unknown.args[0]), as_json=as_json)

    def _dispatch(
        self, endpoint: str, params: Mapping[str, str], lost: Callable[[Sequence[str]], frozenset[str]]
    ) -> Answer:
        corpus, history, limit = self.corpus, self.history, self._limit
        if endpoint == "esearch":
            return search.search(params, corpus, history, limit=limit, today=self._today())
        if endpoint == "efetch":
            return fetch.fetch(params, corpus, history, limit=limit, lost=lost)
        if endpoint == "esummary":
            return fetch.summarise(params, corpus, history, limit=limit)
        if endpoint == "epost":
            return fetch.post(params, history)
        as_json = params.get("retmode", "").lower() == "json"
        return info.pubmed_info(len(corpus), corpus.newest or self._today(), as_json=as_json)
