"""Subscribing, confirming, choosing, leaving: as a person with a browser does it, and with what is not one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from litwatch.domain.subscriber import Choices, MailFormat, SubscriberStatus
from litwatch.publish import forms
from litwatch.store import consents, subscribers
from tests.publish.nasty import NASTY
from tests.publish.sample import ISSUE, PUBLICATION, READER
from tests.web.people import Town, link, opened, own, text

ADDRESS = "ann@example.org"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def town(database_url: str, tmp_path: Path, now: datetime) -> Iterator[Town]:
    yield from opened(database_url, tmp_path, now)


def test_subscribe_confirm_read_choose_leave(town: Town) -> None:
    assert "Now look into your mail" in town.ask(ADDRESS).text
    (question,) = town.deliver()
    assert question["To"] == ADDRESS
    assert question["Subject"] == "Please confirm: litwatch by email"
    page = town.web.get(link(question))
    assert page.status_code == 200 and "<button" in page.text and ADDRESS in page.text
    assert "You are subscribed." in town.web.post(link(question)).text
    (welcome,) = town.deliver()
    assert welcome["Subject"] == "Welcome to litwatch"
    assert ISSUE.nuggets[0].headline in " ".join(text(welcome).split())
    assert "Welcome to litwatch. This is the latest issue" in text(welcome)
    mine = own(welcome)
    assert f"{ADDRESS} is subscribed" in town.web.get(mine).text
    choice = {"do": "choose", "topics": ["exercise-inflammation"], "min_stars": "3", "format": "text"}
    assert "Saved: topics, which notes, format." in town.web.post(mine, data=choice).text
    assert "Nothing was changed" in town.web.post(mine, data=choice).text
    (person,) = town.app.roster.listing()
    assert (person.topics, person.min_stars, person.format) == (("exercise-inflammation",), 3, MailFormat.TEXT)
    assert f"{ADDRESS} is unsubscribed." in town.web.post(mine, data=ONE_CLICK | {"by": "page"}).text
    assert f"{ADDRESS} was already unsubscribed since 21 March 2025." in town.web.post(mine, data=ONE_CLICK).text
    with town.app.database.read() as tx:
        told = [(line.what.value, line.how) for line in consents.history(tx, person.id)]
        asked, *_ = consents.history(tx, person.id)
    assert told == [("asked", "web"), ("confirmed", "web"), ("changed", "web"), ("left", "web")]
    assert asked.text.startswith("I want litwatch by email")
    assert asked.text in html.document_fromstring(town.web.get("/subscribe").text).text_content()


def test_the_choices_of_the_form_count_once_confirmed(town: Town) -> None:
    town.subscribed(ADDRESS, topics=["exercise-chronic-pain", "exercise-inflammation"], min_stars="3", format="text")
    (person,) = town.app.roster.listing()
    assert person.topics == ("exercise-inflammation", "exercise-chronic-pain")
    assert (person.min_stars, person.format) == (3, MailFormat.TEXT)


def test_all_topics_ticked_are_all_also_those_to_come(town: Town) -> None:
    town.subscribed(ADDRESS)
    assert town.app.roster.listing()[0].topics == ()


def test_nothing_but_the_question_is_sent_before_it_is_answered(town: Town) -> None:
    path = town.asked(ADDRESS)
    assert town.states() == [("confirm", "sent")]
    assert town.app.roster.listing() == []
    assert "not been confirmed" in town.web.get(path.partition("/confirm")[0]).text
    assert town.deliver() == []


def test_before_the_first_issue_the_welcome_is_a_greeting(database_url: str, tmp_path: Path, now: datetime) -> None:
    for town in opened(database_url, tmp_path, now, issue=False):
        town.web.post(town.asked(ADDRESS))
        (mail,) = town.deliver()
        assert "The next issue comes when it is out" in " ".join(text(mail).split())
        assert town.web.get(own(mail)).status_code == 200


FORM = b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'
BODIES = (
    (b"List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"),
    (FORM, "multipart/form-data; boundary=x"),
    (b"List-Unsubscribe=One-Click\r\n", "text/plain"),
    (b"List-Unsubscribe=One-Click", ""),
)


def test_one_click_needs_no_cookie_no_page_and_no_redirect(town: Town) -> None:
    stamp = town.stamp()
    for number, (body, kind) in enumerate(BODIES):
        mine = town.subscribed(f"reader{number}@example.org", stamp=stamp)
        for _ in range(2):
            answer = town.web.post(mine, content=body, headers={"Content-Type": kind} if kind else {})
            assert answer.status_code == 200
            assert "set-cookie" not in answer.headers and "location" not in answer.headers
    people = town.app.roster.listing(active_only=False)
    assert [person.status for person in people] == [SubscriberStatus.UNSUBSCRIBED] * len(BODIES)
    with town.app.database.read() as tx:
        for person in people:
            assert [line.how for line in consents.history(tx, person.id) if line.what == "left"] == ["one click"]


def test_a_post_of_anything_else_changes_nothing(town: Town) -> None:
    mine = town.subscribed(ADDRESS)
    before = town.rows()
    others: tuple[dict[str, object], ...] = (
        {},
        {"List-Unsubscribe": "yes"},
        {"do": "choose", "topics": []},
        {"do": "x", "topics": ["exercise-inflammation"]},
    )
    for data in others:
        assert town.web.post(mine, data=data).status_code == 400
    assert town.rows() == before


def test_who_comes_back_keeps_their_links_and_needs_a_new_confirmation(town: Town) -> None:
    first = town.asked(ADDRESS)
    town.web.post(first)
    (welcome,) = town.deliver()
    town.web.post(own(welcome), data=ONE_CLICK)
    assert town.web.post(first).status_code == 404, "an old question must not subscribe who has left"
    town.wait(days=2)
    second = town.asked(ADDRESS)
    assert second.partition("/confirm")[0] == own(welcome)
    assert town.web.post(first).status_code == 404
    assert town.app.roster.listing() == []
    assert "You are subscribed." in town.web.post(second).text
    assert "nothing has changed" in town.web.post(second).text
    assert town.web.post(own(welcome), data=ONE_CLICK).status_code == 200
    assert town.app.roster.listing() == []


IN_ASCII = {
    "Ann.Lee@BÜCHER.example": "Ann.Lee@xn--bcher-kva.example",
    "ann@straße.example": "ann@xn--strae-oqa.example",
    "ann@例え.example": "ann@xn--r8jz45g.example",
}


def test_domains_of_every_script(town: Town) -> None:
    stamp = town.stamp()
    assert [town.ask(address, stamp=stamp).status_code for address in IN_ASCII] == [202, 202, 202]
    assert [mail["To"] for mail in town.deliver()] == list(IN_ASCII.values())


BAD = ("", "ann", "ann@", "@example.org", "ännchen@example.org", "a b@example.org", "ann@localhost", "ann@192.0.2.1")
CUNNING = (
    "=cmd|x@example.org",
    "-oQ/tmp@example.org",
    "a@example.org\r\nBcc: b@example.org",
    f"{'a' * 65}@example.org",
)


def test_what_is_no_address_comes_back_harmless(town: Town) -> None:
    stamp = town.stamp()
    for address in (*BAD, *CUNNING, *NASTY):
        answer = town.ask(address.encode("utf-8", "replace").decode(), stamp=stamp)
        assert answer.status_code == 400
        page = html.document_fromstring(answer.text)
        assert page.xpath("//script | //@onmouseover") == []
        assert (
            page.xpath("//p[@role='alert']")[0].text_content() == "This is not an email address that we can write to."
        )
        assert page.xpath("//input[@name='address']/@aria-describedby") == ["problem"]
    assert town.rows()["signup"] == []


NEVER_OFFERED: tuple[dict[str, Any], ...] = (
    {"topics": ["no-such-topic"]},
    {"topics": ["<script>alert(1)</script>"]},
    {"min_stars": "9"},
    {"min_stars": "' OR 1=1"},
    {"format": "pdf"},
    {"topics": []},
)


def test_what_was_never_offered_cannot_be_chosen(town: Town) -> None:
    stamp = town.stamp()
    for fields in NEVER_OFFERED:
        answer = town.ask(ADDRESS, stamp=stamp, **fields)
        assert answer.status_code == 400
        assert "<script" not in answer.text
    assert town.rows()["signup"] == []


def test_a_form_too_young_or_too_old_or_of_somebody_else(town: Town) -> None:
    young = town.stamp()
    town.wait(minutes=-1, seconds=2)
    answer = town.ask(ADDRESS, stamp=young)
    assert answer.status_code == 400 and "faster than anybody reads" in answer.text and ADDRESS in answer.text
    town.wait(seconds=1)
    assert town.ask(ADDRESS, stamp=young).status_code == 202
    town.wait(days=1)
    late = town.ask("bob@example.org", stamp=young)
    assert late.status_code == 400 and "open for too long" in late.text
    seconds = young.partition(".")[0]
    for forged in ("x", f"{seconds}.x", f"{int(seconds) + 9}.{young.partition('.')[2]}", "9" * 500, "-1.x", "\u0663.x"):
        assert town.ask("bob@example.org", stamp=forged).status_code == 400
    assert len(town.rows()["signup"]) == 1


def test_what_fills_in_the_hidden_field_gets_the_same_answer_and_nothing_else(town: Town) -> None:
    person = town.ask(ADDRESS)
    program = town.ask("bot@example.org", homepage="https://spam.example/")
    assert (program.status_code, program.content) == (person.status_code, person.content)
    assert len(town.rows()["signup"]) == 1


@pytest.mark.parametrize("closed", [("LITWATCH_MAIL__TRANSPORT", "none"), ("LITWATCH_WEB__ENABLED", "false")])
def test_no_form_where_no_mail_is_sent_or_none_with_links(
    sqlite_url: str, tmp_path: Path, now: datetime, closed: tuple[str, str]
) -> None:
    more: dict[str, Any] = {"LITWATCH_MAIL__UNSUBSCRIBE": "leave@litwatch.example"} | dict([closed])
    for town in opened(sqlite_url, tmp_path, now, **more):
        assert town.web.get("/subscribe").status_code == 503
        assert town.ask(ADDRESS, stamp="x").status_code == 503
        for page in ("/", "/method.html", "/search", "/nowhere"):
            assert "By email" not in town.web.get(page).text, page


def test_every_page_leads_to_the_form_where_there_is_mail(town: Town) -> None:
    for page, address in (("/", "subscribe"), ("/questions/index.html", "../subscribe"), ("/search", "subscribe")):
        assert f'<a href="{address}">By email</a>' in town.web.get(page).text


@pytest.mark.parametrize("nasty", NASTY)
def test_words_of_the_configuration_stay_words(nasty: str, now: datetime) -> None:
    """Whatever the site and its topics are called, and whoever reads: no markup comes of it."""
    about = replace(PUBLICATION, title=nasty, description=nasty, topic_titles={"a": nasty, "b": nasty}, served=True)
    person = replace(READER, address=nasty, left_at=now)
    made = [
        forms.subscribe_page(forms.Entered(nasty, nasty, Choices(("a", nasty)), nasty, "address"), about),
        forms.asked_page(about),
        forms.later_page(True, about),
        forms.closed_page(about),
        forms.confirm_page(person, "u/x/confirm/y", about),
        forms.confirmed_page(before=False, path="u/x/confirm/y", publication=about),
        forms.left_page(person, "u/x", about, before=True),
        forms.unknown_page("u/x", about),
        *(
            forms.settings_page(replace(person, status=status), "u/x", about, told=nasty, problem=nasty)
            for status in SubscriberStatus
        ),
    ]
    for page in map(html.document_fromstring, made):
        assert page.xpath("//script | //@onmouseover | //article") == []
        assert set(page.xpath("//form/@action")) <= {"subscribe"}


def test_the_pages_of_a_person_are_kept_by_nobody(town: Town) -> None:
    asked = town.asked(ADDRESS)
    mine = asked.partition("/confirm")[0]
    for path in (asked, mine, "/u/x", "/subscribe"):
        answer = town.web.get(path)
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert ('<meta name="robots" content="noindex">' in answer.text) is (path != "/subscribe")
        assert "canonical" not in answer.text or path == "/subscribe"


def test_a_suppressed_person_is_told_so(town: Town) -> None:
    mine = town.subscribed(ADDRESS)
    with town.app.database.write() as tx:
        tx.exec_driver_sql("UPDATE subscriber SET status = 'suppressed'")
    assert "mail to it came back" in town.web.get(mine).text
    choice = {"do": "choose", "topics": ["exercise-inflammation"]}
    assert "Nothing was changed." in town.web.post(mine, data=choice).text
    town.web.post(mine, data=ONE_CLICK)
    with town.app.database.read() as tx:
        person = subscribers.by_address(tx, ADDRESS)
    assert person and person.status is SubscriberStatus.UNSUBSCRIBED
