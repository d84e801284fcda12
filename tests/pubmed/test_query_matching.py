"""What a query finds: one record, one rule each."""

from __future__ import annotations

from pathlib import Path

import pytest

from litwatch.domain.article import Article, MeshHeading, Record
from litwatch.pubmed.parse import open_records
from litwatch.pubmed.query import index, parse
from tests.pubmed.query_article import ARTICLE

FOUND = """
    walking
    WALKING
    low back
    low-back
    "low back"
    low-back pain[ti]
    lowback[tiab] OR walking[ti]
    older AND adults
    older adults[ti]
    crohn's[tiab]
    crohn s[tiab]
    crohn[tiab]
    tnf-alpha[tiab]
    TNF-α[tiab]
    "IL-1beta"[tiab]
    muller[tiab]
    Müller[ab]
    background[ab]
    dolor[tiab]
    dolor[ab]
    nordic poles[ot]
    pacing[tiab]
    pacing[tw]
    kreuzschmerz[tt]
    resistance training
    "resistance training"
    methods
    vaccin*[tiab]
    "vaccin* sched*"[tiab]
    vaccin*tion*[tiab]
    exer*cise[tiab]
    walk*
    low back pain[mh]
    pain[mh]
    back pain[mh]
    exercise[mh]
    exercise therapy[mh]
    resistance training[majr]
    exercise[majr]
    low back pain[majr]
    low back pain/rehabilitation[mh]
    low back pain/rh[mh]
    pain/rehabilitation[majr]
    resistance training/methods[mh:noexp]
    resist*[mh]
    rehabilitation[sh]
    therapy[sh]
    th[sh]
    humans[mh]
    animals[mh]
    randomized controlled trial[pt]
    clinical trial[pt]
    Clinical Study[Publication Type]
    journal arti*[pt]
    c-reactive protein[nm]
    english[la]
    eng[la]
    norwegian[la]
    berg[au]
    berg a[au]
    berg am[au]
    "berg am"[au]
    o'brien j[au]
    "o'brien j jr"[au]
    stride study group[au]
    study group[cn]
    berg anna marie[fau]
    anna marie berg[fau]
    berg[1au]
    stride study[lastau]
    0000-0002-1825-0097[auid]
    oslo[ad]
    "walking oslo"[ad:~0]
    journal of imagined pain[ta]
    The Journal of Imagined Pain[ta]
    J Imag Pain[jour]
    9999-0001[ta]
    12[vi] AND 3[ip] AND 113[pg]
    113-123[pg]
    norway[pl]
    990001[jid]
    99000001[pmid]
    99000001[uid]
    99000001
    99000005 99000001
    1 99000001[uid]
    99000002, 99000001[uid]
    10.9999/litwatch.2024.001[doi]
    pmc9900001[aid]
    NCT09900001[si]
    clinicaltrials.gov[si]
    clinicaltrials.gov/nct09900001[si]
    "R01-99"[gr]
    declared[cois]
    berg[all] AND imagined[all] AND oslo[all] AND nct09900001[all]
    "randomized controlled trial"[tw]
    "pain exercise"[tiab:~6]
    "exercise pain"[tiab:~6]
    "vigorous rest pain"[tiab:~2]
    "trial walking"[ti:~9]
    hasabstract
    hasabstract[filter]
    humans[filter]
    english[sb]
    randomizedcontrolledtrial[filter]
    clinical trial[filter]
    inprocess[sb]
    2024[dp]
    2024/03[dp]
    2024/05/31[dp]
    2024/3/15[dp]
    2024/05[ppdt]
    2024/03/15[epdt]
    2020:2024[dp]
    2024/03/16:2024/05/01[dp]
    2024/03/18[crdt]
    "2024/03/18"[crdt] : "3000"[crdt]
    2024/03/17[edat]
    2024/09/09[lr]
    2024/08/02[mhda]
    2024/08/01[dcom]
    nothing[ti] OR walking[ti] AND older[ti]
    walking[ti] NOT nothing[ti]
    (walking[ti] OR nothing[ti]) AND pain
    pain and the walking
    pain & walking
"""

NOT_FOUND = """
    walk
    wal
    back-low
    "adults older"
    pain rest[tiab]
    trial background[tiab]
    measured by muller pain[tiab]
    kreuzschmerz[tiab]
    kreuzschmerz[all]
    dolor[ti]
    walking[ab]
    imagined
    berg
    oslo[tiab]
    training[mh]
    low back[mh]
    pain[mh:noexp]
    exercise[mh:noexp]
    humans[majr]
    low back pain/methods[mh]
    resistance training/methods[majr]
    therapy[sh:noexp]
    clinical trial[pt:noexp]
    trial[pt]
    review[pt]
    french[la]
    ber[au]
    berg b[au]
    "berg a"[au]
    "o'brien j"[au]
    marie[au]
    o'brien[1au]
    berg[lastau]
    pain[ta]
    imagined pain[ta]
    99000002[pmid]
    9900000[pmid]
    10.9999/litwatch.2024[doi]
    "pain exercise"[tiab:~5]
    "trial walking"[ti:~8]
    "pain exercise"[ti:~9]
    "trial vigorous"[tiab:~9]
    "adults vaccination"[tiab:~100]
    "vigorous rest pain"[tiab:~1]
    review[filter]
    medline[sb]
    french[filter]
    2023[dp]
    2024/04[dp]
    2024/06:2030[dp]
    2024/03/16:2024/04/30[dp]
    2024/03/16[epdt]
    2024/03/17[crdt]
    2024/03/18[edat]
    pain NOT walking[ti]
    walking[ti] OR nothing[ti] AND nothing[ab]
    walking[ti] AND (nothing[ti] OR nowhere[ti])
    walking[ti] NOT (nothing[ti] OR pain[ti])
"""


def rows(table: str) -> list[str]:
    return [line.strip() for line in table.strip().splitlines()]


@pytest.mark.parametrize("query", rows(FOUND))
def test_found(query: str) -> None:
    assert parse(query).matches(ARTICLE)


@pytest.mark.parametrize("query", rows(NOT_FOUND))
def test_not_found(query: str) -> None:
    assert not parse(query).matches(ARTICLE)


@pytest.mark.parametrize("query", [*rows(FOUND), *rows(NOT_FOUND)])
def test_the_normalised_query_means_the_same(query: str) -> None:
    parsed = parse(query)
    again = parse(str(parsed))
    assert again == parsed
    assert str(again) == str(parsed)
    assert again.matches(ARTICLE) == parsed.matches(ARTICLE)


EMPTY = Article(pmid="1", title="")


@pytest.mark.parametrize(
    "query", ["hasabstract", "a1", "x[all]", "2024[dp]", "1900:3000[crdt]", "smith[1au]", "pain[mh]"]
)
def test_an_empty_record_matches_nothing(query: str) -> None:
    assert not parse(query).matches(EMPTY)


def test_an_empty_record_matches_a_search_for_absence() -> None:
    assert parse("1[pmid] NOT hasabstract").matches(EMPTY)


def test_an_index_serves_many_queries() -> None:
    prepared = index(ARTICLE)
    assert [parse(query).matches_index(prepared) for query in ("walking[ti]", "running[ti]", "walking[ti]")] == [
        True,
        False,
        True,
    ]


def test_phrases_do_not_reach_from_one_keyword_or_heading_to_the_next() -> None:
    article = Article(pmid="1", title="", keywords=("chronic", "pain"), mesh=(MeshHeading("Low"), MeshHeading("Back")))
    assert not parse('"chronic pain"[ot]').matches(article)
    assert not parse('"low back"').matches(article)


def test_a_typographic_sign_is_no_letter_and_a_superscript_is_a_digit() -> None:
    article = Article(pmid="1", title="Botox™ at 10⁹ per L, ﬁrst Łódź straße, µ-opioid")
    for query in ("botox", "109[ti]", "first", "lodz strasse[ti]", "mu-opioid[ti]"):
        assert parse(query).matches(article), query
    assert not parse("botoxtm[ti]").matches(article)


def test_every_real_record_is_found_by_its_own_facts(shared: Path) -> None:
    query = parse('pain[tiab] OR exercis*[tiab] OR "clinical trial"[pt] OR humans[mh]')
    found = seen = 0
    for item in open_records(shared / "corpus" / "medline.xml.gz"):
        if not isinstance(item, Record):
            continue
        article, prepared = item.article, index(item.article)
        seen += 1
        found += query.matches_index(prepared)
        assert parse(f"{article.pmid}[pmid]").matches_index(prepared)
        assert parse("hasabstract").matches_index(prepared) == bool(article.abstract)
        for heading in article.mesh:
            assert parse(f'"{heading.descriptor}"[mh:noexp]').matches_index(prepared), heading
        for kind in article.publication_types:
            assert parse(f'"{kind}"[pt:noexp]').matches_index(prepared), kind
        if article.doi and '"' not in article.doi:
            assert parse(f'"{article.doi}"[doi]').matches_index(prepared), article.doi
        if article.arrived:
            assert parse(f"{article.arrived:%Y/%m/%d}[crdt]").matches_index(prepared)
        title = article.title.replace('"', " ").replace("*", " ")
        if any(map(str.isalnum, title)):
            assert parse(f'"{title}"[ti]').matches_index(prepared), title
    assert seen > 1400
    assert 300 < found < seen
