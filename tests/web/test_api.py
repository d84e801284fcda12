"""The JSON API: what it answers, what it refuses, and that no number comes without its words."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from lxml import html
from sqlalchemy import text

from litwatch.app import App
from litwatch.domain.calendar import Week
from litwatch.domain.digest import AmendedRow, Issue, Sibling
from litwatch.domain.notice import Notice, NoticeKind
from litwatch.publish.publication import note_path
from litwatch.pubmed.parse import open_records
from litwatch.store import issues, notices
from litwatch.store.issues import Fate
from litwatch.store.notices import NoticeState
from litwatch.web.api import LARGEST_PAGE
from litwatch.web.api_cursor import _pack
from litwatch.web.application import application
from tests.store import samples
from tests.web.conftest import SAMPLE, settings, stocked
from tests.web.inside import Inside

LISTS = ("articles", "studies", "outcomes", "nuggets", "issues")
SINGLES = (
    *(
        "/api/v1/articles/99000040",
        "/api/v1/studies/99000040",
        "/api/v1/issues/2025-W13",
        "/api/v1/dictionary",
        "/api/openapi.json",
        "/api/",
    ),
    *(f"/api/v1/articles/99000040/{form}" for form in ("ris", "bibtex", "csl-json")),
    *(f"/api/v1/issues/2025-W13/{form}" for form in ("ris", "bibtex", "csl-json")),
)


def with_corrected_row() -> Issue:
    issue = samples.issue(Week(2025, 40), "99000071", also=("99000073",))
    amended = AmendedRow(samples.outcome("pain"), None, "of the other group", "Ada Moss")
    plan = Sibling("99000072", "A plan", "Protocol", "the plan of the study")
    return replace(issue, nuggets=(replace(issue.nuggets[0], amended=(amended,), siblings=(plan,)),))


@pytest.fixture(scope="module")
def api(stock: App) -> Inside:
    return Inside(application(stock))


def everything(api: Inside, path: str) -> list[Any]:
    """All items of a list, by following `next`."""
    items: list[Any] = []
    following: str | None = path
    while following:
        answer = api.get(following)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        items += page["items"]
        following = page["next"]
        link = answer.headers.get("link")
        assert link == (f'<{following}>; rel="next"' if following else None)
    return items


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_the_same_by_pages_of_any_size(api: Inside, name: str) -> None:
    whole = everything(api, f"/api/v1/{name}?limit={LARGEST_PAGE}")
    assert whole
    assert everything(api, f"/api/v1/{name}?limit=7") == whole
    keys = [(item.get("pmid"), item.get("row"), item.get("week")) for item in whole]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("path", [*(f"/api/v1/{name}" for name in LISTS), *SINGLES, "/api/v1/nuggets/SLUG"])
def test_what_has_not_changed_is_not_sent_again(api: Inside, path: str) -> None:
    path = path.replace("SLUG", api.get("/api/v1/nuggets").json()["items"][0]["slug"])
    first = api.get(path)
    assert first.status_code == 200 and first.headers["cache-control"] == "public, max-age=300"
    tag = first.headers["etag"]
    for had in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = api.get(path, headers={"If-None-Match": had})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag and again.headers.get("link") == first.headers.get("link")
    assert api.get(path, headers={"If-None-Match": '"other"'}).content == first.content
    assert api.head(path).status_code == 200 and api.head(path).content == b""
    assert api.post(path).status_code == 405 and "detail" in api.post(path).json()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/nuggets", 200),
        ("/api/v1/outcomes.csv", 200),
        ("/api/v1/articles/99000040/ris", 200),
        ("/api/v1/articles/1", 404),
        ("/api/v1/nuggets?limit=0", 422),
        ("/api/v1/nothing", 404),
    ],
)
def test_scripts_of_other_sites_may_read_it_and_what_was_wrong(api: Inside, path: str, status: int) -> None:
    answer = api.get(path)
    assert (answer.status_code, answer.headers.get("access-control-allow-origin")) == (status, "*")
    assert "access-control-allow-credentials" not in answer.headers
    if "etag" in answer.headers:
        again = api.get(path, headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.headers.get("access-control-allow-origin")) == (304, "*")


@pytest.mark.parametrize("path", ["/", "/search", "/subscribe", "/nothing", "/healthz"])
def test_scripts_of_other_sites_may_not_read_pages_and_forms(api: Inside, path: str) -> None:
    assert "access-control-allow-origin" not in api.get(path).headers


def test_answers_are_compressed_for_who_takes_it(api: Inside) -> None:
    plain = api.get("/api/v1/outcomes", headers={"Accept-Encoding": "identity"})
    zipped = api.get("/api/v1/outcomes", headers={"Accept-Encoding": "gzip"})
    assert zipped.headers["content-encoding"] == "gzip" and "content-encoding" not in plain.headers
    assert int(zipped.headers["content-length"]) < int(plain.headers["content-length"]) / 4
    assert zipped.content == plain.content and zipped.headers["etag"] != plain.headers["etag"]
    assert plain.headers["vary"] == zipped.headers["vary"] == "Accept-Encoding"


def test_reference_files_of_pages_are_called_what_they_are(api: Inside, stock: App) -> None:
    slug = everything(api, "/api/v1/nuggets")[0]["slug"]
    for ending, kind in (
        ("ris", "application/x-research-info-systems"),
        ("bib", "application/x-bibtex"),
        ("csl.json", "application/vnd.citationstyles.csl+json"),
    ):
        page = note_path(slug).removesuffix("html") + ending
        assert api.get(f"/{page}").headers["content-type"] == f"{kind}; charset=utf-8"
        assert f'href="../{page}"' in api.get("/" + note_path(slug)).text


def test_a_study_its_article_and_its_rows_belong_together(api: Inside) -> None:
    study = api.get("/api/v1/studies/99000040").json()
    article = api.get("/api/v1/articles/99000040").json()
    rows = [row for row in everything(api, "/api/v1/outcomes") if row["pmid"] == "99000040"]
    assert study["outcomes"] == rows and len(rows) > 1
    assert study["citation"] == article["citation"] and article["read"]
    assert article["shown"]["week"] == "2025-W13"
    assert {row["direction"] for row in rows} >= {"improved", "worsened"}
    listed = next(each for each in everything(api, "/api/v1/studies") if each["pmid"] == "99000040")
    assert study == {**listed, "outcomes": rows}


def test_every_number_has_its_words_and_no_abstract_is_served(api: Inside) -> None:
    abstracts = {record.article.pmid: record.article for record in open_records(SAMPLE) if hasattr(record, "article")}
    rows = everything(api, "/api/v1/outcomes?limit=200")
    for row in rows:
        article = abstracts[row["pmid"]]
        section = article.title if row["evidence_section"] < 0 else article.sections[row["evidence_section"]].text
        assert section[row["evidence_start"] : row["evidence_end"]] == row["evidence"]
        assert (row["n"] is None) == (row["n_evidence"] is None)
        assert row["n_evidence"] is None or row["n_evidence"] in f"{article.title} {article.abstract}"
        written = row["evidence"].replace("−", "-")
        for number in (row["value"], row["ci_low"], row["ci_high"]):
            assert number is None or re.search(rf"(?<![\d.]){abs(number):g}", written), row
    answers = [json.dumps(everything(api, f"/api/v1/{name}"), ensure_ascii=False) for name in LISTS]
    answers += [api.get(f"/api/v1/studies/{pmid}").text for pmid in {row["pmid"] for row in rows}]
    for article in abstracts.values():
        assert len(article.abstract) < 200 or not any(article.abstract in answer for answer in answers)


def test_csv_json_lines_and_the_api_have_the_same_rows(api: Inside) -> None:
    for query in ("", "?direction=no_difference", "?condition=fibromyalgia&exercise=exercise"):
        rows = everything(api, f"/api/v1/outcomes{query}")
        lines = api.get(f"/api/v1/outcomes.jsonl{query}")
        assert lines.headers["content-type"] == "application/jsonl"
        assert [json.loads(line) for line in lines.text.splitlines()] == rows
        table = api.get(f"/api/v1/outcomes.csv{query}")
        assert table.headers["content-disposition"] == 'attachment; filename="litwatch-outcomes.csv"'
        cells = list(csv.DictReader(io.StringIO(table.text, newline="")))
        assert [(cell["pmid"], int(cell["row"]), cell["evidence"]) for cell in cells] == [
            (row["pmid"], row["row"], row["evidence"]) for row in rows
        ]
        assert [cell["value"] for cell in cells] == ["" if row["value"] is None else str(row["value"]) for row in rows]
    assert [column["name"] for column in api.get("/api/v1/dictionary").json()] == list(rows[0])


def test_notes_and_issues_link_to_their_pages(api: Inside, stock: App) -> None:
    issue = api.get("/api/v1/issues/2025-W13").json()
    notes = everything(api, "/api/v1/nuggets")
    assert [note["slug"] for note in issue["nuggets"]] == [note["slug"] for note in notes]
    for note in notes:
        assert note["address"] == stock.publication.url(note_path(note["slug"]))
        assert api.get("/" + note_path(note["slug"])).status_code == 200
        assert note["better"] or note["unchanged"] or note["worse"] or note["other"]
        assert api.get(f"/api/v1/nuggets/{note['slug']}").json() == note
    ris = api.get("/api/v1/issues/2025-W13/ris")
    assert ris.headers["content-type"] == "application/x-research-info-systems"
    assert [f"AN  - {note['pmid']}" for note in notes] == re.findall(r"AN  - \d+", ris.text)


def test_a_note_tells_what_its_editor_changed_and_what_is_told_with_it(app: App) -> None:
    """And an issue, what was learned since of a paper that has no note in it."""
    issue = with_corrected_row()
    (note,), line = issue.nuggets, issue.also[0].pmid
    with app.database.write() as tx:
        samples.store(tx, note.pmid, line)
        issues.publish(tx, issue, {note.pmid: (Fate.NUGGET, ""), line: (Fate.MENTION, "")})
        kind, made = NoticeKind.RETRACTION, issue.published + timedelta(days=1)
        taken_back = Notice("tag:x,2026:notice/1", kind, line, "", "A plan", made, ())
        notices.add(tx, taken_back, source="PubMed", state=NoticeState.ACCEPTED)
    asked = Inside(application(app))
    told = asked.get(f"/api/v1/nuggets/{note.slug}").json()
    assert told["amended"] == [
        {
            "outcome": "pain",
            "timepoint": None,
            "subgroup": None,
            "read_as": "improved",
            "direction": None,
            "why": "of the other group",
            "by": "Ada Moss",
            "evidence": {"section": 2, "start": 5, "end": 15, "text": "Pain fell."},
        }
    ]
    assert [(each["pmid"], each["adds"]) for each in told["siblings"]] == [("99000072", "the plan of the study")]
    also = asked.get(f"/api/v1/issues/{issue.week}").json()["also"]
    assert [(each["pmid"], [(said["kind"], said["pmid"]) for said in each["notices"]]) for each in also] == [
        ("99000072", []),
        (line, [("retraction", line)]),
    ]


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("limit=0", "limit: Input should be greater than or equal to 1"),
        (f"limit={LARGEST_PAGE + 1}", "limit: Input should be less than or equal to 200"),
        ("limit=many", "limit: Input should be a valid integer"),
        ("colour=red", "colour: there is no such parameter here"),
        ("direction=up", "direction: Input should be 'improved', 'worsened'"),
        ("since=12", "since: a day is written so: 2026-01-16"),
        ("since=2026-02-30", "since: "),
        ("condition=%00", "condition: String should match pattern"),
        ("outcome=" + "x" * 101, "outcome: String should have at most 100 characters"),
        ("cursor=abc", "cursor: this is not a cursor of this list"),
        ("cursor=%F0%9F%98%80", "cursor: this is not a cursor of this list"),
        ("cursor=" + "W" * 250, "cursor: this is not a cursor of this list"),
    ],
)
def test_what_is_wrong_is_said_with_the_parameters_name(api: Inside, query: str, detail: str) -> None:
    answer = api.get(f"/api/v1/outcomes?{query}")
    assert answer.status_code == 422
    assert list(answer.json()) == ["detail"]
    assert answer.json()["detail"].startswith(detail)


@pytest.mark.parametrize("name", LISTS)
def test_a_cursor_of_another_list_or_a_forged_one_is_refused(api: Inside, name: str) -> None:
    forged = [
        ("p", "2025-03-28T12:00:00+00:00", "1' OR 1=1"),
        ("p", "2025-03-28T12:00:00", "1"),
        ("p", "0001-01-01T00:00:00+23:59", "1"),
        ("p", "never", "1"),
        ("r", "2025-03-28T12:00:00+00:00", "1", -1),
        ("r", "2025-03-28T12:00:00+00:00", "1", 10**30),
        ("r", "2025-03-28T12:00:00+00:00", "1", True),
        ("n", "2025-W99", 0),
        ("i", f"{10**30}-W01"),
        ("x",),
        (),
    ]
    for values in forged:
        assert api.get(f"/api/v1/{name}?cursor={_pack(*values)}").status_code == 422, values


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/articles/1", 404),
        ("/api/v1/articles/x", 422),
        ("/api/v1/studies/1", 404),
        ("/api/v1/articles/1/ris", 404),
        ("/api/v1/articles/99000040/pdf", 422),
        ("/api/v1/issues/2025-W99", 404),
        ("/api/v1/issues/2001-W01", 404),
        ("/api/v1/issues/now", 422),
        ("/api/v1/nuggets/nothing", 404),
        ("/api/v1/dictionary?x=1", 422),
        ("/api/v1/articles/99000040?x=1", 422),
        ("/api/v2", 404),
    ],
)
def test_what_is_not_there_is_said_in_a_sentence(api: Inside, path: str, status: int) -> None:
    answer = api.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json" and answer.json()["detail"]


def test_the_overview_names_every_address_and_needs_nothing_from_elsewhere(api: Inside) -> None:
    page = api.get("/api/").text
    for path in api.get("/api/openapi.json").json()["paths"]:
        assert path.split("/{")[0].removeprefix("/") in page, path
    for href in re.findall(r'<dt><a href="([^"]+)"', page):
        assert api.get("/api/" + href).status_code == 200, href
    assert 'href="api/"' in api.get("/").text
    assert "<script" not in page and not re.search(r'src="|@import|url\(', page)


def test_every_address_holds_below_a_path_of_the_site(sqlite_url: str, tmp_path: Path) -> None:
    site = "https://litwatch.example/weekly/"
    with closing(App(settings(sqlite_url, tmp_path, LITWATCH_SITE__BASE_URL=site))) as app:
        api = Inside(application(app))
        (server,) = api.get("/api/openapi.json").json()["servers"]
        assert server["url"] + "/api/v1/nuggets" == f"{site}api/v1/nuggets"
        moved = api.get("/api")
        assert moved.status_code == 308 and urljoin(f"{site}api", moved.headers["location"]) == f"{site}api/"
        page = html.fromstring(api.get("/api/").text)
        for href in page.xpath("//a[not(starts-with(@href, '#'))]/@href"):
            assert urljoin(f"{site}api/", href).startswith((site, "https://pubmed")), href


def test_every_field_and_parameter_of_a_list_is_described(api: Inside) -> None:
    document = api.get("/api/openapi.json").json()
    for path, methods in document["paths"].items():
        assert list(methods) == ["get"], path
        for parameter in methods["get"].get("parameters", ()):
            assert parameter["description"] or parameter["schema"]["description"], (path, parameter["name"])
    for column in document["components"]["schemas"]["OutcomeRow"]["properties"].values():
        assert column["description"]


def test_the_document_describes_every_answer_and_shows_what_to_ask(api: Inside) -> None:
    document = api.get("/api/openapi.json").json()
    for path, methods in document["paths"].items():
        answers = methods["get"]["responses"]
        headers = set(answers["200"].get("headers", ()))
        assert {"422", "503"} <= set(answers) and "Retry-After" in answers["503"]["headers"], path
        assert ("404" in answers) == ("{" in path), path
        if path.endswith((".csv", ".jsonl")):
            assert headers == set() and "304" not in answers, "a file has no tag"
        else:
            assert headers - {"Link"} == {"ETag"} and "content" not in answers["304"], path
            assert ("Link" in headers) == (path.rpartition("/")[2] in LISTS), path
        for parameter in methods["get"].get("parameters", ()):
            shown = parameter["schema"]
            alternatives = [shown, *shown.get("anyOf", ())]
            told = (
                "examples" in shown or "default" in shown or any({"enum", "$ref"} & set(each) for each in alternatives)
            )
            assert told or parameter["name"] == "cursor", (path, parameter["name"])
    assert document["components"]["schemas"]["Fault"]["properties"]["detail"]["examples"]


def test_postgresql_answers_as_sqlite_does(api: Inside, postgresql_url: str, tmp_path: Path) -> None:
    with stocked(postgresql_url, tmp_path) as other:
        there = Inside(application(other))
        for path in (
            *(f"/api/v1/{name}?limit=100" for name in LISTS),
            *("/api/v1/outcomes.csv?year=2025", "/api/v1/studies?exercise=exercise&direction=improved"),
            *("/api/v1/outcomes?outcome=pain&design=randomized_trial&since=2025-01-01", "/api/v1/nuggets?outcome=pain"),
        ):
            assert there.get(path).text == api.get(path).text, path


def test_a_database_that_fails_is_no_half_file(stock: App, tmp_path: Path) -> None:
    assert stock.database.path
    shutil.copy(stock.database.path, tmp_path / "copy.sqlite3")
    with closing(App(settings(f"sqlite:///{tmp_path / 'copy.sqlite3'}", tmp_path))) as app:
        with app.database.write() as tx:
            tx.execute(text("ALTER TABLE outcome RENAME TO gone"))
        broken = Inside(application(app))
        for path in ("/api/v1/outcomes.csv?direction=improved", "/api/v1/outcomes?direction=improved"):
            answer = broken.get(path)
            assert answer.status_code in (500, 503) and answer.json()["detail"]
            assert "gone" not in answer.text and "SELECT" not in answer.text
