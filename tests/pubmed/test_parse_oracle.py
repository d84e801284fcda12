"""Every real record, read by litwatch and by Biopython: they must agree on every field that both give."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from litwatch.domain.article import Article, ParseFailure, Record
from litwatch.errors import InputError
from litwatch.pubmed.parse import open_records
from tests.pubmed import oracle

Pair = tuple[Article, Mapping[str, Any]]


def records(shared: Path) -> list[Record]:
    """All of medline.xml.gz and of the recorded answers; every sixth of trials.xml.gz, which are alike (Biopython is slow)."""
    corpus = shared / "corpus"
    found = [item for item in open_records(corpus / "medline.xml.gz") if isinstance(item, Record)]
    found += [item for item in open_records(corpus / "trials.xml.gz") if isinstance(item, Record)][::6]
    for path in sorted(corpus.glob("recorded/efetch*/*")):
        try:
            found += [item for item in open_records(path) if isinstance(item, Record)]
        except InputError as error:
            assert "not PubMed XML" in str(error)
    return found


@pytest.fixture(scope="module")
def pairs(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Pair]:
    ours = {record.raw: record.article for record in records(shared) if record.article.kind == "article"}
    theirs = oracle.read(ours, tmp_path_factory.mktemp("bio"))
    found = [(ours[raw], record) for raw, record in theirs]
    assert len(found) > 2000
    return found


def differences(pairs: list[Pair], ours: Any, theirs: Any) -> list[tuple[str, Any, Any]]:
    rows = ((article.pmid, ours(article), theirs(record)) for article, record in pairs)
    return [(pmid, a, b) for pmid, a, b in rows if a != b]


def test_nothing_real_fails(shared: Path) -> None:
    for name, count in (("medline.xml.gz", 1415), ("trials.xml.gz", 3804)):
        items = list(open_records(shared / "corpus" / name))
        assert [item for item in items if isinstance(item, ParseFailure)] == []
        assert len(items) == count


def test_pmids_and_versions(pairs: list[Pair]) -> None:
    def theirs(record: Mapping[str, Any]) -> tuple[str, int]:
        pmid = record["MedlineCitation"]["PMID"]
        return str(pmid), int(pmid.attributes.get("Version", 1))

    assert differences(pairs, lambda a: (a.pmid, a.version), theirs) == []


def test_titles(pairs: list[Pair]) -> None:
    for article, record in pairs:
        title = str(record["MedlineCitation"]["Article"]["ArticleTitle"])
        wanted = oracle.unbracketed(title.strip())
        if not wanted and article.vernacular_title:  # the original stands in for a title that is not there
            wanted = article.vernacular_title
        assert oracle.same_text(article.title, wanted), (article.pmid, article.title, title)


def test_abstracts(pairs: list[Pair]) -> None:
    split = 0
    for article, record in pairs:
        ours, theirs = oracle.our_abstract(article), oracle.abstract(record["MedlineCitation"])
        if len(article.sections) > theirs.count("\n") + 1:
            split += 1
            ours, theirs = oracle.without_labels(ours), oracle.without_labels(theirs)
        assert oracle.same_text(" ".join(ours.split()), " ".join(theirs.split())), (article.pmid, ours, theirs)
    assert split < 12


def test_authors(pairs: list[Pair]) -> None:
    def ours(article: Article) -> list[tuple[str | None, ...]]:
        return [(a.last, a.fore, a.initials, a.suffix, a.collective) for a in article.authors]

    assert differences(pairs, ours, lambda r: oracle.names(r["MedlineCitation"]["Article"].get("AuthorList", []))) == []


def test_affiliations(pairs: list[Pair]) -> None:
    def theirs(record: Mapping[str, Any]) -> list[str]:
        people = record["MedlineCitation"]["Article"].get("AuthorList", [])
        old = [oracle.folded(str(p["Affiliation"])) for p in people if "Affiliation" in p]
        new = [
            oracle.folded(oracle.unmarked(str(i["Affiliation"]))) for p in people for i in p.get("AffiliationInfo", [])
        ]
        return [place for place in old + new if place]

    def ours(article: Article) -> list[str]:
        return [place for author in article.authors for place in author.affiliations]

    valid = [p for p in pairs if not any(
        a.attributes.get("ValidYN") == "N" for a in p[1]["MedlineCitation"]["Article"].get("AuthorList", []))]  # fmt: skip
    assert differences(valid, ours, theirs) == []


def test_dates(pairs: list[Pair]) -> None:
    def whole(record: Mapping[str, Any]) -> list[Any]:
        citation = record["MedlineCitation"]
        history = [oracle.ymd(day) for day in record.get("PubmedData", {}).get("History", [])]
        return [oracle.ymd(citation.get("DateCompleted")), oracle.ymd(citation.get("DateRevised")), *history]

    def ours(article: Article) -> list[Any]:
        days = [article.completed, article.revised, *(entry.day for entry in article.history)]
        return [(day.year, day.month, day.day) if day else None for day in days]

    assert differences(pairs, ours, whole) == []
    issue = lambda r: oracle.published(r["MedlineCitation"]["Article"]["Journal"]["JournalIssue"]["PubDate"])  # noqa: E731
    assert differences(pairs, lambda a: a.published.raw, issue) == []

    def electronic(record: Mapping[str, Any]) -> list[int] | None:
        dates = record["MedlineCitation"]["Article"].get("ArticleDate", [])
        return [int(dates[-1][key]) for key in ("Year", "Month", "Day")] if dates else None

    assert (
        differences(
            pairs,
            lambda a: [a.electronic.year, a.electronic.month, a.electronic.day] if a.electronic else None,
            electronic,
        )
        == []
    )


def test_every_publication_date_that_names_a_month_has_one(pairs: list[Pair]) -> None:
    for article, _ in pairs:
        date = article.published
        assert date.year == int(date.raw[:4])
        named = re.search(r"Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec", date.raw)
        if named:
            assert date.month == 1 + "JanFebMarAprMayJunJulAugSepOctNovDec".index(named.group()) // 3, date


def test_publication_types_languages_and_statuses(pairs: list[Pair]) -> None:
    def theirs(record: Mapping[str, Any]) -> list[Any]:
        citation = record["MedlineCitation"]
        return [
            list(dict.fromkeys(str(kind) for kind in citation["Article"]["PublicationTypeList"])),
            [str(language) for language in citation["Article"]["Language"]],
            citation.attributes["Status"],
            oracle.folded(str(record.get("PubmedData", {}).get("PublicationStatus", ""))),
        ]

    def ours(article: Article) -> list[Any]:
        types, languages = list(article.publication_types), list(article.languages)
        return [types, languages, article.medline_status, article.publication_status]

    assert differences(pairs, ours, theirs) == []


def test_mesh(pairs: list[Pair]) -> None:
    def theirs(record: Mapping[str, Any]) -> list[Any]:
        return [
            [
                (str(part), part.attributes["MajorTopicYN"])
                for part in (heading["DescriptorName"], *heading["QualifierName"])
            ]
            for heading in record["MedlineCitation"].get("MeshHeadingList", [])
        ]

    def ours(article: Article) -> list[Any]:
        return [
            [(heading.descriptor, "NY"[heading.major]), *((q.name, "NY"[q.major]) for q in heading.qualifiers)]
            for heading in article.mesh
        ]

    assert differences(pairs, ours, theirs) == []


def test_own_ids(pairs: list[Pair]) -> None:
    def theirs(record: Mapping[str, Any]) -> list[str | None]:
        located = [
            i for i in record["MedlineCitation"]["Article"].get("ELocationID", []) if i.attributes["ValidYN"] != "N"
        ]
        own = record.get("PubmedData", {}).get("ArticleIdList", [])
        pairs = [(i.attributes["EIdType"], str(i)) for i in located] + [(i.attributes["IdType"], str(i)) for i in own]
        first = {kind: value for kind, value in reversed(pairs) if kind != "doi" or value.startswith("10.")}
        return [first.get("doi"), oracle.unversioned(first.get("pmc")), oracle.folded(first.get("pii"))]

    assert differences(pairs, lambda a: [a.doi, a.pmc, a.pii], theirs) == []


def test_journals(pairs: list[Pair]) -> None:
    def theirs(record: Mapping[str, Any]) -> list[str | None]:
        article, info = record["MedlineCitation"]["Article"], record["MedlineCitation"]["MedlineJournalInfo"]
        journal, issue = article["Journal"], article["Journal"]["JournalIssue"]
        values = [
            journal.get("Title"), journal.get("ISOAbbreviation") or info.get("MedlineTA"), info.get("MedlineTA"), journal.get("ISSN"),
            issue.get("Volume"), issue.get("Issue"), article.get("Pagination", {}).get("MedlinePgn"), info.get("Country"),
        ]  # fmt: skip
        return [oracle.folded(str(value or "")) for value in values]

    def ours(article: Article) -> list[str | None]:
        j = article.journal
        return [j.title, j.abbreviation, j.medline_ta, j.issn, j.volume, j.issue, j.pages, j.country]

    assert differences(pairs, ours, theirs) == []


def test_links_keywords_substances_and_grants(pairs: list[Pair]) -> None:
    def theirs(record: Mapping[str, Any]) -> list[Any]:
        citation = record["MedlineCitation"]
        words = [oracle.folded(oracle.unmarked(str(w))) for words in citation["KeywordList"] for w in words]
        links = citation.get("CommentsCorrectionsList", [])
        substances = [str(c["NameOfSubstance"]) for c in citation.get("ChemicalList", [])]
        grants = citation["Article"].get("GrantList", [])
        return [
            len(list(dict.fromkeys(w for w in words if w))),
            [(link.attributes["RefType"], str(link.get("PMID", "")) or None) for link in links],
            list(dict.fromkeys(substances)),
            [(oracle.folded(str(g.get("GrantID", ""))), oracle.folded(str(g.get("Agency", "")))) for g in grants],
        ]

    def ours(article: Article) -> list[Any]:
        return [
            len(article.keywords),
            [(link.kind, link.pmid) for link in article.corrections],
            list(article.substances),
            [(grant.number, grant.agency) for grant in article.grants],
        ]

    assert differences(pairs, ours, theirs) == []
