"""What dead letters are listed, grouped and replayed by, in databases that were made without it."""

from alembic import op

from shared.database.letter_schema import add_letter_desk, drop_letter_desk

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    add_letter_desk(op)


def downgrade() -> None:
    drop_letter_desk(op)
