"""A PubmedArticle element as an `Article`.

Each element that matters has one handler in a table by its name; all others, also those of future versions of the
format, are passed over. Ids come from the record's own lists only: a ReferenceList holds other articles' ids.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from litwatch.domain.article import Article, OtherAbstract
from litwatch.pubmed import parse_fields as fields
from litwatch.pubmed.element import Element
from litwatch.pubmed.parse_dates import day_of, partial_of
from litwatch.pubmed.parse_draft import Draft, RecordError, finished
from litwatch.pubmed.parse_text import plain, rich

Handler = Callable[[Draft, Element], None]


def walker(handlers: Mapping[str, Handler]) -> Handler:
    """A handler that gives each child of an element to its own handler."""
    handler_of = handlers.get

    def walk(draft: Draft, element: Element) -> None:
        for child in element:
            handler = handler_of(child.tag)
            if handler is not None:
                handler(draft, child)

    return walk


def read_article(element: Element) -> Article:
    """A PubmedArticle element. Raises `RecordError` if it has no citation, no article or no PMID of its own."""
    draft = Draft()
    _walk_record(draft, element)
    if not draft.cites:
        raise RecordError("no MedlineCitation with an Article in PubmedArticle")
    return finished(draft)


def _citation(draft: Draft, element: Element) -> None:
    draft.medline_status = element.get("Status")
    _walk_citation(draft, element)


def _article(draft: Draft, element: Element) -> None:
    draft.cites = True
    _walk_article(draft, element)


def pmid(draft: Draft, element: Element) -> None:
    draft.pmid = fields.pmid_of(element.text)
    if draft.pmid is None:
        raise RecordError(f"not a PMID: {(element.text or '').strip()[:40]!r}")
    version = element.get("Version", "1")
    draft.version = int(version) if version.isascii() and version.isdigit() and len(version) < 6 else 1


def _title(draft: Draft, element: Element) -> None:
    draft.title, draft.title_marks = rich(element)


def vernacular(draft: Draft, element: Element) -> None:
    draft.vernacular_title = plain(element) or None


def abstract(draft: Draft, element: Element) -> None:
    draft.sections, draft.copyright = fields.sections_of(element)


def other_abstract(draft: Draft, element: Element) -> None:
    sections, copyright_line = fields.sections_of(element)
    if sections:
        draft.other_abstracts.append(
            OtherAbstract(element.get("Type", ""), element.get("Language", ""), sections, copyright_line)
        )


def _authors(draft: Draft, element: Element) -> None:
    draft.authors = fields.authors_of(element)
    draft.authors_complete = element.get("CompleteYN", "Y") != "N"


def _location(draft: Draft, element: Element) -> None:
    kind = element.get("EIdType", "")
    text = fields.clean_doi(element.text) if kind == "doi" else fields.value(element)
    if text and element.get("ValidYN", "Y") != "N":
        draft.located.setdefault(kind, text)


def language(draft: Draft, element: Element) -> None:
    if text := fields.value(element):
        draft.languages.append(text)


def _types(draft: Draft, element: Element) -> None:
    draft.publication_types = fields.texts(element, "PublicationType")


def _electronic(draft: Draft, element: Element) -> None:
    if element.get("DateType", "Electronic") == "Electronic":
        draft.electronic = partial_of(element)


def published(draft: Draft, element: Element) -> None:
    draft.published = partial_of(element)


def _completed(draft: Draft, element: Element) -> None:
    draft.completed = day_of(element)


def revised(draft: Draft, element: Element) -> None:
    draft.revised = day_of(element)


def keywords(draft: Draft, element: Element) -> None:
    found = fields.texts(element, "Keyword")
    draft.keywords = tuple(dict.fromkeys(draft.keywords + found)) if draft.keywords else found


def _mesh(draft: Draft, element: Element) -> None:
    draft.mesh = fields.mesh_of(element)


def _substances(draft: Draft, element: Element) -> None:
    draft.substances = fields.substances_of(element)


def _banks(draft: Draft, element: Element) -> None:
    draft.registered = fields.registrations_of(element)


def grants(draft: Draft, element: Element) -> None:
    draft.grants = fields.grants_of(element)


def _conflicts(draft: Draft, element: Element) -> None:
    draft.conflict_of_interest = plain(element) or None


def _corrections(draft: Draft, element: Element) -> None:
    draft.corrections = fields.corrections_of(element)


def ids(draft: Draft, element: Element) -> None:
    for kind, text in fields.ids_of(element).items():
        draft.ids.setdefault(kind, text)


def history(draft: Draft, element: Element) -> None:
    draft.history = fields.history_of(element)


def status(draft: Draft, element: Element) -> None:
    draft.publication_status = fields.value(element)


def _into_journal(draft: Draft, element: Element) -> None:
    if text := plain(element):
        draft.journal[element.tag] = text


_walk_issue = walker({"Volume": _into_journal, "Issue": _into_journal, "PubDate": published})
_walk_journal = walker(
    {"ISSN": _into_journal, "Title": _into_journal, "ISOAbbreviation": _into_journal, "JournalIssue": _walk_issue}
)
walk_pages = walker(dict.fromkeys(("MedlinePgn", "StartPage", "EndPage"), _into_journal))
_walk_journal_info = walker(dict.fromkeys(("Country", "MedlineTA", "NlmUniqueID", "ISSNLinking"), _into_journal))
_walk_article = walker(
    {
        "Journal": _walk_journal,
        "ArticleTitle": _title,
        "VernacularTitle": vernacular,
        "Pagination": walk_pages,
        "ELocationID": _location,
        "Abstract": abstract,
        "AuthorList": _authors,
        "Language": language,
        "DataBankList": _banks,
        "GrantList": grants,
        "PublicationTypeList": _types,
        "ArticleDate": _electronic,
    }
)
_walk_citation = walker(
    {
        "PMID": pmid,
        "DateCompleted": _completed,
        "DateRevised": revised,
        "Article": _article,
        "MedlineJournalInfo": _walk_journal_info,
        "ChemicalList": _substances,
        "CommentsCorrectionsList": _corrections,
        "MeshHeadingList": _mesh,
        "OtherAbstract": other_abstract,
        "KeywordList": keywords,
        "CoiStatement": _conflicts,
    }
)
walk_data = walker({"History": history, "PublicationStatus": status, "ArticleIdList": ids})
_walk_record = walker({"MedlineCitation": _citation, "PubmedData": walk_data})
