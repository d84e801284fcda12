"""GET /search: the published notes by words and filters, a page at a time. A plain form; it needs no script."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.responses import HTMLResponse, Response

from litwatch import wiring
from litwatch.app import App
from litwatch.compose.words import DESIGNS
from litwatch.domain.digest import Issue, Nugget
from litwatch.domain.notice import NoticeKind
from litwatch.domain.search import MOST_WORDS, Ask, Facet, Found, Order, ask
from litwatch.publish import pages, telling
from litwatch.publish.archive import Archive
from litwatch.publish.publication import note_path
from litwatch.store import search
from litwatch.store.database import Connection
from litwatch.web.shelf import Shelf

PATH = "search"
PER_PAGE = 20
LONGEST_TEXT = 200
LONGEST_VALUE = 200
MOST_PAGES = 10_000
MOST_OPTIONS = 80
"""Of a filter; the rarer ones are found by their words."""

_LABELS = {
    Facet.CONDITION: "Condition",
    Facet.EXERCISE: "Exercise",
    Facet.OUTCOME: "Outcome",
    Facet.DESIGN: "Design",
    Facet.VERDICT: "Verdict",
    Facet.YEAR: "Year of the paper",
}
_VALUES: Mapping[tuple[Facet, str], str] = {
    **{(Facet.DESIGN, design.value): label for design, label in DESIGNS.items()},
    (Facet.VERDICT, "better"): "something got better",
    (Facet.VERDICT, "unchanged"): "something did not clearly change",
    (Facet.VERDICT, "worse"): "something got worse",
    (Facet.VERDICT, "other"): "mixed or unclear results",
}
"""What readers are told instead of a value."""
_ORDERS = {
    Order.BEST: "best match first",
    Order.NEWEST: "newest first",
    Order.STARS: "most stars first",
    Order.SIZE: "most people first",
}

Text = Annotated[str, Query(max_length=LONGEST_TEXT)]
Value = Annotated[str, Query(max_length=LONGEST_VALUE, pattern=r"^[^\x00]*$")]


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a filter."""

    value: str
    label: str
    number: int
    """Of notes that have it, whatever else is chosen."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One list to choose from."""

    name: str
    label: str
    chosen: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """The form as it was sent."""

    text: str
    filters: tuple[Filter, ...]
    understood: Ask
    """What was looked for."""
    order: Order = Order.BEST
    orders: tuple[tuple[Order, str], ...] = tuple(_ORDERS.items())
    longest: int = LONGEST_TEXT

    @property
    def asked(self) -> bool:
        """Whether anything limits what is shown."""
        return self.understood.has_words or bool(self.understood.facets)

    @property
    def sorted_by(self) -> str:
        """The order in which the notes are; without words to be there none fits better than another."""
        return _ORDERS[self.order if self.order is not Order.BEST or self.understood.phrases else Order.NEWEST]

    @property
    def passed_over(self) -> str:
        """What of the text was not looked for, in a sentence; "" if all of it was."""
        if left_out := self.understood.left_out:
            return f"Only {MOST_WORDS} words are looked for at once. Left out: {', '.join(left_out)}."
        if self.text.strip() and not self.understood.has_words:
            return "There is no word in this to look for: words have letters or digits."
        return ""


@dataclass(frozen=True, slots=True)
class Results:
    """One page of what was found, with the addresses of its neighbours ("" where there is none)."""

    notes: tuple[tuple[Issue, Nugget], ...]
    total: int
    page: int
    pages: int
    here: str
    before: str
    after: str
    start: str

    @property
    def first(self) -> int:
        """The number of the first note on this page."""
        return (self.page - 1) * PER_PAGE + 1


def router(app: App, shelf: Shelf) -> APIRouter:
    """GET /search."""
    routes = APIRouter(include_in_schema=False)
    publication = wiring.publication(app.settings, served=True)

    @routes.get(f"/{PATH}")
    def search_page(
        q: Text = "",
        condition: Value = "",
        exercise: Value = "",
        outcome: Value = "",
        design: Value = "",
        verdict: Value = "",
        year: Value = "",
        order: Order = Order.BEST,
        page: Annotated[int, Query(ge=1, le=MOST_PAGES)] = 1,
    ) -> Response:
        given = dict(zip(Facet, (condition, exercise, outcome, design, verdict, year), strict=True))
        chosen = {kind: value for kind, value in given.items() if value}
        archive = shelf.edition().archive
        asked = ask(q, chosen)
        with app.database.read() as tx:
            found = _find(tx, asked, order, page, archive)
            there_is = search.facets(tx)
        filters = tuple(_filter(kind, there_is[kind], given[kind]) for kind in Facet)
        form = Form(q, filters, asked, order)
        told = {"q": q, **{kind.value: value for kind, value in chosen.items()}}
        results = _results(found, archive, page, told | ({"order": order.value} if order is not Order.BEST else {}))
        return HTMLResponse(
            pages.page(
                "search.html.j2",
                PATH,
                "Search the published notes.",
                publication,
                indexed=False,
                archive=archive,
                form=form,
                results=results,
            )
        )

    return routes


def _filter(kind: Facet, counted: tuple[tuple[str, int], ...], chosen: str) -> Filter:
    """The common values in the order of their names, and the chosen one whatever it is; years newest first."""
    numbers = dict(counted[:MOST_OPTIONS])
    if chosen:
        numbers.setdefault(chosen, dict(counted).get(chosen, 0))
    options = [Option(value, _VALUES.get((kind, value), value), number) for value, number in numbers.items()]
    options.sort(key=lambda option: option.label.casefold(), reverse=kind is Facet.YEAR)
    return Filter(kind.value, _LABELS[kind], chosen, tuple(options))


def _find(tx: Connection, asked: Ask, order: Order, page: int, archive: Archive) -> Found:
    """One page of what fits, in that order."""
    start = (page - 1) * PER_PAGE
    if order in (Order.BEST, Order.NEWEST):
        return search.find(tx, asked, limit=PER_PAGE, offset=start, ranked=order is Order.BEST)
    found = search.find(tx, asked, ranked=False)
    weigh = _stars if order is Order.STARS else _people
    ordered = sorted(found.slugs, key=lambda slug: weigh(slug, archive), reverse=True)
    return Found(tuple(ordered[start : start + PER_PAGE]), found.total)


def _stars(slug: str, archive: Archive) -> int:
    """What is retracted comes last."""
    _, nugget = archive.notes.get(note_path(slug), (None, None))
    if nugget is None or any(notice.kind is NoticeKind.RETRACTION for notice in archive.banners(nugget.pmid)):
        return -1
    return nugget.rating.stars if nugget.rating else 0


def _people(slug: str, archive: Archive) -> int:
    _, nugget = archive.notes.get(note_path(slug), (None, None))
    return telling.people(nugget) if nugget else 0


def _results(found: Found, archive: Archive, page: int, asked: Mapping[str, str]) -> Results:
    def address(number: int) -> str:
        told = {name: value for name, value in asked.items() if value} | ({"page": str(number)} if number > 1 else {})
        return f"{PATH}?{urlencode(told)}" if told else PATH

    last = max(1, -(-found.total // PER_PAGE))
    # What was published a moment ago is found before its page is there.
    notes = tuple(note for slug in found.slugs if (note := archive.notes.get(note_path(slug))))
    return Results(
        notes=notes,
        total=found.total,
        page=page,
        pages=last,
        before=address(page - 1) if 1 < page <= last else "",
        after=address(page + 1) if page < last else "",
        start=address(1),
        here=address(page),
    )
