"""Citations as files for reference managers: RIS, BibTeX and CSL-JSON, each for any number of papers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from litwatch.domain.citation import Citation
from litwatch.publish.bibliography import Name, Reference, reference

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# The ten characters that mean something to TeX. Everything else stays Unicode (biber, JabRef and Zotero read UTF-8).
_TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",  # BibTeX counts every brace, also one behind a backslash
        "}": r"\textbraceright{}",
        "&": r"\&",
        "%": r"\%",
        "$": r"\$",
        "#": r"\#",
        "_": r"\_",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)


@dataclass(frozen=True, slots=True)
class Form:
    """One format: its readable name, how its files end, what it is called in HTTP."""

    label: str
    ending: str
    media_type: str
    render: Callable[[Iterable[Citation]], bytes]

    def path(self, page: str) -> str:
        """The file beside the page at that path."""
        return f"{page.removesuffix('.html')}.{self.ending}"


def ris(citations: Iterable[Citation]) -> bytes:
    """RIS (Research Information Systems' tagged format): UTF-8, a tag a line, CRLF."""
    lines = (f"{tag}  - {value}" for citation in citations for tag, value in _ris(reference(citation)))
    return "".join(f"{line}\r\n" for line in lines).encode()


def bibtex(citations: Iterable[Citation]) -> bytes:
    """BibTeX, in UTF-8. Titles keep their capitals; `doi` and `url` are as they are (BibLaTeX reads them verbatim)."""
    return "\n".join(_bibtex(reference(citation)) for citation in citations).encode()


def csl_json(citations: Iterable[Citation]) -> bytes:
    """CSL-JSON, the array that citation processors take (csl-data.json of CSL 1.0.2)."""
    items = [_csl(reference(citation)) for citation in citations]
    return (json.dumps(items, ensure_ascii=False, indent=1) + "\n").encode()


FORMS: Mapping[str, Form] = {
    "ris": Form("RIS", "ris", "application/x-research-info-systems", ris),
    "bibtex": Form("BibTeX", "bib", "application/x-bibtex", bibtex),
    "csl-json": Form("CSL-JSON", "csl.json", "application/vnd.citationstyles.csl+json", csl_json),
}
"""By the name that the API has for them."""


def _ris(paper: Reference) -> Iterator[tuple[str, str]]:
    yield "TY", "JOUR"
    year, month, day = (*(str(number).zfill(2) for number in paper.date), "", "", "")[:3]
    tags = (
        *(("AU", _ris_name(author)) for author in paper.authors),
        ("TI", paper.title),
        ("T2", paper.journal),
        ("PY", year),
        ("DA", f"{year}/{month}/{day}/" if year else ""),
        ("VL", paper.volume),
        ("IS", paper.issue),
        ("SP", paper.first_page),
        ("EP", paper.last_page),
        ("DO", paper.doi),
        ("AN", paper.pmid),
        ("C2", paper.pmc),
        ("DB", "PubMed" if paper.pmid else ""),
        ("UR", paper.publisher or paper.url),  # some readers know the DOI from here only
        ("N1", "Ahead of print" if paper.ahead_of_print else ""),
    )
    yield from ((tag, value) for tag, value in tags if value)
    yield "ER", ""


def _ris_name(author: Name) -> str:
    """A comma behind a group keeps readers from taking it apart (EndNote's rule for corporate authors)."""
    if not author.given:
        return f"{author.family},"
    return ", ".join(part for part in (author.family, author.given, author.suffix) if part)


def _bibtex(paper: Reference) -> str:
    year, month, _ = (*paper.date, 0, 0, 0)[:3]
    authors = " and ".join(_bibtex_name(author) for author in paper.authors)
    pages = "--".join(_tex(page) for page in (paper.first_page, paper.last_page) if page)
    fields = {
        "author": f"{{{authors}}}" if authors else "",
        "title": f"{{{{{_tex(paper.title)}}}}}",
        "journal": _braced(paper.journal),
        "year": _braced(str(year) if year else ""),
        "month": _MONTHS[month - 1] if 1 <= month <= len(_MONTHS) else "",
        "volume": _braced(paper.volume),
        "number": _braced(paper.issue),
        "pages": f"{{{pages}}}" if pages else "",
        "doi": "" if set("{}\\").intersection(paper.doi) or not paper.doi else f"{{{paper.doi}}}",
        "pmid": _braced(paper.pmid),
        "pmcid": _braced(paper.pmc),
        "url": f"{{{paper.url}}}" if paper.url else "",
        "note": _braced("Ahead of print" if paper.ahead_of_print else ""),
    }
    inner = ",\n".join(f"  {field} = {value}" for field, value in fields.items() if value)
    return f"@article{{pmid{paper.pmid},\n{inner}\n}}\n"


def _bibtex_name(author: Name) -> str:
    """Groups in braces of their own: BibTeX would take the last word for a family name."""
    if not author.given:
        return f"{{{_tex(author.family)}}}"
    return ", ".join(_tex(part) for part in (author.family, author.suffix, author.given) if part)


def _braced(text: str) -> str:
    return f"{{{_tex(text)}}}" if text else ""


def _tex(text: str) -> str:
    return text.translate(_TEX)


def _csl(paper: Reference) -> dict[str, object]:
    pages = "-".join(page for page in (paper.first_page, paper.last_page) if page)
    item = {
        "id": f"pmid:{paper.pmid}",
        "type": "article-journal",
        "title": paper.title,
        "author": [_csl_name(author) for author in paper.authors],
        "container-title": paper.journal,
        "issued": {"date-parts": [list(paper.date)]} if paper.date else None,
        "volume": paper.volume,
        "issue": paper.issue,
        "page": pages,
        "DOI": paper.doi,
        "PMID": paper.pmid,
        "PMCID": paper.pmc,
        "URL": paper.url,
        "status": "ahead of print" if paper.ahead_of_print else "",
    }
    return {key: value for key, value in item.items() if value}


def _csl_name(author: Name) -> dict[str, str]:
    if not author.given:
        return {"literal": author.family}
    parts = {"family": author.family, "given": author.given, "suffix": author.suffix}
    return {key: value for key, value in parts.items() if value}
