"""The auditor proves the books without the customers' keys: it sees which there are, and not what they unlock."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.execute("REVOKE ALL ON customer_keys FROM order_auditor")
    op.execute("GRANT SELECT (customer_id, key_id, created_at) ON customer_keys TO order_auditor")


def downgrade() -> None:
    op.execute("GRANT SELECT ON customer_keys TO order_auditor")
