"""The outbox: one row per mail, and every step of its way committed.

A person has one row per issue, one per notice about a note of it, one for the welcome that brings it; the mail that
asks for confirmation is of no issue, nor is the welcome of who has come back and had the latest one.

    queued ──claim──▶ sending ──closing──▶ closing ──sent──▶ sent
       ▲                 │ │                  │ │
       │                 │ └──────sent────────┼─┼──▶ sent      (transports without a final dot)
       └─────recover─────┴────────────────────┘ └──▶ deferred (tried again later), held ──release──▶ queued
    deferred, held ──fail──▶ failed ──release──▶ queued       (the refusal of a recipient is believed)
    queued, deferred ──claim──▶ skipped                       (the person has left meanwhile)

`queueing` makes rows, `carrying` takes them through their states, `overseeing` shows them and is the operator's hand.
"""

from __future__ import annotations

from litwatch.store.outbox.carrying import (
    MAX_CRASHES,
    claim,
    closing,
    defer,
    fail,
    hold,
    is_waiting,
    lost,
    recover,
    sent,
)
from litwatch.store.outbox.overseeing import Waiting, counts, drop, listing, of_issue, release
from litwatch.store.outbox.queueing import enqueue, enqueue_single, has_issue, received

__all__ = [
    "MAX_CRASHES",
    "Waiting",
    "claim",
    "closing",
    "counts",
    "defer",
    "drop",
    "enqueue",
    "enqueue_single",
    "fail",
    "has_issue",
    "hold",
    "is_waiting",
    "listing",
    "lost",
    "of_issue",
    "received",
    "recover",
    "release",
    "sent",
]
