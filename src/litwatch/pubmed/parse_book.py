"""A PubmedBookArticle element (a book or a chapter of NCBI Bookshelf) as an `Article` of kind "book".

The chapter's title is the title, or the book's own where the record is the whole book; the book takes the journal's
place: its title as `journal.title`, its publisher's place as country, its ISBN as ISSN is not kept. Editors are no
authors unless there are no others.
"""

from __future__ import annotations

from dataclasses import replace

from litwatch.domain.article import Article
from litwatch.pubmed import parse_article as common
from litwatch.pubmed import parse_fields as fields
from litwatch.pubmed.element import Element
from litwatch.pubmed.parse_article import walk_data, walk_pages, walker
from litwatch.pubmed.parse_dates import partial_of
from litwatch.pubmed.parse_draft import Draft, RecordError, finished
from litwatch.pubmed.parse_text import plain, rich


def read_book(element: Element) -> Article:
    """A PubmedBookArticle element. Raises `RecordError` if it has no document or no PMID."""
    draft = Draft()
    document = next((child for child in element if child.tag == "BookDocument"), None)
    if document is None:
        raise RecordError("no BookDocument in PubmedBookArticle")
    for child in document:  # the book first: what the chapter says itself outranks it
        if child.tag == "Book":
            _book(draft, child)
    _walk_document(draft, document)
    _people(draft, document)
    _walk_record(draft, element)
    return replace(finished(draft), kind="book")


def _book(draft: Draft, element: Element) -> None:
    _walk_book(draft, element)
    _people(draft, element)


def _book_title(draft: Draft, element: Element) -> None:
    draft.title, draft.title_marks = rich(element)
    if draft.title:
        draft.journal["Title"] = draft.title


def _chapter_title(draft: Draft, element: Element) -> None:
    title, marks = rich(element)
    if title:
        draft.title, draft.title_marks = title, marks


def _people(draft: Draft, element: Element) -> None:
    """Authors of a chapter outrank those of the book, authors outrank editors."""
    lists = [child for child in element if child.tag == "AuthorList"]
    for wanted in (False, True):
        for people in lists:
            if (people.get("Type") == "editors") == wanted and (authors := fields.authors_of(people)):
                draft.authors = authors
                draft.authors_complete = people.get("CompleteYN", "Y") != "N"
                return


def _types(draft: Draft, element: Element) -> None:
    if text := plain(element):
        draft.publication_types = (*draft.publication_types, text)


def _volume(draft: Draft, element: Element) -> None:
    if text := plain(element):
        draft.journal["Volume"] = text


def _contributed(draft: Draft, element: Element) -> None:
    """The chapter's own date outranks the book's."""
    date = partial_of(element)
    if date.year is not None:
        draft.electronic = date


_walk_book = walker({"BookTitle": _book_title, "PubDate": common.published, "Volume": _volume})
_walk_document = walker(
    {
        "PMID": common.pmid,
        "ArticleIdList": common.ids,
        "ArticleTitle": _chapter_title,
        "VernacularTitle": common.vernacular,
        "Pagination": walk_pages,
        "Language": common.language,
        "PublicationType": _types,
        "Abstract": common.abstract,
        "OtherAbstract": common.other_abstract,
        "KeywordList": common.keywords,
        "GrantList": common.grants,
        "ContributionDate": _contributed,
        "DateRevised": common.revised,
    }
)
_walk_record = walker({"PubmedBookData": walk_data})
