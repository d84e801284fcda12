"""A whole issue through a real Postfix into five hundred Maildirs."""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from litwatch import config
from litwatch.app import App
from litwatch.domain.digest import Issue
from litwatch.domain.notice import Notice
from litwatch.domain.subscriber import Delivery, DeliveryState
from litwatch.service.deliver import Delivered
from litwatch.store.database import Database
from tests.e2e.installation import Installation, address, publish
from tests.e2e.postfix import running, without_trace
from tests.publish.sample import ISSUE

PEOPLE = 500
NOBODY = PEOPLE
"""The number of a subscriber whose mailbox is gone."""


def test_an_issue_reaches_everybody_once_and_to_the_byte(sqlite_template: Path, tmp_path: Path) -> None:
    path = tmp_path / "litwatch.sqlite3"
    shutil.copy(sqlite_template, path)
    with running([f"reader{number}" for number in range(PEOPLE)]) as postfix:
        installation = Installation(tmp_path, f"sqlite:///{path}", postfix.port)
        installation.configure()
        with closing(Database(installation.url)) as database:
            publish(database, PEOPLE + 1, ISSUE)
        rendered: dict[str, bytes] = {}
        with closing(App(config.load(tmp_path / "config.toml", {}))) as app:
            render = app.postroom.render

            def keep(delivery: Delivery, told: Issue | Notice | None) -> bytes:
                message = rendered[delivery.subscriber.address.partition("@")[0]] = render(delivery, told)
                return message

            postroom = replace(app.postroom, render=keep)
            assert postroom.deliver() == Delivered(sent=PEOPLE, failed=1)
            assert postroom.deliver() == Delivered()
            sent = postroom.outbox([DeliveryState.SENT])
            (failed,) = postroom.outbox([DeliveryState.FAILED])
        postfix.wait_for(PEOPLE)
        delivered = postfix.delivered()
    assert failed.delivery.subscriber.address == address(NOBODY)
    assert (failed.delivery.reply or "").startswith(f"RCPT: 550 5.1.1 <{address(NOBODY)}>: Recipient address rejected")
    assert len(delivered) == len(sent) == PEOPLE
    for local, messages in delivered.items():
        (message,) = messages
        assert without_trace(message) == rendered[local].replace(b"\r\n", b"\n")
        assert message.startswith(b"Return-Path: <litwatch@litwatch.example>\n")
    assert all((waiting.delivery.reply or "").startswith("250 2.0.0 Ok: queued as ") for waiting in sent)
