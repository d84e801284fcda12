"""An `Article` as a PubmedArticle element: for records that did not come as XML (MEDLINE text), and for made-up ones.

All fields of the `Article` are written but inline markup; what an `Article` does not hold cannot be served.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from html import escape

from litwatch.domain.article import Article, Author, MeshHeading, PartialDate, Section

_MONTHS = ("", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def article_xml(article: Article) -> bytes:
    """One `<PubmedArticle>` in UTF-8, without a declaration. Books are written as articles."""
    status = _attributes(Status=article.medline_status or "Publisher", Owner="NLM")
    citation = (
        _tag("PMID", article.pmid, Version=str(article.version)),
        _date("DateCompleted", article.completed),
        _date("DateRevised", article.revised),
        _article(article),
        _wrap(
            "MedlineJournalInfo",
            _tag("Country", article.journal.country),
            _tag("MedlineTA", article.journal.medline_ta or article.journal.abbreviation),
            _tag("NlmUniqueID", article.journal.nlm_id),
            _tag("ISSNLinking", article.journal.issn_linking),
        ),
        _wrap("ChemicalList", *(_wrap("Chemical", _tag("NameOfSubstance", name)) for name in article.substances)),
        _corrections(article),
        _wrap("MeshHeadingList", *map(_heading, article.mesh)),
        *_other_abstracts(article),
        _wrap("KeywordList", *(_tag("Keyword", word) for word in article.keywords)),
        _tag("CoiStatement", article.conflict_of_interest),
    )
    content = f"<MedlineCitation{status}>{''.join(citation)}</MedlineCitation>{_pubmed_data(article)}"
    return f"<PubmedArticle>{content}</PubmedArticle>".encode()


def _article(article: Article) -> str:
    journal = article.journal
    parts = (
        _wrap(
            "Journal",
            _tag("ISSN", journal.issn, IssnType="Print"),
            _wrap(
                "JournalIssue",
                _tag("Volume", journal.volume),
                _tag("Issue", journal.issue),
                _partial("PubDate", article.published),
            ),
            _tag("Title", journal.title),
            _tag("ISOAbbreviation", journal.abbreviation),
        ),
        f"<ArticleTitle>{_text(article.title)}</ArticleTitle>",
        _wrap("Pagination", _tag("MedlinePgn", journal.pages)),
        _tag("ELocationID", article.doi, EIdType="doi", ValidYN="Y"),
        _wrap("Abstract", *map(_section, article.sections), _tag("CopyrightInformation", article.copyright)),
        _authors(article),
        *(_tag("Language", language) for language in article.languages),
        _data_banks(article),
        _wrap(
            "GrantList",
            *(
                _wrap("Grant", _tag("GrantID", g.number), _tag("Agency", g.agency), _tag("Country", g.country))
                for g in article.grants
            ),
        ),
        _wrap("PublicationTypeList", *(_tag("PublicationType", kind) for kind in article.publication_types)),
        _tag("VernacularTitle", article.vernacular_title),
        _partial("ArticleDate", article.electronic, DateType="Electronic") if article.electronic else "",
    )
    return f'<Article PubModel="{"Electronic" if article.electronic else "Print"}">{"".join(parts)}</Article>'


def _pubmed_data(article: Article) -> str:
    history = (_date("PubMedPubDate", entry.day, PubStatus=entry.status) for entry in article.history)
    ids = (("pubmed", article.pmid), ("doi", article.doi), ("pmc", article.pmc), ("pii", article.pii))
    return _wrap(
        "PubmedData",
        _wrap("History", *history),
        _tag("PublicationStatus", article.publication_status),
        _wrap("ArticleIdList", *(_tag("ArticleId", value, IdType=kind) for kind, value in ids)),
    )


def _section(section: Section) -> str:
    names = {"Label": section.label, "NlmCategory": section.category}
    return _tag("AbstractText", section.text, **{name: value for name, value in names.items() if value})


def _other_abstracts(article: Article) -> Iterable[str]:
    for other in article.other_abstracts:
        attributes = _attributes(Type=other.kind, Language=other.language)
        texts = "".join(map(_section, other.sections)) + _tag("CopyrightInformation", other.copyright)
        yield f"<OtherAbstract{attributes}>{texts}</OtherAbstract>"


def _authors(article: Article) -> str:
    if not article.authors:
        return ""
    complete = "Y" if article.authors_complete else "N"
    return f'<AuthorList CompleteYN="{complete}">{"".join(map(_author, article.authors))}</AuthorList>'


def _author(author: Author) -> str:
    content = (
        _tag("LastName", author.last),
        _tag("ForeName", author.fore),
        _tag("Initials", author.initials),
        _tag("Suffix", author.suffix),
        _tag("CollectiveName", author.collective),
        _tag("Identifier", author.orcid, Source="ORCID"),
        *(_wrap("AffiliationInfo", _tag("Affiliation", place)) for place in author.affiliations),
    )
    return f'<Author ValidYN="Y">{"".join(content)}</Author>'


def _data_banks(article: Article) -> str:
    banks: dict[str, list[str]] = {}
    for registry in article.registry_ids:
        if registry.source == "databank":
            banks.setdefault(registry.bank, []).append(registry.number)
    return _wrap(
        "DataBankList",
        *(
            _wrap(
                "DataBank",
                _tag("DataBankName", bank),
                _wrap("AccessionNumberList", *(_tag("AccessionNumber", number) for number in numbers)),
            )
            for bank, numbers in banks.items()
        ),
    )


def _corrections(article: Article) -> str:
    lines = (
        f"<CommentsCorrections{_attributes(RefType=link.kind)}>"
        f"<RefSource>{_text(link.source or '')}</RefSource>"
        f"{_tag('PMID', link.pmid, Version='1')}{_tag('Note', link.note)}"
        "</CommentsCorrections>"
        for link in article.corrections
    )
    return _wrap("CommentsCorrectionsList", *lines)


def _heading(heading: MeshHeading) -> str:
    def flagged(name: str, text: str, ui: str | None, major: bool) -> str:
        return _tag(name, text, **({"UI": ui} if ui else {}), MajorTopicYN="Y" if major else "N")

    qualifiers = (flagged("QualifierName", q.name, q.ui, q.major) for q in heading.qualifiers)
    return _wrap("MeshHeading", flagged("DescriptorName", heading.descriptor, heading.ui, heading.major), *qualifiers)


def _partial(name: str, moment: PartialDate, **attributes: str) -> str:
    if moment.year is None:
        return f"<{name}>{_tag('MedlineDate', moment.raw)}</{name}>" if moment.raw else f"<{name}/>"
    if moment.month is None:
        return f"<{name}{_attributes(**attributes)}><Year>{moment.year}</Year></{name}>"
    # An ArticleDate has numbers for months, a PubDate names.
    month = f"{moment.month:02d}" if name == "ArticleDate" else _MONTHS[moment.month]
    day = f"<Day>{moment.day:02d}</Day>" if moment.day else ""
    return f"<{name}{_attributes(**attributes)}><Year>{moment.year}</Year><Month>{month}</Month>{day}</{name}>"


def _date(name: str, day: date | None, **attributes: str) -> str:
    if day is None:
        return ""
    parts = f"<Year>{day.year}</Year><Month>{day.month:02d}</Month><Day>{day.day:02d}</Day>"
    return f"<{name}{_attributes(**attributes)}>{parts}</{name}>"


def _wrap(name: str, *content: str) -> str:
    """`content` in an element; nothing at all if it is empty."""
    inner = "".join(content)
    return f"<{name}>{inner}</{name}>" if inner else ""


def _tag(name: str, text: str | None, **attributes: str) -> str:
    return f"<{name}{_attributes(**attributes)}>{_text(text)}</{name}>" if text else ""


def _attributes(**attributes: str) -> str:
    return "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())


def _text(text: str) -> str:
    return escape(text, quote=False)
