"""The forms: to subscribe, to confirm, to choose what one gets, to leave.

GET shows a button and never changes anything: mail scanners follow every link. POST needs no cookie and no token of a
session, for there is none: what it may do is given by the personal token in the address (RFC 8058 wants no more), and
a request to subscribe does nothing until it is confirmed by mail.
"""

from __future__ import annotations

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from litwatch import wiring
from litwatch.app import App
from litwatch.domain.signup import Stamp
from litwatch.domain.subscriber import Choices, MailFormat, SubscriberStatus
from litwatch.errors import UsageError
from litwatch.publish import forms as pages
from litwatch.publish import subscribing
from litwatch.publish.publication import SUBSCRIBE
from litwatch.service.subscribe import Asked, Confirmed, Left, People

MAX_FIELDS = 60
RETRY = {"Retry-After": "3600"}
ONE_CLICK = ("List-Unsubscribe", "One-Click")
"""RFC 8058, 3.2."""


def router(app: App) -> APIRouter:
    """The forms of `app`; none without `site.secret`, which makes people's links."""
    made = APIRouter(include_in_schema=False)
    if app.settings.site.secret is not None:
        forms = Forms(app)
        made.add_route(f"/{SUBSCRIBE}", forms.subscribe, methods=["GET"])
        made.add_route(f"/{SUBSCRIBE}", forms.ask, methods=["POST"])
        made.add_route("/u/{token}", forms.settings, methods=["GET"])
        made.add_route("/u/{token}", forms.change, methods=["POST"])
        made.add_route("/u/{token}/confirm/{key}", forms.invite, methods=["GET"])
        made.add_route("/u/{token}/confirm/{key}", forms.confirm, methods=["POST"])
    return made


class Forms:
    """Reads what was sent, asks `service.subscribe`, and says in a page what has changed."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._about = wiring.publication(app.settings, served=True)

    @property
    def _people(self) -> People:
        people = self._app.people
        assert people is not None, "there is no route here without a secret"
        return people

    def subscribe(self, request: Request) -> Response:
        """The empty form."""
        del request
        if not self._about.mailed:
            return HTMLResponse(pages.closed_page(self._about), 503)
        return HTMLResponse(pages.subscribe_page(pages.Entered(self._people.stamp()), self._about))

    async def ask(self, request: Request) -> Response:
        """A request to subscribe. The answer is the same whatever is known of the address."""
        if not self._about.mailed:
            return HTMLResponse(pages.closed_page(self._about), 503)
        form = await _form(request)
        if _text(form, pages.BAIT):
            return HTMLResponse(pages.asked_page(self._about), 202)
        entered = self._entered(form)
        if entered.problem:
            return HTMLResponse(pages.subscribe_page(entered, self._about), 400)
        host = request.client.host if request.client else ""

        def asked() -> Asked:
            agreed_to = subscribing.agreement(self._about)
            return self._people.ask(entered.address, entered.choices, host=host, agreed_to=agreed_to)

        try:
            result = await run_in_threadpool(asked)
        except UsageError:
            wrong = pages.Entered(
                entered.stamp,
                entered.address,
                entered.choices,
                "This is not an email address that we can write to.",
                "address",
            )
            return HTMLResponse(pages.subscribe_page(wrong, self._about), 400)
        if result is Asked.TAKEN:
            return HTMLResponse(pages.asked_page(self._about), 202)
        closed = result is Asked.CLOSED
        return HTMLResponse(pages.later_page(closed, self._about), 503 if closed else 429, RETRY)

    def invite(self, request: Request) -> Response:
        """The button that confirms."""
        path, token, key = _path(request), request.path_params["token"], request.path_params["key"]
        person = self._people.asked(token, key)
        if person is None:
            return self._unknown(path, 404)
        if person.status is SubscriberStatus.ACTIVE:
            return HTMLResponse(pages.confirmed_page(before=True, path=path, publication=self._about))
        return HTMLResponse(pages.confirm_page(person, path, self._about))

    def confirm(self, request: Request) -> Response:
        """The button was pressed."""
        path, token, key = _path(request), request.path_params["token"], request.path_params["key"]
        result = self._people.confirm(token, key, agreed_to=subscribing.confirmation(self._about))
        if result is Confirmed.UNKNOWN:
            return self._unknown(path, 404)
        before = result is Confirmed.ALREADY
        return HTMLResponse(pages.confirmed_page(before=before, path=path, publication=self._about))

    def settings(self, request: Request) -> Response:
        """What a person gets, and the button to leave."""
        person = self._people.find(request.path_params["token"])
        if person is None:
            return self._unknown(_path(request), 404)
        return HTMLResponse(pages.settings_page(person, _path(request), self._about))

    async def change(self, request: Request) -> Response:
        """Leaving in one click (RFC 8058: by any client, with nothing but this one field), or another choice."""
        raw = await request.body()
        form = await _form(request)
        if _text(form, ONE_CLICK[0]) == ONE_CLICK[1] or raw.strip() == "=".join(ONE_CLICK).encode():
            return await run_in_threadpool(self._leave, request, "web" if _text(form, "by") else "one click")
        return await run_in_threadpool(self._choose, request, form)

    def _leave(self, request: Request, how: str) -> Response:
        path, token = _path(request), request.path_params["token"]
        left, person = self._people.leave(token, how=how), self._people.find(token)
        if left is Left.UNKNOWN or person is None:
            # Also of somebody who was erased: nothing is sent by this link, which is what was asked for.
            return self._unknown(path, 200)
        return HTMLResponse(pages.left_page(person, path, self._about, before=left is Left.ALREADY))

    def _choose(self, request: Request, form: FormData) -> Response:
        path, token = _path(request), request.path_params["token"]
        choices, problem = self._choices(form)
        person = self._people.find(token)
        if person is None:
            return self._unknown(path, 404)
        if _text(form, "do") != "choose" or problem:
            return HTMLResponse(pages.settings_page(person, path, self._about, problem=problem), 400)
        changed = self._people.choose(token, choices)
        if changed.person is None:
            return self._unknown(path, 404)
        active = changed.person.status is SubscriberStatus.ACTIVE
        told = pages.changed(changed.what) if active else "Nothing was changed."
        return HTMLResponse(pages.settings_page(changed.person, path, self._about, told=told))

    def _entered(self, form: FormData) -> pages.Entered:
        """The form as it was sent, with the first thing that is wrong with it."""
        stamp, address = _text(form, "stamp"), _text(form, "address").strip()
        choices, problem = self._choices(form)
        if problem:
            return pages.Entered(stamp, address, choices, problem, "topics")
        age = self._people.read_stamp(stamp)
        if age is Stamp.EARLY:
            problem = "That was faster than anybody reads. Please press the button once more."
        elif age is Stamp.STALE:
            problem, stamp = "This page was open for too long. Please press the button once more.", self._people.stamp()
        return pages.Entered(stamp, address, choices, problem)

    def _choices(self, form: FormData) -> tuple[Choices, str]:
        """What was chosen, and what is wrong with that."""
        known = tuple(self._app.settings.topics)
        ticked = set(form.getlist("topics"))
        topics = tuple(name for name in known if name in ticked)
        stars, kind = _text(form, "min_stars") or "1", _text(form, "format") or MailFormat.HTML
        right = stars in ("1", "2", "3", "4", "5") and kind in list(MailFormat) and ticked.issubset(known)
        if not right:
            return Choices(), "This form was not sent as it should be."
        everything = len(topics) == len(known) or len(known) == 1
        choices = Choices(() if everything else topics, int(stars), MailFormat(kind))
        return choices, "" if everything or topics else "Please choose at least one topic."

    def _unknown(self, path: str, status: int) -> Response:
        return HTMLResponse(pages.unknown_page(path, self._about), status)


async def _form(request: Request) -> FormData:
    """The fields, whichever of the two ways of sending a form was taken; none of another content type."""
    return await request.form(max_files=0, max_fields=MAX_FIELDS)


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


def _path(request: Request) -> str:
    return request.url.path[1:]
