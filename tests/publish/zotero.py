"""A page as Zotero's connector reads it: the rules of its translator "Embedded Metadata" (version of 2024-06-13), with
`cleanAuthor`, `capitalizeTitle` and `cleanDOI` of zotero/utilities, retold for pages that have Highwire tags only.

Zotero itself cannot be run in tests: neither PyPI, npm nor Debian has its translators.
"""

from __future__ import annotations

import re
from typing import Any

from lxml import html

FIELDS = {
    "citation_title": "title",
    "citation_publication_date": "date",
    "citation_journal_title": "publicationTitle",
    "citation_journal_abbrev": "journalAbbreviation",
    "citation_volume": "volume",
    "citation_issue": "issue",
    "citation_abstract": "abstractNote",
    "citation_doi": "DOI",
    "citation_public_url": "url",
    "citation_language": "language",
}
SPANISH = ("es", "spa", "Spanish", "español")
SKIPPED = frozenset(
    [
        "but",
        "or",
        "yet",
        "so",
        "for",
        "and",
        "nor",
        "a",
        "an",
        "the",
        "at",
        "by",
        "from",
        "in",
        "into",
        "of",
        "on",
        "to",
        "with",
        "up",
        "down",
        "as",
    ]
)
RDF = frozenset(
    [
        "bib",
        "bibo",
        "dc",
        "dcterms",
        "prism",
        "foaf",
        "vcard",
        "link",
        "z",
        "eprint",
        "eprints",
        "og",
        "article",
        "book",
        "music",
        "video",
        "so",
        "rdf",
    ]
)
"""What, in front of a tag's name, makes Zotero read it as RDF. (`codemeta` is one more.)"""


def item(page: str) -> dict[str, Any]:
    """What the connector saves; `creators` as (firstName, lastName), "" for a name in one field."""
    tree = html.document_fromstring(page)
    metas = [(str(meta.get("name")), str(meta.get("content"))) for meta in tree.xpath("//meta[@name and @content]")]
    assert not [name for name, _ in metas if RDF & set(re.split("[.:_]", name.lower())[:2])], "read as RDF"
    first: dict[str, str] = {}
    for name, content in metas:
        first.setdefault(name, content)
    found: dict[str, Any] = {FIELDS[name]: trim(value) for name, value in first.items() if name in FIELDS and value}
    known = {"citation_title", "citation_journal_title"} & set(first)
    found["itemType"] = "journalArticle" if known else "webpage"
    authors = [content for name, content in metas if name == "citation_author"]
    found["creators"] = creators(authors, first.get("citation_language"))
    if pages := "-".join(part for part in span(first) if part):
        found["pages"] = pages
    if "citation_pmid" in first:
        found["extra"] = f"PMID: {first['citation_pmid']}"
    (canonical,) = tree.xpath("//head/link[@rel='canonical']/@href")
    address = first.get("citation_abstract_html_url") or first.get("citation_fulltext_html_url") or str(canonical)
    found.setdefault("url", address)
    found.setdefault("abstractNote", trim(first["description"]))
    found.setdefault("language", str(tree.get("lang")))
    if "DOI" in found:
        doi = re.search(r"10(?:\.[0-9]{4,})?/\S*[^\s.,]", found["DOI"])
        found["DOI"] = doi[0] if doi else None
    return found


def creators(authors: list[str], language: str | None) -> list[tuple[str, str]]:
    names: list[tuple[str, str]] = []
    last = ""
    for author in authors:
        parts = re.split(r"\s*;\s*", author)
        if len(parts) == len(authors) == 1:
            commas = re.split(r"\s*,\s*", author)
            spanish = len(commas) == 2 and language in SPANISH and len(commas[0].split(" ")) == 2
            if len(commas) > 1 and " " in commas[0] and " " in commas[1] and not spanish:
                parts = commas
        for part in map(str.strip, parts):
            if re.search(r"[^\s,\-.;]", part) and part != last:
                last = part
                names.append(fixed(*clean_author(part, family_first="," in part)))
    return names


def clean_author(author: str, *, family_first: bool) -> tuple[str, str]:
    author = re.sub(r"[\s\u00a0]+", " ", author.strip(" \u00a0.,/[]:\t\n"), count=1)
    given = ""
    if family_first:
        author = re.sub(r"\.([^ ])", r". \1", author, count=1)
        family, *more = re.split("[,،] ?", author)
        given = more[0] if more else ""
    else:
        given, _, family = author.rpartition(" ")
    if re.fullmatch(r"[A-Z\u0400-\u042f]{1,3}", given) and (len(given) == 1 or family.upper() != family):
        given = " ".join(f"{letter}." for letter in given)
    words = [word for word in re.split(r"[\s.]+|(?=-)", given) if word]
    return " ".join(f"{word}." if re.fullmatch(r"-?[A-Z\u0400-\u042f]", word) else word for word in words), family


def fixed(given: str, family: str) -> tuple[str, str]:
    return (capitalised(given), capitalised(family)) if given else ("", family)


def capitalised(name: str) -> str:
    if name not in (name.upper(), name.lower()):
        return name
    words = re.split(r"([ /\-\u00ad\u2010-\u2015\u2212])", name)
    for place, word in enumerate(words):
        skip = re.sub("[^a-z]", "", word.lower()) in SKIPPED and 0 < place < len(words) - 1
        words[place] = word.lower() if skip else word[:1].upper() + word[1:].lower()
    return "".join(words)


def span(first: dict[str, str]) -> tuple[str, str]:
    start = re.sub("[-\u2013]", "-", first.get("citation_firstpage", ""))
    end = re.sub("[-\u2013]", "-", first.get("citation_lastpage", ""))
    return start.partition("-")[0].strip(), (end.partition("-")[2] if "-" in end else end).strip()


def trim(text: str) -> str:
    return " ".join(text.split())
