"""`config.toml` and the environment → frozen settings; every problem reported at once, with its key.

The environment wins over the file: `LITWATCH_<SECTION>__<KEY>`, e.g. `LITWATCH_DATABASE__URL`; see `environment`. Secrets
(`LITWATCH_PUBMED__API_KEY`, `LITWATCH_SITE__SECRET`, `LITWATCH_MAIL__PASSWORD`, `LITWATCH_MAIL__IMAP_PASSWORD`,
`LITWATCH_WRITER__KEY`) are taken from the environment only.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from litwatch.config import environment
from litwatch.config.sections import EUTILS, SQLITE, Database, Issue, Mail, PubMed, Site, Topic, Web, Writer, address
from litwatch.errors import ConfigError, Problem

__all__ = [
    "EMAIL_VARIABLE",
    "EUTILS",
    "SECRETS",
    "Settings",
    "Writer",
    "has_email",
    "load",
    "require_own_names",
    "template",
    "write_template",
]

SECRETS = (
    ("pubmed", "api_key"),
    ("site", "secret"),
    ("mail", "password"),
    ("mail", "imap_password"),
    ("writer", "key"),
)
EXAMPLE = "litwatch.example"
"""The name in the shipped configuration (RFC 2606): nobody's."""
EMAIL_VARIABLE = environment.variable("pubmed", "email")

_TOPIC_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")


class Settings(BaseModel):
    """Everything that can be set, frozen. Paths are absolute: relative ones count from config.toml's folder."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    pubmed: PubMed
    database: Database = Database()
    issue: Issue = Issue()
    site: Site = Site()
    web: Web = Web()
    mail: Mail = Mail()
    writer: Writer = Writer()
    topics: dict[str, Topic] = Field(min_length=1)


def load(path: Path, environ: Mapping[str, str]) -> Settings:
    """The settings of `path` and `environ`.

    Raises ConfigError with every problem: an unreadable file, bad TOML, an unknown key or variable, a bad value, a
    secret in the file, a missing `pubmed.email`.
    """
    from_file = _read_toml(path)
    problems = [
        Problem(f"{section}.{key}", f"a secret does not belong in the file; set {environment.variable(section, key)}")
        for section, key in SECRETS
        if key in _table(from_file, section)
    ]
    from_environment, unknown = environment.read(environ, Settings)
    problems += unknown
    try:
        settings = Settings(**_merge(from_file, from_environment))
    except ValidationError as error:
        problems += [_problem(item, from_environment) for item in error.errors()]
    else:
        problems += _conflicts(settings)
    if problems:
        raise ConfigError(tuple(problems), path)
    return _with_absolute_paths(settings, path.resolve().parent)


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError((Problem(str(path), "no such file; 'litwatch init' writes one"),)) from None
    except OSError as error:
        raise ConfigError((Problem(str(path), error.strerror or str(error)),)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError((Problem(str(path), f"not valid TOML: {error}"),)) from error


def _table(values: Mapping[str, Any], section: str) -> Mapping[str, Any]:
    table = values.get(section)
    return table if isinstance(table, dict) else {}


def _merge(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`over` laid on `under`, table by table."""
    merged = dict(under)
    for key, value in over.items():
        below = merged.get(key)
        merged[key] = _merge(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged


def _problem(item: Any, from_environment: Mapping[str, Any]) -> Problem:
    """One of pydantic's error dicts in a person's words, under the name that the person gave: key or variable."""
    loc, kind = item["loc"], item["type"]
    key = ".".join(str(part) for part in loc)
    of_section = len(loc) > 1 and loc[0] != "topics"
    shown = environment.variable(*loc[:2]) if of_section and loc[1] in _table(from_environment, loc[0]) else key
    if kind == "missing":
        return Problem(key, _MISSING.get(key, "is required"))
    if kind == "extra_forbidden":
        return Problem(key, "unknown key")
    if kind == "string_pattern_mismatch":
        return Problem(shown, _EXPECTED[key])
    if kind == "too_short":
        return Problem(
            shown, _MISSING.get(key, "{actual_length} characters, {min_length} are needed".format(**item["ctx"]))
        )
    message = item["msg"].removeprefix("Value error, ")
    return Problem(shown, message[:1].lower() + message[1:] if message[:1].isupper() else message)


_MISSING = {
    "pubmed": "is required: NCBI asks for a contact address, set pubmed.email",
    "pubmed.email": "is required: NCBI asks every client for a contact address",
    "topics": "at least one [topics.NAME] with title and query is required",
}
_EXPECTED = {
    "pubmed.tool": "expected a name without blanks",
    "database.url": "expected sqlite:///PATH or postgresql://USER@HOST/NAME",
    "mail.dkim_selector": "expected letters, digits, hyphens and dots",
}


def _conflicts(settings: Settings) -> Iterator[Problem]:
    """What no section can tell by itself."""
    for name in settings.topics:
        if not _TOPIC_NAME.match(name):
            yield Problem(f"topics.{name}", "a name is lower-case letters, digits and single hyphens")
    mail, served = settings.mail, settings.web.enabled
    if settings.site.secret is None:
        needed = "needs LITWATCH_SITE__SECRET in the environment, 32 random characters or more"
        yield from (
            Problem(key, needed) for key, wanted in (("web.enabled", served), ("mail.bounces", mail.bounces)) if wanted
        )
    if mail.transport != "none" and not (served or mail.unsubscribe):
        yield Problem(
            "mail.transport",
            "nobody who gets the mail could leave: set mail.unsubscribe, an address that takes such requests, or web.enabled",
        )


def require_own_names(settings: Settings, source: Path | None = None) -> None:
    """Raise ConfigError if what readers get for ever, or answer to, still carries the name of the shipped example."""
    site, mail = settings.site, settings.mail
    names = (
        ("site.base_url", urlsplit(site.base_url).hostname, "the address of your site"),
        ("site.authority", site.authority.partition(",")[0], "a domain of yours and a year: ids have it for ever"),
        ("mail.sender", mail.transport != "none" and mail.sender.partition("@")[2], "an address of yours"),
    )
    problems = [Problem(key, f"is still {EXAMPLE}; set {wanted}") for key, name, wanted in names if name == EXAMPLE]
    if problems:
        raise ConfigError(tuple(problems), source)


def _with_absolute_paths(settings: Settings, folder: Path) -> Settings:
    url = settings.database.url
    if url.startswith(SQLITE):
        url = SQLITE + str(folder / url.removeprefix(SQLITE))
    return settings.model_copy(
        update={
            "database": settings.database.model_copy(update={"url": url}),
            "site": settings.site.model_copy(update={"directory": folder / settings.site.directory}),
            "mail": settings.mail.model_copy(
                update={
                    "folder": folder / settings.mail.folder,
                    "dkim_key": settings.mail.dkim_key and folder / settings.mail.dkim_key,
                    "bounce_maildir": settings.mail.bounce_maildir and folder / settings.mail.bounce_maildir,
                }
            ),
        }
    )


def template() -> Path:
    """The configuration that ships with litwatch: in an installed wheel beside the package, else in the source tree."""
    package = Path(__file__).resolve().parent.parent
    shipped = package / "_shipped" / "config.toml"
    return shipped if shipped.exists() else package.parent.parent / "config.toml"


def write_template(path: Path, *, email: str | None = None) -> None:
    """Write the shipped configuration to `path`, with `email` as the contact address if given.

    Raises ConfigError if the address is none or the file cannot be written.
    """
    text = template().read_text(encoding="utf-8")
    try:
        if email is not None:
            text = text.replace('# email = "you@example.org"', f'email = "{address(email)}"')
        path.write_text(text, encoding="utf-8")
    except ValueError as error:
        raise ConfigError((Problem("pubmed.email", str(error)),)) from error
    except OSError as error:
        raise ConfigError((Problem(str(path), error.strerror or str(error)),)) from error


def has_email(path: Path, environ: Mapping[str, str]) -> bool:
    """Whether a contact address is set in the file or the environment."""
    return bool(environ.get(EMAIL_VARIABLE) or _table(_read_toml(path), "pubmed").get("email"))
