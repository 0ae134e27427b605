"""The bank's rows, and the tables that every service has."""

from alembic import op

from shared.database.schema import create_platform, create_row_table, drop_platform

revision = "0001"
down_revision = None

SERVICE = "order"


def upgrade() -> None:
    create_platform(op, SERVICE)
    create_row_table(op, SERVICE, "accounts", "uuid", {"balance": "bigint: (state->>'balance')::bigint"})
    create_row_table(op, SERVICE, "vaults", "text", {})
    create_row_table(op, SERVICE, "cash", "text", {"total": "bigint: (state->>'total')::bigint"})
    create_row_table(op, SERVICE, "rates", "text", {})


def downgrade() -> None:
    for table in ("rates", "cash", "vaults", "accounts"):
        op.execute(f"DROP TABLE {table}")
    drop_platform(op, SERVICE)
