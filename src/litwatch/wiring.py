"""Settings → the parts that `app` is put together from. Opens nothing."""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from litwatch.config import Settings
from litwatch.domain import tokens, verp
from litwatch.domain.calendar import Clock
from litwatch.domain.subscriber import Delivery, Subscriber
from litwatch.errors import ConfigError, Problem, QueryError, UsageError
from litwatch.publish.publication import Publication
from litwatch.pubmed import query
from litwatch.service import subscribe
from litwatch.service.schedule import Timetable
from litwatch.service.stored import stored_article
from litwatch.service.subscribe import Left, People
from litwatch.service.watch import Evidence
from litwatch.store.database import Database
from litwatch.store.notices import NoticeState

if TYPE_CHECKING:
    from litwatch.compose.issue import Rules
    from litwatch.publish.mailbox import Imap, Mailbox
    from litwatch.publish.mailing import Mailing, Sign
    from litwatch.publish.transport import Transport
    from litwatch.pubmed.client import Client
    from litwatch.service.bounces import Bounces
    from litwatch.service.courier import Render
    from litwatch.service.draft import Desk
    from litwatch.service.hub import Announcer
    from litwatch.service.mail_pace import MailPace
    from litwatch.service.polish import Polish
    from litwatch.service.postroom import Postroom
    from litwatch.service.proofs import Proofs
    from litwatch.service.roster import Roster
    from litwatch.service.told import MessageId


def topic_queries(settings: Settings, source: Path | None = None) -> dict[str, query.Query]:
    """The topics' queries, parsed. ConfigError with every query that cannot be used; `source` names their file."""
    queries, problems = {}, []
    for name, topic in settings.topics.items():
        try:
            queries[name] = query.parse(topic.query)
        except QueryError as error:
            problems.append(
                Problem(f"topics.{name}.query", f"character {error.position + 1}: {error.message}: {error.excerpt()}")
            )
    if problems:
        raise ConfigError(tuple(problems), source)
    return queries


def publication(settings: Settings, *, served: bool = False) -> Publication:
    """What every rendering shares; `served`: as litwatch's own web server hands it out."""
    # People leave by links to the web server that runs all the time, made with the secret.
    reachable = settings.web.enabled and settings.site.secret is not None
    return Publication(
        title=settings.issue.title,
        description=settings.issue.description,
        base_url=settings.site.base_url,
        topic_titles={name: topic.title for name, topic in settings.topics.items()},
        served=served,
        mailed=served and reachable and settings.mail.transport != "none",
        authority=settings.site.authority,
        hub=settings.web.hub,
    )


def rules(settings: Settings) -> Rules:
    """What the operator has decided about issues."""
    from litwatch.compose.issue import Rules
    from litwatch.service.differences import minimal_differences

    return Rules(
        authority=settings.site.authority,
        nuggets_per_issue=settings.issue.nuggets_per_issue,
        max_age_days=settings.issue.max_age_days,
        mids=minimal_differences(),
    )


def desk(
    settings: Settings, database: Database, clock: Clock, message_id: MessageId, polish: Polish | None = None
) -> Desk:
    """Where issues are made, and where an editor works on the draft of the next one."""
    from litwatch.extract.study import read_study
    from litwatch.service.draft import Desk
    from litwatch.service.issue import Press

    when = settings.issue
    press = Press(
        database=database,
        rules=rules(settings),
        parse=stored_article,
        read=read_study,
        message_id=message_id,
        polish=polish,
    )
    return Desk(
        press=press,
        clock=clock,
        timetable=timetable(settings),
        max_lateness=when.max_lateness,
        review=when.review,
        fallback=when.fallback,
    )


def timetable(settings: Settings) -> Timetable:
    """When issues are due."""
    when = settings.issue
    return Timetable(when.isoweekday, when.at, when.tzinfo)


def client(settings: Settings, *, paced: bool, sleep: Callable[[float], None], check: Callable[[], None]) -> Client:
    """The way to PubMed, at the pace that NCBI allows unless not `paced`."""
    from litwatch.pubmed.client import Client
    from litwatch.pubmed.pace import WITH_KEY, WITHOUT_KEY, Pace

    pubmed = settings.pubmed
    key = pubmed.api_key.get_secret_value() if pubmed.api_key else None
    rate = pubmed.requests_per_second or (WITH_KEY if key else WITHOUT_KEY)
    return Client(
        base_url=pubmed.base_url,
        tool=pubmed.tool,
        email=pubmed.email,
        api_key=key,
        pace=Pace(rate if paced else None, sleep=sleep),
        sleep=sleep,
        check=check,
        random=random.Random(),  # noqa: S311 - jitter, not a secret
    )


def people(settings: Settings, database: Database, clock: Clock) -> People | None:
    """Those who subscribe by themselves; None without a secret to make their links with."""
    secret = _secret(settings)
    if secret is None:
        return None
    domain = settings.mail.sender.partition("@")[2]
    return People(
        database,
        clock,
        secret,
        message_id=lambda what: f"<{what}.{secrets.token_hex(12)}@{domain}>",
        new_seed=new_seed,
    )


def roster(settings: Settings, database: Database, clock: Clock) -> Roster:
    """The operator's list of subscribers."""
    from litwatch.service.roster import Roster

    known = people(settings, database, clock)
    return Roster(
        database,
        clock,
        topics=settings.topics,
        new_seed=new_seed,
        address_hash=known.address_hash if known else None,
    )


def new_seed() -> str:
    """192 random bits."""
    return secrets.token_urlsafe(24)


def mailing(settings: Settings) -> Mailing:
    """Who sends, how one leaves, and what signs. ConfigError if there is a key that cannot sign."""
    from litwatch.publish.mailing import Mailing

    mail = settings.mail
    token = personal_token(settings)
    key = confirming_token(settings)
    about = publication(settings)
    return Mailing(
        publication=about,
        sender=mail.sender,
        sender_name=mail.sender_name,
        reply_to=mail.reply_to,
        unsubscribe_address=mail.unsubscribe,
        unsubscribe_url=(lambda person: about.url(f"u/{token(person)}")) if token and settings.web.enabled else None,
        token=token,
        confirm_url=(lambda person: about.url(f"u/{token(person)}/confirm/{key(person)}")) if token and key else None,
        sign=_signer(settings),
    )


def _signer(settings: Settings) -> Sign | None:
    mail = settings.mail
    if not (mail.dkim_key and mail.dkim_selector):
        return None
    from litwatch.publish.dkim import signer  # with it comes a DNS library, which takes longer than all the rest

    return signer(mail.dkim_key, mail.dkim_selector, mail.sender.partition("@")[2])


def proofs(settings: Settings, database: Database, clock: Clock) -> Proofs:
    """Mail that is looked at before it goes out to everybody."""
    from litwatch.service.proofs import Proofs

    return Proofs(
        database=database,
        render=renderer(mailing(settings)),
        transport=lambda: transport(settings),
        envelope_from=settings.mail.bounces or settings.mail.sender,
        domain=settings.mail.sender.partition("@")[2],
        clock=clock,
    )


def personal_token(settings: Settings) -> Callable[[Subscriber], str] | None:
    """Subscriber → the token of their own links; None without a secret to make it with."""
    secret = _secret(settings)
    # Kept: a mail has it four times.
    return None if secret is None else lru_cache(maxsize=64)(lambda person: tokens.personal(secret, person.seed))


def envelope_sender(settings: Settings) -> Callable[[Delivery], str]:
    """Delivery → where it comes back to if it cannot be delivered."""
    address, secret = settings.mail.bounces, _secret(settings)
    if address is None or secret is None:
        return lambda delivery: settings.mail.sender
    return lambda delivery: verp.envelope_sender(address, delivery.id, secret)


def bounces(settings: Settings, database: Database, clock: Clock) -> Bounces:
    """What is done about mail that comes back."""
    from litwatch.service.bounces import Bounces

    def leave(token: str) -> bool:
        return subscribe.leave(database, token, clock(), "mail") is not Left.UNKNOWN

    return Bounces(database, secret=_secret(settings), leave=leave, clock=clock)


def bounce_mailbox(settings: Settings) -> Mailbox | None:
    """Where mail comes back to; None if that is not configured."""
    from litwatch.publish.mailbox import Maildir

    if settings.mail.bounce_maildir:
        return Maildir(settings.mail.bounce_maildir)
    return imap(settings) if settings.mail.imap_host else None


def imap(settings: Settings) -> Imap:
    """The mailbox over IMAP; UsageError without one."""
    from litwatch.publish.mailbox import Imap, ImapAccount

    mail = settings.mail
    if not (mail.imap_host and mail.imap_username and mail.imap_password):
        raise UsageError(
            "no mailbox over IMAP is configured: mail.imap_host, imap_username, LITWATCH_MAIL__IMAP_PASSWORD"
        )
    password = mail.imap_password.get_secret_value()
    return Imap(
        ImapAccount(mail.imap_host, mail.imap_port, mail.imap_security, mail.imap_username, password, mail.imap_folder)
    )


def _secret(settings: Settings) -> bytes | None:
    return settings.site.secret.get_secret_value().encode() if settings.site.secret else None


def confirming_token(settings: Settings) -> Callable[[Subscriber], str] | None:
    """Subscriber → what only the mail that asks them for confirmation brings; None without a secret."""
    secret = _secret(settings)
    return None if secret is None else lambda person: tokens.confirming(secret, person.seed, person.left_at)


def postroom(settings: Settings, database: Database, clock: Clock, message_id: MessageId) -> Postroom:
    """How mail is made and leaves."""
    from litwatch.service.postroom import Postroom, nothing

    mail, known = settings.mail, people(settings, database, clock)
    return Postroom(
        database=database,
        transport=lambda: transport(settings),
        render=renderer(mailing(settings)),
        envelope_from=envelope_sender(settings),
        pace=mail_pace(settings),
        clock=clock,
        message_id=message_id,
        ambiguous=mail.ambiguous,
        on_refused=bounces(settings, database, clock).refused,
        prepare=known.prepare if known else nothing,
        take_requests=known.answer if known else nothing,
    )


def renderer(mailing: Mailing) -> Render:
    """Makes the mail that a delivery is."""
    from litwatch.publish import letters

    return partial(letters.message, mailing=mailing)


def transport(settings: Settings) -> Transport | None:
    """The way to the people; None if nothing is to be sent."""
    from litwatch.publish.smtp import Relay, SmtpTransport
    from litwatch.publish.transport import FolderTransport

    mail = settings.mail
    if mail.transport == "folder":
        return FolderTransport(mail.folder)
    if mail.transport == "smtp":
        password = mail.password.get_secret_value() if mail.password else None
        relay = Relay(mail.host, mail.port, mail.security, mail.username, password)
        return SmtpTransport(relay)
    return None


def mail_pace(settings: Settings) -> MailPace:
    """The pace towards the relay; files in a folder are written as fast as they can be."""
    from litwatch.service.mail_pace import MailPace

    mail = settings.mail
    if mail.transport != "smtp":
        return MailPace()
    return MailPace(mail.per_second, mail.per_domain_per_second)


def evidence(settings: Settings, database: Database, clock: Clock) -> Evidence:
    """Updates to published notes, which an editor decides about if there is one, and tallies over them."""
    return Evidence(
        database=database,
        authority=settings.site.authority,
        max_age_days=settings.issue.max_age_days,
        parse=stored_article,
        clock=clock,
        state=NoticeState.PROPOSED if settings.issue.review == "editor" else NoticeState.ACCEPTED,
    )


def announcer(settings: Settings, database: Database, clock: Clock) -> Announcer | None:
    """What tells the WebSub hub of changed feeds; None without a hub."""
    if settings.web.hub is None:
        return None
    from litwatch.publish.hub import Hub
    from litwatch.service.hub import Announcer

    return Announcer(database, to=Hub(settings.web.hub).announce, url=publication(settings).url, clock=clock)
