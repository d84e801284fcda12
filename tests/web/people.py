"""One reader and one installation: forms filled in, mails read, links taken out of them."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import select

from litwatch.app import App
from litwatch.domain.subscriber import DeliveryState
from litwatch.store import schema
from litwatch.web.application import application
from tests.web.conftest import publish_sample, settings
from tests.web.inside import Inside

SITE = "https://litwatch.example/"
LINK = re.compile(rf"{re.escape(SITE)}u/[A-Za-z0-9_/-]+")
STAMP = re.compile(r'name="stamp" value="([^"]*)"')
EVERY_TABLE = ("subscriber", "consent", "signup", "delivery", "suppression", "bounce")


class Town:
    """An installation that mails into a folder, with a clock that is moved by hand."""

    def __init__(self, url: str, folder: Path, now: datetime, **more: str) -> None:
        self.folder = folder / "mail"
        self.now = now
        environment = {"LITWATCH_MAIL__TRANSPORT": "folder", "LITWATCH_MAIL__FOLDER": str(self.folder)} | more
        self.app = App(settings(url, folder, **environment), clock=lambda: self.now)
        self.served = application(self.app)
        self.web = self.at("192.0.2.1")

    def at(self, host: str) -> Inside:
        """The web as seen from there."""
        return Inside(self.served, address=(host, 40000))

    def wait(self, **units: float) -> None:
        self.now += timedelta(**units)

    def stamp(self) -> str:
        """That of a form which has been open for a minute."""
        found = STAMP.search(self.web.get("/subscribe").text)
        assert found
        self.wait(minutes=1)
        return found[1]

    def ask(
        self, address: str, *, whence: str = "192.0.2.1", stamp: str | None = None, **fields: Any
    ) -> httpx.Response:
        """The form filled in and sent."""
        data = {"address": address, "stamp": stamp or self.stamp(), "topics": list(self.app.settings.topics)}
        data |= {"min_stars": "1", "format": "html", "homepage": ""} | fields
        return self.at(whence).post("/subscribe", data=data)

    def deliver(self) -> list[EmailMessage]:
        """What is sent now, in the order of sending."""
        before = set(self.folder.glob("*.eml")) if self.folder.exists() else set()
        self.app.deliver()
        new = sorted(set(self.folder.glob("*.eml")) - before, key=lambda path: path.stat().st_mtime_ns)
        return [read(path) for path in new]

    def asked(self, address: str, **fields: Any) -> str:
        """The path that the mail to confirm leads to."""
        assert self.ask(address, **fields).status_code == 202
        (mail,) = self.deliver()
        return link(mail)

    def subscribed(self, address: str, **fields: Any) -> str:
        """The path of the person's own page, once they have confirmed."""
        path = self.asked(address, **fields)
        assert self.web.post(path).status_code == 200
        (mail,) = self.deliver()
        return own(mail)

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Everything that is kept about people."""
        tables = {name: schema.metadata.tables[name] for name in EVERY_TABLE}
        with self.app.database.read() as tx:
            return {
                name: [tuple(row) for row in tx.execute(select(table).order_by(table.c.id))]
                for name, table in tables.items()
            }

    def states(self) -> list[tuple[str, str]]:
        """(kind, state) of each mail."""
        table = schema.delivery
        with self.app.database.read() as tx:
            rows = tx.execute(select(table.c.kind, table.c.state).order_by(table.c.id))
            return [(row.kind, DeliveryState(row.state).value) for row in rows]


def opened(url: str, folder: Path, now: datetime, *, issue: bool = True, **more: str) -> Iterator[Town]:
    """A town, closed at the end."""
    town = Town(url, folder, now, **more)
    with closing(town.app):
        if issue:
            publish_sample(town.app.database)
        yield town


def read(path: Path) -> EmailMessage:
    made = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert isinstance(made, EmailMessage)
    return made


def text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert isinstance(body, EmailMessage)
    return str(body.get_content())


def link(mail: EmailMessage) -> str:
    """The path of the first personal link in the text."""
    found = LINK.search(text(mail))
    assert found
    return found[0].removeprefix(SITE[:-1])


def own(mail: EmailMessage) -> str:
    """The path that List-Unsubscribe names."""
    found = LINK.search(str(mail["List-Unsubscribe"]))
    assert found
    return found[0].removeprefix(SITE[:-1])
