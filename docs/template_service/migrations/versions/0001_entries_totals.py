"""An entry per order, the totals, and the tables that every service has."""

from alembic import op

from shared.database.schema import create_platform, create_row_table, drop_platform

revision = "0001"
down_revision = None

NAME = "template"


def upgrade() -> None:
    create_platform(op, NAME)
    create_row_table(op, NAME, "entries", "uuid", {})
    create_row_table(op, NAME, "totals", "text", {})


def downgrade() -> None:
    for table in ("totals", "entries"):
        op.execute(f"DROP TABLE {table}")
    drop_platform(op, NAME)
