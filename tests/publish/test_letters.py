"""The mails to people who come: the question, the welcome, the greeting; text only for who wants it so."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import replace
from email.message import EmailMessage

import pytest
from lxml import html

from litwatch.domain.digest import Issue, Rating
from litwatch.domain.subscriber import Delivery, DeliveryKind, MailFormat
from litwatch.errors import DeliveryError
from litwatch.publish.letters import message
from litwatch.publish.mailing import Mailing
from litwatch.publish.message import is_empty, issue_message, select
from litwatch.publish.publication import Publication
from tests.publish.nasty import NASTY
from tests.publish.sample import DELIVERY, ISSUE, READER, REVIEW
from tests.publish.test_message import HEADERS, MAILING, raw_names

ASKING = replace(MAILING, confirm_url=lambda person: f"https://litwatch.example/u/{person.seed}/confirm/KEY")
QUESTION = replace(DELIVERY, week="", kind=DeliveryKind.CONFIRM)
GREETING = replace(DELIVERY, week="", kind=DeliveryKind.WELCOME)
WELCOME = replace(DELIVERY, kind=DeliveryKind.WELCOME)
LOUD = replace(READER, address="click-here.to-win=prizes@evil.example")


def opened(raw: bytes) -> EmailMessage:
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    assert not mail.defects
    return mail


def parts(raw: bytes) -> tuple[str, str]:
    """(text, HTML), with every run of white space one space."""
    found = [opened(raw).get_body((kind,)) for kind in ("plain", "html")]
    text, page = (" ".join(str(part.get_content()).split()) if part else "" for part in found)
    return text, page


def test_the_question_says_who_asks_what_follows_and_how_to_refuse() -> None:
    raw = message(QUESTION, None, ASKING)
    text, page = parts(raw)
    link = f"https://litwatch.example/u/{READER.seed}/confirm/KEY"
    for body in (text, page):
        assert link in body
        assert "has asked for litwatch to be sent to this address" in body
        assert "If it was not you, do nothing" in body and "after seven days the request is deleted" in body
        assert "counts openings or clicks" in body
    assert html.document_fromstring(page).xpath("//a/@href") == [link, "https://litwatch.example/"]
    assert opened(raw)["Subject"] == "Please confirm: litwatch by email"
    assert raw_names(raw) == HEADERS


def test_the_question_has_no_word_of_who_asked() -> None:
    raw = message(replace(QUESTION, subscriber=LOUD), None, ASKING)
    assert opened(raw)["To"] == LOUD.address
    assert all("prizes" not in body for body in parts(raw))


def test_without_a_page_to_confirm_on_nothing_is_asked() -> None:
    with pytest.raises(DeliveryError, match=r"site\.secret"):
        message(QUESTION, None, MAILING)


def test_the_welcome_is_the_latest_issue_with_a_word_of_welcome() -> None:
    raw = message(WELCOME, ISSUE, ASKING)
    assert opened(raw)["Subject"] == "Welcome to litwatch"
    for body in parts(raw):
        assert "Welcome to litwatch. This is the latest issue" in body
    assert all(nugget.headline in parts(raw)[0] for nugget in ISSUE.nuggets)
    assert raw_names(raw) == HEADERS


def test_the_greeting_of_who_gets_no_issue_with_it() -> None:
    raw = message(GREETING, None, ASKING)
    text, page = parts(raw)
    assert f"https://litwatch.example/u/{READER.seed}" in text
    assert "The next issue comes when it is out." in text and "The next issue comes when it is out." in page
    bare = replace(ASKING, unsubscribe_url=None, unsubscribe_address=None)
    assert "answer with the word “unsubscribe”" in parts(message(GREETING, None, bare))[0]


@pytest.mark.parametrize(
    ("delivery", "what"), [(QUESTION, None), (GREETING, None), (WELCOME, ISSUE), (DELIVERY, ISSUE)]
)
def test_text_only_for_who_wants_it_so(delivery: Delivery, what: Issue | None) -> None:
    plain = replace(delivery, subscriber=replace(READER, format=MailFormat.TEXT))
    raw = message(plain, what, ASKING)
    mail = opened(raw)
    assert mail.get_content_type() == "text/plain" and not mail.is_multipart()
    assert raw_names(raw) == [*HEADERS, "Content-Transfer-Encoding"]
    assert parts(raw)[0] == parts(message(delivery, what, ASKING))[0]
    assert b"<html" not in raw
    assert max(map(len, raw.partition(b"\r\n\r\n")[2].split(b"\r\n"))) <= 78


@pytest.mark.parametrize("nasty", NASTY)
def test_the_publications_own_words_stay_words(nasty: str) -> None:
    about = Publication(nasty, nasty, "https://litwatch.example/")
    mailing: Mailing = replace(ASKING, publication=about)
    for delivery in (QUESTION, GREETING):
        raw = message(delivery, None, mailing)
        assert raw_names(raw) == HEADERS
        page = html.document_fromstring(parts(raw)[1])
        assert page.xpath("//script | //@onmouseover") == []


def starred(*stars: int | None) -> Issue:
    """The sample's nuggets with these ratings."""
    rated = zip(ISSUE.nuggets, stars, strict=True)
    return replace(ISSUE, nuggets=tuple(replace(note, rating=Rating(n, ()) if n else None) for note, n in rated))


def test_a_cut_off_leaves_the_notes_with_as_many_stars() -> None:
    issue = starred(3, 2, None)
    assert select(issue, (), 3).nuggets == issue.nuggets[:1]
    assert select(issue, (), 2).nuggets == issue.nuggets[:2]
    assert select(issue, (), 3).also == (), "what has no stars is not listed either"
    assert select(issue, (), 1) is issue
    assert is_empty(select(issue, (), 4)) and not is_empty(issue)
    assert select(issue, REVIEW.topics, 2).nuggets == tuple(
        note for note in issue.nuggets[:2] if set(note.topics) & set(REVIEW.topics)
    )


@pytest.mark.parametrize(
    ("stars", "topics", "told"),
    [
        (3, (), "This mail has what is new with 3 stars or more: 1 of the issue's 3 nuggets."),
        (5, (), "Nothing was picked with 5 stars or more this week."),
        (
            3,
            ("exercise-pain",),
            "This mail has what is new on your topics (Exercise and chronic pain) with 3 stars or more: 1 of the issue's 3",
        ),
    ],
)
def test_the_mail_says_what_a_cut_off_leaves_out(stars: int, topics: tuple[str, ...], told: str) -> None:
    person = replace(READER, min_stars=stars, topics=topics)
    raw = issue_message(starred(3, 2, None), replace(DELIVERY, subscriber=person), MAILING)
    text, page = parts(raw)
    assert told in text
    assert told in " ".join(re.sub(r"<[^>]+>", " ", page).replace("&#39;", "'").split())
