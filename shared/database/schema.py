"""The tables that every service has, as its first migration makes them, and the shape of its own row tables.

Roles are named after the database's `name`: `<name>_runtime` may neither change the schema nor touch a stored event,
`<name>_auditor` may only read.
"""

from collections.abc import Mapping, Sequence

from shared.database.letter_schema import Operations, add_letter_desk, drop_letter_desk

INBOX_SLOTS = 40

# One number for the whole database: whoever appends holds it until COMMIT, so position order is commit order.
APPEND_LOCK = 4_837_101


# One statement a piece: asyncpg prepares each by itself.
_EVENTS = (
    "CREATE SEQUENCE events_position AS bigint CACHE 1",
    """
CREATE TABLE events (
    position      bigint      PRIMARY KEY DEFAULT nextval('events_position'),
    id            uuid        NOT NULL,
    stream        text        NOT NULL,
    version       bigint      NOT NULL CHECK (version > 0),
    type          text        NOT NULL,
    data          jsonb       NOT NULL,
    metadata      jsonb       NOT NULL,
    command_id    uuid        NOT NULL,
    command_index smallint    NOT NULL,
    time          timestamptz NOT NULL,
    CONSTRAINT events_stream_version UNIQUE (stream, version),
    CONSTRAINT events_command UNIQUE (command_id, command_index)
)""",
    "ALTER SEQUENCE events_position OWNED BY events.position",
    """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'events are never changed or deleted';
END $$""",
    """
CREATE TRIGGER events_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    f"""
-- The last statement before COMMIT, always. A plain sequence lets a later position commit first, and a reader that
-- goes forward would skip the earlier one; the lock makes position order commit order.
CREATE FUNCTION append_events(
    ids uuid[], streams text[], versions bigint[], types text[], data text[], metadata text[],
    command_ids uuid[], command_indexes smallint[], times timestamptz[]
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    last bigint;
BEGIN
    PERFORM pg_advisory_xact_lock({APPEND_LOCK});
    WITH appended AS (
        INSERT INTO public.events (id, stream, version, type, data, metadata, command_id, command_index, time)
        SELECT e.id, e.stream, e.version, e.type, e.data::jsonb, e.metadata::jsonb, e.command_id, e.command_index, e.time
        FROM unnest(ids, streams, versions, types, data, metadata, command_ids, command_indexes, times) WITH ORDINALITY
            AS e (id, stream, version, type, data, metadata, command_id, command_index, time, place)
        ORDER BY e.place
        RETURNING position
    )
    SELECT max(position) INTO last FROM appended;
    RETURN last;
END $$""",
    "REVOKE ALL ON FUNCTION append_events FROM PUBLIC",
)

_DELIVERY = (
    """
-- What was heard already, in slots by the day of the event's id: a slot is emptied before its days come round again.
CREATE TABLE inbox (
    slot     smallint NOT NULL,
    event_id uuid     NOT NULL,
    PRIMARY KEY (slot, event_id)
) PARTITION BY LIST (slot)""",
    """
-- Since when a queue hears a type: what was published before is not missing from it.
CREATE TABLE subscriptions (
    queue    text        NOT NULL,
    type     text        NOT NULL,
    bound_at timestamptz NOT NULL,
    PRIMARY KEY (queue, type)
)""",
    """
-- How far the relay has published; and, once a second, how far it had come when.
CREATE TABLE checkpoints (
    name     text   PRIMARY KEY,
    position bigint NOT NULL
)""",
    """
CREATE TABLE relay_progress (
    at       timestamptz PRIMARY KEY,
    position bigint      NOT NULL
)""",
    """
-- json, not jsonb: it keeps the text, so that an answer is repeated to the letter.
CREATE TABLE idempotency_keys (
    subject     text        NOT NULL,
    key         text        NOT NULL,
    fingerprint text        NOT NULL,
    answer      json,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (subject, key)
)""",
    """
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at)""",
    """
CREATE TABLE dead_letters (
    id              uuid        PRIMARY KEY,
    queue           text        NOT NULL,
    event_id        uuid,
    type            text,
    body            bytea       NOT NULL,
    error           text        NOT NULL,
    stack_trace     text        NOT NULL,
    attempts        integer     NOT NULL,
    first_failed_at timestamptz NOT NULL,
    last_failed_at  timestamptz NOT NULL,
    status          text        NOT NULL DEFAULT 'OPEN' CHECK (status IN ('OPEN', 'REPLAYED', 'DISCARDED')),
    closed_by       text,
    closed_reason   text,
    closed_at       timestamptz
)""",
    """
CREATE INDEX dead_letters_open ON dead_letters (last_failed_at) WHERE status = 'OPEN'""",
    """
CREATE UNIQUE INDEX dead_letters_event ON dead_letters (queue, event_id) WHERE event_id IS NOT NULL""",
)
_WITHHELD_STREAMS = """
-- What the relay has passed without publishing it: each stream from that position on. `error` is what was raised.
CREATE TABLE IF NOT EXISTS withheld_streams (
    stream   text   PRIMARY KEY,
    position bigint NOT NULL,
    error    text   NOT NULL
)"""
_DELIVERY_TABLES = (
    "inbox",
    "subscriptions",
    "checkpoints",
    "relay_progress",
    "idempotency_keys",
    "dead_letters",
)


def create_platform(op: Operations, name: str) -> None:
    """Events, inbox, checkpoints, idempotency keys and dead letters of the database of `name`, with their grants."""
    op.execute(f"ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO {name}_auditor")
    for statement in (*_EVENTS, *_DELIVERY):
        op.execute(statement)
    add_letter_desk(op)
    add_withheld_streams(op, name)
    for slot in range(INBOX_SLOTS):
        op.execute(f"CREATE TABLE inbox_{slot:02} PARTITION OF inbox FOR VALUES IN ({slot})")
        op.execute(f"GRANT TRUNCATE ON inbox_{slot:02} TO {name}_runtime")
    op.execute(f"GRANT SELECT ON events TO {name}_runtime")
    op.execute(f"GRANT EXECUTE ON FUNCTION append_events TO {name}_runtime")
    for table in _DELIVERY_TABLES:
        grant_runtime(op, name, table)


def drop_platform(op: Operations, name: str) -> None:
    drop_withheld_streams(op)
    drop_letter_desk(op)
    for table in (*_DELIVERY_TABLES, "events"):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP FUNCTION append_events")
    op.execute("DROP FUNCTION refuse_change")
    op.execute(f"ALTER DEFAULT PRIVILEGES REVOKE SELECT ON TABLES FROM {name}_auditor")


def add_withheld_streams(op: Operations, name: str) -> None:
    """Part of `create_platform`; changes nothing where it is there, so older databases get it by a revision."""
    op.execute(_WITHHELD_STREAMS)
    grant_runtime(op, name, "withheld_streams")


def drop_withheld_streams(op: Operations) -> None:
    op.execute("DROP TABLE IF EXISTS withheld_streams")


def create_row_table(
    op: Operations, name: str, table: str, id_type: str, generated: Mapping[str, str]
) -> None:
    """A table of rows as `shared.eventsourcing.rows.Table` describes it.

    `generated` maps a column to its type and expression, e.g. `{"status": "text: state->>'status'"}`: columns to
    search by that can never disagree with the state.
    """
    columns = "".join(
        f", {column} {kind} GENERATED ALWAYS AS ({expression.strip()}) STORED"
        for column, (kind, expression) in ((c, d.split(":", 1)) for c, d in generated.items())
    )
    op.execute(
        f"CREATE TABLE {table} (id {id_type} PRIMARY KEY, version bigint NOT NULL DEFAULT 0,"
        f" state jsonb NOT NULL DEFAULT '{{}}', created_at timestamptz, updated_at timestamptz{columns})"
    )
    grant_runtime(op, name, table)


def grant_runtime(
    op: Operations, name: str, table: str, rights: Sequence[str] = ("SELECT", "INSERT", "UPDATE", "DELETE")
) -> None:
    op.execute(f"GRANT {', '.join(rights)} ON {table} TO {name}_runtime")
