"""Document summaries of records: esummary's answers in JSON 2.0, in XML 2.0 and in the older XML of DocSum and Item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from litwatch.domain.article import Article
from litwatch.pubmed.server.answers import PROLOG, document
from litwatch.pubmed.server.medline import date_text

_STATUS = {"MEDLINE": "PubMed - indexed for MEDLINE", "In-Process": "PubMed - in process"}
_DOCTYPE_2 = (
    '<!DOCTYPE eSummaryResult PUBLIC "-//NLM//DTD esummary pubmed 20160808//EN" '
    '"https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20160808/esummary_pubmed.dtd">\n'
)
UNKNOWN = "cannot get document summary"
_NAMES_2 = {
    "pubdate": "PubDate",
    "epubdate": "EPubDate",
    "source": "Source",
    "lastauthor": "LastAuthor",
    "title": "Title",
    "sorttitle": "SortTitle",
    "volume": "Volume",
    "issue": "Issue",
    "pages": "Pages",
    "nlmuniqueid": "NlmUniqueID",
    "issn": "ISSN",
    "essn": "ESSN",
    "recordstatus": "RecordStatus",
    "pubstatus": "PubStatus",
    "fulljournalname": "FullJournalName",
    "elocationid": "ELocationID",
    "doctype": "DocType",
    "sortpubdate": "SortPubDate",
    "sortfirstauthor": "SortFirstAuthor",
    "vernaculartitle": "VernacularTitle",
}
_NAMES_1 = (
    ("PubDate", "pubdate", "Date"),
    ("EPubDate", "epubdate", "Date"),
    ("Source", "source", "String"),
    ("LastAuthor", "lastauthor", "String"),
    ("Title", "title", "String"),
    ("Volume", "volume", "String"),
    ("Issue", "issue", "String"),
    ("Pages", "pages", "String"),
    ("NlmUniqueID", "nlmuniqueid", "String"),
    ("ISSN", "issn", "String"),
    ("RecordStatus", "recordstatus", "String"),
    ("PubStatus", "pubstatus", "String"),
    ("FullJournalName", "fulljournalname", "String"),
    ("ELocationID", "elocationid", "String"),
)


def summary(article: Article) -> dict[str, object]:
    """The fields of a JSON 2.0 document summary. What an `Article` does not hold (citation counts) is empty."""
    journal = article.journal
    names = [author.name for author in article.authors]
    first_day = article.published.earliest()
    ids = (("pubmed", article.pmid), ("doi", article.doi), ("pmc", article.pmc), ("pii", article.pii))
    return {
        "uid": article.pmid,
        "pubdate": date_text(article.published),
        "epubdate": date_text(article.electronic),
        "source": journal.medline_ta or journal.abbreviation or journal.title or "",
        "authors": [
            {"name": author.name, "authtype": "CollectiveName" if author.collective else "Author", "clusterid": ""}
            for author in article.authors
        ],
        "lastauthor": names[-1] if names else "",
        "title": article.title,
        "sorttitle": article.title.strip(" .[]").lower(),
        "volume": journal.volume or "",
        "issue": journal.issue or "",
        "pages": journal.pages or "",
        "lang": list(article.languages),
        "nlmuniqueid": journal.nlm_id or "",
        "issn": journal.issn or "",
        "essn": "",
        "pubtype": list(article.publication_types),
        "recordstatus": _STATUS.get(article.medline_status or "", "PubMed"),
        "pubstatus": article.publication_status or "",
        "articleids": [{"idtype": kind, "idtypen": 1, "value": value} for kind, value in ids if value],
        "history": [{"pubstatus": entry.status, "date": f"{entry.day:%Y/%m/%d} 00:00"} for entry in article.history],
        "references": [],
        "attributes": ["Has Abstract"] if article.sections else [],
        "pmcrefcount": "",
        "fulljournalname": journal.title or "",
        "elocationid": f"doi: {article.doi}" if article.doi else "",
        "doctype": "book" if article.kind == "book" else "citation",
        "sortpubdate": f"{first_day:%Y/%m/%d} 00:00" if first_day else "",
        "sortfirstauthor": names[0] if names else "",
        "vernaculartitle": article.vernacular_title or "",
    }


def summaries_json(articles: Mapping[str, Article | None]) -> dict[str, object]:
    """PMID -> article (None: unknown) as esummary's `result`, in the order asked."""
    found: dict[str, object] = {"uids": list(articles)}
    for pmid, article in articles.items():
        found[pmid] = summary(article) if article else {"uid": pmid, "error": UNKNOWN}
    return {"result": found}


def summaries_xml_2(articles: Mapping[str, Article | None]) -> str:
    """DocumentSummarySet, as `version=2.0` asks for."""
    parts = [
        _document_summary(summary(article))
        if article
        else f'<DocumentSummary uid="{escape(pmid)}">\n\t<error>{UNKNOWN}</error>\n</DocumentSummary>\n'
        for pmid, article in articles.items()
    ]
    content = f'<DocumentSummarySet status="OK">\n{"".join(parts)}</DocumentSummarySet>'
    return f"{PROLOG}{_DOCTYPE_2}<eSummaryResult>\n{content}\n</eSummaryResult>\n"


def summaries_xml_1(articles: Mapping[str, Article | None]) -> str:
    """DocSum elements with Items. An unknown PMID gives an ERROR among them."""
    parts = [
        _doc_sum(summary(article)) if article else f"<ERROR>UID={escape(pmid)}: {UNKNOWN}</ERROR>\n"
        for pmid, article in articles.items()
    ]
    return document("eSummaryResult", "\n" + "".join(parts))


def _document_summary(fields: Mapping[str, object]) -> str:
    lines = [f"\t<{name}>{_text(fields[key])}</{name}>\n" for key, name in _NAMES_2.items()]
    authors = "".join(
        f"\t\t<Author><Name>{_text(author['name'])}</Name><AuthType>{author['authtype']}</AuthType></Author>\n"
        for author in _rows(fields["authors"])
    )
    ids = "".join(
        f"\t\t<ArticleId><IdType>{row['idtype']}</IdType><Value>{_text(row['value'])}</Value></ArticleId>\n"
        for row in _rows(fields["articleids"])
    )
    history = "".join(
        f"\t\t<PubMedPubDate><PubStatus>{_text(row['pubstatus'])}</PubStatus><Date>{row['date']}</Date></PubMedPubDate>\n"
        for row in _rows(fields["history"])
    )
    languages = "".join(f"<string>{_text(text)}</string>" for text in _strings(fields["lang"]))
    kinds = "".join(f"<flag>{_text(text)}</flag>" for text in _strings(fields["pubtype"]))
    return (
        f'<DocumentSummary uid="{_text(fields["uid"])}">\n{"".join(lines)}'
        f"\t<Authors>\n{authors}\t</Authors>\n\t<Lang>{languages}</Lang>\n\t<PubType>{kinds}</PubType>\n"
        f"\t<ArticleIds>\n{ids}\t</ArticleIds>\n\t<History>\n{history}\t</History>\n</DocumentSummary>\n"
    )


def _doc_sum(fields: Mapping[str, object]) -> str:
    items = [_item(name, fields[key], kind) for name, key, kind in _NAMES_1]
    items += [
        _list("AuthorList", [("Author", row["name"], "String") for row in _rows(fields["authors"])]),
        _list("LangList", [("Lang", text, "String") for text in _strings(fields["lang"])]),
        _list("PubTypeList", [("PubType", text, "String") for text in _strings(fields["pubtype"])]),
        _list("ArticleIds", [(str(row["idtype"]), row["value"], "String") for row in _rows(fields["articleids"])]),
        _list("History", [(str(row["pubstatus"]), row["date"], "Date") for row in _rows(fields["history"])]),
        _item("HasAbstract", int(bool(fields["attributes"])), "Integer"),
    ]
    return f"<DocSum>\n\t<Id>{_text(fields['uid'])}</Id>\n{''.join(items)}</DocSum>\n\n"


def _list(name: str, rows: Sequence[tuple[str, object, str]]) -> str:
    inner = "".join(f"\t{_item(*row)}" for row in rows)
    return (
        f'\t<Item Name="{name}" Type="List">\n{inner}\t</Item>\n' if inner else f'\t<Item Name="{name}" Type="List"/>\n'
    )


def _item(name: str, value: object, kind: str) -> str:
    return f'\t<Item Name="{escape(name)}" Type="{kind}">{_text(value)}</Item>\n'


def _rows(value: object) -> list[dict[str, object]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _strings(value: object) -> list[str]:
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []


def _text(value: object) -> str:
    return escape(str(value), quote=False)
