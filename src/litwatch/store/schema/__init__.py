"""The tables. `migrations/` builds them step by step; a test holds the two equal on both databases.

Times are UTC. Enumerations are stored by their value and checked by the database. Names of constraints are fixed by
a convention, so that a migration can find them again.
"""

from __future__ import annotations

from litwatch.store.schema.base import HEAD, metadata
from litwatch.store.schema.issues import (
    Fate,
    NoticeState,
    citation,
    draft,
    issue,
    issue_article,
    model_answer,
    notice,
    nugget,
    recheck,
)
from litwatch.store.schema.readers import (
    bounce,
    consent,
    delivery,
    delivery_pause,
    hub_ping,
    signup,
    subscriber,
    suppression,
)
from litwatch.store.schema.records import (
    article,
    article_version,
    missing_article,
    outcome,
    parse_failure,
    poll_cursor,
    run,
    study,
    topic_article,
)
from litwatch.store.schema.web import search_facet, search_note, served_page

__all__ = [
    "HEAD",
    "Fate",
    "NoticeState",
    "article",
    "article_version",
    "bounce",
    "citation",
    "consent",
    "delivery",
    "delivery_pause",
    "draft",
    "hub_ping",
    "issue",
    "issue_article",
    "metadata",
    "missing_article",
    "model_answer",
    "notice",
    "nugget",
    "outcome",
    "parse_failure",
    "poll_cursor",
    "recheck",
    "run",
    "search_facet",
    "search_note",
    "served_page",
    "signup",
    "study",
    "subscriber",
    "suppression",
    "topic_article",
]
