"""The first schema: articles, polls, studies, issues and the outbox."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_article()
    _create_article_version()
    _create_topic_article()
    _create_parse_failure()
    _create_missing_article()
    _create_poll_cursor()
    _create_run()
    _create_study()
    _create_outcome()
    _create_issue()
    _create_issue_article()
    _create_nugget()
    _create_subscriber()
    _create_delivery()


def _create_article() -> None:
    op.create_table(
        "article",
        sa.Column("pmid", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("doi", sa.String()),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("journal", sa.String()),
        sa.Column("year", sa.Integer()),
        sa.Column("arrival", sa.Date()),
        sa.Column("paper_day", sa.Date()),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("pmid", name=op.f("pk_article")),
    )
    op.create_index(op.f("ix_article_doi"), "article", ["doi"])
    op.create_index(op.f("ix_article_first_seen"), "article", ["first_seen"])


def _create_article_version() -> None:
    op.create_table(
        "article_version",
        sa.Column("pmid", sa.String(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("format IN ('xml', 'medline')", name=op.f("ck_article_version_format")),
        sa.ForeignKeyConstraint(["pmid"], ["article.pmid"], name=op.f("fk_article_version_pmid_article")),
        sa.PrimaryKeyConstraint("pmid", "hash", name=op.f("pk_article_version")),
    )


def _create_topic_article() -> None:
    op.create_table(
        "topic_article",
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("pmid", sa.String(), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["pmid"], ["article.pmid"], name=op.f("fk_topic_article_pmid_article")),
        sa.PrimaryKeyConstraint("topic", "pmid", name=op.f("pk_topic_article")),
    )
    op.create_index(op.f("ix_topic_article_pmid"), "topic_article", ["pmid"])


def _create_parse_failure() -> None:
    op.create_table(
        "parse_failure",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("pmid", sa.String()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("record_index", sa.Integer(), nullable=False),
        sa.Column("byte_offset", sa.BigInteger(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_parse_failure")),
    )
    op.create_index(op.f("ix_parse_failure_pmid"), "parse_failure", ["pmid"])


def _create_missing_article() -> None:
    op.create_table(
        "missing_article",
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("pmid", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("first_missed", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("topic", "pmid", name=op.f("pk_missing_article")),
    )
    op.create_index(op.f("ix_missing_article_next_try"), "missing_article", ["next_try"])
    op.create_index(op.f("ix_missing_article_pmid"), "missing_article", ["pmid"])


def _create_poll_cursor() -> None:
    op.create_table(
        "poll_cursor",
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("complete_to", sa.Date()),
        sa.Column("revised_to", sa.Date()),
        sa.PrimaryKeyConstraint("topic", name=op.f("pk_poll_cursor")),
    )


def _create_run() -> None:
    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("window_from", sa.Date()),
        sa.Column("window_to", sa.Date()),
        sa.Column("complete_to", sa.Date()),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("revised", sa.Integer(), nullable=False),
        sa.Column("unreadable", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
    )
    op.create_index(op.f("ix_run_started"), "run", ["started"])


def _create_study() -> None:
    op.create_table(
        "study",
        sa.Column("pmid", sa.String(), nullable=False),
        sa.Column("extractor", sa.String(), nullable=False),
        sa.Column("design", sa.String(), nullable=False),
        sa.Column("stance", sa.String(), nullable=False),
        sa.Column("n_participants", sa.Integer()),
        sa.Column("n_studies", sa.Integer()),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["pmid"], ["article.pmid"], name=op.f("fk_study_pmid_article")),
        sa.PrimaryKeyConstraint("pmid", name=op.f("pk_study")),
    )


def _create_outcome() -> None:
    op.create_table(
        "outcome",
        sa.Column("pmid", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("concept", sa.String()),
        sa.Column("domain", sa.String()),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("change", sa.String()),
        sa.Column("comparison", sa.String(), nullable=False),
        sa.Column("measure", sa.String()),
        sa.Column("value", sa.Float()),
        sa.Column("ci_low", sa.Float()),
        sa.Column("ci_high", sa.Float()),
        sa.Column("ci_level", sa.Float()),
        sa.Column("p", sa.String()),
        sa.Column("i2", sa.Float()),
        sa.Column("unit", sa.String()),
        sa.Column("timepoint", sa.Text()),
        sa.Column("subgroup", sa.Text()),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.Column("evidence_section", sa.Integer(), nullable=False),
        sa.Column("evidence_start", sa.Integer(), nullable=False),
        sa.Column("evidence_end", sa.Integer(), nullable=False),
        sa.Column("evidence_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["pmid"], ["study.pmid"], name=op.f("fk_outcome_pmid_study"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("pmid", "position", name=op.f("pk_outcome")),
    )
    op.create_index(op.f("ix_outcome_concept"), "outcome", ["concept"])


def _create_issue() -> None:
    op.create_table(
        "issue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("week", sa.String(), nullable=False),
        sa.Column("guid", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("published", sa.DateTime(timezone=True), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue")),
        sa.UniqueConstraint("guid", name=op.f("uq_issue_guid")),
        sa.UniqueConstraint("week", name=op.f("uq_issue_week")),
    )


def _create_issue_article() -> None:
    op.create_table(
        "issue_article",
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("pmid", sa.String(), nullable=False),
        sa.Column("fate", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("fate IN ('nugget', 'mention', 'excluded')", name=op.f("ck_issue_article_fate")),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_issue_article_issue_id_issue")),
        sa.ForeignKeyConstraint(["pmid"], ["article.pmid"], name=op.f("fk_issue_article_pmid_article")),
        sa.PrimaryKeyConstraint("issue_id", "pmid", name=op.f("pk_issue_article")),
    )
    op.create_index(op.f("ix_issue_article_pmid"), "issue_article", ["pmid"])


def _create_nugget() -> None:
    op.create_table(
        "nugget",
        sa.Column("guid", sa.String(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("pmid", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_nugget_issue_id_issue")),
        sa.ForeignKeyConstraint(["pmid"], ["article.pmid"], name=op.f("fk_nugget_pmid_article")),
        sa.PrimaryKeyConstraint("guid", name=op.f("pk_nugget")),
        sa.UniqueConstraint("issue_id", "slug", name=op.f("uq_nugget_issue_id_slug")),
    )
    op.create_index(op.f("ix_nugget_pmid"), "nugget", ["pmid"])


def _create_subscriber() -> None:
    op.create_table(
        "subscriber",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("topics", sa.Text(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("status IN ('active', 'unsubscribed', 'suppressed')", name=op.f("ck_subscriber_status")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriber")),
        sa.UniqueConstraint("address", name=op.f("uq_subscriber_address")),
        sa.UniqueConstraint("token", name=op.f("uq_subscriber_token")),
    )


def _create_delivery() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("date", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("crashes", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True)),
        sa.Column("next_try", sa.DateTime(timezone=True)),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.Column("reply", sa.Text()),
        sa.CheckConstraint(
            "state IN ('queued', 'sending', 'closing', 'sent', 'deferred', 'held', 'failed', 'skipped')",
            name=op.f("ck_delivery_state"),
        ),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_delivery_issue_id_issue")),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscriber.id"], name=op.f("fk_delivery_subscriber_id_subscriber")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("issue_id", "subscriber_id", name=op.f("uq_delivery_issue_id_subscriber_id")),
        sa.UniqueConstraint("message_id", name=op.f("uq_delivery_message_id")),
    )
    op.create_index(op.f("ix_delivery_state_id"), "delivery", ["state", "id"])
    op.create_index(op.f("ix_delivery_subscriber_id"), "delivery", ["subscriber_id"])


def downgrade() -> None:
    raise NotImplementedError("to go back, restore the backup that the migration made")
