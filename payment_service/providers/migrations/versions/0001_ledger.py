"""The simulated provider's ledger: every key once."""

from alembic import op

from shared.database.schema import grant_runtime

revision = "0001"
down_revision = None

NAME = "provider"


def upgrade() -> None:
    op.execute(
        """
CREATE TABLE ledger (
    key              text        PRIMARY KEY,
    kind             text        NOT NULL CHECK (kind IN ('charge', 'refund')),
    amount           bigint      NOT NULL CHECK (amount >= 0),
    currency         text        NOT NULL,
    method           text,
    charge_reference text,
    asked            integer     NOT NULL DEFAULT 0,
    outcome          text        NOT NULL DEFAULT 'unsettled'
        CHECK (outcome IN ('unsettled', 'charged', 'declined', 'refunded', 'refused')),
    code             text,
    reference        text UNIQUE,
    created_at       timestamptz NOT NULL DEFAULT now(),
    CHECK ((kind = 'charge') = (method IS NOT NULL)),
    CHECK ((kind = 'refund') = (charge_reference IS NOT NULL)),
    CHECK ((outcome IN ('charged', 'refunded')) = (reference IS NOT NULL)),
    CHECK ((outcome IN ('declined', 'refused')) = (code IS NOT NULL))
)"""
    )
    op.execute("CREATE INDEX ledger_refunds ON ledger (charge_reference) WHERE charge_reference IS NOT NULL")
    op.execute("CREATE INDEX ledger_by_day ON ledger (created_at)")
    # Nobody takes an entry back.
    grant_runtime(op, NAME, "ledger", ("SELECT", "INSERT", "UPDATE"))
    op.execute(f"GRANT SELECT ON ledger TO {NAME}_auditor")


def downgrade() -> None:
    op.execute("DROP TABLE ledger")
