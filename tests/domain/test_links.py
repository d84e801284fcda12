from __future__ import annotations

import pytest

from litwatch.domain.citation import Citation
from litwatch.domain.links import doi_url, links, pmc_url, pubmed_url


@pytest.mark.parametrize(
    ("doi", "url"),
    [
        ("10.1016/j.apmr.2024.06.005", "https://doi.org/10.1016/j.apmr.2024.06.005"),
        ("10.1371/journal.pone.0065279", "https://doi.org/10.1371/journal.pone.0065279"),
        (" https://doi.org/10.5555/abc ", "https://doi.org/10.5555/abc"),
        ("doi: 10.5555/abc", "https://doi.org/10.5555/abc"),
        (
            "10.1002/(SICI)1097-4598<1::AID>3.0.CO;2-#",
            "https://doi.org/10.1002/(SICI)1097-4598%3C1::AID%3E3.0.CO;2-%23",
        ),
        ('10.5555/a"b?c%d é', "https://doi.org/10.5555/a%22b%3Fc%25d%20%C3%A9"),
        ("javascript:alert(1)", None),
        ("10.5555", None),
        ("", None),
        (None, None),
    ],
)
def test_doi_url(doi: str | None, url: str | None) -> None:
    assert doi_url(doi) == url


def test_ids_that_cannot_be_one_give_no_link() -> None:
    assert pubmed_url("38921661") == "https://pubmed.ncbi.nlm.nih.gov/38921661/"
    assert pubmed_url("38921661/../x") is None
    assert pmc_url("PMC3680414") == pmc_url("3680414") == "https://pmc.ncbi.nlm.nih.gov/articles/PMC3680414/"
    assert pmc_url("PMC") is None


def test_links_of_a_citation_are_those_that_exist() -> None:
    full = Citation(pmid="1", title="T", authors=(), journal="J", doi="10.5555/x", pmc="PMC2")
    assert [label for label, _ in links(full)] == ["Publisher", "PubMed", "PMC, free full text"]
    bare = Citation(pmid="1", title="T", authors=(), journal="J")
    assert links(bare) == (("PubMed", "https://pubmed.ncbi.nlm.nih.gov/1/"),)
