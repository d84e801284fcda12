"""Where a reader finds a paper: the links of a citation, made from its ids.

An id that cannot be one gives None instead of a link that leads nowhere.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from litwatch.domain.citation import Citation

# DOI Handbook, 2.2: "10." and a registrant code, a slash, a suffix of any printable characters.
_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/\S.*\Z")
_DOI_PREFIX = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", re.IGNORECASE)
_PMC = re.compile(r"(?:PMC)?([1-9]\d*)\Z", re.IGNORECASE)
_PMID = re.compile(r"[1-9]\d*\Z")
# RFC 3986 allows these in a path beside letters and digits; everything else is percent-encoded as UTF-8.
_SAFE_IN_DOI = "/:;()._-~"


def bare_doi(doi: str | None) -> str | None:
    """The DOI itself. `doi` may carry a resolver's address or "doi:" in front."""
    bare = _DOI_PREFIX.sub("", (doi or "").strip(), count=1)
    return bare if _DOI.match(bare) else None


def doi_url(doi: str | None) -> str | None:
    """The publisher's page, through the DOI resolver."""
    bare = bare_doi(doi)
    return f"https://doi.org/{quote(bare, safe=_SAFE_IN_DOI, errors='replace')}" if bare else None


def pubmed_url(pmid: str) -> str | None:
    """The record in PubMed."""
    return f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/" if _PMID.match(pmid) else None


def pmc_url(pmc: str | None) -> str | None:
    """The free full text in PubMed Central; `pmc` with or without its letters."""
    found = _PMC.match((pmc or "").strip())
    return f"https://pmc.ncbi.nlm.nih.gov/articles/PMC{found.group(1)}/" if found else None


def links(citation: Citation) -> tuple[tuple[str, str], ...]:
    """(label, address) of every place where the paper can be found: publisher, PubMed, PMC."""
    places = (
        ("Publisher", doi_url(citation.doi)),
        ("PubMed", pubmed_url(citation.pmid)),
        ("PMC, free full text", pmc_url(citation.pmc)),
    )
    return tuple((label, url) for label, url in places if url)
