"""The lists of all studies: what stands in which, and what stays where it is when more come."""

from __future__ import annotations

from dataclasses import replace

from lxml import html

from litwatch.domain.digest import Issue, Mention, Tags
from litwatch.publish.archive import Archive
from litwatch.publish.pages import note_page, shelf_page, studies_page
from litwatch.publish.parts import entry
from litwatch.publish.shelves import Shelf, sheets, shelves
from tests.publish.later import ARCHIVE, RETRACTION
from tests.publish.sample import COHORT, ISSUE, PUBLICATION, REVIEW, many_issues

FOUND = {shelf.path: shelf for shelf in shelves(Archive([ISSUE]), PUBLICATION)}


def test_studies_are_listed_by_topic_design_and_year() -> None:
    assert [(shelf.kind, shelf.title, len(shelf.studies)) for shelf in FOUND.values()] == [
        ("topic", "Exercise and chronic pain", 3),
        ("topic", "Exercise and inflammation", 2),
        ("topic", "Inflammation and chronic pain", 1),
        ("design", "Animal study", 1),
        ("design", "Cohort study", 1),
        ("design", "Meta-analysis", 1),
        ("design", "Randomised trial", 1),
        ("design", "Study protocol", 1),
        ("year", "Told in 2026", 5),
    ]
    assert [study.pmid for study in FOUND["topics/exercise-pain.html"].studies] == ["99000001", "99000002", "99000011"]


def test_notes_are_listed_by_condition_and_exercise_too() -> None:
    tagged = replace(REVIEW, tags=Tags("Meta-analysis", ("knee osteoarthritis",), ("tai chi", "walking")))
    found = shelves(Archive([replace(ISSUE, nuggets=(tagged, COHORT))]), PUBLICATION)
    assert [(shelf.title, shelf.path) for shelf in found if shelf.kind in ("condition", "exercise")] == [
        ("Knee osteoarthritis", "studies/condition-knee-osteoarthritis.html"),
        ("Tai chi", "studies/exercise-tai-chi.html"),
        ("Walking", "studies/exercise-walking.html"),
    ]
    page = html.document_fromstring(note_page(ISSUE, tagged, PUBLICATION).decode())
    assert page.xpath("//p[@class='topics']/a[starts-with(@href, '../studies')]/@href") == [
        "../studies/condition-knee-osteoarthritis.html",
        "../studies/exercise-tai-chi.html",
        "../studies/exercise-walking.html",
    ]


def told_in(*issues: Issue) -> Shelf:
    (shelf,) = (shelf for shelf in shelves(Archive(issues), PUBLICATION) if shelf.kind == "year")
    return shelf


def test_a_study_stands_once_in_a_list_and_rather_in_its_note() -> None:
    first, second = many_issues(2)
    listed = replace(first, nuggets=(), also=(Mention(REVIEW.pmid, "in a line", "Meta-analysis", ()),))
    studies = {study.pmid: study for study in told_in(listed, second).studies}
    assert studies[REVIEW.pmid].slug == REVIEW.slug
    assert studies[REVIEW.pmid].issue.week == second.week
    assert len(studies) == len(told_in(listed, second).studies)


def many(number: int) -> Shelf:
    """`number` studies in one issue, that of the lowest number told last."""
    also = tuple(Mention(str(number), f"Study {number}", "Cohort study", ()) for number in range(1, number + 1))
    return told_in(replace(ISSUE, nuggets=(), also=also))


def test_a_long_list_is_split_and_its_full_pages_stay_as_they_are() -> None:
    shelf = many(7)
    one = max(entry(study.title, study.meta) for study in shelf.studies)
    newest, middle, oldest = sheets(shelf, most=4 * one)
    assert [sheet.path for sheet in (newest, middle, oldest)] == [
        "studies/2026.html",
        "studies/2026/2.html",
        "studies/2026/1.html",
    ]
    assert [len(sheet.studies) for sheet in (newest, middle, oldest)] == [3, 2, 2]
    assert (newest.newer, newest.older) == ("", "studies/2026/2.html")
    assert (oldest.newer, oldest.older) == ("studies/2026/2.html", "")
    assert newest.studies + middle.studies + oldest.studies == shelf.studies
    more = replace(shelf, studies=(FOUND["studies/2026.html"].studies[0], *shelf.studies))
    assert sheets(more, most=4 * one)[-1] == replace(oldest, shelf=more)
    assert [sheet.path for sheet in sheets(many(3), most=4 * one)] == ["studies/2026.html"]


def test_a_page_of_a_list_leads_to_notes_and_to_pubmed() -> None:
    (sheet,) = sheets(FOUND["topics/exercise-pain.html"])
    page = html.document_fromstring(shelf_page(sheet, PUBLICATION, ARCHIVE).decode())
    assert page.xpath("//section[@class='shelf']//li/a/@href") == [
        f"../notes/{REVIEW.slug}.html",
        f"../notes/{COHORT.slug}.html",
        "https://pubmed.ncbi.nlm.nih.gov/99000011/",
    ]
    assert page.xpath("//p/a[.='a feed']/@href") == ["../topics/exercise-pain.xml"]
    assert page.xpath("//li[1]/b/text()") == ["Retracted"]
    assert RETRACTION.pmid == REVIEW.pmid


def test_the_list_of_lists() -> None:
    page = html.document_fromstring(studies_page(tuple(FOUND.values()), PUBLICATION, Archive([ISSUE])).decode())
    assert page.xpath("//ul[@class='shelves']/li/a/@href") == [f"../{path}" for path in FOUND]
    empty = studies_page((), PUBLICATION, Archive()).decode()
    assert "No study has been told yet." in empty
