"""Search as a reader uses it: a form, filters, pages; and what a stranger may send."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urljoin

import pytest
from lxml import html

from litwatch.app import App
from litwatch.domain.calendar import Week
from litwatch.domain.digest import Rating, Tags
from litwatch.domain.notice import Notice, NoticeKind
from litwatch.domain.prose import Provenance, Sentence
from litwatch.domain.search import MOST_WORDS, Facet, ask
from litwatch.domain.study import Design
from litwatch.publish import pages
from litwatch.publish.archive import Archive
from litwatch.publish.pages import shelf_page
from litwatch.publish.parts import MAX_PAGE_BYTES
from litwatch.publish.shelves import sheets, shelves
from litwatch.service import search as service
from litwatch.service.issue import store as publish
from litwatch.store import issues, notices, search, studies
from litwatch.store.issues import Fate
from litwatch.store.notices import NoticeState
from litwatch.web.application import application
from litwatch.web.search import LONGEST_TEXT, PATH, PER_PAGE, Filter, Form, Option, Results
from tests.publish import heavy
from tests.publish.nasty import NASTY
from tests.publish.sample import ISSUE, PUBLICATION, PUBLISHED
from tests.store.samples import store, study
from tests.web.conftest import settings
from tests.web.inside import Inside

RETRACTED = Sentence("The paper was retracted.", Provenance.DERIVED)


def headlines(inside: Inside, query: str) -> list[str]:
    answer = inside.get(f"/search{query}")
    assert answer.status_code == 200
    return [str(link.text_content()) for link in html.fromstring(answer.text).xpath("//ol[@class='issues']//a")]


@pytest.fixture
def many(app: App) -> Inside:
    """The sample issue, and 45 notes on yoga a week later."""
    pmids = [f"{number:04}" for number in range(45)]
    nuggets = tuple(
        replace(
            ISSUE.nuggets[0], pmid=pmid, slug=f"pmid-{pmid}", guid=f"tag:x,2026:{pmid}", headline=f"Yoga, number {pmid}"
        )
        for pmid in pmids
    )
    with app.database.write() as tx:
        store(tx, *pmids)
        week = replace(ISSUE, week=Week(2026, 4), guid="tag:litwatch.example,2026:w4", nuggets=nuggets)
        issues.publish(tx, week, dict.fromkeys(pmids, (Fate.NUGGET, "")))
    service.catch_up(app.database)
    return Inside(application(app))


def test_what_was_published_before_the_index_was_there_is_found(app: App) -> None:
    with app.database.write() as tx:
        search.remove(tx, [nugget.guid for nugget in ISSUE.nuggets])
    web = application(app)
    inside = Inside(web)
    assert headlines(inside, "?q=walking") == []
    web.state.shelf.refresh()
    assert headlines(inside, "?q=walking") == [ISSUE.nuggets[0].headline]
    assert len(headlines(inside, "")) == len(ISSUE.nuggets)


def test_publishing_makes_findable_in_the_same_transaction(on_both: App, now: datetime) -> None:
    database = on_both.database
    value = replace(
        ISSUE,
        week=Week(2026, 5),
        guid="tag:litwatch.example,2026:w5",
        nuggets=(replace(ISSUE.nuggets[0], pmid="77", guid="tag:x,2026:77", slug="pmid-77"),),
    )
    with database.write() as tx:
        store(tx, "77")
        studies.save(tx, [study("77", "pain")], read_at=now)
        publish(tx, value, {"77": (Fate.NUGGET, "")}, now=now, message_id=lambda week, person: f"<{week}>")
        facets = {Facet.CONDITION: "yoga", Facet.EXERCISE: "yoga", Facet.DESIGN: Design.RANDOMIZED_TRIAL.value}
        assert search.find(tx, ask("walking", facets), limit=9).slugs == ("pmid-77",)
        assert search.find(tx, ask("walking", {Facet.VERDICT: "worse"}), limit=9).slugs == ()
        told = search.facets(tx)
    assert told[Facet.YEAR][0][0] == ISSUE.nuggets[0].citation.date[:4]
    with database.write() as tx:
        studies.save(tx, [replace(study("77", "pain"), design=Design.COHORT)], read_at=now)
    assert service.rebuild(database) == 2
    with database.read() as tx:
        assert search.facets(tx)[Facet.DESIGN] == ((Design.COHORT.value, 1),)


def test_pages_lead_to_each_other_and_keep_the_question(many: Inside) -> None:
    seen: list[str] = []
    address: str | None = "/search?q=yoga&verdict=better"
    while address:
        answer = many.get(address)
        page = html.fromstring(answer.text)
        seen += [str(link.text_content()) for link in page.xpath("//ol[@class='issues']//a")]
        assert len(seen) <= 45
        (number,) = page.xpath("//ol[@class='issues']/@start")
        assert (int(number) - 1) % PER_PAGE == 0
        following = page.xpath("//a[@rel='next']/@href")
        address = urljoin(address, str(following[0])) if following else None
    assert len(set(seen)) == 45
    assert "45 notes found" in many.get("/search?q=yoga").text
    assert "There are not so many pages" in many.get("/search?q=yoga&page=9").text


WEIGHED = (("", 0), ("n=90", 2), ("n=1,204", 3), ("n=9,000 planned", 3), ("14 trials, n=310", 5), ("n=310", 4))
"""(size in the line of facts, stars; 0: none) of six notes, in their order."""


@pytest.fixture
def weighed(app: App) -> Inside:
    """The sample issue, and six notes of different weight; the one with most stars is retracted."""
    nuggets = tuple(
        replace(
            ISSUE.nuggets[0],
            pmid=f"{place:04}",
            slug=f"pmid-{place:04}",
            guid=f"tag:x,2026:{place:04}",
            headline=f"Yoga {place}",
            meta=", ".join(part for part in ("Cohort study", size) if part) + ": 1 better, n=99999 in its words",
            rating=Rating(stars, ()) if stars else None,
        )
        for place, (size, stars) in enumerate(WEIGHED)
    )
    retracted = Notice("tag:x,2026:r", NoticeKind.RETRACTION, "0004", "pmid-0004", "Yoga 4", PUBLISHED, (RETRACTED,))
    with app.database.write() as tx:
        store(tx, *(nugget.pmid for nugget in nuggets))
        week = replace(ISSUE, week=Week(2026, 4), guid="tag:litwatch.example,2026:w4", nuggets=nuggets)
        issues.publish(tx, week, dict.fromkeys((nugget.pmid for nugget in nuggets), (Fate.NUGGET, "")))
        notices.add(tx, retracted, source="9", state=NoticeState.ACCEPTED)
    service.catch_up(app.database)
    return Inside(application(app))


@pytest.mark.parametrize(
    ("order", "places", "told"),
    [
        ("newest", "012345", "newest first"),
        ("stars", "523104", "most stars first"),  # what is retracted comes last
        ("size", "245103", "most people first"),  # planned people are none
    ],
)
def test_found_notes_come_in_the_order_asked_for(order: str, places: str, told: str, weighed: Inside) -> None:
    assert headlines(weighed, f"?q=yoga&order={order}") == [f"Yoga {place}" for place in places]
    assert f"6 notes found, {told}" in weighed.get(f"/search?q=yoga&order={order}").text


def test_an_order_holds_over_pages_and_keeps_the_newer_of_equals_first(many: Inside) -> None:
    for order in ("stars", "size"):
        pages = [headlines(many, f"?q=yoga&order={order}&page={page}") for page in (1, 2, 3)]
        assert [len(page) for page in pages] == [PER_PAGE, PER_PAGE, 45 - 2 * PER_PAGE]
        assert [name for page in pages for name in page] == [f"Yoga, number {number:04}" for number in range(45)]
        (following,) = html.fromstring(many.get(f"/search?q=yoga&order={order}").text).xpath("//a[@rel='next']/@href")
        assert following == f"search?q=yoga&order={order}&page=2"


def test_a_search_has_one_address(inside: Inside) -> None:
    """Whatever the browser sends of an empty form."""
    for query, address in (
        ("?q=walking&condition=&exercise=&order=best&page=1", "search?q=walking"),
        ("?order=size&q=knee+pain&year=2026", "search?q=knee+pain&year=2026&order=size"),
        ("", "search"),
    ):
        page = html.fromstring(inside.get(f"/search{query}").text)
        assert page.xpath("//link[@rel='canonical']/@href") == [f"https://litwatch.example/{address}"]


def test_a_list_of_studies_leads_to_its_other_orders() -> None:
    tagged = replace(ISSUE.nuggets[0], tags=Tags(conditions=("knee & hip pain",)))
    issue = replace(ISSUE, nuggets=(tagged,))
    (shelf,) = [shelf for shelf in shelves(Archive(issues=(issue,)), PUBLICATION) if shelf.kind == "condition"]
    for served, links in ((True, ["stars", "size"]), (False, [])):
        page = shelf_page(sheets(shelf)[0], replace(PUBLICATION, served=served), Archive(issues=(issue,)))
        found = [str(link) for link in html.fromstring(page).xpath("//main//a/@href") if "search" in link]
        assert found == [f"../search?condition=knee+%26+hip+pain&order={order}" for order in links]


def test_the_form_shows_what_was_asked(many: Inside) -> None:
    page = html.fromstring(many.get("/search?q=%22knee+pain%22&year=1999").text)
    assert page.xpath("//input[@name='q']/@value") == ['"knee pain"']
    assert page.xpath("//select[@name='year']/option[@selected]/@value") == ["1999"], "also one that nothing has"
    for field in page.xpath("//input | //select"):
        assert page.xpath(f"//label[@for='{field.get('id')}']"), "each has its label"
    assert page.xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert not page.xpath("//script")


def test_static_pages_have_no_form_and_no_link_to_one(app: App, inside: Inside, tmp_path: Path) -> None:
    for file in app.write_site(tmp_path / "static"):
        if file.suffix == ".html":
            text = file.read_text(encoding="utf-8")
            assert "<form" not in text and 'href="search' not in text and '/search"' not in text
    assert 'href="search"' in inside.get("/").text
    assert 'href="../search"' in inside.get(f"/notes/{ISSUE.nuggets[0].slug}.html").text


def test_a_retracted_note_says_so_among_the_results(app: App, now: datetime) -> None:
    nugget = ISSUE.nuggets[0]
    with app.database.write() as tx:
        notice = Notice(
            "tag:x,2026:r", NoticeKind.RETRACTION, nugget.pmid, nugget.slug, nugget.headline, now, (RETRACTED,)
        )
        notices.add(tx, notice, source="9", state=NoticeState.ACCEPTED)
    page = html.fromstring(Inside(application(app)).get("/search?q=walking").text)
    assert page.xpath("//ol[@class='issues']//b[@class='flag retraction']")


def test_what_a_stranger_may_send(inside: Inside) -> None:
    for query, status in (
        ("?q=", 200),
        ("?page=0", 400),
        ("?page=x", 400),
        ("?page=99999999999999999999", 400),
        ("?q=" + "x" * 201, 400),
        ("?year=%00", 400),
        ("?year=%ff%fe&q=%ed%a0%80", 200),
        ("?unknown=1", 200),
        ("?q=a&q=b", 200),
        ("?order=zebra", 400),
    ):
        assert inside.get(f"/search{query}").status_code == status, query


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("?q=" + "x" * (LONGEST_TEXT + 1), f"q: String should have at most {LONGEST_TEXT} characters."),
        ("?page=0", "page: Input should be greater than or equal to 1."),
        ("?page=abc", "page: Input should be a valid integer, unable to parse string as an integer."),
    ],
)
def test_what_is_wrong_is_told_with_its_name(inside: Inside, query: str, told: str) -> None:
    answer = inside.get(f"/search{query}")
    assert answer.status_code == 400 and answer.headers["content-type"].startswith("text/html")
    main = html.fromstring(answer.text).xpath("string(//main)")
    assert f"This request cannot be understood. {told}" in main


def test_nothing_sent_becomes_markup(inside: Inside) -> None:
    for text in NASTY:
        sent = text.encode("utf-8", "replace").decode()[:200].replace("\0", "")
        answer = inside.get("/search", params={"q": sent, "condition": sent})
        assert answer.status_code == 200, sent
        page = html.fromstring(answer.text)
        assert not page.xpath("//script | //@onmouseover"), sent
        if "{{" in sent:
            assert page.xpath("//input[@name='q']/@value") == [sent]


def test_nothing_but_get(inside: Inside) -> None:
    answer = inside.post("/search", data={"q": "x"})
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("text", ["++", "\N{GRINNING FACE}", '"" - %'])
def test_a_text_without_a_word_is_not_said_to_be_found(inside: Inside, text: str) -> None:
    answer = inside.get("/search", params={"q": text}).text
    assert "There is no word in this to look for" in answer
    assert f"All {len(ISSUE.nuggets)} notes" in answer and "found</h2>" not in answer
    filtered = inside.get("/search", params={"q": text, "year": "1999"}).text
    assert "There is no word in this to look for" in filtered and "0 notes found" in filtered
    for plain in ("", " ", "walking", "-walking"):
        assert 'class="problem"' not in inside.get("/search", params={"q": plain}).text, plain


def test_without_words_to_be_there_none_fits_best(inside: Inside) -> None:
    for query, order in (
        ("?q=walking+-rats", "best match first"),
        ("?q=-rats", "newest first"),
        ("?q=%2B", "newest first"),
    ):
        heading = html.fromstring(inside.get(f"/search{query}").text).xpath("string(//h2[@id='found'])")
        assert heading.endswith(order), query


def test_words_that_were_not_looked_for_are_named(inside: Inside) -> None:
    nothing = inside.get("/search", params={"q": "walking " * (MOST_WORDS - 1) + "zebrafish"}).text
    assert "0 notes found" in nothing and "Left out" not in nothing, "repetitions do not use up the words"
    distinct = " ".join(f"-w{number}" for number in range(MOST_WORDS - 1))
    answer = inside.get("/search", params={"q": f"walking {distinct} zebrafish -<b>"}).text
    problem = html.fromstring(answer).xpath("//p[@class='problem']/text()")
    assert problem == [f"Only {MOST_WORDS} words are looked for at once. Left out: zebrafish, -b."]


def test_a_search_is_not_kept_by_anybody(inside: Inside) -> None:
    assert inside.get("/search?q=x").headers["cache-control"] == "no-store"


def test_nothing_published_yet(sqlite_url: str, tmp_path: Path) -> None:
    with closing(App(settings(sqlite_url, tmp_path))) as app:
        empty = Inside(application(app))
        assert "No issue has been published yet" in empty.get("/").text
        assert "All 0 notes" in empty.get("/search").text


def test_the_heaviest_answer_weighs_no_more_than_any_page() -> None:
    """Every filter as full as it gets, a page of long headlines."""
    issue = heavy.archive().issues[0]
    options = tuple(Option(f"{'invented disease ' * 3}{at}", f"{'invented disease ' * 3}{at}", at) for at in range(80))
    form = Form(
        "w" * LONGEST_TEXT, tuple(Filter(kind.value, kind.value, "", options) for kind in Facet), ask("w w w", {})
    )
    notes = tuple((issue, nugget) for nugget in issue.nuggets[:PER_PAGE])
    address = f"search?q={'w' * LONGEST_TEXT}&page="
    results = Results(notes, 4_000, 7, 200, f"{address}7", f"{address}6", f"{address}8", "search")
    page = pages.page(
        "search.html.j2",
        PATH,
        "",
        heavy.PUBLICATION,
        indexed=False,
        archive=heavy.archive(),
        form=form,
        results=results,
    )
    assert len(page) <= MAX_PAGE_BYTES
