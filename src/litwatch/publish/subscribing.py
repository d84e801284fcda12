"""The words of subscribing, the same on the page, in the mail and in the record of who agreed to what."""

from __future__ import annotations

from litwatch.domain.subscriber import ALL_STARS, Choices, MailFormat
from litwatch.publish.publication import Publication

CUT_OFFS = {
    ALL_STARS: "every note, and the list of what else is new",
    3: "only notes with three stars or more",
}
FORMATS = {MailFormat.HTML: "text and HTML; the mail program chooses", MailFormat.TEXT: "plain text only"}
NO_TRACKING = "No mail from us counts openings or clicks."


def agreement(publication: Publication) -> str:
    """What somebody agrees to who asks for the mail."""
    return (
        f"I want {publication.title} by email: an issue a week, and a mail when something that I was sent turns out to be "
        "wrong. I can leave at any time with one click."
    )


def confirmation(publication: Publication) -> str:
    """What the button says that confirms it."""
    return f"Yes, send me {publication.title}"


def welcome_title(publication: Publication) -> str:
    return f"Welcome to {publication.title}"


def welcome(publication: Publication) -> str:
    """The word of welcome above the latest issue."""
    return f"Welcome to {publication.title}. This is the latest issue; the next one comes when it is out."


def chosen(choices: Choices, publication: Publication) -> list[tuple[str, str]]:
    """(what, how chosen) in words."""
    topics = ", ".join(publication.topic(name) for name in choices.topics) or "all, also those to come"
    stars = CUT_OFFS.get(choices.min_stars, f"only notes with {choices.min_stars} stars or more")
    return [("Topics", topics), ("Notes", stars), ("Format", FORMATS[choices.format])]
