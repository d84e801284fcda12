"""What import-linter does not know: one home for each library, effects only where they belong."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parent.parent / "src" / "litwatch"

HOMES = {
    "httpx": {"pubmed/client.py", "writer/client.py", "publish/hub.py"},
    "Bio": {"pubmed/medline.py"},
    "sqlalchemy": {"store"},
    "alembic": {"store/migrate.py"},
    "psycopg": {"store"},
    "feedgen": {"publish/syndication.py"},
    "fastapi": {"web"},
    "starlette": {"web"},
    "uvicorn": {"web"},
    "dkim": {"publish/dkim.py"},
    "imap_tools": {"publish/mailbox.py"},
    "PIL": {"publish/forest_png.py"},
    "idna": {"store/subscribers.py"},
    "jinja2": {"publish"},
    "nh3": {"publish"},
    "smtplib": {"publish"},
    "email": {"publish", "pubmed/backoff.py", "web/sheet.py"},
    "apscheduler": {"daemon.py"},
    "typer": {"cli"},
    "click": {"cli"},
    "rich": {"cli"},
    "lxml": {"pubmed", "publish"},
    "pydantic": {"config", "store/payload.py", "web"},
    "tomllib": {"config", "extract", "pubmed"},
}
"""Library → the files or folders that may import it. TOML: configuration, and the package's own data files."""


def modules() -> list[Path]:
    return sorted(SOURCE.rglob("*.py"))


def imported(tree: ast.AST) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node.lineno


def at_home(path: Path, homes: set[str]) -> bool:
    place = path.relative_to(SOURCE).as_posix()
    return any(place == home or place.startswith(f"{home}/") for home in homes)


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_each_library_has_one_home(path: Path) -> None:
    strangers = [
        f"{name} (line {line})"
        for name, line in imported(ast.parse(path.read_text(encoding="utf-8")))
        if (homes := HOMES.get(name.split(".")[0])) is not None and not at_home(path, homes)
    ]
    assert strangers == []


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_effects_stay_at_the_edge(path: Path) -> None:
    """`print` only in cli; `os.environ` only in cli, which hands it to config; the present is read in one place."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
            found.append(("print", node.lineno, {"cli"}))
        if isinstance(node, ast.Attribute) and node.attr == "environ":
            found.append(("environ", node.lineno, {"cli"}))
        if (
            isinstance(node, ast.Attribute)
            and node.attr in ("now", "utcnow", "today")
            and ast.unparse(node.value)
            in (
                "datetime",
                "datetime.datetime",
                "date",
                "datetime.date",
            )
        ):
            found.append((f"clock .{node.attr}", node.lineno, {"domain/calendar.py"}))
    assert [f"{what} (line {line})" for what, line, homes in found if not at_home(path, homes)] == []


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_no_global_mutable_state(path: Path) -> None:
    """No `global` statement; module-level names are not rebound from functions."""
    assert not [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Global)]


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_files_and_functions_stay_readable(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef) and node.end_lineno and node.end_lineno - node.lineno + 1 > 60
    ]
    assert long == []
    assert text.count("\n") <= 350


def test_no_test_patches() -> None:
    """Tests pass values, transports and clocks; they do not patch."""
    tests = Path(__file__).resolve().parent
    marks = ("unittest." + "mock", "monkeypatch." + "setattr", "mocker" + ".")
    texts = {path: path.read_text(encoding="utf-8") for path in tests.rglob("*.py")}
    assert [str(path) for path, text in texts.items() if any(mark in text for mark in marks)] == []
