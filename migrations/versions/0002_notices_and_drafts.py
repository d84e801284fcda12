"""Notices, citations with their history, drafts, a language model's answers; mail that tells a notice."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_KINDS = "kind IN ('update', 'correction', 'retraction', 'erratum', 'concern', 'final')"


def upgrade() -> None:
    _create_notice()
    _create_citation()
    _create_draft()
    _create_model_answer()
    _add_notice_to_delivery()


def _create_notice() -> None:
    op.create_table(
        "notice",
        sa.Column("guid", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("pmid", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("issue_id", sa.Integer()),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("guid", name=op.f("pk_notice")),
        sa.ForeignKeyConstraint(["pmid"], ["article.pmid"], name=op.f("fk_notice_pmid_article")),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_notice_issue_id_issue")),
        sa.UniqueConstraint("pmid", "kind", "source", name=op.f("uq_notice_pmid_kind_source")),
        sa.CheckConstraint(_KINDS, name=op.f("ck_notice_kind")),
        sa.CheckConstraint("state IN ('proposed', 'accepted', 'dismissed')", name=op.f("ck_notice_state")),
    )
    op.create_index(op.f("ix_notice_pmid"), "notice", ["pmid"])
    op.create_index(op.f("ix_notice_made"), "notice", ["made"])
    op.create_index(op.f("ix_notice_issue_id"), "notice", ["issue_id"])


def _create_citation() -> None:
    op.create_table(
        "citation",
        sa.Column("pmid", sa.String(), nullable=False),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("pmid", "seen", name=op.f("pk_citation")),
        sa.ForeignKeyConstraint(["pmid"], ["article.pmid"], name=op.f("fk_citation_pmid_article")),
    )


def _create_draft() -> None:
    op.create_table(
        "draft",
        sa.Column("week", sa.String(), nullable=False),
        sa.Column("composed", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("fates", sa.Text(), nullable=False),
        sa.Column("edits", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("week", name=op.f("pk_draft")),
        sa.CheckConstraint("state IN ('waiting', 'approved', 'skipped')", name=op.f("ck_draft_state")),
    )


def _create_model_answer() -> None:
    op.create_table(
        "model_answer",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tokens", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_model_answer")),
    )
    op.create_index(op.f("ix_model_answer_made"), "model_answer", ["made"])


def _add_notice_to_delivery() -> None:
    # SQLite cannot change a constraint: alembic copies the table there.
    with op.batch_alter_table("delivery") as delivery:
        delivery.add_column(sa.Column("notice", sa.String(), nullable=False, server_default=""))
        delivery.drop_constraint(op.f("uq_delivery_issue_id_subscriber_id"), type_="unique")
        delivery.create_unique_constraint(
            op.f("uq_delivery_issue_id_subscriber_id_notice"), ["issue_id", "subscriber_id", "notice"]
        )
