"""NLM's controlled vocabularies, as far as they ship in `data/`: hierarchies, abbreviations and language codes.

`[mh]` finds a descriptor and everything narrower. The whole MeSH tree is not available offline; `data/mesh_tree.txt`
holds the branches about exercise, pain, inflammation, cytokines, study design and the animal check tags. Any other
descriptor matches only itself here, while PubMed explodes it too; and entry terms (synonyms) are not known here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from litwatch.pubmed.query.fold import fold

_INDENT = 2


def _lines(name: str) -> Iterator[str]:
    for line in (files(__package__) / "data" / f"{name}.txt").read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line


@dataclass(frozen=True, slots=True)
class Tree:
    """A hierarchy of folded names."""

    narrower: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """A name's narrower names, of all levels. Names without any are left out."""
    full: Mapping[str, str] = field(default_factory=dict)
    """Full names by their abbreviations."""

    def explode(self, name: str) -> tuple[str, ...]:
        """`name` (or what it abbreviates) and everything narrower."""
        name = self.full.get(name, name)
        return (name, *sorted(self.narrower.get(name, frozenset()) - {name}))

    def only(self, name: str) -> tuple[str, ...]:
        """`name` (or what it abbreviates) alone."""
        return (self.full.get(name, name),)


def parse_tree(lines: Iterator[str]) -> Tree:
    """The hierarchy drawn by indentation; `name = AB` gives an abbreviation."""
    children: dict[str, set[str]] = {}
    full: dict[str, str] = {}
    path: list[str] = []
    for line in lines:
        depth = (len(line) - len(line.lstrip())) // _INDENT
        written, _, short = line.partition("=")
        name = fold(written)
        if short:
            full[fold(short)] = name
        del path[depth:]
        if path:
            children.setdefault(path[-1], set()).add(name)
        path.append(name)
    return Tree({name: frozenset(_below(name, children, set())) for name in children}, full)


def _below(name: str, children: Mapping[str, set[str]], seen: set[str]) -> set[str]:
    for child in children.get(name, set()) - seen:
        seen.add(child)
        _below(child, children, seen)
    return seen


@cache
def mesh() -> Tree:
    """MeSH descriptors."""
    return parse_tree(_lines("mesh_tree"))


@cache
def publication_types() -> Tree:
    """MeSH publication types."""
    return parse_tree(_lines("publication_types"))


@cache
def subheadings() -> Tree:
    """MeSH qualifiers, with their two-letter abbreviations."""
    return parse_tree(_lines("subheadings"))


@cache
def stopwords() -> frozenset[str]:
    """What PubMed ignores in a search without tags."""
    return frozenset(word for line in _lines("stopwords") for word in line.split())


@cache
def language_codes() -> Mapping[str, str]:
    """Three-letter codes by folded name and by themselves: `english` and `eng` give `eng`."""
    codes: dict[str, str] = {}
    for line in _lines("languages"):
        code, _, names = line.partition(" ")
        codes |= dict.fromkeys([code, *map(fold, names.split(",")), fold(names)], code)
    return codes
