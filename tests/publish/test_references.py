"""Citations for reference managers: taken apart rightly, escaped rightly, and read as meant by somebody else's program."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from citeproc import Citation as Cited
from citeproc import CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from litwatch.domain.citation import Citation
from litwatch.publish.bibliography import Name, name, pages, reference
from litwatch.publish.references import FORMS, bibtex, csl_json, ris
from tests.absent import absent
from tests.publish.nasty import any_text
from tests.publish.sample import REVIEW

PAPER = REVIEW.citation
MODS = {"m": "http://www.loc.gov/mods/v3"}
DIFFICULT = Citation(
    pmid="99000009",
    title="50% more_or_less $5 & {β-endorphin} #1 ~ 10⁹/L — “café” مرحبا 😀.",
    authors=("O’Neil-Łuć Å", "van der Berg AB", "Müller & Co Study Group"),
    journal="Ann Fict & Co",
    date="2025",
    pages="e65279",
    doi="10.99999/(SICI)1097_0258(1996)15:7/9<10>3.0.CO;2-#",
    ahead_of_print=True,
)


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("Zhang M", Name("Zhang", "M.")),
        ("Muster CD Jr", Name("Muster", "C. D.", "Jr")),
        ("van der Berg A", Name("van der Berg", "A.")),
        ("Öztürk ÖÇ", Name("Öztürk", "Ö. Ç.")),
        ("Martin J-P", Name("Martin", "J. P.")),
        ("The FICTION Study Group", Name("The FICTION Study Group")),
        ("Arthritis Research Network UK", Name("Arthritis Research Network UK")),
        ("Plato", Name("Plato")),
        ("Zhang Min", Name("Zhang Min")),
        ("Kim 2nd", Name("Kim 2nd")),
    ],
)
def test_persons_have_initials_and_groups_stay_whole(printed: str, expected: Name) -> None:
    assert name(printed) == expected


@pytest.mark.parametrize(
    ("printed", "first", "last"),
    [
        ("113-123", "113", "123"),
        ("113-23", "113", "123"),
        ("1098-9", "1098", "1099"),
        ("S12–S18", "S12", "S18"),
        ("e12-9", "e12", "e19"),
        ("e65279", "e65279", ""),
        ("12-14, 20", "12-14, 20", ""),
        ("", "", ""),
    ],
)
def test_pages_are_written_out(printed: str, first: str, last: str) -> None:
    assert pages(printed) == (first, last)


@pytest.mark.parametrize(
    ("printed", "date"),
    [
        ("2025-01-17", (2025, 1, 17)),
        ("2025-13-01", (2025,)),
        ("2025-02-32", (2025, 2)),
        ("0000-00", ()),
        ("Winter", ()),
    ],
)
def test_a_date_goes_as_far_as_it_can_be_one(printed: str, date: tuple[int, ...]) -> None:
    assert reference(replace(PAPER, date=printed)).date == date


def test_ris() -> None:
    assert ris([PAPER]).decode() == (
        "TY  - JOUR\r\nAU  - Sample, A.\r\nAU  - Ejemplo-Ruiz, B.\r\nAU  - Muster, C. D., Jr\r\nAU  - Przykład, E.\r\n"
        "AU  - The FICTION Study Group,\r\n"
        "TI  - Walking groups for people with inflamed fictional joints: a systematic review and meta-analysis\r\n"
        "T2  - J Fict Rehabil\r\nPY  - 2026\r\nDA  - 2026/01//\r\nVL  - 12\r\nIS  - 1\r\nSP  - 113\r\nEP  - 123\r\n"
        "DO  - 10.99999/fict.2026.01.001\r\nAN  - 99000001\r\nC2  - PMC99000001\r\nDB  - PubMed\r\n"
        "UR  - https://doi.org/10.99999/fict.2026.01.001\r\nER  - \r\n"
    )


def test_bibtex_escapes_what_tex_would_take_for_commands_and_nothing_else() -> None:
    text = bibtex([DIFFICULT]).decode()
    assert text.startswith("@article{pmid99000009,\n")
    assert (
        r"title = {{50\% more\_or\_less \$5 \& \textbraceleft{}β-endorphin\textbraceright{} \#1 \textasciitilde{} "
        "10⁹/L — “café” مرحبا 😀}}" in text
    )
    assert r"author = {O’Neil-Łuć, Å. and van der Berg, A. B. and {Müller \& Co Study Group}}" in text
    assert "doi = {10.99999/(SICI)1097_0258(1996)15:7/9<10>3.0.CO;2-#}" in text, "verbatim"
    assert "note = {Ahead of print}" in text and "volume" not in text and "month" not in text
    assert "pages = {113--123}" in bibtex([PAPER]).decode() and "month = jan," in bibtex([PAPER]).decode()


def test_csl_json() -> None:
    (item,) = json.loads(csl_json([PAPER]))
    assert item["type"] == "article-journal" and item["id"] == "pmid:99000001"
    assert item["author"][2] == {"family": "Muster", "given": "C. D.", "suffix": "Jr"}
    assert item["author"][-1] == {"literal": "The FICTION Study Group"}
    assert item["issued"] == {"date-parts": [[2026, 1]]}
    assert (item["volume"], item["issue"], item["page"]) == ("12", "1", "113-123")
    assert (item["DOI"], item["PMID"], item["PMCID"]) == ("10.99999/fict.2026.01.001", "99000001", "PMC99000001")


def test_a_doi_that_could_end_its_field_is_left_out_of_bibtex() -> None:
    for doi in ("10.99999/a}b", "10.99999/a{b", "10.99999/a\\b"):
        assert "doi" not in bibtex([replace(PAPER, doi=doi)]).decode()
        assert f"DO  - {doi}\r\n" in ris([replace(PAPER, doi=doi)]).decode()
    assert "doi" not in bibtex([replace(PAPER, doi="javascript:alert(1)")]).decode()


citations = st.builds(
    Citation,
    pmid=st.one_of(st.just("99000001"), any_text),
    title=any_text,
    authors=st.lists(any_text, max_size=3).map(tuple),
    journal=any_text,
    volume=st.none() | any_text,
    issue=st.none() | any_text,
    pages=st.none() | any_text,
    date=st.sampled_from(("", "2025", "2025-13", "2025-02-30", "0000-00")) | any_text,
    doi=st.none() | any_text,
    pmc=st.none() | any_text,
    ahead_of_print=st.booleans(),
)


@given(st.lists(citations, max_size=2))
def test_any_text_leaves_the_files_well_formed(papers: list[Citation]) -> None:
    lines = ris(papers).decode().split("\r\n")
    assert lines.pop() == ""
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - [^\r\n]*", line) for line in lines)
    assert [line for line in lines if line[:2] in ("TY", "ER")] == ["TY  - JOUR", "ER  - "] * len(papers)
    depth, entries = 0, 0
    for character in bibtex(papers).decode():  # BibTeX counts every brace, also one behind a backslash
        depth += {"{": 1, "}": -1}.get(character, 0)
        entries += character == "}" and depth == 0
        assert depth >= 0
    assert depth == 0 and entries == len(papers)
    assert len(json.loads(csl_json(papers))) == len(papers)


@pytest.mark.parametrize("lone", ["IL-6 } and pain", "IL-6 { and pain"])
def test_a_title_with_a_lone_brace_leaves_the_others_readable(lone: str, tmp_path: Path) -> None:
    text = bibtex([replace(PAPER, title=lone), DIFFICULT]).decode()
    assert text.count("{") == text.count("}")
    if shutil.which("bib2xml") is None:
        absent("bibutils")
    file = tmp_path / "references"
    file.write_text(text, encoding="utf-8")
    done = subprocess.run(["bib2xml", "-i", "utf8", file], capture_output=True, timeout=30, check=True)
    assert [_title(each) for each in etree.fromstring(done.stdout).findall("m:mods", MODS)] == [
        lone,
        DIFFICULT.title.rstrip("."),
    ]


def test_every_format_takes_none_and_many() -> None:
    for form in FORMS.values():
        assert form.render([]) in (b"", b"[]\n")
        assert len(form.render([PAPER, DIFFICULT])) > len(form.render([PAPER]))


@pytest.mark.parametrize(("program", "form"), [("ris2xml", "ris"), ("bib2xml", "bibtex")])
def test_bibutils_reads_what_was_meant(program: str, form: str, tmp_path: Path) -> None:
    if shutil.which(program) is None:
        absent("bibutils")
    file = tmp_path / "references"
    file.write_bytes(FORMS[form].render([PAPER, DIFFICULT]))
    done = subprocess.run([program, "-i", "utf8", file], capture_output=True, timeout=30, check=True)
    first, second = etree.fromstring(done.stdout).findall("m:mods", MODS)
    assert _title(first) == PAPER.title.rstrip(".")
    assert _title(second) == DIFFICULT.title.rstrip(".")
    assert _families(first)[:4] == ["Sample", "Ejemplo-Ruiz", "Muster", "Przykład"]
    assert _families(second)[:2] == ["O’Neil-Łuć", "van der Berg"]
    if form == "bibtex":  # ris2xml knows no groups
        assert [part.text for part in second.findall("m:name/m:namePart", MODS) if not part.attrib] == [
            "Müller & Co Study Group"
        ]
    for mods, paper in ((first, PAPER), (second, DIFFICULT)):
        assert paper.doi in {unquote(each.text or "") for each in mods.findall("m:identifier[@type='doi']", MODS)}
    assert first.findtext("m:part/m:extent/m:start", namespaces=MODS) == "113"
    assert first.findtext("m:part/m:extent/m:end", namespaces=MODS) == "123"
    assert first.findtext("m:part/m:detail[@type='volume']/m:number", namespaces=MODS) == "12"


def test_a_citation_processor_writes_the_bibliography_that_was_meant() -> None:
    """citeproc-py, by its Harvard style: names, groups, dates, pages and the DOI each in their place."""
    data = json.loads(csl_json([PAPER, DIFFICULT]))
    source = CiteProcJSON(data)
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    bibliography = CitationStylesBibliography(style, source, formatter.plain)
    for item in data:
        bibliography.register(Cited([CitationItem(item["id"])]))
    assert [str(entry) for entry in bibliography.bibliography()] == [
        "Sample, A. et al. (2026) “Walking groups for people with inflamed fictional joints: a systematic review and "
        "meta-analysis”, J Fict Rehabil, 12(1), pp. 113–123. Available at: https://doi.org/10.99999/fict.2026.01.001.",
        "O’Neil-Łuć, Å., van der Berg, A.B. and Müller & Co Study Group (2025) “50% more_or_less $5 & {β-endorphin} #1 ~ "
        "10⁹/L — “café” مرحبا 😀”, Ann Fict & Co, p. e65279. Available at: "
        "https://doi.org/10.99999/(SICI)1097_0258(1996)15:7/9<10>3.0.CO;2-#.",
    ]


@given(st.lists(citations, max_size=2))
def test_csl_json_keeps_to_its_schema(papers: list[Citation]) -> None:
    """csl-data.json of CSL 1.0.2 as far as it is used here: no other keys, texts and numbers where it wants them."""
    texts = {"title", "container-title", "volume", "issue", "page", "DOI", "PMID", "PMCID", "URL", "status"}
    for item in json.loads(csl_json(papers)):
        assert {"id", "type"} <= set(item) <= {"id", "type", "author", "issued", *texts}
        assert item["type"] == "article-journal"
        assert all(isinstance(item[key], str) and item[key] for key in texts & set(item))
        for author in item.get("author", []):
            assert set(author) == {"literal"} or {"family", "given"} <= set(author) <= {"family", "given", "suffix"}
            assert all(isinstance(part, str) and part for part in author.values())
        if "issued" in item:
            ((year, *more),) = item["issued"]["date-parts"]
            assert year > 0 and len(more) <= 2
            assert all(1 <= part <= most for part, most in zip(more, (12, 31), strict=False))


def _title(mods: Any) -> str:
    parts = [mods.findtext(f"m:titleInfo/m:{part}", namespaces=MODS) for part in ("title", "subTitle")]
    return ": ".join(part for part in parts if part)


def _families(mods: Any) -> list[str]:
    return [part.text for part in mods.findall("m:name/m:namePart[@type='family']", MODS)]
