"""What dead letters are listed and grouped by. Errors are alike when they differ only in ids, numbers and input."""

from typing import Protocol


class Operations(Protocol):
    """What is used of alembic's `op`."""

    def execute(self, sqltext: str) -> None: ...


_KIND = r"""
CREATE OR REPLACE FUNCTION error_kind(error text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT left(
    regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(left(error, 2000),
        '[\u0001-\u0020\u007f]+', ' ', 'g'),
        ' For further information visit \S+', '', 'g'),
        'input_value=.*?, input_type=', 'input_value=..., input_type=', 'g'),
        '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}', '<id>', 'gi'),
        '[0-9]+', '<n>', 'g'),
    300)
$$"""

_ADD = (
    _KIND,
    # replayed: its message was told again by an operator, so a claim of long ago says nothing about it.
    """
ALTER TABLE dead_letters
    ADD COLUMN IF NOT EXISTS replayed    boolean NOT NULL DEFAULT false,
    ADD COLUMN IF NOT EXISTS error_kind  text GENERATED ALWAYS AS (error_kind(error)) STORED,
    ADD COLUMN IF NOT EXISTS error_group text GENERATED ALWAYS AS (left(md5(error_kind(error)), 12)) STORED""",
    "CREATE INDEX IF NOT EXISTS dead_letters_by_status ON dead_letters (status, id)",
    "CREATE INDEX IF NOT EXISTS dead_letters_by_error ON dead_letters (status, error_group, id)",
)


def add_letter_desk(op: Operations) -> None:
    """Part of `create_platform`; changes nothing where it is there, so older databases get it by a revision."""
    for statement in _ADD:
        op.execute(statement)


def drop_letter_desk(op: Operations) -> None:
    op.execute(
        "ALTER TABLE dead_letters DROP COLUMN IF EXISTS error_group,"
        " DROP COLUMN IF EXISTS error_kind, DROP COLUMN IF EXISTS replayed"
    )
    op.execute("DROP INDEX IF EXISTS dead_letters_by_status")
    op.execute("DROP FUNCTION IF EXISTS error_kind")
