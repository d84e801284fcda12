"""The page of a note: its text with every voice apart, and above it what was learned later."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lxml import html

from litwatch.domain.citation import DatedCitation
from litwatch.domain.digest import Nugget
from litwatch.domain.notice import Notice
from litwatch.domain.study import Effect, Measure
from litwatch.publish.archive import Archive
from litwatch.publish.pages import issue_page, note_page
from litwatch.publish.publication import note_path, notice_anchor, told_path
from tests.publish.later import (
    ARCHIVE,
    CORRECTION,
    FINAL,
    LISTED,
    RECENT,
    RETRACTION,
    SAID_BY_EDITOR,
    SAID_BY_US,
    SHORT,
    TOLD,
    UPDATE,
)
from tests.publish.sample import COHORT, PROTOCOL, PUBLICATION, WEEK


def tree(page: bytes) -> html.HtmlElement:
    return html.document_fromstring(page.decode("utf-8"))


def folded(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def note(nugget: Nugget = TOLD, archive: Archive = ARCHIVE) -> html.HtmlElement:
    return tree(note_page(RECENT, nugget, PUBLICATION, archive))


def issue(archive: Archive = ARCHIVE) -> html.HtmlElement:
    return tree(issue_page(RECENT, PUBLICATION, archive))


def test_a_note_is_told_in_its_order() -> None:
    text = folded(note().xpath("//article")[0])
    order = [
        TOLD.headline,
        TOLD.meta,
        "★★★☆☆ 3 of 5: meta-analysis: 4; 1,204 people: +2; trials disagree: −1",
        SAID_BY_US,
        "Without a clear change: sleep.",
        "In short: better for pain; no clear change in sleep.",
        "The editor’s words (A. Editor)",
        "Picked with 12 points: a large review",
        "Outcomes 3 better, 3 no clear change, 1 mixed or unclear",
        "Sample A, Ejemplo-Ruiz B",
        "Other reports of the same study",
        "Walking groups: the plan of a review Protocol. It adds: the plan of the study",
    ]
    places = [text.index(told) for told in order]
    assert places == sorted(places)


def test_a_p_value_stands_beside_the_interval() -> None:
    """The line of numbers leaves it out there."""
    for p, told in (("<0.001", "p<0.001"), ("0.03", "p=0.03")):
        row = replace(TOLD.better[0], effect=Effect(Measure.SMD, -0.41, (-0.66, -0.16), p=p))
        (cell, *_) = note(replace(TOLD, better=(row,))).xpath("//td[@class='numbers']")
        assert folded(cell) == f"SMD −0.41 (95% CI −0.66 to −0.16) {told}"


def test_what_a_model_or_the_editor_says_is_marked_as_theirs() -> None:
    page = note()
    assert [folded(said) for said in page.xpath("//span[@class='voice']")] == [
        "[A language model: Knees complained less. Sleep did not move.]"
    ]
    (lead,) = page.xpath("//p[@class='part-lead']")
    assert folded(lead).startswith(SAID_BY_US)
    assert folded(lead).endswith("] They met twice a week.")
    (aside,) = page.xpath("//article//div[@class='editor']")
    assert folded(aside) == f"The editor’s words (A. Editor) {SAID_BY_EDITOR}"
    assert SAID_BY_EDITOR not in folded(page.xpath("//article/p[@class='part-lead']")[0])


def test_an_editors_word_among_others_is_marked_too() -> None:
    lead = replace(TOLD.paragraphs[0], sentences=CORRECTION.sentences)
    assert "[The editor: I was wrong about the shoulders.]" in folded(note(replace(TOLD, paragraphs=(lead,))))


def test_stars_have_words_and_name_the_editor_who_set_them() -> None:
    (line,) = note(SHORT).xpath("//p[@class='rating']")
    assert line.xpath("./span[@class='stars']/@aria-hidden") == ["true"]
    assert folded(line).startswith("★★☆☆☆ 2 of 5, set by the editor (B. Editor): cohort study: 3;")
    assert line.xpath(".//a/@href") == ["../method.html#stars"]


def test_a_short_note_is_compact_in_the_issue_and_whole_on_its_page() -> None:
    (part,) = issue().xpath("//article[@id='n-pmid-99000002']")
    assert "because it fits" not in folded(part)
    assert "2 of 5, set by the editor (B. Editor): cohort study: 3" in folded(part)
    (ledger,) = part.xpath(".//details[@class='folded']")
    assert "shoulder pain" in folded(ledger), "what got worse is there, only folded"
    whole = folded(note(SHORT))
    assert "Picked because it fits." in whole
    assert not note(SHORT).xpath("//details[@class='folded']")


def test_the_page_leads_back_to_its_issue_and_on_to_the_tallies() -> None:
    links = note().xpath("//main//a/@href")
    assert "../issues/2026-W03.html" in links
    assert "../questions/walking_c-reactive-protein_osteoarthritis.html" in links
    assert not [link for link in note(PROTOCOL).xpath("//main//a/@href") if "questions" in link]


def test_a_retraction_stands_above_everything_else() -> None:
    page = note()
    banners = page.xpath("//aside[contains(@class, 'banner')]")
    assert [banner.get("class") for banner in banners] == ["banner retraction", "banner update"]
    assert [banner.get("id") for banner in banners] == [notice_anchor(RETRACTION), notice_anchor(UPDATE)]
    assert folded(banners[0]) == f"Retracted 16 April 2026 {RETRACTION.text}"
    before = page.xpath("//h1/preceding::aside")
    assert len(before) == 2, "both stand before the headline"
    assert "sleep: conflicts (no clear change → better, women)" in folded(banners[1])
    assert "Walking groups revisited." in folded(banners[1])


def test_the_issue_shows_the_banners_and_flags_them_in_its_contents() -> None:
    page = issue()
    (part,) = page.xpath("//article[@id='n-pmid-99000001']")
    banners = part.xpath("./p[contains(@class, 'banner')]")
    assert [banner.get("class") for banner in banners] == ["banner retraction", "banner update"]
    assert banners[1].xpath("./a/@href") == [f"../notes/pmid-99000001.html#{notice_anchor(UPDATE)}"]
    contents = [folded(item) for item in page.xpath("//nav[@class='contents']//li")]
    assert contents == [f"{TOLD.headline} Retracted", f"{COHORT.headline} Correction to our note", PROTOCOL.headline]


def test_a_paper_that_was_only_listed_has_its_banner_in_the_list() -> None:
    (banner,) = issue().xpath("//ul[@class='also']//p[contains(@class, 'banner')]")
    assert folded(banner) == f"Expression of concern (5 February 2026): {LISTED.text}"
    assert ARCHIVE.place(LISTED) == "issues/2026-W03.html#also"


def test_without_later_news_there_is_no_banner() -> None:
    assert not note(archive=Archive((RECENT,))).xpath("//*[contains(@class, 'banner')]")


def test_the_citation_heals_and_shows_what_it_was() -> None:
    page = note(SHORT)
    assert "Imaginary Pain. 2026-03;7(2):1-9." in folded(page.xpath("//p[@class='citation']")[0])
    assert [folded(line) for line in page.xpath("//ul[@class='history']/li")] == [
        "Until 2 March 2026: source: Imaginary Pain. 2026-01-09. Ahead of print.",
        f"15 February 2026: {FINAL.text}",
    ]
    (part,) = issue().xpath("//article[@id='n-pmid-99000002']")
    assert "Imaginary Pain. 2026-03;7(2):1-9." in folded(part)
    assert part.xpath("./p[@class='healed']//a/@href") == ["../notes/pmid-99000002.html"]


def test_every_changed_piece_of_a_citation_is_told() -> None:
    first, second = ARCHIVE.citations[COHORT.pmid]
    third = replace(second.citation, title="Lifting.", authors=("Beispiel F", "Later A"), doi=None)
    archive = replace(ARCHIVE, citations={COHORT.pmid: (first, second, DatedCitation(UPDATE.made, third))})
    assert archive.history(COHORT.pmid)[1].was == (
        ("title", "Lifting weights and back pain in 3,410 invented nurses."),
        ("authors", "Beispiel F"),
        ("DOI", "10.99999/ip.2026.7"),
    )


def test_what_has_not_changed_has_no_history() -> None:
    assert not note(TOLD).xpath("//ul[@class='history']")
    assert ARCHIVE.citation(TOLD) == TOLD.citation


@pytest.mark.parametrize(
    ("notice", "place"),
    [
        (UPDATE, f"notes/pmid-99000001.html#{notice_anchor(UPDATE)}"),
        (replace(UPDATE, slug="of-another-archive"), "index.html"),
        (replace(LISTED, pmid="1"), "index.html"),
    ],
)
def test_where_a_notice_leads(notice: Notice, place: str) -> None:
    assert ARCHIVE.place(notice) == place


def test_paths_of_notes_are_permanent_and_plain() -> None:
    assert note_path("pmid-99000001") == "notes/pmid-99000001.html"
    assert note_path("../<x> y") == "notes/x-y.html"
    assert told_path(WEEK, "pmid-1") == "notes/pmid-1.html"
    assert told_path(WEEK, "") == "issues/2026-W03.html#also"
    assert notice_anchor(UPDATE) != notice_anchor(RETRACTION)


def test_two_notes_of_one_slug_share_no_page() -> None:
    again = replace(RECENT, week=WEEK.next(), guid="tag:litwatch.example,2026:issue/2026-W04")
    archive = Archive((again, RECENT))
    assert archive.notes[note_path(TOLD.slug)][0] is RECENT, "the first keeps its page"
