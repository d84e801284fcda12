"""Einfo: the databases (one), and PubMed's search fields as NCBI lists them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from html import escape
from typing import NamedTuple

from litwatch.pubmed.server.answers import Answer, document, json_answer, xml


class Field(NamedTuple):
    """A search field. `flags` says what it is: d date, n numerical, s single token, h hierarchy, x hidden."""

    name: str
    full: str
    description: str
    flags: str


_FLAGS = (("IsDate", "d"), ("IsNumerical", "n"), ("SingleToken", "s"), ("Hierarchy", "h"), ("IsHidden", "x"))
FIELDS = (
    Field("ALL", "All Fields", "All terms from all searchable fields", ""),
    Field("UID", "UID", "Unique number assigned to publication", "nsx"),
    Field("FILT", "Filter", "Limits the records", "s"),
    Field("TITL", "Title", "Words in title of publication", ""),
    Field("MESH", "MeSH Terms", "Medical Subject Headings assigned to publication", "sh"),
    Field("MAJR", "MeSH Major Topic", "MeSH terms of major importance to publication", "sh"),
    Field("JOUR", "Journal", "Journal abbreviation of publication", "s"),
    Field("SUBS", "Supplementary Concept", "CAS chemical name or MEDLINE Substance Name", "s"),
    Field("PDAT", "Date - Publication", "Date of publication", "ds"),
    Field("EDAT", "Date - Entry", "Date publication first accessible through Entrez", "ds"),
    Field("PTYP", "Publication Type", "Type of publication (e.g., review)", "sh"),
    Field("LANG", "Language", "Language of publication", "s"),
    Field("SUBH", "MeSH Subheading", "Additional specificity for MeSH term", "sh"),
    Field("TIAB", "Title/Abstract", "Free text associated with Abstract/Title", ""),
    Field("OTRM", "Other Term", "Other terms associated with publication", ""),
    Field("MDAT", "Date - Modification", "Date of last modification", "ds"),
    Field("FULL", "Author", "Full Author Name(s) of publication", "s"),
    Field("CRDT", "Date - Create", "Date publication first accessible through Entrez", "ds"),
    Field("WORD", "Text Word", "Free text associated with publication", ""),
)
"""Those of PubMed's 49 fields that this server searches."""


def databases(*, as_json: bool) -> Answer:
    """The list of databases."""
    if as_json:
        return json_answer("einfo", {"einforesult": {"dblist": ["pubmed"]}})
    return xml(document("eInfoResult", "\n<DbList>\n\n\t<DbName>pubmed</DbName>\n</DbList>\n\n"))


def pubmed_info(count: int, updated: date, *, as_json: bool) -> Answer:
    """PubMed as this server holds it: `count` records, the newest of `updated`."""
    head = {
        "DbName": "pubmed",
        "MenuName": "PubMed",
        "Description": "PubMed bibliographic record",
        "DbBuild": f"Build-{updated:%Y.%m.%d}.00.00",
        "Count": str(count),
        "LastUpdate": f"{updated:%Y/%m/%d} 00:00",
    }
    if as_json:
        fields = [
            {"name": f.name, "fullname": f.full, "description": f.description, "termcount": "", **_json_flags(f)}
            for f in FIELDS
        ]
        info = {name.lower(): value for name, value in head.items()} | {"fieldlist": fields, "linklist": []}
        return json_answer("einfo", {"einforesult": {"dbinfo": [info]}})
    fields_xml = "".join(f"\t\t\t<Field>\n{_lines(_field_lines(f), 4)}\t\t\t</Field>\n" for f in FIELDS)
    content = f"{_lines(head.items(), 2)}\t\t<FieldList>\n{fields_xml}\t\t</FieldList>\n\t\t<LinkList/>\n"
    return xml(document("eInfoResult", f"\n\t<DbInfo>\n{content}\t</DbInfo>\n"))


def _json_flags(entry: Field) -> dict[str, str]:
    return {name.lower(): "Y" if letter in entry.flags else "N" for name, letter in _FLAGS}


def _field_lines(entry: Field) -> Iterable[tuple[str, str]]:
    yield from (("Name", entry.name), ("FullName", entry.full), ("Description", entry.description), ("TermCount", ""))
    yield from ((name, "Y" if letter in entry.flags else "N") for name, letter in _FLAGS)


def _lines(pairs: Iterable[tuple[str, str]], depth: int) -> str:
    tab = "\t" * depth
    return "".join(
        f"{tab}<{name}>{escape(value, quote=False)}</{name}>\n" if value else f"{tab}<{name}/>\n"
        for name, value in pairs
    )
