"""What orders are searched, sorted and counted by: totals, SKUs, e-mail addresses, whether they are at rest."""

from alembic import op

from shared.database.schema import grant_runtime

revision = "0002"
down_revision = "0001"

NAME = "order"


def upgrade() -> None:
    # A sum that is still out, or that is nothing at all, has not to come back: {"amount": 0} equals {"amount": 0}.
    op.execute(
        """
ALTER TABLE orders
    ADD COLUMN total bigint GENERATED ALWAYS AS ((state->'total'->>'amount')::bigint) STORED,
    ADD COLUMN unsettled boolean GENERATED ALWAYS AS (
        state->>'status' = 'PENDING' OR state->>'status' IN ('CANCELLED', 'FAILED') AND NOT (
            (state->>'payment_status' IN ('FAILED', 'CANCELLED', 'REFUNDED')
                OR state->>'payment_status' = 'COMPLETED' AND state->'total' = state->'refunded_total')
            AND state->>'stock_status' IN ('REJECTED', 'RELEASED')
        )
    ) STORED"""
    )
    op.execute("CREATE INDEX orders_by_total ON orders (total, id)")
    op.execute("CREATE INDEX orders_unsettled ON orders (id) WHERE unsettled")

    # Written once per order: in an index on its row they would be written again with every change of status.
    op.execute(
        """
CREATE TABLE order_skus (
    sku      text NOT NULL,
    order_id uuid NOT NULL,
    PRIMARY KEY (sku, order_id)
)"""
    )
    grant_runtime(op, NAME, "order_skus")
    op.execute(
        "INSERT INTO order_skus SELECT DISTINCT line->>'sku', id"
        " FROM orders, jsonb_array_elements(state->'lines') AS line WHERE version > 0"
    )

    # Goes with the customer's key. What was placed before this revision is not in it: only keys could tell.
    op.execute(
        """
CREATE TABLE email_index (
    order_id uuid  PRIMARY KEY,
    hmac     bytea NOT NULL,
    key_id   uuid  NOT NULL REFERENCES customer_keys (key_id) ON DELETE CASCADE
)"""
    )
    op.execute("CREATE INDEX email_index_hmac ON email_index (hmac, order_id)")
    op.execute("CREATE INDEX email_index_key ON email_index (key_id)")
    grant_runtime(op, NAME, "email_index")

    # How long confirming took, and which orders ever were: from the events, without walking them.
    op.execute(
        "CREATE INDEX events_confirming_orders ON events (stream) INCLUDE (time) WHERE type = 'order.confirmed'"
    )


def downgrade() -> None:
    op.execute("DROP INDEX events_confirming_orders")
    op.execute("DROP TABLE email_index")
    op.execute("DROP TABLE order_skus")
    op.execute("ALTER TABLE orders DROP COLUMN total, DROP COLUMN unsettled")
