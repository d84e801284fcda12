"""The pages of questions and of what was not picked: no count without the studies, designs and sizes behind it."""

from __future__ import annotations

from dataclasses import replace

from lxml import html

from litwatch.domain.tally import Question
from litwatch.publish.archive import Archive
from litwatch.publish.pages import issue_page, question_page, questions_page, rejects_page
from litwatch.publish.publication import question_path
from litwatch.publish.telling import by_reason
from tests.publish.later import ARCHIVE, QUESTION, RECENT, REJECTS, TALLY
from tests.publish.sample import PUBLICATION


def tree(page: bytes) -> html.HtmlElement:
    return html.document_fromstring(page.decode("utf-8"))


def folded(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def rows(table: html.HtmlElement) -> list[list[str]]:
    return [[folded(cell) for cell in row] for row in table.xpath("./tbody/tr")]


def test_a_question_has_its_counts_by_design_and_size_and_every_study() -> None:
    page = tree(question_page(TALLY, PUBLICATION))
    assert folded(page.xpath("//h1")[0]) == "walking × C-reactive protein in osteoarthritis"
    assert "1 meta-analysis and 1 cohort study; 1,204 to 3,410 people" in folded(page.xpath("//p[@class='lead']")[0])
    designs, sizes, studies = page.xpath("//table")
    assert rows(designs) == [["Meta-analysis", "0", "1", "0", "0"], ["Cohort study", "1", "0", "0", "0"]]
    assert rows(sizes) == [["1,000 people or more", "1", "1", "0", "0"]]
    assert rows(studies) == [
        ["Study 99000001", "Meta-analysis, 14 trials, n=1,204", "no clear change", "2026-W03"],
        ["Study 99000010", "Cohort study, n=3,410", "better", "2026-W03"],
    ]
    assert studies.xpath(".//th/a/@href") == [
        "../notes/pmid-99000001.html",
        "https://pubmed.ncbi.nlm.nih.gov/99000010/",
    ]


def test_the_index_gives_no_count_without_designs_and_sizes() -> None:
    page = tree(questions_page(ARCHIVE, PUBLICATION))
    (item,) = page.xpath("//ul[@class='questions']/li")
    assert folded(item) == (
        "walking × C-reactive protein in osteoarthritis 2 studies (1 meta-analysis and 1 cohort study; "
        "1,204 to 3,410 people): 1 better, 1 no clear change"
    )
    assert item.xpath("./a/@href") == ["../questions/walking_c-reactive-protein_osteoarthritis.html"]
    assert "No question has two studies yet." in folded(tree(questions_page(Archive(), PUBLICATION)))


def test_a_question_path_is_plain() -> None:
    assert question_path(QUESTION) == "questions/walking_c-reactive-protein_osteoarthritis.html"
    assert question_path(Question("../x", "<b>", "y z")) == "questions/x_b_y-z.html"


def test_what_was_not_picked_stands_under_its_reason() -> None:
    page = tree(rejects_page(RECENT, PUBLICATION, ARCHIVE))
    assert [folded(heading) for heading in page.xpath("//h2")] == ["older than 400 days (2)", "no abstract (1)"]
    first, second = page.xpath("//ul[@class='rejects']")
    assert [folded(item) for item in first] == [
        "Rats on wheels Rat J · 2021 · published 2021",
        "Mice on wheels 2020 · published 2020",
    ]
    assert [folded(item) for item in second] == ["A letter"]
    assert "../issues/2026-W03.html" in page.xpath("//main//a/@href")


def test_the_issue_leads_to_what_it_did_not_pick() -> None:
    link = "../not-picked/2026-W03.html"
    assert link in tree(issue_page(RECENT, PUBLICATION, ARCHIVE)).xpath("//a/@href")
    assert link not in tree(issue_page(RECENT, PUBLICATION)).xpath("//a/@href")


def test_reasons_with_most_papers_come_first_and_equals_by_name() -> None:
    more = (*REJECTS, replace(REJECTS[2], reason="animals"))
    assert [group.reason for group in by_reason(more)] == ["older than 400 days", "animals", "no abstract"]
