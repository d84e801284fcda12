"""Esearch: the term with its limits and history references, the result page, and what was wrong with the term."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape

from litwatch.errors import QueryError
from litwatch.pubmed.query import parse
from litwatch.pubmed.server import answers as answers
from litwatch.pubmed.server.answers import Answer, document, json_answer, xml
from litwatch.pubmed.server.corpus import Corpus, Sort
from litwatch.pubmed.server.history import History, ResultSet

NOTHING_FOUND = "No items found."
_REFERENCE = re.compile(r'"[^"]*"|#(\d+)\b')
_WORD = re.compile(r'\(|\)|"[^"]*"(?:\[[^\]]*\])?|[^()\s"\[]+(?:\[[^\]]*\])?')
_OPERATORS = frozenset({"AND", "OR", "NOT"})
_DAY = re.compile(r"\d{4}(?:/\d{1,2}(?:/\d{1,2})?)?\Z")
_TAG = re.compile(r"\[([^\[\]]*)\]?")
_SORTS: Mapping[str, Sort] = {
    "": "most recent",
    "most recent": "most recent",
    "most+recent": "most recent",
    "date_desc": "most recent",
    "relevance": "most recent",
    "pub_date": "pub date",
    "pub date": "pub date",
    "pub+date": "pub date",
    "author": "author",
    "first author": "author",
    "journal": "journal",
    "journalname": "journal",
}


class UnusableRequestError(Exception):
    """A request that NCBI answers with ERROR; the argument is its wording."""


@dataclass(frozen=True, slots=True)
class Page:
    """A result page as esearch reports it."""

    count: int
    start: int
    pmids: Sequence[str]
    translation: str
    key: str = ""
    web_env: str = ""
    phrases_not_found: tuple[str, ...] = ()
    fields_not_found: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()


def search(params: Mapping[str, str], corpus: Corpus, history: History, *, limit: int, today: date) -> Answer:
    """Answer an esearch. `limit` is how many records of a result PubMed gives out (9,999)."""
    as_json = params.get("retmode", "").lower() == "json"
    start, size = number(params, "retstart", 0), number(params, "retmax", 20)
    if start > limit - 1:
        return answers.over_limit_search(limit, as_json=as_json)
    try:
        page = _page(params, corpus, history, start, min(size, limit), today)
    except UnusableRequestError as problem:
        return answers.error("esearch", str(problem), as_json=as_json)
    if size > limit:
        message = f"Restrictions achieved. start and count adjusted to {start}, {limit}"
        page = _noted(page, message)
    sort = params.get("sort", "")
    if sort.lower() not in _SORTS:
        page = _noted(page, f"Unknown sort schema '{sort}' ignored")
    only_count = params.get("rettype", "").lower() == "count"
    return _as_json(page, only_count=only_count) if as_json else _as_xml(page, only_count=only_count)


def number(params: Mapping[str, str], name: str, default: int) -> int:
    """A count of `params`; the default where it is absent or not a number."""
    text = params.get(name, "")
    return int(text) if text.isdecimal() else default


def _page(params: Mapping[str, str], corpus: Corpus, history: History, start: int, size: int, today: date) -> Page:
    web_env, key = params.get("webenv", ""), params.get("query_key", "").lstrip("#")
    within = history.get(web_env, key) if key else None
    term = limited_term(params, history, today)
    if not term and within is None:
        raise UnusableRequestError(answers.EMPTY_TERM)
    try:
        found, translation = _found(params, term, within, corpus, today)
    except QueryError as error:
        return _refused(error)
    page = found[start : start + min(size, len(found))]
    if params.get("usehistory", "").lower() == "y":
        web_env, key = history.add(web_env, ResultSet(found, term))
    else:
        web_env = key = ""
    messages = () if found else (NOTHING_FOUND,)
    return Page(len(found), min(start, len(found)), page, translation, key, web_env, messages=messages)


def _found(
    params: Mapping[str, str], term: str, within: ResultSet | None, corpus: Corpus, today: date
) -> tuple[tuple[str, ...], str]:
    """The PMIDs, and the translation of the term."""
    if within is not None and not term:
        return tuple(pmid for pmid in within.pmids if pmid in corpus), within.term
    sort = _SORTS.get(params.get("sort", "").lower(), "most recent")
    found = corpus.search(term, today=today, sort=sort)
    if within is not None:
        members = frozenset(within.pmids)
        found = tuple(pmid for pmid in found if pmid in members)
    return found, str(parse(term))


def limited_term(params: Mapping[str, str], history: History, today: date) -> str:
    """The term with its history references (`#1`), default field and date limits written out."""
    term = _REFERENCE.sub(
        lambda match: _set_as_term(history.get(params.get("webenv", ""), match[1])) if match[1] else match[0],
        params.get("term", "").strip(),
    )
    if params.get("field"):
        term = _in_field(term, params["field"])
    limit = _date_limit(params, today)
    if term and limit:
        return f"({term}) AND {limit}"
    return term or limit


def _set_as_term(result: ResultSet) -> str:
    members = result.term or " OR ".join(f"{pmid}[pmid]" for pmid in result.pmids) or "0[pmid]"
    return f"({members})"


def _in_field(term: str, field: str) -> str:
    """Every word and phrase that has no tag gets `field`'s."""
    words = _WORD.findall(term)
    return " ".join(
        word if word in {"(", ")"} or word in _OPERATORS or word.endswith("]") else f"{word}[{field}]" for word in words
    )


def _date_limit(params: Mapping[str, str], today: date) -> str:
    """`mindate` and `maxdate` (together only) or `reldate` days back, on the date field `datetype` (edat)."""
    tag = params.get("datetype", "").lower() or "edat"
    first, last = params.get("mindate", ""), params.get("maxdate", "")
    days = number(params, "reldate", 0)
    if days:
        first, last = f"{today - timedelta(days=min(days, today.toordinal() - 1)):%Y/%m/%d}", "3000"
    elif not (_DAY.match(first) and _DAY.match(last)):
        return ""
    return f'("{first}"[{tag}] : "{last}"[{tag}])'


def _refused(error: QueryError) -> Page:
    """PubMed drops what it does not know and says so; here such a query finds nothing, and the page says why."""
    rest = error.query[error.position :]
    tag = _TAG.match(rest)
    phrase = re.split(r"\s+(?:AND|OR|NOT)\s+|[()]", rest.lstrip(" ()"), maxsplit=1)[0].strip() or error.query
    return Page(
        0,
        0,
        (),
        error.query,
        phrases_not_found=() if tag else (phrase,),
        fields_not_found=(tag[1].strip(),) if tag else (),
        messages=(str(error), NOTHING_FOUND),
    )


def _noted(page: Page, message: str) -> Page:
    return Page(
        page.count,
        page.start,
        page.pmids,
        page.translation,
        page.key,
        page.web_env,
        page.phrases_not_found,
        page.fields_not_found,
        (*page.messages, message),
    )


def _as_json(page: Page, *, only_count: bool) -> Answer:
    if only_count:
        return json_answer("esearch", {"esearchresult": {"count": str(page.count)}})
    result: dict[str, object] = {
        "count": str(page.count),
        "retmax": str(len(page.pmids)),
        "retstart": str(page.start),
    }
    if page.key:
        result |= {"querykey": page.key, "webenv": page.web_env}
    result |= {"idlist": list(page.pmids), "translationset": [], "querytranslation": page.translation}
    if page.phrases_not_found or page.fields_not_found:
        result["errorlist"] = {
            "phrasesnotfound": list(page.phrases_not_found),
            "fieldsnotfound": list(page.fields_not_found),
        }
    if page.messages:
        messages = list(page.messages)
        result["warninglist"] = {"phrasesignored": [], "quotedphrasesnotfound": [], "outputmessages": messages}
    return json_answer("esearch", {"esearchresult": result})


def _as_xml(page: Page, *, only_count: bool) -> Answer:
    if only_count:
        return xml(document("eSearchResult", f"\n\t<Count>{page.count}</Count>\n"))
    ids = "".join(f"<Id>{pmid}</Id>\n" for pmid in page.pmids)
    kept = _tag("QueryKey", page.key) + _tag("WebEnv", page.web_env) if page.key else ""
    errors = "".join(_tag("PhraseNotFound", phrase) for phrase in page.phrases_not_found)
    errors += "".join(_tag("FieldNotFound", name) for name in page.fields_not_found)
    warnings = "".join(_tag("OutputMessage", message) for message in page.messages)
    content = (
        f"<Count>{page.count}</Count><RetMax>{len(page.pmids)}</RetMax><RetStart>{page.start}</RetStart>{kept}"
        + (f"<IdList>\n{ids}</IdList>" if ids else "<IdList/>")
        + f"<TranslationSet/>{_tag('QueryTranslation', page.translation)}"
        + (f"<ErrorList>{errors}</ErrorList>" if errors else "")
        + (f"<WarningList>{warnings}</WarningList>" if warnings else "")
    )
    return xml(document("eSearchResult", content))


def _tag(name: str, text: str) -> str:
    return f"<{name}>{escape(text, quote=False)}</{name}>"
