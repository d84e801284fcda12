"""The pages: complete, safe, self-contained, and in order for a screen reader."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import pairwise
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from lxml import html

from litwatch.compose.ledger import MEASURES
from litwatch.domain.digest import Nugget
from litwatch.domain.study import Measure
from litwatch.publish import phrases
from litwatch.publish.archive import Archive
from litwatch.publish.pages import (
    feeds_page,
    index_page,
    issue_page,
    method_page,
    note_page,
    notices_page,
    question_page,
    questions_page,
    rejects_page,
    style_hash,
)
from litwatch.publish.publication import Publication, anchor, issue_path
from litwatch.publish.templating import source
from tests.publish.later import ARCHIVE, all_filled
from tests.publish.nasty import NASTY, any_text
from tests.publish.sample import (
    COHORT,
    ISSUE,
    PUBLICATION,
    QUIET,
    RECEIPT,
    REVIEW,
    WEEK,
    line,
    many_issues,
    poll,
)


def tree(page: bytes) -> html.HtmlElement:
    return html.document_fromstring(page.decode("utf-8"))


def folded(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def every_page(archive: Archive) -> list[bytes]:
    """One page of each kind."""
    (issue,) = archive.issues
    return [
        issue_page(issue, PUBLICATION, archive),
        *(note_page(issue, nugget, PUBLICATION, archive) for nugget in issue.nuggets),
        rejects_page(issue, PUBLICATION, archive),
        notices_page(archive, PUBLICATION),
        question_page(archive.tallies[0], PUBLICATION),
        questions_page(archive, PUBLICATION),
        index_page(archive, PUBLICATION),
        feeds_page(PUBLICATION, archive),
    ]


def rows(page: html.HtmlElement, nugget: Nugget, way: str) -> list[str]:
    """The rows of a note's table that went that way, with a stroke between cells."""
    found = page.xpath(f"//article[@id='{anchor(nugget)}']//table[@class='ledger']/tbody[@class='{way}']/tr")
    return [" | ".join(folded(cell) for cell in row.xpath("./th|./td")) for row in found]


def test_every_outcome_stands_in_the_table_with_direction_numbers_and_quote() -> None:
    page = tree(issue_page(ISSUE, PUBLICATION))
    review = "Quote Walking groups lowered pain (SMD −0.41, 95% CI −0.66 to −0.16) and improved the 6-minute walk."
    notice = "People notice 30 m (measured in people with imaginary lungs), source"
    assert rows(page, REVIEW, "better") == [
        f"pain | + better | SMD −0.41 (95% CI −0.66 to −0.16) | {review}",
        f"6-minute walk distance (at 12 weeks) | + better | WMD 31.2 m (95% CI 14.0 to 48.4) {notice} | {review}",
        "fatigue (before and after, no comparison group; women) | + better | p=0.03 | "
        "Quote Fatigue fell in women (p = 0.03).",
    ]
    assert [text.split("Quote")[0] for text in rows(page, REVIEW, "unchanged")] == [
        "C-reactive protein | = no clear change | WMD −0.20 mg/L (95% CI −0.71 to 0.31) | ",
        "interleukin 6 | = no clear change |  | ",
        "sleep | = no clear change |  | ",
    ]
    assert rows(page, REVIEW, "other") == [
        "knee swelling | ~ mixed or unclear |  | Quote Knee swelling rose in two trials & fell in three <i>others</i>."
    ]
    assert rows(page, COHORT, "worse") == [
        "shoulder pain (association) | − worse | OR 1.31 (95% CI 1.05 to 1.63) | Quote Lifters had more shoulder pain."
    ]
    assert rows(page, REVIEW, "worse") == []


def test_the_citation_is_complete() -> None:
    page = tree(issue_page(ISSUE, PUBLICATION))
    (block,) = page.xpath(f"//article[@id='{anchor(REVIEW)}']//p[@class='citation']")
    assert folded(block) == (
        "Walking groups for people with inflamed fictional joints: a systematic review and meta-analysis. "
        "Sample A, Ejemplo-Ruiz B, Muster CD Jr, Przykład E, The FICTION Study Group. "
        "J Fict Rehabil. 2026-01;12(1):113-123. Publisher · PubMed · PMC, free full text"
    )
    assert block.xpath(".//a/@href") == [
        "https://doi.org/10.99999/fict.2026.01.001",
        "https://pubmed.ncbi.nlm.nih.gov/99000001/",
        "https://pmc.ncbi.nlm.nih.gov/articles/PMC99000001/",
    ]


def test_the_page_introduces_itself() -> None:
    page = tree(issue_page(ISSUE, PUBLICATION))
    assert page.get("lang") == "en"
    assert page.findtext(".//title") == "Three studies: walking groups, weights and cold baths · litwatch"
    assert page.xpath("//meta[@name='description']/@content") == [ISSUE.summary]
    assert page.xpath("//link[@rel='canonical']/@href") == ["https://litwatch.example/issues/2026-W03.html"]
    assert page.xpath("//link[@rel='alternate'][@type='application/rss+xml']/@href") == [
        *("../feed.xml", "../nuggets.xml", "../updates.xml", "../not-picked.xml"),
        *(f"../topics/{topic}.xml" for topic in PUBLICATION.topic_titles),
    ]
    others = ("application/atom+xml", "application/feed+json")
    assert all(len(page.xpath(f"//link[@rel='alternate'][@type='{kind}']")) == 7 for kind in others)
    titles = page.xpath("//link[@rel='alternate']/@title")
    assert len(set(titles)) == 21 and titles[0] == "litwatch (RSS)"
    footer = folded(page.xpath("//footer")[0])
    assert "no reason to start or stop" in footer
    assert "Not affiliated with or endorsed by NLM" in footer
    assert page.xpath("//footer//a/@href") == ["../method.html"]


def test_the_receipt_says_what_was_searched_and_what_failed() -> None:
    page = tree(issue_page(ISSUE, PUBLICATION))
    rows = [[folded(cell) for cell in row] for row in page.xpath("//table[@class='receipt']/tbody/tr")]
    days = "2026-01-01 to 2026-01-15"
    assert rows == [
        ["Exercise and inflammation", days, "1", "312", "41", "none"],
        ["Exercise and chronic pain", days, "1", "1,204", "96", "2 announced but not delivered"],
        [
            "Inflammation and chronic pain",
            days,
            "1",
            "unknown",
            "0",
            "1 failed, last: the service did not answer in 30 s",
        ],
    ]
    assert "Not picked: no outcome could be read (88), older than 400 days (44)." in folded(page)


def test_many_polls_of_a_topic_make_one_row() -> None:
    polls = (
        poll("exercise-pain", window=(date(2026, 1, 1), date(2026, 1, 8)), found=10, new=4),
        poll("exercise-pain", window=None, found=0, new=0, failed="down"),
        poll("exercise-pain", window=(date(2026, 1, 5), date(2026, 1, 15)), found=12, new=3, unreadable=1),
    )
    (row,) = phrases.receipt_rows(polls, PUBLICATION)
    assert row == phrases.ReceiptRow(
        "Exercise and chronic pain", "2026-01-01 to 2026-01-15", 3, "12", 7, "1 failed, last: down; 1 unreadable"
    )


@pytest.mark.parametrize(
    "page",
    [
        issue_page(ISSUE, PUBLICATION),
        issue_page(QUIET, PUBLICATION),
        method_page(PUBLICATION),
        *every_page(ARCHIVE),
    ],
)
def test_headings_are_in_order_and_ids_unique(page: bytes) -> None:
    levels = [int(heading.tag[1]) for heading in tree(page).xpath("//h1|//h2|//h3|//h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    ids = tree(page).xpath("//@id")
    assert len(ids) == len(set(ids))
    for target in tree(page).xpath("//a[starts-with(@href, '#')]/@href"):
        assert target[1:] in ids


def test_no_script_and_no_other_resource() -> None:
    page = tree(issue_page(ISSUE, PUBLICATION))
    assert not page.xpath(
        "//script[not(@type='application/ld+json')]|//img|//iframe|//link[@rel='stylesheet']|//@style"
    )
    assert "url(" not in source("page.css")
    assert "@import" not in source("page.css")
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    (style,) = page.xpath("//style")
    assert style_hash(style.text) in policy


def test_a_page_is_light() -> None:
    assert len(issue_page(ISSUE, PUBLICATION)) < 30_000


@pytest.mark.parametrize("text", NASTY)
def test_nasty_text_stays_text(text: str) -> None:
    stays_text(text)


@settings(max_examples=20, deadline=None)
@given(any_text)
def test_any_text_stays_text(text: str) -> None:
    stays_text(text)


PLAIN = [{element.tag for element in tree(page).iter()} for page in every_page(all_filled("plain"))]


def stays_text(text: str) -> None:
    for plain, page in zip(PLAIN, every_page(all_filled(text)), strict=True):
        nasty = tree(page)
        assert {element.tag for element in nasty.iter()} <= plain | {"nav", "ol", "div", "bdi"}
        for element in nasty.iter():
            assert not [name for name in element.attrib if str(name).startswith("on") or name == "style"]
        for link in nasty.xpath("//a/@href"):
            assert urlsplit(link).scheme in ("", "https"), link
            assert not link.startswith("//"), link


def test_a_line_without_a_quote_cannot_be_opened() -> None:
    bare = replace(REVIEW, better=(line("pain", "2 points"),), unchanged=(), other=())
    page = tree(issue_page(replace(ISSUE, nuggets=(bare,)), PUBLICATION))
    assert rows(page, bare, "better") == ["pain | + better | 2 points | "]
    assert not page.xpath("//article//details")


def test_a_quiet_week_says_so() -> None:
    assert "A quiet week: nothing was picked." in folded(tree(issue_page(QUIET, PUBLICATION)))


def test_the_index_lists_every_issue_newest_first() -> None:
    page = tree(index_page(Archive(many_issues(3)), PUBLICATION))
    assert page.xpath("//ol[@class='issues']/li/a/@href") == [
        "issues/2026-W05.html",
        "issues/2026-W04.html",
        "issues/2026-W03.html",
    ]
    assert "No issue has been published yet." in folded(tree(index_page(Archive([]), PUBLICATION)))


def test_an_unknown_topic_is_shown_by_its_name() -> None:
    nameless = Publication("t", "d", "https://litwatch.example/")
    assert "exercise-inflammation" in folded(tree(issue_page(ISSUE, nameless)))


@pytest.mark.parametrize(
    ("changes", "line_of_source"),
    [
        ({}, "J Fict Rehabil. 2026-01;12(1):113-123."),
        ({"pages": None}, "J Fict Rehabil. 2026-01;12(1)."),
        (
            {"volume": None, "issue": None, "pages": None, "ahead_of_print": True},
            "J Fict Rehabil. 2026-01. Ahead of print.",
        ),
        ({"issue": None, "date": ""}, "J Fict Rehabil. 12:113-123."),
        ({"journal": "", "date": "", "volume": None, "issue": None, "pages": None}, ""),
        ({"volume": None, "issue": None, "date": "", "pages": "e12"}, "J Fict Rehabil. e12."),
    ],
)
def test_source_line(changes: dict[str, str | None], line_of_source: str) -> None:
    assert phrases.source_line(replace(REVIEW.citation, **changes)) == line_of_source  # type: ignore[arg-type]


def test_both_colour_schemes_have_enough_contrast() -> None:
    """WCAG 2.2, 1.4.3: 4.5 to 1 for every text colour on both backgrounds that it stands on."""
    light, dark = re.findall(r":root \{ (?:color-scheme: light dark; )?(--paper[^}]*)\}", source("page.css"))[:2]
    for scheme in (light, dark):
        colours = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", scheme))
        for name in ("ink", "soft", "link", "better", "unchanged", "worse", "other"):
            for ground in ("paper", "wash"):
                assert contrast(colours[name], colours[ground]) >= 4.5, (name, ground)


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_paths_are_permanent() -> None:
    assert issue_path(WEEK) == "issues/2026-W03.html"
    assert anchor(replace(REVIEW, slug="pmid 1/<2>")) == "n-pmid-1-2"
    assert RECEIPT.nuggets == len(ISSUE.nuggets)


def test_the_method_page_says_what_every_short_form_means() -> None:
    text = method_page(PUBLICATION).decode()
    shown = {MEASURES.get(measure, measure.value) for measure in Measure} | {"n", "95% CI", "p", "I²"}
    told = {form for bold in re.findall(r"<b>([^<]+)</b>:", text) for form in bold.split(", ")}
    assert {form for form in shown if form and form != "mean change"} <= told
