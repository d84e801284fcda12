"""PubMed's query language: parse, normalise, and evaluate against an article without asking PubMed.

    query = parse('exercise[tiab] AND "chronic pain"[tiab] NOT protocol[ti]')
    str(query)              # what PubMed is sent
    query.matches(article)  # the same question, answered here

Understood: AND, OR, NOT from left to right, parentheses, quoted phrases, `*` after at least four characters, field tags
and their long names, `:noexp`, proximity `:~N`, dates, date ranges, `"last 60 days"[crdt]`, `hasabstract`, and filters
that a record can decide. Anything else is a `QueryError` that points at the character. `or` and `not` in lower case are
refused: PubMed documents upper case only, and a search that silently means something else loses papers.

Where this differs from PubMed, since it has neither its dictionaries nor its servers:
- Words without a tag search title, abstract, keywords and MeSH, each word for itself. PubMed maps them to subject
  headings with all their synonyms and to all fields, and finds more. Queries for monitoring should tag every term.
- Words in a row before a tag are a phrase, as in quotes. PubMed does the same if it has indexed that phrase; normalised
  queries carry the quotes, which makes PubMed search the phrase in any case.
- `[mh]`, `[majr]`, `[pt]` and `[sh]` explode along the branches that ship with litwatch (see `vocabulary`).
- `[crdt]` compares `Article.arrived`, because the true creation date is not in the record; a date known to the month or
  year matches every range that it overlaps.

The facts are NLM's: PubMed User Guide (https://pubmed.ncbi.nlm.nih.gov/help/), NLM Technical Bulletin 2022
Nov-Dec;(449):e4 on proximity and 2024 May-Jun;(458):e5 on wildcards.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from litwatch.domain.article import Article
from litwatch.errors import QueryError
from litwatch.pubmed.query.articles import ArticleIndex
from litwatch.pubmed.query.matching import Predicate, compile_node
from litwatch.pubmed.query.parser import parse_tree
from litwatch.pubmed.query.tree import And, DateRange, Day, HasAbstract, LastDays, Leaf, Node, Not, Or, Term, leaves

__all__ = [
    "And",
    "ArticleIndex",
    "DateRange",
    "Day",
    "HasAbstract",
    "LastDays",
    "Leaf",
    "Node",
    "Not",
    "Or",
    "Query",
    "Term",
    "index",
    "parse",
]


@dataclass(frozen=True)
class Query:
    """A parsed query. Two queries are equal if they mean the same tree, however they were written."""

    root: Node
    text: str = field(compare=False)
    """As written."""

    def __str__(self) -> str:
        """Normalised on one line: lower-case terms, short tags, parentheses wherever operators mix.

        PubMed accepts it, and `parse(str(query)) == query`.
        """
        return str(self.root)

    def matches(self, article: Article, today: date | None = None) -> bool:
        """Whether `article` is found. `today` is needed only where `needs_today` is True, else `QueryError`."""
        return self.matches_index(index(article), today)

    def matches_index(self, article: ArticleIndex, today: date | None = None) -> bool:
        """As `matches`, for an article that many queries or many calls look at."""
        if today is None:
            if self._relative is not None:
                raise QueryError("a relative date needs to know today's date", self.text, self._relative.position)
            today = date.min
        return self._predicate(article, today)

    @property
    def needs_today(self) -> bool:
        """Whether the query holds a relative date ("last 60 days")."""
        return self._relative is not None

    def terms(self, *, excluded: bool = False) -> Iterator[Term]:
        """The words and headings asked for, from left to right; with `excluded`, those that must be absent."""
        for leaf, wanted in leaves(self.root):
            if isinstance(leaf, Term) and wanted is not excluded:
                yield leaf

    @cached_property
    def _relative(self) -> LastDays | None:
        return next((leaf for leaf, _ in leaves(self.root) if isinstance(leaf, LastDays)), None)

    @cached_property
    def _predicate(self) -> Predicate:
        return compile_node(self.root)


def parse(text: str) -> Query:
    """The query that `text` says, on one or several lines.

    Raises `QueryError` with the position of the first character that cannot be used.
    """
    return Query(parse_tree(text), text)


def index(article: Article) -> ArticleIndex:
    """`article` prepared for `Query.matches_index`. Cheap: each part is folded when a query first looks at it."""
    return ArticleIndex(article)
