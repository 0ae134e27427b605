"""Which customers' keys were destroyed, when and by whom: what a restored backup of the keys must lose again."""

from alembic import op

from shared.database.schema import grant_runtime

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute(
        """
CREATE TABLE erasures (
    key_id      uuid        PRIMARY KEY,
    customer_id text        NOT NULL,
    erased_at   timestamptz NOT NULL,
    subject     text        NOT NULL,
    role        text        NOT NULL,
    address     text,
    request_id  text
)"""
    )
    op.execute("CREATE INDEX erasures_by_customer ON erasures (customer_id, erased_at)")
    grant_runtime(op, "order", "erasures", ("SELECT", "INSERT"))


def downgrade() -> None:
    op.execute("DROP TABLE erasures")
