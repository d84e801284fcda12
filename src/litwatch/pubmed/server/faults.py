"""Faults for the local E-utilities server: which requests go wrong, and how. A plan is a value and repeats exactly.

Fault("truncate", endpoint="efetch", skip=1, times=1, at=97)   the 2nd efetch is cut after byte 97
Fault("429", every=3)                                          each 3rd request is refused
Fault("missing", probability=0.3, share=0.2)                   now and then a fifth of the records is left out
"""

from __future__ import annotations

import random
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from litwatch.errors import ConfigError, Problem
from litwatch.pubmed.server import answers as answers
from litwatch.pubmed.server.answers import Answer

FaultKind = Literal[
    "429",
    "truncate",
    "error-body",
    "html",
    "missing",
    "stall",
    "reset",
    "empty",
    "prolog",
    "json-error",
    "500",
    "502",
]
KINDS: tuple[FaultKind, ...] = get_args(FaultKind)
Transfer = Literal["length", "close", "exact", "chunked"]
"""How a cut body is declared: the length of the whole, none, that of the cut, or chunked without an end."""
NOW_AND_THEN = 0.2
"""How often a request goes wrong by the kinds that `parse_faults` is given without a number: they share it evenly."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to go wrong, and when. Requests to `endpoint` (all if None) count for `skip`, `every` and `times`."""

    kind: FaultKind
    endpoint: str | None = None
    skip: int = 0
    """So many requests pass first."""
    every: int = 1
    """Then the every-th goes wrong: 1 is each, 3 is the third, sixth, …"""
    times: int | None = None
    """At most so often; None is for ever."""
    probability: float = 1.0
    """Chance of each request that the above selects, from the plan's seeded random numbers."""
    at: int | None = None
    """truncate, reset, stall: after so many bytes of the body. None: anywhere (truncate), before the head (others)."""
    transfer: Transfer = "length"
    """truncate only."""
    seconds: float = 3.0
    """stall only: the silence before the rest is sent."""
    share: float = 0.3
    """missing only: the chance of each record to be left out."""
    pmids: tuple[str, ...] = ()
    """missing only: exactly these are left out."""
    variant: int | None = None
    """Which of the kind's bodies; None takes them in turn."""


@dataclass(frozen=True, slots=True)
class Strike:
    """A fault that applies to a request. `turn` counts its strikes from 0; `seed` makes random choices repeatable."""

    fault: Fault
    turn: int
    seed: float

    def body(self, endpoint: str, *, as_json: bool) -> Answer:
        """The answer that stands in for the true one. KeyError if this kind does not replace it."""
        choices = _bodies(self.fault.kind, endpoint, as_json=as_json)
        return choices[(self.turn if self.fault.variant is None else self.fault.variant) % len(choices)]

    def cut(self, length: int) -> int:
        """How many of `length` bytes are sent: always fewer than all of them."""
        wanted = int(self.seed * length) if self.fault.at is None else self.fault.at
        return max(0, min(wanted, length - 1))

    def lost(self, pmids: Iterable[str]) -> frozenset[str]:
        """Which of `pmids` are left out of the answer."""
        if self.fault.pmids:
            return frozenset(self.fault.pmids)
        chance = random.Random(self.seed)  # noqa: S311
        return frozenset(pmid for pmid in pmids if chance.random() < self.fault.share)


class FaultPlan:
    """Draws the faults of one request after the other. Thread-safe; the same requests in order meet the same faults."""

    def __init__(self, faults: Iterable[Fault] = (), *, seed: int = 0) -> None:
        self._faults = tuple(faults)
        self._lock = threading.Lock()
        self._random = random.Random(seed)  # noqa: S311
        self._requests = [0] * len(self._faults)
        self._strikes = [0] * len(self._faults)

    def draw(self, endpoint: str) -> tuple[Strike, ...]:
        """The strikes on this request: `missing` ones, and at most one other: the first in the plan that is due."""
        struck: list[Strike] = []
        with self._lock:
            for number, fault in enumerate(self._faults):
                if fault.endpoint not in {None, endpoint}:
                    continue
                due = self._due(number, fault)
                if due and (fault.kind == "missing" or all(strike.fault.kind == "missing" for strike in struck)):
                    struck.append(Strike(fault, self._strikes[number], self._random.random()))
                    self._strikes[number] += 1
        return tuple(struck)

    def _due(self, number: int, fault: Fault) -> bool:
        self._requests[number] += 1
        counted = self._requests[number] - fault.skip
        if counted < 1 or counted % fault.every:
            return False
        if fault.times is not None and self._strikes[number] >= fault.times:
            return False
        return fault.probability >= 1 or self._random.random() < fault.probability


def parse_faults(text: str) -> tuple[Fault, ...]:
    """`429,truncate=0.1` -> each kind now and then, or with the probability (0–1) after `=`. Raises ConfigError."""
    faults = []
    parts = [part.strip() for part in text.split(",") if part.strip()]
    share = NOW_AND_THEN / max(1, sum("=" not in part for part in parts))
    for part in parts:
        name, _, number = part.partition("=")
        kind = next((kind for kind in KINDS if kind == name.strip()), None)
        if kind is None:
            raise ConfigError((Problem("--fault", f"no fault {name.strip()!r}: choose from {', '.join(KINDS)}"),))
        try:
            probability = float(number) if number else share
        except ValueError:
            probability = -1
        if not 0 <= probability <= 1:
            raise ConfigError((Problem("--fault", f"{part!r}: a probability from 0 to 1 comes after ="),))
        faults.append(Fault(kind, probability=probability))
    return tuple(faults)


def _bodies(kind: FaultKind, endpoint: str, *, as_json: bool) -> tuple[Answer, ...]:
    if kind == "error-body":
        return _error_bodies(endpoint, as_json=as_json)
    return {
        "429": (answers.rate_limited("127.0.0.1", 4, 3),),
        "html": (answers.DIAGNOSTIC, answers.MAINTENANCE, answers.UNROUTED),
        "empty": (answers.EMPTY,),
        "prolog": (answers.PROLOG_ONLY,),
        "json-error": (answers.FORWARDING, answers.TXCLIENT),
        "500": (answers.SERVER_ERROR,),
        "502": (answers.BAD_GATEWAY,),
    }[kind]


def _error_bodies(endpoint: str, *, as_json: bool) -> tuple[Answer, ...]:
    """Upper-case ERROR: the service has failed, whatever the status says."""
    if endpoint == "efetch":
        timeout = answers.error("efetch", "External viewer error: Empty Response. Bytes read: 0 Status: Timeout")
        return (timeout, answers.FETCH_TIMEOUT)
    if endpoint == "esearch" and as_json:
        return (answers.error("esearch", answers.BACKEND_502, as_json=True),)
    failed = (answers.DATABASE_UNSUPPORTED, answers.NO_CONNECTION)
    return tuple(answers.error(endpoint, message, as_json=as_json) for message in failed)
