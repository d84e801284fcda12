"""Every mail by its kind, and the two short ones to people who come: the question whether they want it, and a greeting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from litwatch.domain.digest import Issue
from litwatch.domain.notice import Notice
from litwatch.domain.subscriber import Delivery, DeliveryKind, MailFormat
from litwatch.errors import DeliveryError
from litwatch.publish import headers, mime, subject, subscribing, templating
from litwatch.publish.assembly import assembled
from litwatch.publish.mailing import Mailing, leave_url
from litwatch.publish.message import issue_message, notice_message
from litwatch.publish.wrapping import RULE, wrap


@dataclass(frozen=True, slots=True)
class _Letter:
    """`before` and `after` stand around the link, which is (what it is for, address)."""

    title: str
    before: Sequence[str]
    link: tuple[str, str] | None
    after: Sequence[str]


def message(delivery: Delivery, what: Issue | Notice | None, mailing: Mailing) -> bytes:
    """The bytes of any delivery; `what` is its issue or notice, or None. As `issue_message` in all else."""
    if isinstance(what, Notice):
        return notice_message(what, delivery, mailing)
    if what is not None:
        return issue_message(what, delivery, mailing)
    if delivery.kind is DeliveryKind.CONFIRM:
        return confirm_message(delivery, mailing)
    return greeting_message(delivery, mailing)


def confirm_message(delivery: Delivery, mailing: Mailing) -> bytes:
    """Asks whether the mail is wanted. Not a word in it comes from who asked for it."""
    if mailing.confirm_url is None:
        raise DeliveryError("there is no page to confirm on: site.secret is not set", permanent=True, refused="message")
    about = mailing.publication
    letter = _Letter(
        f"Please confirm: {about.title} by email",
        (
            f"Somebody, we hope you, has asked for {about.title} to be sent to this address. {about.description}",
            "To get it, open this page and press the button on it:",
        ),
        ("Confirm", mailing.confirm_url(delivery.subscriber)),
        (
            "If it was not you, do nothing: no issue is sent without it, and after seven days the request is deleted.",
            subscribing.NO_TRACKING,
        ),
    )
    return _written(letter, delivery, mailing)


def greeting_message(delivery: Delivery, mailing: Mailing) -> bytes:
    """The welcome without an issue: none is published yet, or they have had the latest one."""
    leave = leave_url(mailing, delivery.subscriber)
    letter = _Letter(
        subscribing.welcome_title(mailing.publication),
        (
            f"You are subscribed to {mailing.publication.title}. The next issue comes when it is out.",
            "To change what you get, or to leave:" if leave else "To leave, answer with the word “unsubscribe”.",
        ),
        ("What I get", leave) if leave else None,
        (subscribing.NO_TRACKING,),
    )
    return _written(letter, delivery, mailing)


def _written(letter: _Letter, delivery: Delivery, mailing: Mailing) -> bytes:
    title = headers.header_text(letter.title, subject.CHARACTERS)
    lines = [*wrap(mailing.publication.title), ""]
    for paragraph in letter.before:
        lines += [*wrap(paragraph), ""]
    if letter.link:
        lines += [letter.link[1], ""]
    for paragraph in letter.after:
        lines += [*wrap(paragraph), ""]
    lines += [RULE, *wrap(mailing.publication.url(""))]

    html = None
    if delivery.subscriber.format is MailFormat.HTML:
        html = templating.render(
            "letter.html.j2",
            letter=letter,
            publication=mailing.publication,
            style=templating.source("mail.css"),
        )
    return assembled(mime.Letter(title, "\n".join(lines) + "\n", html), delivery, mailing)
