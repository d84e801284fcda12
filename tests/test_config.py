"""config.toml and the environment: every problem at once, with its key."""

from __future__ import annotations

import re
import tomllib
from datetime import time, timedelta
from pathlib import Path

import pytest
from pydantic_core import PydanticUndefined

from litwatch import config
from litwatch.errors import ConfigError

GOOD = """
[pubmed]
email = "ops@example.org"
[topics.pain]
title = "Pain"
query = "pain[tiab]"
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(path: Path, environ: dict[str, str] | None = None) -> dict[str, str]:
    with pytest.raises(ConfigError) as caught:
        config.load(path, environ or {})
    return {problem.key: problem.message for problem in caught.value.problems}


def test_defaults_and_paths_relative_to_the_file(tmp_path: Path) -> None:
    settings = config.load(write(tmp_path, GOOD), {})
    assert settings.pubmed.email == "ops@example.org"
    assert settings.pubmed.base_url == config.EUTILS
    assert settings.database.url == f"sqlite:///{tmp_path}/litwatch.sqlite3"
    assert settings.site.directory == tmp_path / "public"
    assert settings.issue.at == time(7, 0)
    assert settings.issue.isoweekday == 5
    assert (settings.issue.review, settings.issue.fallback) == ("auto", "pause")
    assert settings.issue.max_lateness == timedelta(hours=48)
    assert list(settings.topics) == ["pain"]


def test_environment_wins_and_brings_the_secrets(tmp_path: Path) -> None:
    environ = {
        "LITWATCH_PUBMED__API_KEY": "k3y",
        "LITWATCH_PUBMED__EMAIL": "other@example.org",
        "LITWATCH_DATABASE__URL": "postgresql://db/litwatch",
        "UNRELATED": "x",
    }
    settings = config.load(write(tmp_path, GOOD), environ)
    assert settings.pubmed.email == "other@example.org"
    assert settings.pubmed.api_key is not None
    assert settings.pubmed.api_key.get_secret_value() == "k3y"
    assert settings.database.url == "postgresql://db/litwatch"
    assert "k3y" not in repr(settings)


def test_every_problem_is_reported_at_once(tmp_path: Path) -> None:
    found = problems(
        write(
            tmp_path,
            """
            colour = "blue"
            [pubmed]
            emial = "ops@example.org"
            api_key = "secret"
            [issue]
            weekday = "someday"
            review = "sometimes"
            max_lateness_hours = 0
            fallback = "guess"
            zone = "Mars/Olympus"
            [topics.pain]
            title = "Pain"
            """,
        )
    )
    assert set(found) == {
        "colour",
        "pubmed.email",
        "pubmed.emial",
        "pubmed.api_key",
        "issue.weekday",
        "issue.review",
        "issue.max_lateness_hours",
        "issue.fallback",
        "issue.zone",
        "topics.pain.query",
    }
    assert found["colour"] == "unknown key"
    assert "contact address" in found["pubmed.email"]
    assert "LITWATCH_PUBMED__API_KEY" in found["pubmed.api_key"]


@pytest.mark.parametrize(
    ("line", "key", "part"),
    [
        ("[pubmed]\nemail = 'nobody'", "pubmed.email", "not an email address"),
        ("[pubmed]\nemail = 'a@b.org'\nrequests_per_second = 5", "pubmed", "needs an API key"),
        ("[pubmed]\nemail = 'a@b.org'\noverlap_days = 3", "pubmed.overlap_days", "greater than or equal to 14"),
        ("[database]\nurl = 'mysql://x'", "database.url", "expected sqlite:///PATH or postgresql://USER@HOST/NAME"),
        ("[site]\nauthority = 'nodate'", "site.authority", "RFC 4151"),
        ("[mail]\nusername = 'u'", "mail", "LITWATCH_MAIL__PASSWORD"),
        (f"[mail]\nsender_name = '{'n' * 61}'", "mail.sender_name", "60 characters"),
        ("[mail]\nbounces = 'b@example.org'", "mail.bounces", "LITWATCH_SITE__SECRET"),
        (f"[mail]\nbounces = '{'b' * 32}@example.org'", "mail", "more than 31 characters before the @"),
        ("[mail]\nimap_host = 'imap.example.org'", "mail", "LITWATCH_MAIL__IMAP_PASSWORD"),
        ("[mail]\nimap_password = 'secret'", "mail.imap_password", "set LITWATCH_MAIL__IMAP_PASSWORD"),
        ("[mail]\ntransport = 'smtp'", "mail.transport", "set mail.unsubscribe"),
        ("[mail]\nimap_host = 'imap.example.org'\nbounce_maildir = 'Maildir'", "mail", "one mailbox is read, not two"),
        ("[web]\nproxies = ['rubbish/99']", "web.proxies.0", "neither an address nor a network: 'rubbish/99'"),
        ("[web]\nproxies = ['10.0.0.1/8']", "web.proxies.0", "neither an address nor a network"),
        ("[web]\nhost = 'not a host'", "web.host", "neither an address nor the name of a host"),
        ("[site]\nbase_url = 'https://a.example/b c'", "site.base_url", "not an http(s) address"),
        ("[site]\nbase_url = 'https://a.example/?q'", "site.base_url", "without ? and #"),
        ("[site]\nbase_url = 'https://a.example/#f'", "site.base_url", "without ? and #"),
        ("[topics.Bad_Name]\ntitle = 't'\nquery = 'q'", "topics.Bad_Name", "lower-case letters"),
        ("[web]\nenabled = true", "web.enabled", "LITWATCH_SITE__SECRET"),
        ("[pubmed]\nemail = 'a@b.org'\ntool = 'a b'", "pubmed.tool", "expected a name without blanks"),
        ("[mail]\ndkim_selector = '-'\ndkim_key = 'k'", "mail.dkim_selector", "expected letters, digits"),
    ],
)
def test_bad_values(tmp_path: Path, line: str, key: str, part: str) -> None:
    text = line if "[pubmed]" in line else "[pubmed]\nemail = 'a@b.org'\n" + line
    if "[topics" not in text:
        text += "\n[topics.a]\ntitle = 't'\nquery = 'q'\n"
    found = problems(write(tmp_path, text))
    assert list(found) == [key]
    assert part in found[key]


def test_missing_and_broken_files(tmp_path: Path) -> None:
    assert "litwatch init" in problems(tmp_path / "none.toml")[str(tmp_path / "none.toml")]
    broken = write(tmp_path, "[pubmed\n")
    assert "not valid TOML" in problems(broken)[str(broken)]


def test_settings_are_frozen(tmp_path: Path) -> None:
    settings = config.load(write(tmp_path, GOOD), {})
    with pytest.raises(ValueError, match="frozen"):
        setattr(settings.pubmed, "tool", "other")  # noqa: B010 - assigning is what must fail


WRITER = """
[writer]
kind = "openai-compatible"
base_url = "https://models.example.org/v1"
model = "tiny"
"""


def test_the_writer_is_off_by_default(tmp_path: Path) -> None:
    assert config.load(write(tmp_path, GOOD), {}).writer == config.Writer()
    assert config.Writer().kind == "none"


def test_the_writers_key_comes_from_the_environment(tmp_path: Path) -> None:
    settings = config.load(write(tmp_path, GOOD + WRITER), {"LITWATCH_WRITER__KEY": "sk-f1ct10nal"})
    assert settings.writer.base_url == "https://models.example.org/v1/"
    assert settings.writer.key is not None
    assert settings.writer.key.get_secret_value() == "sk-f1ct10nal"
    assert "f1ct" not in f"{settings!r} {settings.writer.model_dump(mode='json')}"


@pytest.mark.parametrize(
    ("written", "environ", "key", "message"),
    [
        (WRITER + 'key = "sk-1"', {}, "writer.key", "a secret does not belong in the file; set LITWATCH_WRITER__KEY"),
        ('[writer]\nkind = "openai-compatible"', {}, "writer", "kind = 'openai-compatible' needs base_url and model"),
        ('[writer]\nkind = "clippy"', {}, "writer.kind", "input should be 'none' or 'openai-compatible'"),
        (
            WRITER.replace("https://", "https://ops:s3cret@"),
            {},
            "writer",
            "base_url: a secret does not belong in the address; set LITWATCH_WRITER__KEY",
        ),
        (
            WRITER.replace("https://", "http://"),
            {"LITWATCH_WRITER__KEY": "s3cret"},
            "writer",
            "base_url: with a key it has to be https, or a server on this machine",
        ),
        (
            WRITER,
            {"LITWATCH_WRITER__KEY": "s3cret s3cret"},
            "writer",
            "a key (LITWATCH_WRITER__KEY) is visible ASCII without spaces",
        ),
        (WRITER, {"LITWATCH_WRITER__KEY": "s3cret\n"}, "writer", None),
        (
            WRITER,
            {"LITWATCH_WRITER__KEY": "s3crèt"},
            "writer",
            "a key (LITWATCH_WRITER__KEY) is visible ASCII without spaces",
        ),
    ],
)
def test_a_writer_that_cannot_be_is_told(
    tmp_path: Path, written: str, environ: dict[str, str], key: str, message: str | None
) -> None:
    path = write(tmp_path, GOOD + written)
    if message is None:  # white space around a value goes
        assert config.load(path, environ).writer.kind == "openai-compatible"
        return
    found = problems(path, environ)
    assert found[key].startswith(message)
    assert "s3cret" not in repr(found)


def test_a_server_on_this_machine_may_be_plain_http(tmp_path: Path) -> None:
    local = WRITER.replace("https://models.example.org", "http://localhost:11434")
    assert config.load(write(tmp_path, GOOD + local), {"LITWATCH_WRITER__KEY": "any"}).writer.kind != "none"


@pytest.mark.parametrize(
    "name",
    [
        "LITWATCH_TYPO__X",
        "LITWATCH_PUBMED__EMIAL",
        "LITWATCH_PUBMED_EMAIL",
        "LITWATCH_MAIL",
        "LITWATCH_MAIL__PORT__X",
        "LITWATCH_TOPICS__PAIN",
        "LITWATCH_",
    ],
)
def test_a_variable_that_sets_nothing_is_named(tmp_path: Path, name: str) -> None:
    found = problems(write(tmp_path, GOOD), {name: "smtp"})
    assert found == {name: "sets nothing: expected LITWATCH_<SECTION>__<KEY>"}


def test_an_empty_variable_is_none(tmp_path: Path) -> None:
    environ = {"LITWATCH_MAIL__PORT": "", "LITWATCH_SITE__SECRET": "", "LITWATCH_TYPO__X": ""}
    settings = config.load(write(tmp_path, GOOD), environ)
    assert settings == config.load(write(tmp_path, GOOD), {})


def test_variables_that_are_not_settings_of_ours(tmp_path: Path) -> None:
    environ = {"LITWATCH_CONFIG": "/etc/litwatch.toml", "LITWATCH_SERVICE_HOST": "10.0.0.7", "LITWATCH_PORT": "tcp://x"}
    assert config.load(write(tmp_path, GOOD), environ) == config.load(write(tmp_path, GOOD), {})


def test_a_list_in_the_environment_has_commas(tmp_path: Path) -> None:
    settings = config.load(write(tmp_path, GOOD), {"LITWATCH_WEB__PROXIES": "10.0.0.1, fd00::/8"})
    assert settings.web.proxies == ("10.0.0.1", "fd00::/8")


def test_the_environment_may_change_a_topic(tmp_path: Path) -> None:
    settings = config.load(write(tmp_path, GOOD), {"LITWATCH_TOPICS__PAIN__TITLE": "All pain"})
    assert settings.topics["pain"].title == "All pain"


def test_a_secret_that_is_too_short_is_told_by_its_variable_and_not_shown(tmp_path: Path) -> None:
    found = problems(write(tmp_path, GOOD), {"LITWATCH_SITE__SECRET": "s3cret", "LITWATCH_MAIL__PORT": "x"})
    assert found["LITWATCH_SITE__SECRET"] == "6 characters, 32 are needed"
    assert found["LITWATCH_MAIL__PORT"].startswith("input should be a valid integer")
    assert "s3cret" not in repr(found)


def test_topics_that_are_none(tmp_path: Path) -> None:
    text = GOOD.partition("[topics")[0]
    assert problems(write(tmp_path, text + "[topics]")) == problems(write(tmp_path, text))


@pytest.mark.parametrize(
    "environ",
    [
        {"LITWATCH_MAIL__UNSUBSCRIBE": "leave@example.org"},
        {"LITWATCH_WEB__ENABLED": "true", "LITWATCH_SITE__SECRET": "s" * 32},
    ],
)
def test_mail_that_people_can_leave(tmp_path: Path, environ: dict[str, str]) -> None:
    settings = config.load(write(tmp_path, GOOD + '[mail]\ntransport = "smtp"'), environ)
    assert settings.mail.transport == "smtp"


def test_the_shipped_file_has_every_key_with_its_default_and_a_comment() -> None:
    lines = config.template().read_text("utf-8").splitlines()
    start = {line[1:-1]: number for number, line in enumerate(lines) if line.startswith("[")}
    ours = {"issue.description"}
    for section, field in config.Settings.model_fields.items():
        keys = getattr(field.annotation, "model_fields", {})
        for key in keys.keys() - {name for table, name in config.SECRETS if table == section}:
            written = re.compile(rf"(# )?{key} = (.*?)( +# .+)?")
            [(number, found)] = [
                (number, match)
                for number, line in enumerate(lines)
                if (match := written.fullmatch(line)) and max(n for n in start.values() if n < number) == start[section]
            ]
            assert found[3] or lines[number - 1].startswith("# "), f"{section}.{key} has no comment"
            default, shown = keys[key].default, tomllib.loads(f"x = {found[2]}")["x"]
            if default in (PydanticUndefined, None, "") or f"{section}.{key}" in ours:
                assert found[1] or f"{section}.{key}" in ours, f"{section}.{key} is no default"
            else:
                as_written = str(default) if isinstance(default, Path) else default
                assert (tuple(shown) if isinstance(shown, list) else shown) == as_written, f"{section}.{key}"
