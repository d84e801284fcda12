"""One study's note, made from its record and its ledger. Same input, same text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from litwatch.compose.citation import NO_TITLE, cite
from litwatch.compose.ledger import by_direction, line
from litwatch.compose.prose import Told, compose_prose
from litwatch.compose.questions import conditions, exercises
from litwatch.compose.size import size
from litwatch.compose.sizes import noticeable
from litwatch.compose.telling import LONG_NAME, Wording
from litwatch.compose.words import DESIGNS, clip, in_words
from litwatch.domain.article import Article
from litwatch.domain.digest import Length, Nugget, Tags
from litwatch.domain.study import Outcome, Study

NOTHING_TOLD = Told()
MOST_NAMED = 3
"""As many outcomes stand by name in the line of facts."""
HEADLINE_CHARACTERS = 120

# A main title shorter than this says too little without its subtitle.
_SHORTEST_MAIN_TITLE = 30
_SENTENCE_START = re.compile(r"(?<!\bvs)[.?!] \w")
_DESIGN_SUBTITLE = re.compile(
    r"(?<=\w{4})(?:: | - | – |\. )(?:results (?:from|of) )?(?:an? |the )?"
    r"(?:(?:open|single|double|triple|assessor|label|blind(?:ed)?|masked|randomi[sz]ed|controlled|clinical|placebo|pilot"
    r"|feasibility|prospective|retrospective|multi-?cent(?:er|re)|cluster|crossover|cross-over|parallel|group|comparative"
    r"|phase|[IV]+|[1-4]|systematic|review|meta-analys[ie]s|network|and|with|of|trials?|study|studies|cohort|RCT)\b[-, ]*)+\Z",
    re.IGNORECASE,
)


def compose_nugget(
    article: Article,
    study: Study,
    topics: tuple[str, ...],
    *,
    authority: str,
    length: Length = Length.NOTE,
    told: Told = NOTHING_TOLD,
) -> Nugget:
    """The note about `article` as read in `study`; its id is fixed here.

    `authority` is RFC 4151's naming authority, a domain and a date: "litwatch.example,2026". `length` is how long the
    note may be; the nugget's own says how long it became. `told` holds what the issue has said before.
    """
    better, unchanged, worse, other = (
        tuple(replace(line(row), noticeable=noticeable(row, told.mids)) for row in rows)
        for _, rows in by_direction(study.outcomes)
    )
    prose = compose_prose(article, study, length=length, told=told)
    return Nugget(
        pmid=article.pmid,
        guid=nugget_guid(authority, article.pmid),
        slug=slug(article.pmid),
        headline=headline(article),
        meta=meta(article, study),
        topics=tuple(sorted(topics)),
        better=better,
        unchanged=unchanged,
        worse=worse,
        other=other,
        citation=cite(article),
        paragraphs=prose.paragraphs,
        takeaway=prose.takeaway,
        length=prose.length,
        tags=tags(study),
    )


def tags(study: Study) -> Tags:
    """What the note can be found by. Of a design only its name: a protocol's says more ("no results yet")."""
    return Tags(
        design=DESIGNS[study.design].partition(",")[0],
        conditions=tuple(sorted(conditions(study))),
        exercises=tuple(sorted(exercises(study))),
    )


def said(nugget: Nugget) -> frozenset[str]:
    """What no later note of the same issue may repeat: the opening sentence and the takeaway."""
    texts = [paragraph.sentences[0].text for paragraph in nugget.paragraphs[:1]]
    return frozenset([*texts, *([nugget.takeaway.text] if nugget.takeaway else [])])


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
    """The paper's title as a line to read: without the capitals of a title, and without a subtitle that only names the
    design, which the line below tells.

    A long one goes without its subtitle; if it is still long, it is cut between words.
    """
    title = _DESIGN_SUBTITLE.sub("", plain_title(article))
    if len(title) > HEADLINE_CHARACTERS:
        main = title.partition(": ")[0]
        title = clip(main if len(main) >= _SHORTEST_MAIN_TITLE else title, HEADLINE_CHARACTERS)
    plain = Wording(article).plain(title)
    first = next((place for place, letter in enumerate(title) if letter.isalpha()), 0)
    starts = {first, *(found.end() - 1 for found in _SENTENCE_START.finditer(title))}
    return "".join(title[place] if place in starts else letter for place, letter in enumerate(plain))


def meta(article: Article, study: Study) -> str:
    """Design, size and verdict: "Randomised trial, n=120: pain better, CRP no clear change".

    More than a few outcomes are counted: "Meta-analysis, 20 trials, n=1,670: 8 better, 3 no clear change".
    """
    named = _are_named(study.outcomes)
    wording = Wording(article)
    verdict = ", ".join(
        f"{in_words(map(wording.name, rows)) if named else len(rows)} {words}"
        for words, rows in by_direction(study.outcomes)
        if rows
    )
    return f"{size(article, study)}: {verdict}" if verdict else size(article, study)


def _are_named(rows: Sequence[Outcome]) -> bool:
    """Whether the rows are few and known well enough to stand by name in one line, and a bare name says which is meant."""
    distinct = {row.name.casefold() for row in rows}
    return (
        len(rows) == len(distinct) <= MOST_NAMED
        and all(
            row.concept and len(row.name) <= LONG_NAME and "," not in row.name and " and " not in row.name
            for row in rows
        )
        and not any(row.timepoint or row.subgroup for row in rows)
    )
