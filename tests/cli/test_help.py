"""What a person sees who asks for help or mistypes."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.cli.conftest import Run

GROUPS = ["", "issue", "notices", "deliver", "site", "subscribers", "suppressions", "config", "pubmed"]


@pytest.mark.parametrize("group", GROUPS)
def test_lists_of_commands_have_whole_sentences(run: Run, group: str) -> None:
    done = run(*group.split(), "--help")
    assert done.code == 0
    listed = done.out.partition("Commands:\n")[2].partition("\n\n")[0]
    assert len(listed.splitlines()) >= 1
    assert "..." not in listed
    assert listed.rstrip().endswith(".")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nosuch"], "No such command 'nosuch'."),
        (["poll", "--nosuch"], "No such option: --nosuch"),
        (["deliver", "--workers", "many"], "Invalid value for '--workers'"),
        (["issue", "test"], "Missing argument 'address'"),
    ],
)
def test_a_wrong_word_is_named_in_one_line_after_the_usage(run: Run, arguments: list[str], said: str) -> None:
    done = run(*arguments)
    assert (done.code, done.out) == (2, "")
    *_, last = done.err.splitlines()
    assert last.startswith("Error: ")
    assert said in last
    assert done.err.startswith("Usage: ")


def test_help_loads_nothing_for_formatting() -> None:
    code = (
        "import sys; from litwatch.cli import main; main(['--help']);"
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'markdown_it', 'sqlalchemy', 'lxml', 'pydantic'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
