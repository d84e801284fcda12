"""The history server: result sets kept under a WebEnv and numbered by query key, in memory and bounded."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

KEPT = 256
"""Environments; the least recently used one expires first, and then answers as an expired WebEnv does at NCBI."""


@dataclass(frozen=True, slots=True)
class ResultSet:
    """What a query key stands for: PMIDs in order, and the term that found them ("" when they were posted)."""

    pmids: tuple[str, ...]
    term: str = ""


class UnknownSetError(LookupError):
    """No such WebEnv or query key. The argument is the key asked for."""


class History:
    """WebEnv -> query key -> `ResultSet`. Thread-safe."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._lock = threading.Lock()
        self._environments: OrderedDict[str, list[ResultSet]] = OrderedDict()
        self._issued = 0

    def add(self, web_env: str | None, result: ResultSet) -> tuple[str, str]:
        """Keep `result`: in `web_env` if that is known, else in a new environment. Returns WebEnv and query key."""
        with self._lock:
            if not web_env or web_env not in self._environments:
                self._issued += 1
                web_env = f"MCID_{self._issued:024x}"
                self._environments[web_env] = []
            sets = self._environments[web_env]
            sets.append(result)
            self._environments.move_to_end(web_env)
            while len(self._environments) > self._kept:
                self._environments.popitem(last=False)
            return web_env, str(len(sets))

    def get(self, web_env: str, key: str) -> ResultSet:
        """The set of that key. Raises `UnknownSetError`."""
        with self._lock:
            sets = self._environments.get(web_env, [])
            if not key.isdecimal() or not 1 <= int(key) <= len(sets):
                raise UnknownSetError(key)
            self._environments.move_to_end(web_env)
            return sets[int(key) - 1]

    def expire(self) -> None:
        """Forget everything, as NCBI does after some hours."""
        with self._lock:
            self._environments.clear()
