"""The pages of people who subscribe, confirm, choose and leave. None of them is part of the site or may be indexed."""

from __future__ import annotations

from dataclasses import dataclass, field

from litwatch.domain.calendar import long_date
from litwatch.domain.subscriber import Choices, Subscriber, SubscriberStatus
from litwatch.publish import subscribing
from litwatch.publish.pages import page
from litwatch.publish.publication import SUBSCRIBE, Publication

BAIT = "homepage"
"""A field that no person sees; what fills it in is a program."""
NAMES = {"topics": "topics", "min_stars": "which notes", "format": "format"}


@dataclass(frozen=True, slots=True)
class Entered:
    """What stands in the form to subscribe, as it was sent, and what is wrong with it."""

    stamp: str
    address: str = ""
    choices: Choices = field(default_factory=Choices)
    problem: str = ""
    wrong: str = ""
    """The field that it is about: "address", "topics" or none."""


def subscribe_page(entered: Entered, publication: Publication) -> bytes:
    """The form to subscribe, as one finds it or as it comes back."""
    return page(
        "subscribe.html.j2",
        SUBSCRIBE,
        f"Get {publication.title} by email.",
        publication,
        indexed=not entered.problem,
        entered=entered,
        bait=BAIT,
        agreement=subscribing.agreement(publication),
        no_tracking=subscribing.NO_TRACKING,
        **_options(entered.choices, publication),
    )


def asked_page(publication: Publication) -> bytes:
    """The answer to every request, whatever is known of the address."""
    return _told(
        "Now look into your mail",
        (
            f"If this address is not subscribed to {publication.title} yet, a mail with a link to confirm is on its way to "
            "it. It can take a few minutes. Nothing else is sent before you have confirmed.",
            "If none comes: look where your mail program keeps what it takes for spam. An address gets one such mail a day "
            "at most, one that is subscribed already gets none (every issue has a link to change what you get), and "
            "neither does one whose mail came back or that we were told not to write to.",
        ),
        SUBSCRIBE,
        publication,
    )


def later_page(closed: bool, publication: Publication) -> bytes:
    """Too many requests: from one network, or (`closed`) from everywhere."""
    text = (
        "More people are subscribing at present than can be answered. Nothing was stored; please try again in an hour."
        if closed
        else "Too many requests came from your network within an hour. Nothing was stored; please try again in an hour."
    )
    return _told("Not now", (text,), SUBSCRIBE, publication)


def closed_page(publication: Publication) -> bytes:
    """The form where no mail is sent at all."""
    return _told(
        "No mail at present", (f"{publication.title} is not sent by mail at present.",), SUBSCRIBE, publication
    )


def confirm_page(person: Subscriber, path: str, publication: Publication) -> bytes:
    """The button that confirms; the page itself changes nothing."""
    return page(
        "confirm.html.j2",
        path,
        "",
        publication,
        indexed=False,
        person=person,
        chosen=subscribing.chosen(person.choices, publication),
        agreement=subscribing.agreement(publication),
        confirmation=subscribing.confirmation(publication),
    )


def confirmed_page(*, before: bool, path: str, publication: Publication) -> bytes:
    """They are subscribed: since now, or (`before`) since before, so that nothing has changed."""
    if before:
        text = ("You had confirmed before: you are subscribed, and nothing has changed.",)
    else:
        text = (
            "You are subscribed. A word of welcome is on its way to you, with the latest issue if you have not had it.",
        )
    links = "Every mail has a link to change what you get and to leave."
    return _told("Confirmed", (*text, links), path, publication)


def settings_page(
    person: Subscriber, path: str, publication: Publication, *, told: str = "", problem: str = ""
) -> bytes:
    """What a person gets, to be changed, and the button to leave. `told`: what was changed just now."""
    return page(
        "settings.html.j2",
        path,
        "",
        publication,
        indexed=False,
        person=person,
        told=told,
        problem=problem,
        subscribe=SUBSCRIBE,
        left=_since(person),
        **_options(person.choices, publication),
    )


def changed(what: tuple[str, ...]) -> str:
    """What was changed, in words."""
    return (
        f"Saved: {', '.join(NAMES[name] for name in what)}."
        if what
        else "Nothing was changed: you had chosen this before."
    )


def left_page(person: Subscriber, path: str, publication: Publication, *, before: bool) -> bytes:
    """They are unsubscribed: since now, or (`before`) since before, so that nothing has changed."""
    if before:
        text = f"{person.address} was already unsubscribed{_since(person)}. Nothing has changed, and nothing is sent."
    else:
        text = (
            f"{person.address} is unsubscribed. Nothing more is sent; only a mail that is on its way this minute may "
            "still arrive."
        )
    return _told("Unsubscribed", (text,), path, publication, back=True)


def unknown_page(path: str, publication: Publication) -> bytes:
    """The answer to a link that is nobody's."""
    text = (
        "No subscription belongs to this link. Perhaps it was copied incompletely, or what it was for is over: a request "
        "to subscribe lapses after seven days.",
        "To change what you get, or to leave, use the link in the latest mail that you got.",
    )
    return _told("This link is not known", text, path, publication)


def _told(title: str, paragraphs: tuple[str, ...], path: str, publication: Publication, *, back: bool = False) -> bytes:
    values = {"title": title, "paragraphs": paragraphs, "back": SUBSCRIBE if back else ""}
    return page("told.html.j2", path, "", publication, indexed=False, **values)


def _since(person: Subscriber) -> str:
    if person.status is SubscriberStatus.UNSUBSCRIBED and person.left_at:
        return f" since {long_date(person.left_at)}"
    return ""


def _options(choices: Choices, publication: Publication) -> dict[str, object]:
    """What can be chosen, with what is."""
    words = dict(subscribing.chosen(choices, publication))
    stars = {**subscribing.CUT_OFFS, choices.min_stars: words["Notes"]}
    return {
        "topics": [
            (name, title, not choices.topics or name in choices.topics)
            for name, title in publication.topic_titles.items()
        ],
        "stars": [(number, stars[number], number == choices.min_stars) for number in sorted(stars)],
        "formats": [(kind.value, text, kind is choices.format) for kind, text in subscribing.FORMATS.items()],
    }
