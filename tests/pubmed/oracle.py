"""Biopython's reading of PubMed XML, brought into the shape in which it can be compared.

Where the two may differ, a named rule says why; nothing else may differ.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from litwatch.domain.article import Article
from litwatch.domain.text import clean_text

HEAD = (
    b'<?xml version="1.0"?><!DOCTYPE PubmedArticleSet PUBLIC "-" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">'
    b"<PubmedArticleSet>"
)
# Spellings of records from before 2015 that the newest DTD, and so Biopython, no longer takes.
_OLD = (
    (re.compile(rb"(</(?:Initials|ForeName|LastName|Suffix|CollectiveName)>\s*)(<Affiliation>.*?</Affiliation>)", re.S),
     rb"\1<AffiliationInfo>\2</AffiliationInfo>"),
    (re.compile(rb"NLMUniqueID>"), rb"NlmUniqueID>"),
    (re.compile(rb"(<MedlineJournalInfo>(?:(?!</MedlineJournalInfo>).)*?)<VernacularTitle>.*?</VernacularTitle>", re.S), rb"\1"),
)  # fmt: skip
_FORMULA = re.compile(r"<(?:mml:)?math\b.*?</(?:mml:)?math>", re.S)
_MARKUP = re.compile(r"</?(?:i|b|u|sub|sup|DispFormula)(?:\s[^>]*)?>")


def read(raws: Iterable[bytes], cache: Path) -> Iterator[tuple[bytes, Mapping[str, Any]]]:
    """(raw, Biopython's record) of each PubmedArticle. Everything stays in memory but its DTD folder, which is `cache`."""
    from Bio import Entrez

    # Before its parser is imported, for that is when it makes its folder: else under HOME.
    Entrez.local_cache = str(cache)  # type: ignore[assignment]
    sources = list(raws)
    body = HEAD + b"".join(modernised(raw) for raw in sources) + b"</PubmedArticleSet>"
    found = Entrez.read(io.BytesIO(body), validate=False)["PubmedArticle"]  # type: ignore[no-untyped-call]
    yield from zip(sources, found, strict=True)


def modernised(raw: bytes) -> bytes:
    for pattern, spelling in _OLD:
        raw = pattern.sub(spelling, raw)
    return raw


# --- named rules -----------------------------------------------------------------------------------------------------
def folded(text: str | None) -> str | None:
    """White space folded, illegal and invisible characters dropped; empty is none."""
    return clean_text(text or "") or None


def unmarked(text: str) -> str:
    """Biopython keeps inline markup as tags in its strings."""
    return _MARKUP.sub("", text)


def bare(text: str) -> str:
    """What superscripts, and the signs that set them off from numbers, cannot change: the characters that remain."""
    return re.sub(r"[\s^_\u2212\u2010\u2013-]", "", unicodedata.normalize("NFKC", text))


def formulas_out(text: str) -> list[str]:
    """Biopython keeps MathML as XML, litwatch flattens it: the text between formulas is compared."""
    return [bare(unmarked(part)) for part in _FORMULA.split(text)]


def unbracketed(title: str) -> str:
    """litwatch shows a translated title without its brackets, and none for "[Not Available]."."""
    if re.fullmatch(r"\[?Not Available\.?\]?\.?", title):
        return ""
    match = re.fullmatch(r"\[(.*)\](\.?)", title)
    if not match:
        return title
    inner = match[1].strip()
    return inner if inner.endswith((".", "?", "!")) else inner + match[2]


def same_text(ours: str, theirs: str) -> bool:
    """Equal but for markup, superscripts and formulas."""
    if "<" not in theirs:
        return ours == clean_text(theirs)
    place = 0
    for part in formulas_out(theirs):
        place = bare(ours).find(part, place)
        if place < 0:
            return False
        place += len(part)
    return True


def abstract(citation: Mapping[str, Any]) -> str:
    return "\n".join(
        f"{clean_text(getattr(part, 'attributes', {}).get('Label', ''))}|{part}"
        for part in citation["Article"].get("Abstract", {}).get("AbstractText", [])
        if clean_text(unmarked(str(part)))
    )


def our_abstract(article: Article) -> str:
    return "\n".join(f"{section.label or ''}|{section.text}" for section in article.sections)


def without_labels(text: str) -> str:
    """litwatch makes sections of labels that stand inside one unlabelled paragraph."""
    return re.sub(r"[\s|:]", "", text)


def names(people: Iterable[Any]) -> list[tuple[str | None, ...]]:
    """Names marked as invalid are left out."""
    keys = ("LastName", "ForeName", "Initials", "Suffix", "CollectiveName")
    rows = [
        tuple(folded(unmarked(str(person.get(key, "")))) for key in keys)
        for person in people
        if person.attributes.get("ValidYN") != "N"
    ]
    return [row for row in rows if row[0] or row[1] or row[4]]


def ymd(date: Mapping[str, Any] | None) -> tuple[int, ...] | None:
    return tuple(int(date[key]) for key in ("Year", "Month", "Day")) if date else None


def published(date: Mapping[str, Any]) -> str:
    order = ("Year", "Month", "Season", "Day") if "Year" in date else ("MedlineDate",)
    return clean_text(" ".join(str(date[key]) for key in order if key in date))


def unversioned(pmc: str | None) -> str | None:
    """litwatch keeps a PMC id without the version of its text."""
    return pmc.partition(".")[0] if pmc else None
