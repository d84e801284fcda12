"""Article → the citation block under a nugget."""

from __future__ import annotations

from litwatch.domain.article import Article
from litwatch.domain.citation import Citation

NO_TITLE = "(no title)"


def cite(article: Article) -> Citation:
    """Everything needed to find and cite `article`: all authors, the journal's short name, the date as far as known.

    The date is the journal issue's; for a paper that is not in an issue yet, the day it appeared electronically.
    """
    journal = article.journal
    ahead = article.publication_status == "aheadofprint"
    electronic = str(article.electronic or "")
    printed = str(article.published)
    return Citation(
        pmid=article.pmid,
        title=article.title or article.vernacular_title or NO_TITLE,
        authors=tuple(author.name for author in article.authors if author.name),
        journal=journal.abbreviation or journal.medline_ta or journal.title or "",
        volume=journal.volume,
        issue=journal.issue,
        pages=journal.pages,
        date=(electronic or printed) if ahead else (printed or electronic),
        doi=article.doi,
        pmc=article.pmc,
        ahead_of_print=ahead,
    )
