"""PubMed's search fields: their tags and names, and where in a record each of them looks.

Tags, names and contents: PubMed User Guide, "Search field tags" (https://pubmed.ncbi.nlm.nih.gov/help/), and what EInfo
says of db=pubmed.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from enum import Enum, auto


class Match(Enum):
    """How a term is compared with a field."""

    TEXT = auto()
    """Words and phrases anywhere in the text."""
    ENTRY = auto()
    """A whole entry of a list: a journal, an identifier, a substance."""
    TREE = auto()
    """A whole entry, or one that is narrower in its hierarchy."""
    AUTHOR = auto()
    """A name; initials that are not given may be any."""
    DATE = auto()
    FILTER = auto()


@dataclass(frozen=True, slots=True)
class Field:
    """One search field."""

    tag: str
    """PubMed's short tag, in which normalised queries are written."""
    match: Match
    slots: tuple[str, ...] = ()
    """The parts of an `ArticleIndex` that are searched."""
    names: tuple[str, ...] = ()
    """Other accepted spellings, lower case."""
    proximity: bool = False


_TEXT, _ENTRY, _DATE = Match.TEXT, Match.ENTRY, Match.DATE
_TIAB = ("title", "abstract", "other_abstracts", "keywords")
_SUBJECTS = ("mesh", "qualifiers")
_TEXT_WORDS = (*_TIAB, *_SUBJECTS, "types", "substances", "collectives", "registry")
_PEOPLE = ("authors", "full_authors")
_SOURCE = (
    "journal",
    "volume",
    "issue",
    "pages",
    "identifiers",
    "pmid",
    "affiliations",
    "grants",
    "conflict",
    "languages",
)

UNTAGGED = Field("", _TEXT, (*_TIAB, *_SUBJECTS))
"""What a word without a tag searches here. (PubMed maps it to MeSH and to all fields.)"""

FIELDS = (
    Field("all", _TEXT, (*_TEXT_WORDS, *_PEOPLE, *_SOURCE), ("all fields", "all field")),
    Field("tiab", _TEXT, _TIAB, ("title/abstract", "title / abstract"), proximity=True),
    Field("ti", _TEXT, ("title",), ("title", "titl"), proximity=True),
    Field("ab", _TEXT, ("abstract", "other_abstracts"), ("abstract",)),
    Field("tw", _TEXT, _TEXT_WORDS, ("text word", "text words", "word")),
    Field("ot", _TEXT, ("keywords",), ("other term", "other terms", "otrm")),
    Field("ad", _TEXT, ("affiliations",), ("affiliation", "affl"), proximity=True),
    Field("tt", _TEXT, ("vernacular",), ("transliterated title",)),
    Field("cois", _TEXT, ("conflict",), ("conflict of interest statement", "conflict of interest statements")),
    Field("gr", _TEXT, ("grants",), ("grants and funding", "grant number", "grnt")),
    Field("mh", Match.TREE, ("mesh", "mesh_pairs"), ("mesh terms", "mesh term", "mesh")),
    Field("majr", Match.TREE, ("major", "major_pairs"), ("mesh major topic", "mesh major topics")),
    Field("sh", Match.TREE, ("qualifiers",), ("mesh subheading", "mesh subheadings", "subheading", "subh")),
    Field("pt", Match.TREE, ("types",), ("publication type", "publication types", "ptyp")),
    Field("nm", _ENTRY, ("substances",), ("supplementary concept", "substance name", "subs")),
    Field("la", _ENTRY, ("languages",), ("language", "lang")),
    Field("ta", _ENTRY, ("journal",), ("journal", "jour", "journal title", "journal title abbreviation")),
    Field("jid", _ENTRY, ("nlm_id",), ("nlm unique id",)),
    Field("vi", _ENTRY, ("volume",), ("volume", "vol")),
    Field("ip", _ENTRY, ("issue",), ("issue", "iss")),
    Field("pg", _ENTRY, ("pages",), ("pagination", "page")),
    Field("pl", _ENTRY, ("country",), ("place of publication", "cntry")),
    Field("pmid", _ENTRY, ("pmid",), ("uid",)),
    Field("si", _ENTRY, ("registry",), ("secondary source id", "secondary source identifier")),
    Field("aid", _ENTRY, ("identifiers",), ("article identifier", "doi", "pid", "publisher id", "pii", "pmc", "pmcid")),
    Field("lid", _ENTRY, ("identifiers",), ("location id",)),
    Field("auid", _ENTRY, ("orcid",), ("author - identifier", "author identifier")),
    Field("au", Match.AUTHOR, ("authors",), ("author", "auth", "full")),
    Field("fau", Match.AUTHOR, ("full_authors",), ("full author name",)),
    Field("1au", Match.AUTHOR, ("first_author",), ("author - first", "first author", "first author name", "faut")),
    Field("lastau", Match.AUTHOR, ("last_author",), ("author - last", "last author", "last author name", "laut")),
    Field("cn", _TEXT, ("collectives",), ("author - corporate", "corporate author", "coln")),
    Field("dp", _DATE, names=("date - publication", "publication date", "pdat")),
    Field("epdt", _DATE, names=("electronic publication date", "electronic date of publication")),
    Field("ppdt", _DATE, names=("print publication date", "print date of publication")),
    Field("crdt", _DATE, names=("date - create", "create date")),
    Field("edat", _DATE, names=("date - entry", "entry date", "entrez date")),
    Field("lr", _DATE, names=("date - modification", "modification date", "mdat")),
    Field("mhda", _DATE, names=("date - mesh", "mesh date")),
    Field("dcom", _DATE, names=("date - completion", "completion date", "cdat")),
    Field("sb", Match.FILTER, ("status",), ("filter", "filt", "subset")),
)

_UNSUPPORTED = frozenset(
    name
    for names in (
        "pa, papx, pharmacological action, rn, ecno, ec/rn number, ps, subject - personal name, ir, finv, investigator",
        "fir, full investigator name, ed, editor, isbn, book, bti, booktitle, pubn, publisher, own, owner, stat, cited",
        "eid, extended pmid, aucl, author cluster id, dso",
    )
    for name in names.split(", ")
)
"""Fields that PubMed has and the records do not fill."""

_BY_NAME = {name: field for field in FIELDS for name in (field.tag, *field.names)}
_BY_TAG = {"": UNTAGGED} | {field.tag: field for field in FIELDS}


def by_tag(tag: str) -> Field:
    """The field of a short tag that stands in a parsed query."""
    return _BY_TAG[tag]


def find(name: str) -> Field | None:
    """The field that PubMed knows by `name` (tag or long name, any case), or None."""
    return _BY_NAME.get(name.lower())


def complaint(name: str) -> str:
    """Why `name` is no field that can be used, with the nearest ones that can."""
    if name.lower() in _UNSUPPORTED:
        return f"the field [{name}] cannot be evaluated, because the records hold nothing for it"
    near = difflib.get_close_matches(name.lower(), _BY_NAME, n=2)
    return f"unknown field tag [{name}]" + (
        f"; did you mean {' or '.join(f'[{tag}]' for tag in near)}?" if near else ""
    )
