"""One study's note, made from its record and its ledger. Same input, same text."""

from __future__ import annotations

from litwatch.compose.caveats import caveats
from litwatch.compose.citation import NO_TITLE, cite
from litwatch.compose.facts import facts
from litwatch.compose.ledger import Ledger, ledger
from litwatch.compose.quotation import quote_words
from litwatch.compose.size import size
from litwatch.compose.words import clip
from litwatch.domain.article import Article
from litwatch.domain.digest import Nugget
from litwatch.domain.study import Study

QUOTE_WORDS = 25
"""At most so many words of the authors' conclusion are quoted."""
HEADLINE_CHARACTERS = 120

# A main title shorter than this says too little without its subtitle.
_SHORTEST_MAIN_TITLE = 30


def compose_nugget(article: Article, study: Study, topics: tuple[str, ...], *, authority: str) -> Nugget:
    """The note about `article` as read in `study`; its id is fixed here.

    `authority` is RFC 4151's naming authority, a domain and a date: "litwatch.example,2026".
    """
    rows = ledger(study)
    return Nugget(
        pmid=article.pmid,
        guid=nugget_guid(authority, article.pmid),
        slug=slug(article.pmid),
        headline=headline(article),
        meta=meta(article, study, rows),
        topics=tuple(sorted(topics)),
        studied=studied(article, study),
        better=rows.better,
        unchanged=rows.unchanged,
        worse=rows.worse,
        other=rows.other,
        conclusion=quote_words(study.conclusion.text, QUOTE_WORDS) if study.conclusion else "",
        caveats=caveats(article, study),
        citation=cite(article),
        facts=facts(study),
    )


def nugget_guid(authority: str, pmid: str) -> str:
    """The permanent `tag:` URI of the note on one PMID."""
    return f"tag:{authority}:nugget/{pmid}"


def slug(pmid: str) -> str:
    """The permanent part of the note's file name."""
    return f"pmid-{pmid}"


def plain_title(article: Article) -> str:
    """The title without the full stop, and without the brackets that PubMed puts around a translated one."""
    title = (article.title or article.vernacular_title or "").strip()
    if title.startswith("[") and title.rstrip(".").endswith("]") and title.count("[") == 1:
        title = title.rstrip(".")[1:-1]
    return title.removesuffix(".").strip() or NO_TITLE


def headline(article: Article) -> str:
    """The paper's title; a long one without its subtitle, and if that is still long, cut between words."""
    title = plain_title(article)
    if len(title) <= HEADLINE_CHARACTERS:
        return title
    main = title.partition(": ")[0]
    return clip(main if len(main) >= _SHORTEST_MAIN_TITLE else title, HEADLINE_CHARACTERS)


def studied(article: Article, study: Study) -> str:
    """The abstract's own sentence on what was studied, or without one the title as a statement."""
    if study.aim and study.aim.text:
        return study.aim.text
    title = plain_title(article)
    return title if title[-1] in ".?!" else title + "."


def meta(article: Article, study: Study, rows: Ledger) -> str:
    """Design, size and verdict: "Meta-analysis, 20 trials, n=1,670: 8 better, 3 no clear change"."""
    verdict = ", ".join(
        f"{len(lines)} {words}"
        for lines, words in (
            (rows.better, "better"),
            (rows.unchanged, "no clear change"),
            (rows.worse, "worse"),
            (rows.other, "mixed or unclear"),
        )
        if lines
    )
    return f"{size(article, study)}: {verdict}" if verdict else size(article, study)
