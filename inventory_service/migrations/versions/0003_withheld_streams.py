"""What the relay could not publish, in databases that were made without it."""

from alembic import op

from shared.database.schema import add_withheld_streams, drop_withheld_streams

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    add_withheld_streams(op, "inventory")


def downgrade() -> None:
    drop_withheld_streams(op)
