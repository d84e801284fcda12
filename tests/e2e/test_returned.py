"""A real Postfix takes an issue, finds that a mailbox is gone, and sends it back: exactly that person gets no more."""

from __future__ import annotations

import shutil
import smtplib
import subprocess
import time
from contextlib import closing
from pathlib import Path

from litwatch import config
from litwatch.app import App
from litwatch.domain.subscriber import SubscriberStatus
from litwatch.publish.mailbox import Maildir
from litwatch.publish.reports import NotDelivered, read_report
from litwatch.service.bounces import Collected
from litwatch.service.deliver import Delivered
from litwatch.store.database import Database
from tests.e2e.installation import address, publish
from tests.e2e.postfix import Postfix, running
from tests.publish.sample import ISSUE

SECRET = "a secret of the service, 32 bytes or more"
GONE = 1
PEOPLE = 3

_CONFIGURATION = """\
[pubmed]
email = "ops@example.org"
[database]
url = "{url}"
[site]
base_url = "https://news.example/"
authority = "news.example,2026"
[mail]
sender = "litwatch@news.example"
transport = "smtp"
host = "127.0.0.1"
port = {port}
per_second = 1000
per_domain_per_second = 1000
bounces = "bounces@litwatch.example"
unsubscribe = "bounces@litwatch.example"
[topics.exercise-pain]
title = "Exercise and pain"
query = "exercise[tiab] AND pain[tiab]"
"""


def take_everything_and_return_it(postfix: Postfix) -> None:
    """Like a relay that learns only later who is gone; what comes back for `bounces+…` lies in the Maildir `bounces`."""
    settings = (
        "virtual_mailbox_domains=example.org litwatch.example",
        "recipient_delimiter=+",
        "smtpd_reject_unlisted_recipient=no",
        "smtpd_recipient_restrictions=permit_mynetworks",
    )
    etc = postfix.folder / "etc"
    subprocess.run(["/usr/sbin/postconf", "-c", etc, "-e", *settings], check=True, timeout=60)
    with (etc / "people").open("a") as people:
        people.write("bounces@litwatch.example bounces/\n")
    subprocess.run(["/usr/sbin/postfix", "-c", etc, "reload"], check=True, capture_output=True, timeout=60)
    for _ in range(100):  # processes with the old settings end by themselves
        with smtplib.SMTP("127.0.0.1", postfix.port, timeout=20) as connection:
            connection.ehlo()
            connection.mail("probe@litwatch.example")
            if connection.rcpt(address(GONE))[0] == 250:
                return
        time.sleep(0.1)
    raise TimeoutError("Postfix keeps its old settings")


def test_what_postfix_sends_back_suppresses_exactly_that_person(sqlite_template: Path, tmp_path: Path) -> None:
    path = tmp_path / "litwatch.sqlite3"
    shutil.copy(sqlite_template, path)
    here = [f"reader{number}" for number in range(PEOPLE) if number != GONE]
    with running(here) as postfix:
        take_everything_and_return_it(postfix)
        text = _CONFIGURATION.format(url=f"sqlite:///{path}", port=postfix.port)
        (tmp_path / "config.toml").write_text(text)
        with closing(Database(f"sqlite:///{path}")) as database:
            publish(database, PEOPLE, ISSUE)
        settings = config.load(tmp_path / "config.toml", {"LITWATCH_SITE__SECRET": SECRET})
        with closing(App(settings)) as app:
            assert app.deliver() == Delivered(sent=PEOPLE)
            postfix.wait_for(PEOPLE)
            delivered = postfix.delivered()
            assert sorted(delivered) == ["bounces", *here]
            (report,) = delivered["bounces"]
            (postfix.folder / "mail" / "bounces" / "cur").mkdir(exist_ok=True)
            box = Maildir(postfix.folder / "mail" / "bounces")
            assert app.bounces.collect(box) == Collected(hard=1, suppressed=1)
            assert app.bounces.collect(box) == Collected()
            assert [one.address for one in app.bounces.suppressions()] == [address(GONE)]
            states = {person.address: person.status for person in app.roster.listing(active_only=False)}
            explained = app.bounces.explain(address(GONE))
    gone = {number: number == GONE for number in range(PEOPLE)}
    assert states == {
        address(number): SubscriberStatus.SUPPRESSED if dead else SubscriberStatus.ACTIVE
        for number, dead in gone.items()
    }
    read = read_report(report)
    assert isinstance(read, NotDelivered)
    assert [(set(failure.recipients), failure.status) for failure in read.failures] == [({address(GONE)}, "5.1.1")]
    assert b"To: bounces+" in report
    ((_, mail),) = explained.reports
    assert mail and read.marks.message_ids == (mail.message_id,)  # the other way to find it
    told = explained.suppressions[0].reason
    assert "5.1.1, there is no such mailbox" in told and "unknown user" in told
