"""The JSON API: everything stored and published, for programs. It only ever answers GET, and changes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, StreamingResponse

from litwatch import wiring
from litwatch.app import App
from litwatch.domain.calendar import Week
from litwatch.domain.citation import Citation
from litwatch.domain.rows import dictionary
from litwatch.domain.study import Design, Direction
from litwatch.publish.pages import api_page
from litwatch.publish.publication import Publication
from litwatch.publish.references import FORMS
from litwatch.publish.tables import MEDIA_TYPES, TableFormat, table
from litwatch.service.catalogue import Catalogue, Paper, ToldIssue
from litwatch.service.filters import Filters
from litwatch.web import api_answers as answers
from litwatch.web import api_cursor, api_views
from litwatch.web import api_models as models
from litwatch.web.api_route import KEPT, ApiRoute, linked

V1 = "/api/v1"
LARGEST_PAGE = 200

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _day(value: object) -> date:
    """Pydantic would take numbers for seconds since 1970."""
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("a day is written so: 2026-01-16")
    return date.fromisoformat(value)


Name = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")]
Day = Annotated[date, BeforeValidator(_day, json_schema_input_type=date)]
Pmid = Annotated[str, Path(pattern=r"^[0-9]{1,12}$", description="A PubMed id.", examples=["99000040"])]
WeekName = Annotated[str, Path(pattern=r"^[0-9]{4}-W[0-9]{2}$", description="An ISO week.", examples=["2026-W03"])]
Slug = Annotated[
    str,
    Path(
        max_length=100,
        pattern=r"^[A-Za-z0-9._-]+$",
        description="As in the note's address.",
        examples=["pmid-99000040"],
    ),
]
FormName = Annotated[Literal["ris", "bibtex", "csl-json"], Path(description="The format.")]


class _Nothing(BaseModel):
    """No parameters: one that is given is told so."""

    model_config = ConfigDict(extra="forbid")


class _Page(_Nothing):
    limit: int = Field(50, ge=1, le=LARGEST_PAGE, description="How many items a page has at most.")
    cursor: str | None = Field(None, max_length=300, description="Where to go on: from `next` of the page before.")


_SINCE = "New, changed, or told otherwise since this day (UTC): also by an issue, a correction or a retraction."


class _Filters(_Nothing):
    condition: Name | None = Field(
        None, description="What the people have, in any usual writing.", examples=["knee OA"]
    )
    exercise: Name | None = Field(None, description='A kind of exercise; "exercise" is any.', examples=["yoga"])
    outcome: Name | None = Field(None, description="An outcome of the lexicon, by any of its names.", examples=["CRP"])
    direction: Direction | None = Field(None, description="A row with this direction (and this outcome).")
    design: Design | None = Field(None, description="What kind of study it is.")
    year: int | None = Field(None, ge=1800, le=2200, description="The paper's year.", examples=[2026])
    since: Day | None = Field(None, description=_SINCE, examples=["2026-01-16"])

    def filters(self) -> Filters:
        values = {name: getattr(self, name) for name in _Filters.model_fields}
        return Filters(**values | {"since": _midnight(self.since)})


class _FilteredPage(_Filters, _Page):
    pass


class _IssuePage(_Page):
    year: int | None = Field(None, ge=1800, le=2200, description="The ISO year of the week.", examples=[2026])
    since: Day | None = Field(None, description="Published since this day (UTC).", examples=["2026-01-16"])


Nothing = Annotated[_Nothing, Query()]
FilteredPage = Annotated[_FilteredPage, Query()]
IssuePage = Annotated[_IssuePage, Query()]
OnlyFilters = Annotated[_Filters, Query()]


def router(app: App) -> APIRouter:
    """The routes below /api/."""
    made = APIRouter(route_class=ApiRoute, responses=answers.REFUSED)
    publication = wiring.publication(app.settings, served=True)
    _add_papers(made, app, publication)
    _add_outcomes(made, app, publication)
    _add_published(made, app, publication)

    @made.get("/api", include_in_schema=False)
    def without_slash() -> Response:
        return RedirectResponse("api/", 308)  # relative: below whatever path the site lies

    @made.get("/api/openapi.json", include_in_schema=False)
    def description(request: Request) -> Response:
        return JSONResponse(request.app.openapi())

    @made.get("/api/", include_in_schema=False)
    def overview() -> Response:
        return HTMLResponse(api_page(publication))

    return made


def _add_papers(made: APIRouter, app: App, publication: Publication) -> None:
    @made.get(f"{V1}/articles", summary="Articles, the newest first", responses=answers.LIST)
    def articles(asked: FilteredPage, request: Request, response: Response) -> models.Page[models.Article]:
        found, place = _catalogue(app).papers(asked.filters(), after=api_cursor.paper(asked.cursor), limit=asked.limit)
        following = linked(response, request, api_cursor.of_paper(place), publication)
        return models.Page(items=[api_views.article(paper, publication) for paper in found], next=following)

    @made.get(f"{V1}/articles/{{pmid}}", summary="One article", responses=answers.ABSENT | answers.ONE)
    def article(pmid: Pmid, nothing: Nothing) -> models.Article:
        return api_views.article(_paper(app, pmid), publication)

    @made.get(
        f"{V1}/articles/{{pmid}}/{{form}}",
        summary="An article's citation for reference managers",
        responses=answers.ABSENT | answers.references(),
        response_class=Response,
    )
    def article_reference(pmid: Pmid, form: FormName, nothing: Nothing) -> Response:
        return _reference(form, [_paper(app, pmid).citation])

    @made.get(f"{V1}/studies", summary="Studies as they were read, the newest first", responses=answers.LIST)
    def studies(asked: FilteredPage, request: Request, response: Response) -> models.Page[models.Study]:
        found, place = _catalogue(app).papers(
            asked.filters(), after=api_cursor.paper(asked.cursor), limit=asked.limit, read=True
        )
        following = linked(response, request, api_cursor.of_paper(place), publication)
        return models.Page(items=[api_views.study(paper, publication) for paper in found], next=following)

    @made.get(
        f"{V1}/studies/{{pmid}}", summary="One study with its whole ledger", responses=answers.ABSENT | answers.ONE
    )
    def study(pmid: Pmid, nothing: Nothing) -> models.StudyWithOutcomes:
        paper = _paper(app, pmid)
        if paper.study is None:
            raise HTTPException(404, f"PMID {pmid} has not been read")
        return api_views.study_with_outcomes(paper, _catalogue(app).ledger(pmid), publication)


def _add_outcomes(made: APIRouter, app: App, publication: Publication) -> None:
    @made.get(f"{V1}/outcomes", summary="Outcome rows, those of the newest papers first", responses=answers.LIST)
    def outcomes(asked: FilteredPage, request: Request, response: Response) -> models.Page[models.OutcomeRow]:
        found, place = _catalogue(app).rows(asked.filters(), after=api_cursor.row(asked.cursor), limit=asked.limit)
        following = linked(response, request, api_cursor.of_row(place), publication)
        return models.Page(items=found, next=following)

    @made.get(
        f"{V1}/outcomes.csv",
        summary="All outcome rows as CSV",
        response_class=StreamingResponse,
        responses=answers.table("csv"),
    )
    def outcomes_csv(asked: OnlyFilters) -> Response:
        return _export(app, asked, "csv")

    @made.get(
        f"{V1}/outcomes.jsonl",
        summary="All outcome rows as JSON Lines",
        response_class=StreamingResponse,
        responses=answers.table("jsonl"),
    )
    def outcomes_jsonl(asked: OnlyFilters) -> Response:
        return _export(app, asked, "jsonl")

    @made.get(f"{V1}/dictionary", summary="What each column of an outcome row means", responses=answers.ONE)
    def the_dictionary(nothing: Nothing) -> list[models.Column]:
        return [models.Column.model_validate(column) for column in dictionary()]


def _add_published(made: APIRouter, app: App, publication: Publication) -> None:
    @made.get(f"{V1}/nuggets", summary="Published notes, those of the newest issue first", responses=answers.LIST)
    def nuggets(asked: FilteredPage, request: Request, response: Response) -> models.Page[models.Nugget]:
        found, place = _catalogue(app).notes(asked.filters(), after=api_cursor.note(asked.cursor), limit=asked.limit)
        following = linked(response, request, api_cursor.of_note(place), publication)
        return models.Page(items=[api_views.nugget(note, publication) for note in found], next=following)

    @made.get(f"{V1}/nuggets/{{slug}}", summary="One note", responses=answers.ABSENT | answers.ONE)
    def nugget(slug: Slug, nothing: Nothing) -> models.Nugget:
        note = _catalogue(app).note(slug)
        if note is None:
            raise HTTPException(404, f"there is no note called {slug}")
        return api_views.nugget(note, publication)

    @made.get(f"{V1}/issues", summary="Issues, the newest first", responses=answers.LIST)
    def issues(asked: IssuePage, request: Request, response: Response) -> models.Page[models.IssueHead]:
        after, since = api_cursor.issue(asked.cursor), _midnight(asked.since)
        found, week = _catalogue(app).issues(after=after, limit=asked.limit, since=since, year=asked.year)
        following = linked(response, request, api_cursor.of_issue(week), publication)
        return models.Page(items=[api_views.issue_head(issue, publication) for issue in found], next=following)

    @made.get(f"{V1}/issues/{{week}}", summary="One issue", responses=answers.ABSENT | answers.ONE)
    def issue(week: WeekName, nothing: Nothing) -> models.Issue:
        return api_views.issue(_issue(app, week), publication)

    @made.get(
        f"{V1}/issues/{{week}}/{{form}}",
        summary="The citations of an issue's notes for reference managers",
        responses=answers.ABSENT | answers.references(),
        response_class=Response,
    )
    def issue_reference(week: WeekName, form: FormName, nothing: Nothing) -> Response:
        return _reference(form, [note.citation for note in _issue(app, week).notes])


def _catalogue(app: App) -> Catalogue:
    return app.catalogue


def _paper(app: App, pmid: str) -> Paper:
    found = _catalogue(app).paper(pmid)
    if found is None:
        raise HTTPException(404, f"there is no article with PMID {pmid} here")
    return found


def _issue(app: App, name: str) -> ToldIssue:
    try:
        week = Week.parse(name)
    except ValueError:
        raise HTTPException(404, f"there is no week {name}") from None
    found = _catalogue(app).issue(week)
    if found is None:
        raise HTTPException(404, f"there is no issue of {name}")
    return found


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time.min, UTC) if day else None


def _reference(name: str, citations: list[Citation]) -> Response:
    form = FORMS[name]
    return Response(form.render(citations), media_type=form.media_type)


def _export(app: App, asked: _Filters, form: TableFormat) -> Response:
    """The file as it is read, a page of papers at a time; the first page before the answer begins, for its faults."""
    pieces = table(app.catalogue.export(asked.filters()), form)
    first = next(pieces, b"")

    def all_pieces() -> Iterator[bytes]:
        yield first
        yield from pieces

    headers = {"Content-Disposition": f'attachment; filename="litwatch-outcomes.{form}"', "Cache-Control": KEPT}
    return StreamingResponse(all_pieces(), media_type=MEDIA_TYPES[form], headers=headers)
