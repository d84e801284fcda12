"""Writing files so that a reader, or a crash, never sees half of one."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from litwatch.errors import PublishError


def write_atomically(
    path: Path, content: bytes | Iterable[bytes], *, mode: int = 0o644, before_rename: Callable[[], None] | None = None
) -> None:
    """Writes beside `path`, flushes to disk, calls `before_rename`, renames over `path`, flushes the folder.

    `content` may come in pieces; an exception between two of them passes through, and `path` is as before.
    Raises PublishError if any of it fails. An exception of `before_rename` passes through; `path` is then as before.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    except OSError as error:
        raise PublishError(path, error.strerror or str(error)) from error
    part = Path(name)
    try:
        _fill(handle, content, mode, path)
        if before_rename:
            before_rename()
        _put_in_place(part, path)
    finally:
        part.unlink(missing_ok=True)


def write_if_changed(path: Path, content: bytes) -> bool:
    """Writes only when the bytes differ, so that time stamps and web caches stay valid. True if it wrote."""
    try:
        if path.read_bytes() == content:
            return False
    except FileNotFoundError:
        pass
    except OSError as error:
        raise PublishError(path, error.strerror or str(error)) from error
    write_atomically(path, content)
    return True


def digests(directory: Path, paths: Iterable[str]) -> dict[str, str]:
    """The SHA-256 of each file below `directory` in hexadecimal; PublishError if one cannot be read."""
    found = {}
    for path in paths:
        try:
            found[path] = hashlib.sha256((directory / path).read_bytes()).hexdigest()
        except OSError as error:
            raise PublishError(directory / path, error.strerror or str(error)) from error
    return found


def _fill(handle: int, content: bytes | Iterable[bytes], mode: int, path: Path) -> None:
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.writelines((content,) if isinstance(content, bytes) else content)
            stream.flush()
            os.fsync(stream.fileno())
            os.fchmod(stream.fileno(), mode)
    except OSError as error:
        raise PublishError(path, error.strerror or str(error)) from error


def _put_in_place(part: Path, path: Path) -> None:
    try:
        part.replace(path)
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise PublishError(path, error.strerror or str(error)) from error
