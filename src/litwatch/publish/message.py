"""Issue or notice + delivery → the bytes of one mail.

What all who chose the same read is rendered once (`mailing.Memo`), with blanks where a person's own address and links
go; page, feed and mail come from the same values and templates.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import replace

from markupsafe import Markup

from litwatch.domain.calendar import Week
from litwatch.domain.digest import Issue
from litwatch.domain.notice import Notice
from litwatch.domain.subscriber import ALL_STARS, Delivery, DeliveryKind, MailFormat, Subscriber
from litwatch.publish import headers, phrases, subscribing, telling, templating
from litwatch.publish.archive import Archive
from litwatch.publish.assembly import addressed, boundary
from litwatch.publish.mailing import Mailing, leave_url
from litwatch.publish.mime import ADDRESS, LEAVE, Letter, typeset
from litwatch.publish.pictures import Shown, attached
from litwatch.publish.plaintext import issue_text, notice_text
from litwatch.publish.publication import Publication, told_path
from litwatch.publish.subject import CHARACTERS, notice_subject, subject

MAX_HTML_BYTES = 90_000
"""Gmail cuts a message off at 102 kB, the way to unsubscribe first."""
_OWN_BYTES = 1_500
"""Kept free in it for what is a person's own: an address and two links."""
_SHORT_LIST = 10
_NOTHING_SINCE = Archive()
"""A mail tells what there was when its issue was published."""


def issue_message(issue: Issue, delivery: Delivery, mailing: Mailing) -> bytes:
    """The mail of `delivery` (as `assembly.assembled`).

    A person gets what they chose of the issue, a new one with a word of welcome.
    """
    person, leave = delivery.subscriber, _has_leave(mailing, delivery.subscriber)
    key = boundary(delivery), issue.guid, person.topics, person.min_stars, person.format, leave
    new = delivery.kind is DeliveryKind.WELCOME
    letter = mailing.memo.get(
        key,
        issue,
        lambda: typeset(issue_letter(issue, person, mailing.publication, leave=leave, new=new), boundary(delivery)),
    )
    return addressed(letter, delivery, mailing)


def notice_message(notice: Notice, delivery: Delivery, mailing: Mailing) -> bytes:
    """The mail that tells `notice` to one who was sent the note; otherwise like `issue_message`."""
    person, leave = delivery.subscriber, _has_leave(mailing, delivery.subscriber)
    week = Week.parse(delivery.week)
    letter = mailing.memo.get(
        (boundary(delivery), notice.guid, person.format, leave),
        notice,
        lambda: typeset(notice_letter(notice, week, person, mailing.publication, leave=leave), boundary(delivery)),
    )
    return addressed(letter, delivery, mailing)


def issue_letter(
    issue: Issue, person: Subscriber, publication: Publication, *, leave: bool, new: bool = False
) -> Letter:
    """The issue as all read it who chose what `person` chose; with a word of welcome to who is `new`.

    `leave`: whether there is an address at which one unsubscribes.
    """
    part = select(issue, person.topics, person.min_stars)
    title, note = subject(part, publication), _note(issue, part, person, publication)
    if new:
        title = headers.header_text(subscribing.welcome_title(publication), CHARACTERS)
        note = f"{subscribing.welcome(publication)} {note}".rstrip()
    way = LEAVE if leave else None
    text = issue_text(part, publication, address=ADDRESS, leave=way, note=note)
    if person.format is MailFormat.TEXT:
        return Letter(title, text)
    pictures = attached(part, publication)
    html = _html(part, publication, way, note, {slug: each.shown for slug, each in pictures.items()})
    return Letter(title, text, html, tuple(each.file for each in pictures.values() if each.shown.src in html))


def notice_letter(notice: Notice, week: Week, person: Subscriber, publication: Publication, *, leave: bool) -> Letter:
    """The notice about a note of the issue of `week`."""
    title = notice_subject(notice, week)
    way = LEAVE if leave else None
    text = notice_text(notice, week, publication, address=ADDRESS, leave=way)
    html = None
    if person.format is MailFormat.HTML:
        html = templating.render(
            "notice_mail.html.j2",
            notice=notice,
            publication=publication,
            address=_blank(ADDRESS),
            leave=way and _blank(way),
            note=publication.url(told_path(week, notice.slug)),
            why=phrases.why_told(notice, week, publication),
            style=templating.source("mail.css"),
        )
    return Letter(title, text, html)


def select(issue: Issue, topics: Sequence[str], min_stars: int = ALL_STARS) -> Issue:
    """What a person gets of the issue: the nuggets, mentions and polls of `topics` (none: of all).

    With a cut-off only the nuggets with as many stars: no others, no unrated ones, and no list of what has no stars.
    """
    polls, nuggets, also = issue.receipt.polls, issue.nuggets, issue.also
    if topics:
        wanted = set(topics)
        polls = tuple(poll for poll in polls if poll.topic in wanted)
        nuggets = tuple(nugget for nugget in nuggets if wanted.intersection(nugget.topics))
        also = tuple(mention for mention in also if wanted.intersection(mention.topics))
    if min_stars > ALL_STARS:
        nuggets = tuple(nugget for nugget in nuggets if nugget.rating and nugget.rating.stars >= min_stars)
        also = ()
    if (polls, nuggets, also) == (issue.receipt.polls, issue.nuggets, issue.also):
        return issue
    return replace(issue, nuggets=nuggets, also=also, receipt=replace(issue.receipt, polls=polls))


def is_empty(issue: Issue) -> bool:
    """Whether it tells and lists no study."""
    return not (issue.nuggets or issue.also)


def _has_leave(mailing: Mailing, person: Subscriber) -> bool:
    return leave_url(mailing, person) is not None


def _blank(which: str) -> Markup:
    return Markup(which)  # noqa: S704 (no text, and what is put there is escaped)


def _note(whole: Issue, part: Issue, person: Subscriber, publication: Publication) -> str:
    """What this mail leaves out, or that there is nothing."""
    topics = ", ".join(publication.topic(topic) for topic in person.topics)
    chosen = f" on your topics ({topics})" if topics else ""
    if person.min_stars > ALL_STARS:
        chosen += f" with {person.min_stars} stars or more"
    if is_empty(part):
        learned = telling.news(part)
        below = "What was learned about earlier notes is below." if learned else "What was searched is below."
        return f"Nothing was picked{chosen} this week. {below}"
    if not chosen:
        return ""
    return f"This mail has what is new{chosen}: {len(part.nuggets)} of the issue's {len(whole.nuggets)} nuggets."


def _html(issue: Issue, publication: Publication, leave: str | None, note: str, shown_as: Mapping[str, Shown]) -> str:
    """The HTML part; while it is too long, first the list, then nugget after nugget, then news moves to the web."""
    nuggets, news = len(issue.nuggets), len(issue.notices)
    # How many nuggets are told, others listed, and news of each kind named (None: all are told); each smaller.
    sizes: list[tuple[int, int, int | None]] = [(nuggets, len(issue.also), None)]
    sizes += [(shown, _SHORT_LIST, None) for shown in range(nuggets, -1, -1)]
    sizes += [(0, 0, named) for named in range(news, -1, -1)]
    made: dict[int, str] = {}

    def fits(number: int) -> bool:
        shown, listed, named = sizes[number]
        made[number] = templating.render(
            "mail.html.j2",
            issue=issue,
            publication=publication,
            href=publication.url,
            archive=_NOTHING_SINCE,
            quotes="inline",
            address=_blank(ADDRESS),
            leave=leave and _blank(leave),
            note=note,
            pictures=shown_as,
            shown=shown,
            listed=listed,
            named=named,
            style=templating.source("mail.css"),
        )
        return len(made[number].encode("utf-8")) <= MAX_HTML_BYTES - _OWN_BYTES

    # Rendering is most of the work: a dozen sizes are tried, not each.
    first = 0 if fits(0) else bisect_left(range(len(sizes)), True, lo=1, key=fits)
    return made[min(first, len(sizes) - 1)]
