"""Products, their stock and its movements, what orders hold of it, and the tables that every service has."""

from alembic import op

from shared.database.schema import create_platform, create_row_table, drop_platform, grant_runtime

revision = "0001"
down_revision = None

NAME = "inventory"


def upgrade() -> None:
    create_platform(op, NAME)
    create_row_table(
        op,
        NAME,
        "reservations",
        "uuid",
        {"status": "text: state->>'status'"},  # NULL until the order itself was heard
    )
    op.execute("CREATE INDEX reservations_status ON reservations (status, id)")
    create_row_table(
        op,
        NAME,
        "products",
        "text",
        {
            "name": "text: state->'entry'->>'name'",
            "category": "text: state->'entry'->>'category'",
            "discontinued": "boolean: (state->'entry'->>'discontinued')::boolean",
        },
    )
    op.execute("CREATE INDEX products_category ON products (category, id)")
    create_row_table(
        op,
        NAME,
        "stock",
        "text",
        {
            "on_hand": "bigint: (state->>'on_hand')::bigint",
            "reserved": "bigint: (state->>'reserved')::bigint",
            "available": "bigint: (state->>'on_hand')::bigint - (state->>'reserved')::bigint",
            "low": (
                "boolean: (state->>'on_hand')::bigint - (state->>'reserved')::bigint"
                " < (state->>'low_stock_threshold')::bigint"
            ),
        },
    )
    op.execute("CREATE INDEX stock_low ON stock (id) WHERE low")
    # The deciders see to it; if one ever does not, its transaction fails here instead of selling stock twice.
    op.execute(
        "ALTER TABLE stock ADD CONSTRAINT stock_within_bounds CHECK (0 <= reserved AND reserved <= on_hand)"
    )
    # Numbers rise per SKU in the order of commits, since whoever writes one holds the SKU's row.
    op.execute(
        """
CREATE TABLE movements (
    sku            text        NOT NULL,
    number         bigint      NOT NULL GENERATED ALWAYS AS IDENTITY (CACHE 1),
    kind           text        NOT NULL CHECK (kind IN ('adjusted', 'reserved', 'released', 'shipped')),
    delta_on_hand  bigint      NOT NULL,
    delta_reserved bigint      NOT NULL,
    on_hand        bigint      NOT NULL,
    reserved       bigint      NOT NULL,
    order_id       uuid,
    reason         text,
    at             timestamptz NOT NULL,
    PRIMARY KEY (sku, number)
)"""
    )
    grant_runtime(op, NAME, "movements", ("SELECT", "INSERT"))


def downgrade() -> None:
    for table in ("movements", "stock", "products", "reservations"):
        op.execute(f"DROP TABLE {table}")
    drop_platform(op, NAME)
