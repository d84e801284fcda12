"""What readers choose and said, addresses that get no mail, bounces, mails of no issue, what hubs were told, pauses of delivery."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_STATUSES = "status IN ('active', 'unsubscribed', 'suppressed')"
_NEW_STATUSES = "status IN ('pending', 'active', 'unsubscribed', 'suppressed')"


def upgrade() -> None:
    _change_subscriber()
    _create_consent()
    _create_signup()
    _create_suppression()
    _create_bounce()
    _create_hub_ping()
    _change_delivery()
    _create_delivery_pause()


def _change_subscriber() -> None:
    # The old token becomes the seed of the new one: what the database holds no longer opens anybody's links.
    with op.batch_alter_table("subscriber") as subscriber:
        subscriber.drop_constraint(op.f("uq_subscriber_token"), type_="unique")
        subscriber.alter_column("token", new_column_name="seed", existing_type=sa.String(), existing_nullable=False)
    # A second copy: within one, alembic knows the renamed column by its old name only.
    with op.batch_alter_table("subscriber") as subscriber:
        subscriber.create_unique_constraint(op.f("uq_subscriber_seed"), ["seed"])
        subscriber.add_column(sa.Column("token_hash", sa.String()))
        subscriber.create_unique_constraint(op.f("uq_subscriber_token_hash"), ["token_hash"])
        subscriber.add_column(sa.Column("min_stars", sa.Integer(), nullable=False, server_default="1"))
        subscriber.add_column(sa.Column("format", sa.String(), nullable=False, server_default="html"))
        subscriber.drop_constraint(op.f("ck_subscriber_status"), type_="check")
        subscriber.create_check_constraint(op.f("ck_subscriber_status"), _NEW_STATUSES)
        subscriber.create_check_constraint(op.f("ck_subscriber_format"), "format IN ('html', 'text')")


def _create_consent() -> None:
    op.create_table(
        "consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
        sa.ForeignKeyConstraint(["subscriber_id"], ["subscriber.id"], name=op.f("fk_consent_subscriber_id_subscriber")),
    )
    op.create_index(op.f("ix_consent_subscriber_id"), "consent", ["subscriber_id"])
    op.execute(
        "INSERT INTO consent (subscriber_id, at, what, how, text) "
        "SELECT id, created, 'added', 'command line', 'before consent was recorded' FROM subscriber ORDER BY id"
    )


def _create_signup() -> None:
    op.create_table(
        "signup",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address_hash", sa.String(), nullable=False),
        sa.Column("network_hash", sa.String(), nullable=False),
        sa.Column("mailed", sa.Boolean(), nullable=False),
        sa.Column("asked", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signup")),
    )
    for column in ("at", "address_hash", "network_hash"):
        op.create_index(op.f(f"ix_signup_{column}"), "signup", [column])


def _create_suppression() -> None:
    op.create_table(
        "suppression",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted", sa.DateTime(timezone=True)),
        sa.Column("lifted_because", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppression")),
        sa.CheckConstraint("kind IN ('hard', 'soft', 'complaint', 'operator')", name=op.f("ck_suppression_kind")),
    )
    op.create_index(op.f("ix_suppression_address"), "suppression", ["address"])


def _create_bounce() -> None:
    op.create_table(
        "bounce",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("subscriber_id", sa.Integer()),
        sa.Column("delivery_id", sa.Integer()),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bounce")),
        sa.CheckConstraint("kind IN ('hard', 'soft', 'policy', 'complaint', 'left')", name=op.f("ck_bounce_kind")),
        sa.UniqueConstraint("source", name=op.f("uq_bounce_source")),
        sa.ForeignKeyConstraint(["subscriber_id"], ["subscriber.id"], name=op.f("fk_bounce_subscriber_id_subscriber")),
    )
    op.create_index(op.f("ix_bounce_subscriber_id"), "bounce", ["subscriber_id"])
    op.create_index(op.f("ix_bounce_at"), "bounce", ["at"])


def _create_hub_ping() -> None:
    op.create_table(
        "hub_ping",
        sa.Column("feed", sa.String(), nullable=False),
        sa.Column("etag", sa.String(), nullable=False),
        sa.Column("told", sa.String()),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("feed", name=op.f("pk_hub_ping")),
    )


def _change_delivery() -> None:
    with op.batch_alter_table("delivery") as delivery:
        delivery.alter_column("issue_id", existing_type=sa.Integer(), nullable=True)
        delivery.add_column(sa.Column("kind", sa.String(), nullable=False, server_default="issue"))
        delivery.drop_constraint(op.f("uq_delivery_issue_id_subscriber_id_notice"), type_="unique")
        delivery.create_unique_constraint(
            op.f("uq_delivery_issue_id_subscriber_id_kind_notice"), ["issue_id", "subscriber_id", "kind", "notice"]
        )
        delivery.create_check_constraint(op.f("ck_delivery_kind"), "kind IN ('issue', 'notice', 'confirm', 'welcome')")
    op.create_index(op.f("ix_delivery_kind_state"), "delivery", ["kind", "state"])
    op.execute("UPDATE delivery SET kind = 'notice' WHERE notice <> ''")


def _create_delivery_pause() -> None:
    op.create_table(
        "delivery_pause",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_pause")),
    )
