"""Payments, the calls that the provider has still to be asked, and the tables that every service has."""

from alembic import op

from shared.database.schema import create_platform, create_row_table, drop_platform, grant_runtime

revision = "0001"
down_revision = None

NAME = "payment"


def upgrade() -> None:
    create_platform(op, NAME)

    # All three are NULL until the order itself was heard.
    create_row_table(
        op,
        NAME,
        "payments",
        "uuid",
        {
            "status": "text: state->>'status'",
            "payment_id": "uuid: (state->'terms'->>'payment_id')::uuid",
            "customer_id": "text: state->'terms'->>'customer_id'",
        },
    )
    op.execute("CREATE UNIQUE INDEX payments_payment ON payments (payment_id)")
    # Ids are the orders' UUIDv7, so their order is that of time.
    op.execute("CREATE INDEX payments_by_status ON payments (status, id)")
    op.execute("CREATE INDEX payments_by_customer ON payments (customer_id, id)")

    # Rows live for milliseconds: vacuumed by count, or the dead ones at the head of the index slow every look.
    op.execute(
        """
CREATE TABLE provider_calls (
    key          text        PRIMARY KEY,
    order_id     uuid        NOT NULL,
    kind         text        NOT NULL CHECK (kind IN ('charge', 'refund')),
    request      jsonb       NOT NULL,
    due_at       timestamptz NOT NULL,
    leased_until timestamptz,
    attempts     integer     NOT NULL DEFAULT 0
) WITH (autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_scale_factor = 0)"""
    )
    op.execute("CREATE INDEX provider_calls_due ON provider_calls (due_at)")
    grant_runtime(op, NAME, "provider_calls")


def downgrade() -> None:
    op.execute("DROP TABLE provider_calls")
    op.execute("DROP TABLE payments")
    drop_platform(op, NAME)
