"""When two records are one paper, or one is a later version of the other. Link types are NLM's RefType."""

from __future__ import annotations

from litwatch.domain.article import Article

_REPUBLISHED = frozenset(
    f"{how}{way}"
    for how in ("Republished", "CorrectedandRepublished", "RetractedandRepublished")
    for way in ("From", "In")
)
_UPDATED = frozenset({"UpdateOf", "UpdateIn"})
"""A preprint's journal version; else a new edition with results of its own, such as a review that is kept up to date."""


def same_paper(one: Article, other: Article) -> bool:
    """Whether the records are of one paper: the same PMID or DOI, published again, or a preprint and its journal version."""
    if one.pmid == other.pmid or (one.doi and other.doi and one.doi.lower() == other.doi.lower()):
        return True
    preprint = any("Preprint" in article.publication_types for article in (one, other))
    return _linked(one, other, _REPUBLISHED | _UPDATED if preprint else _REPUBLISHED)


def is_new_edition(one: Article, other: Article) -> bool:
    """Whether one of two papers is an updated edition of the other."""
    return not same_paper(one, other) and _linked(one, other, _UPDATED)


def versions(article: Article) -> frozenset[str]:
    """The PMIDs of all other versions of the paper that its record names, earlier and later ones."""
    linked = _REPUBLISHED | _UPDATED
    return frozenset(link.pmid for link in article.corrections if link.kind in linked and link.pmid)


def _linked(one: Article, other: Article, kinds: frozenset[str]) -> bool:
    links = [(link, other.pmid) for link in one.corrections] + [(link, one.pmid) for link in other.corrections]
    return any(link.kind in kinds and link.pmid == pmid for link, pmid in links)
