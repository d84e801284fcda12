"""The sections of `config.toml`, each value checked by itself."""

from __future__ import annotations

import re
from datetime import time, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator

from litwatch.domain import verp

EUTILS = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/"
SQLITE = "sqlite:///"

MAX_LOCAL = 64
"""Characters before the @ of an address (RFC 5321, 4.5.3.1.1)."""

_ADDRESS = re.compile(r"[^@\s<>,;:\"()\[\]\\]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+\Z")
_AUTHORITY = re.compile(r"[a-z0-9.-]+\.[a-z]+,\d{4}(-\d{2}(-\d{2})?)?\Z")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def address(value: str) -> str:
    if not _ADDRESS.match(value):
        raise ValueError(f"not an email address: {value!r}")
    return value


def _http_address(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#]+\S*", value):
        raise ValueError(f"not an http(s) address: {value!r}")
    return value


def _http_url(value: str) -> str:
    """An address that others are made from by adding to its end."""
    if "?" in value or "#" in value:
        raise ValueError(f"an address without ? and # is expected: {value!r}")
    return _http_address(value).rstrip("/") + "/"


def _network(value: str) -> str:
    try:
        ip_network(value)
    except ValueError:
        raise ValueError(f"neither an address nor a network: {value!r}") from None
    return value


def _host(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.-]+|[0-9A-Fa-f:.]+(%\w+)?", value):
        raise ValueError(f"neither an address nor the name of a host: {value!r}")
    return value


def _listed(value: object) -> object:
    """A list as a variable has it: one text with commas."""
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError(f"not an IANA time zone: {value!r}")
    return value


def _authority(value: str) -> str:
    if not _AUTHORITY.match(value):
        raise ValueError(f"expected a domain you held and a date, e.g. 'example.org,2026' (RFC 4151): {value!r}")
    return value


Address = Annotated[str, AfterValidator(address)]
HttpUrl = Annotated[str, AfterValidator(_http_url)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class PubMed(_Section):
    """How to ask NCBI's E-utilities."""

    email: Address
    """NCBI asks every client for a contact address."""
    tool: str = Field("litwatch", pattern=r"^\S+$")
    base_url: HttpUrl = EUTILS
    api_key: SecretStr | None = None
    requests_per_second: float | None = Field(None, gt=0, le=10)
    """None: 2.5 without a key, 8 with one. NCBI's limits are 3 and 10."""
    lookback_days: int = Field(60, ge=1, le=3660)
    """How far a topic's first poll reaches back."""
    overlap_days: int = Field(14, ge=14, le=365)
    poll_every_hours: float = Field(6, ge=0.25, le=168)
    recheck_every_days: float = Field(7, ge=1, le=31)
    """How often everything published is looked up again for retractions and corrections; before an issue in any case."""

    @model_validator(mode="after")
    def _within_limit(self) -> PubMed:
        if self.requests_per_second and self.requests_per_second > 3 and self.api_key is None:
            raise ValueError("requests_per_second over 3 needs an API key (LITWATCH_PUBMED__API_KEY)")
        return self


class Database(_Section):
    """Where everything is kept."""

    url: str = Field("sqlite:///litwatch.sqlite3", pattern=r"^(sqlite:///|postgresql://)")


class Issue(_Section):
    """What an issue is and when it is due."""

    title: str = Field("litwatch", min_length=1, max_length=100)
    description: str = "New studies, read outcome by outcome: what got better, what did not."
    weekday: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] = "friday"
    at: time = time(7, 0)
    zone: Annotated[str, AfterValidator(_zone)] = "UTC"
    nuggets_per_issue: int = Field(7, ge=1, le=50)
    max_age_days: int = Field(400, ge=1)
    review: Literal["auto", "editor"] = "auto"
    """"editor": an issue that is due waits as a draft until somebody approves it."""
    max_lateness_hours: float = Field(48, ge=1, le=8784)
    """How long a draft waits for its editor."""
    fallback: Literal["pause", "unsigned"] = "pause"
    """After that: go on waiting, or publish it marked as unsigned."""

    @property
    def isoweekday(self) -> int:
        """1 = Monday … 7 = Sunday."""
        days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
        return days.index(self.weekday) + 1

    @property
    def max_lateness(self) -> timedelta:
        return timedelta(hours=self.max_lateness_hours)

    @property
    def tzinfo(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


class Site(_Section):
    """Where readers find the feed and the pages."""

    base_url: HttpUrl = "https://litwatch.example/"
    directory: Path = Path("public")
    authority: Annotated[str, AfterValidator(_authority)] = "litwatch.example,2026"
    """Naming authority of the permanent `tag:` ids (RFC 4151). Never change it once published."""
    secret: SecretStr | None = Field(None, min_length=32)
    """What the tokens of subscribers' own links and of forms are made with. A new one ends all links sent before."""


class Web(_Section):
    """The pages, feeds and forms over HTTP. Behind a web server that speaks https with the world."""

    enabled: bool = False
    """Whether pages and forms are served at `site.base_url`. Only then do mails carry links to leave and to choose."""
    served_by: Literal["run", "serve"] = "run"
    """`litwatch run` itself, or `litwatch serve`, as processes of their own."""
    host: Annotated[str, AfterValidator(_host)] = "127.0.0.1"
    port: int = Field(8640, ge=1, le=65535)
    proxies: Annotated[tuple[Annotated[str, AfterValidator(_network)], ...], BeforeValidator(_listed)] = (
        "127.0.0.1",
        "::1",
    )
    """Addresses or networks of the web servers in front, whose word on where a request comes from is taken."""
    hub: Annotated[str, AfterValidator(_http_address)] | None = None
    """The WebSub hub that is told when a feed changes."""


class Mail(_Section):
    """How an issue reaches its subscribers."""

    transport: Literal["none", "folder", "smtp"] = "none"
    sender: Address = "litwatch@litwatch.example"
    sender_name: str = Field("litwatch", max_length=60)
    reply_to: Address | None = None
    unsubscribe: Address | None = None
    """An address that takes unsubscribe requests (List-Unsubscribe: mailto)."""
    folder: Path = Path("mail")
    host: str = "localhost"
    port: int = Field(25, ge=1, le=65535)
    security: Literal["none", "starttls", "tls"] = "none"
    username: str | None = None
    password: SecretStr | None = None
    per_second: float = Field(5, gt=0)
    per_domain_per_second: float = Field(1, gt=0)
    """To one domain of recipients."""
    bounces: Address | None = None
    """Takes what could not be delivered: each mail gets an envelope sender of its own, `local+TOKEN@domain` (VERP)."""
    bounce_maildir: Path | None = None
    """The Maildir where that arrives, or …"""
    imap_host: str | None = None
    """… the server that has it."""
    imap_port: int = Field(993, ge=1, le=65535)
    imap_security: Literal["tls", "starttls", "none"] = "tls"
    imap_username: str | None = None
    imap_password: SecretStr | None = None
    imap_folder: str = "INBOX"
    dkim_selector: str | None = Field(None, pattern=r"^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$")
    dkim_key: Path | None = None
    """The private key in PEM, of the sender's domain. Without both, signing is left to the relay."""
    ambiguous: Literal["resend", "hold"] = "resend"
    """After a crash in the last millisecond of a delivery: send again (maybe twice) or hold for the operator (maybe never)."""

    @model_validator(mode="after")
    def _is_whole(self) -> Mail:
        if self.username and self.password is None:
            raise ValueError("username is set, but LITWATCH_MAIL__PASSWORD is not in the environment")
        if bool(self.dkim_selector) != bool(self.dkim_key):
            raise ValueError("dkim_selector and dkim_key belong together")
        if self.username and self.security == "none":
            raise ValueError("a login needs security = 'starttls' or 'tls'")
        return self

    @model_validator(mode="after")
    def _takes_bounces(self) -> Mail:
        if self.bounces and len(self.bounces.partition("@")[0]) > MAX_LOCAL - verp.LONGEST:
            raise ValueError(
                f"bounces: more than {MAX_LOCAL - verp.LONGEST} characters before the @ leave no room for a token"
            )
        if self.bounce_maildir and self.imap_host:
            raise ValueError("bounce_maildir and imap_host: one mailbox is read, not two")
        if self.imap_host and not (self.imap_username and self.imap_password):
            raise ValueError("imap_host needs imap_username, and LITWATCH_MAIL__IMAP_PASSWORD in the environment")
        if self.imap_host and self.imap_security == "none" and self.imap_host not in _LOOPBACK:
            raise ValueError("imap_security 'none' is for a server on this machine only")
        return self


class Writer(_Section):
    """A language model that may rephrase the notes' sentences; the gate decides. Off by default."""

    kind: Literal["none", "openai-compatible"] = "none"
    base_url: HttpUrl | None = None
    """What stands before "chat/completions", e.g. "http://localhost:11434/v1/"."""
    model: str = ""
    key: SecretStr | None = None
    timeout: float = Field(60, gt=0, le=600)
    """Seconds for one answer."""
    max_tokens_per_note: int = Field(8_000, ge=500)
    max_tokens_per_day: int = Field(200_000, ge=0)
    """Questions and answers of any 24 hours."""
    max_seconds_per_issue: float = Field(300, gt=0, le=3600)

    @model_validator(mode="after")
    def _can_be_asked(self) -> Writer:
        if self.kind != "none" and not (self.base_url and self.model):
            raise ValueError(f"kind = {self.kind!r} needs base_url and model")
        url = urlsplit(self.base_url or "")
        if "@" in url.netloc:
            raise ValueError("base_url: a secret does not belong in the address; set LITWATCH_WRITER__KEY")
        key = self.key.get_secret_value() if self.key else ""
        if not re.fullmatch(r"[!-~]*", key):
            raise ValueError("a key (LITWATCH_WRITER__KEY) is visible ASCII without spaces")
        if key and url.scheme == "http" and url.hostname not in _LOOPBACK:
            raise ValueError("base_url: with a key it has to be https, or a server on this machine")
        return self


class Topic(_Section):
    """A saved PubMed query with a name (its key in `[topics]`)."""

    title: str = Field(min_length=1, max_length=100)
    query: str = Field(min_length=1)
