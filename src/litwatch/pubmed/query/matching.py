"""Compiles a tree to a predicate over `ArticleIndex`.

A slot is `| folded entry | folded entry |`, so most tests are one substring search: ` word ` for a word or phrase,
` stem` for one cut off at its end, `| entry |` for a whole entry. Only wildcards elsewhere need a regular expression.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date

from litwatch.pubmed.query import vocabulary
from litwatch.pubmed.query.articles import ArticleIndex, pair
from litwatch.pubmed.query.fields import Field, Match, by_tag
from litwatch.pubmed.query.fold import EDGE, fold
from litwatch.pubmed.query.leaves import STATUSES
from litwatch.pubmed.query.proximity import near_in
from litwatch.pubmed.query.tree import And, DateRange, HasAbstract, LastDays, Node, Not, Or, Term, leaves

Predicate = Callable[[ArticleIndex, date], bool]
"""Takes the index and today's date (for relative dates)."""


def compile_node(node: Node) -> Predicate:
    """The predicate of `node`."""
    if isinstance(node, Term):
        return _term(node)
    if isinstance(node, And | Or):
        parts = sorted(node.parts, key=_cost)
        return _junction([compile_node(part) for part in parts], wanted=isinstance(node, Or))
    if isinstance(node, Not):
        keep, drop = compile_node(node.keep), compile_node(node.drop)
        return lambda index, today: keep(index, today) and not drop(index, today)
    if isinstance(node, HasAbstract):
        return lambda index, today: any(section.text for section in index.article.sections)
    return _dates(node)


def _cost(node: Node) -> int:
    """Cheap questions first: a date before a word, one word before many."""
    return 0 if isinstance(node, DateRange | LastDays) else sum(1 for _ in leaves(node))


def _junction(parts: list[Predicate], *, wanted: bool) -> Predicate:
    """Or (`wanted` True) and And (False): the first part that gives `wanted` decides."""

    def decide(index: ArticleIndex, today: date) -> bool:
        for part in parts:
            if part(index, today) is wanted:
                return wanted
        return not wanted

    return decide


def _dates(node: DateRange | LastDays) -> Predicate:
    tag = node.tag
    if isinstance(node, LastDays):
        relative = node
        return lambda index, today: _overlaps(index, tag, relative.range(today).start.first, date.max)
    first, last = node.start.first, node.end.last
    return lambda index, today: _overlaps(index, tag, first, last)


def _overlaps(index: ArticleIndex, tag: str, first: date, last: date) -> bool:
    return any(start <= last and end >= first for start, end in index.days(tag))


def _term(term: Term) -> Predicate:
    field = by_tag(term.tag)
    if term.near is not None:
        return _proximity(fold(term.text), field.slots, term.near)
    if field.match is Match.TEXT:
        return _search(field.slots, [_open_end(f" {fold(term.text)} ", " ")])
    if field.match is Match.AUTHOR:
        return _search(field.slots, [_author(term)])
    slots = field.slots
    if field.tag in ("mh", "majr"):
        slots = slots[1:] if "/" in term.text else slots[:1]
    return _search(slots, [_open_end(f"{EDGE} {entry} {EDGE}", f" {EDGE}") for entry in _entries(term, field)])


def _author(term: Term) -> str:
    """Initials that are not given may be any: `smith` finds Smith JA, `smith j` too; in quotes the name is whole."""
    name = fold(term.text)
    if term.exact or "*" in name:
        return _open_end(f"{EDGE} {name} {EDGE}", f" {EDGE}")
    return f"{EDGE} {name}" if " " in name else f"{EDGE} {name} "


def _entries(term: Term, field: Field) -> Iterable[str]:
    """The folded entries that `term` stands for."""
    name = fold(term.text)
    if field.tag == "la":
        return (vocabulary.language_codes().get(name, name),)
    if field.match is Match.FILTER:
        return STATUSES[term.text]
    if "*" in name or field.match is not Match.TREE:
        return (name,)
    if field.tag in ("mh", "majr"):
        return _headings(term)
    tree = vocabulary.publication_types() if field.tag == "pt" else vocabulary.subheadings()
    return tree.explode(name) if term.explode else tree.only(name)


def _headings(term: Term) -> list[str]:
    """MeSH descriptors, or descriptor/subheading pairs for `exercise/therapy`."""
    written, slash, qualifier = term.text.rpartition("/")
    descriptor = fold(written if slash else term.text)
    tree = vocabulary.mesh()
    names = tree.explode(descriptor) if term.explode else tree.only(descriptor)
    if not slash:
        return list(names)
    subheadings = vocabulary.subheadings().only(fold(qualifier))
    return [fold(pair(name, subheading)) for name in names for subheading in subheadings]


def _search(slots: tuple[str, ...], needles: list[str]) -> Predicate:
    """One of `needles` occurs in `slots`."""
    if any("*" in needle for needle in needles):
        pattern = re.compile("|".join(map(_pattern, needles)))
        return lambda index, today: pattern.search(index.texts[slots]) is not None
    if len(needles) == 1:
        (needle,) = needles
        return lambda index, today: needle in index.texts[slots]

    def search(index: ArticleIndex, today: date) -> bool:
        text = index.texts[slots]
        return any(needle in text for needle in needles)

    return search


def _open_end(needle: str, edge: str) -> str:
    """A wildcard at the very end of a term is no pattern: the term just goes on, in an entry even with more words."""
    return needle.removesuffix(f"*{edge}")


def _pattern(needle: str) -> str:
    """Anywhere else, a wildcard stands for any characters of one word."""
    return r"[^ ]*".join(map(re.escape, needle.split("*")))


def _proximity(words: str, slots: tuple[str, ...], distance: int) -> Predicate:
    wanted = tuple(dict.fromkeys(words.split()))
    return lambda index, today: near_in(index.texts[slots], wanted, distance)
