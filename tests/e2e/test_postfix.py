"""A whole issue through a real Postfix into five hundred Maildirs, signed; and a reader who leaves by what arrived."""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import replace
from email.parser import BytesHeaderParser
from pathlib import Path

from litwatch import config
from litwatch.app import App
from litwatch.domain.digest import Issue
from litwatch.domain.notice import Notice
from litwatch.domain.subscriber import Delivery, DeliveryState
from litwatch.service.deliver import Delivered
from litwatch.store import issues, outbox, subscribers
from litwatch.store.database import Database
from litwatch.web.application import application
from tests.e2e.installation import Installation, address, publish
from tests.e2e.postfix import running, without_trace
from tests.publish import dkim_keys
from tests.publish.sample import ISSUE, QUIET
from tests.publish.test_dkim import SELECTOR, by_dkimpy, by_opendkim
from tests.web.conftest import SECRET
from tests.web.inside import Inside

PEOPLE = 500
NOBODY = PEOPLE
"""The number of a subscriber whose mailbox is gone."""


def test_an_issue_reaches_everybody_once_and_to_the_byte(sqlite_template: Path, tmp_path: Path) -> None:
    path = tmp_path / "litwatch.sqlite3"
    shutil.copy(sqlite_template, path)
    with running([f"reader{number}" for number in range(PEOPLE)]) as postfix:
        installation = Installation(tmp_path, f"sqlite:///{path}", postfix.port)
        installation.configure()
        key = dkim_keys.make(tmp_path / "key.pem")
        with closing(Database(installation.url)) as database:
            publish(database, PEOPLE + 1, ISSUE)
        rendered: dict[str, bytes] = {}
        environment = {
            "LITWATCH_SITE__SECRET": SECRET,
            "LITWATCH_WEB__ENABLED": "true",
            "LITWATCH_MAIL__DKIM_SELECTOR": SELECTOR,
            "LITWATCH_MAIL__DKIM_KEY": str(key.path),
        }
        with closing(App(config.load(tmp_path / "config.toml", environment))) as app:
            render = app.postroom.render

            def keep(delivery: Delivery, told: Issue | Notice | None) -> bytes:
                message = rendered[delivery.subscriber.address.partition("@")[0]] = render(delivery, told)
                return message

            postroom = replace(app.postroom, render=keep)
            assert postroom.deliver() == Delivered(sent=PEOPLE, failed=1)
            assert postroom.deliver() == Delivered()
            first = dict(rendered)
            sent = postroom.outbox([DeliveryState.SENT])
            (failed,) = postroom.outbox([DeliveryState.FAILED])
            postfix.wait_for(PEOPLE)
            delivered = postfix.delivered()
            leaves(app, delivered["reader7"][0])
            publish_next(app)
            assert postroom.deliver() == Delivered(sent=PEOPLE - 1)
            skipped = {waiting.delivery.subscriber.address for waiting in postroom.outbox([DeliveryState.SKIPPED])}
    assert skipped == {address(7), address(NOBODY)}, "who has left, and whose mailbox is gone"
    assert failed.delivery.subscriber.address == address(NOBODY)
    assert (failed.delivery.reply or "").startswith(f"RCPT: 550 5.1.1 <{address(NOBODY)}>: Recipient address rejected")
    assert len(delivered) == len(sent) == PEOPLE
    for local, messages in delivered.items():
        (message,) = messages
        assert without_trace(message) == first[local].replace(b"\r\n", b"\n")
        assert message.startswith(b"Return-Path: <litwatch@news.example>\n")
    arrived = delivered["reader0"][0].replace(b"\n", b"\r\n")
    assert by_dkimpy(key, "news.example")(arrived)
    assert by_opendkim(key, tmp_path, "news.example")(arrived)
    assert all((waiting.delivery.reply or "").startswith("250 2.0.0 Ok: queued as ") for waiting in sent)


def leaves(app: App, message: bytes) -> None:
    """One click (RFC 8058), by the header of a message as it arrived."""
    headers = BytesHeaderParser().parsebytes(message)
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = str(headers["List-Unsubscribe"]).partition(">")[0].removeprefix("<")
    site = app.settings.site.base_url
    assert url.startswith(f"{site}u/")
    answer = Inside(application(app)).post(
        "/" + url.removeprefix(site), data={"List-Unsubscribe": "One-Click"}, headers={"Origin": "https://mail.example"}
    )
    assert answer.status_code == 200


def publish_next(app: App) -> None:
    """The next week's issue, in the outbox of everybody who was sent the last one."""
    following = replace(QUIET, week=ISSUE.week.next(), guid="tag:litwatch.example,2026:issue/next")
    with app.database.write() as tx:
        issues.publish(tx, following, {})
        people = subscribers.listing(tx, active_only=False)
        entries = [(person.id, f"<{following.week}.{person.id}@litwatch.example>") for person in people]
        outbox.enqueue(tx, following.week, entries, now=app.clock())
