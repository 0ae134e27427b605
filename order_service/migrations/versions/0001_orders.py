"""Orders, the copy of the catalogue, customers' keys, and the tables that every service has."""

from alembic import op

from shared.database.schema import create_platform, create_row_table, drop_platform, grant_runtime

revision = "0001"
down_revision = None

NAME = "order"


def upgrade() -> None:
    create_platform(op, NAME)

    create_row_table(
        op,
        NAME,
        "orders",
        "uuid",
        {
            "status": "text: state->>'status'",
            "customer_id": "text: state->>'customer_id'",
            "number": "text: state->>'number'",
        },
    )
    # Ids are UUIDv7, so their order is that of time; a placeholder of version 0 has no number.
    op.execute("CREATE UNIQUE INDEX orders_number ON orders (number)")
    op.execute("CREATE INDEX orders_by_status ON orders (status, id)")
    op.execute("CREATE INDEX orders_by_customer ON orders (customer_id, id)")
    op.execute("CREATE INDEX orders_pending ON orders (created_at) WHERE status = 'PENDING'")

    create_row_table(op, NAME, "listings", "text", {})

    # Each value is a block of numbers that one process hands out. See order_service/numbers.py.
    op.execute("CREATE SEQUENCE order_number_blocks AS bigint MINVALUE 0 START 0 CACHE 1")
    op.execute(f"GRANT USAGE ON SEQUENCE order_number_blocks TO {NAME}_runtime")

    # Deleting a row makes everything that was sealed for the customer unreadable, for good.
    op.execute(
        """
CREATE TABLE customer_keys (
    customer_id text        PRIMARY KEY,
    key_id      uuid        NOT NULL UNIQUE,
    wrapped_key bytea       NOT NULL,
    created_at  timestamptz NOT NULL
)"""
    )
    grant_runtime(op, NAME, "customer_keys")


def downgrade() -> None:
    op.execute("DROP TABLE customer_keys")
    op.execute("DROP SEQUENCE order_number_blocks")
    op.execute("DROP TABLE listings")
    op.execute("DROP TABLE orders")
    drop_platform(op, NAME)
