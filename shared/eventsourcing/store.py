"""The event store: append, read one stream, read everything forward. One append-only table, which is also the outbox."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from pydantic import JsonValue
from sqlalchemy import ARRAY, SMALLINT, TIMESTAMP, BigInteger, Text, Uuid, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeEngine

from shared.database.schema import APPEND_LOCK
from shared.eventsourcing.codec import Codec
from shared.eventsourcing.metadata import Actor
from shared.eventsourcing.recorded import Recorded

_TYPES: Mapping[str, TypeEngine[Any]] = {
    "ids": ARRAY(Uuid),
    "streams": ARRAY(Text),
    "versions": ARRAY(BigInteger),
    "types": ARRAY(Text),
    "data": ARRAY(Text),
    "metadata": ARRAY(Text),
    "command_ids": ARRAY(Uuid),
    "command_indexes": ARRAY(SMALLINT),
    "times": ARRAY(TIMESTAMP(timezone=True)),
}
_APPEND = text(f"SELECT append_events({', '.join(f':{name}' for name in _TYPES)})").bindparams(
    *(bindparam(name, type_=type_) for name, type_ in _TYPES.items())
)

_COLUMNS = "position, id, stream, version, type, data::text, metadata::text, command_id, time"
_FORWARD = text(f"SELECT {_COLUMNS} FROM events WHERE position > :after ORDER BY position LIMIT :limit")
_STREAM = text(
    f"SELECT {_COLUMNS} FROM events WHERE stream = :stream AND version > :after ORDER BY version LIMIT :limit"
)
_PASSED = text(
    f"SELECT {_COLUMNS} FROM events WHERE stream = :stream AND position > :after AND position <= :up_to"
    " ORDER BY version LIMIT :limit"
)
_WAIT_FOR_APPENDS = text(f"SELECT pg_advisory_xact_lock({APPEND_LOCK})")
_OF_COMMANDS = text("SELECT id FROM events WHERE command_id = ANY(:ids)").bindparams(
    bindparam("ids", type_=ARRAY(Uuid))
)


class EventStore:
    """Stored events of one service. Every method runs in the caller's transaction."""

    def __init__(self, codec: Codec) -> None:
        self._codec = codec

    async def append(self, connection: AsyncConnection, events: Sequence[Recorded]) -> int:
        """Appends and returns the highest position. Must be the last statement before COMMIT: it holds a lock.

        A taken version or a command that is already there raises a unique violation.
        """
        indexes: dict[UUID, int] = {}
        columns: dict[str, list[Any]] = {name: [] for name in _TYPES}
        for event in events:
            index = indexes.get(event.command_id, 0)
            indexes[event.command_id] = index + 1
            for name, value in zip(_TYPES, self._parameters(event, index), strict=True):
                columns[name].append(value)
        return (await connection.execute(_APPEND, columns)).scalar_one()

    async def stream(
        self, connection: AsyncConnection, stream: str, *, after_version: int = 0, limit: int = 1_000
    ) -> list[Recorded]:
        """Events of one stream in order of their versions."""
        rows = await connection.execute(_STREAM, {"stream": stream, "after": after_version, "limit": limit})
        return [recorded_of(self._codec, row) for row in rows]

    async def forward(
        self, connection: AsyncConnection, *, after_position: int, limit: int
    ) -> list[Recorded]:
        """Events of all streams in the order in which they were committed."""
        rows = await connection.execute(_FORWARD, {"after": after_position, "limit": limit})
        return [recorded_of(self._codec, row) for row in rows]

    async def passed(
        self, connection: AsyncConnection, stream: str, *, after_position: int, up_to: int, limit: int
    ) -> list[Recorded]:
        """Events of one stream that lie behind one position of all streams' and not behind the other."""
        rows = await connection.execute(
            _PASSED, {"stream": stream, "after": after_position, "up_to": up_to, "limit": limit}
        )
        return [recorded_of(self._codec, row) for row in rows]

    async def of_commands(self, connection: AsyncConnection, command_ids: Collection[UUID]) -> set[UUID]:
        """The ids of the events that these commands have in the store."""
        return set((await connection.execute(_OF_COMMANDS, {"ids": list(command_ids)})).scalars())

    async def wait_for_appends(self, connection: AsyncConnection) -> None:
        """Returns when all that has been appended is committed or rolled back, so that a look-up after it is final.

        A server goes on with a COMMIT whose client has gone. Keeps others from appending until this transaction ends.
        """
        await connection.execute(_WAIT_FOR_APPENDS)

    def data(self, event: Recorded) -> dict[str, JsonValue]:
        """The domain's event as JSON, as it is stored."""
        return orjson.loads(self._codec.encode(event.type, event.event))

    def _parameters(self, event: Recorded, index: int) -> tuple[Any, ...]:
        metadata = {
            "actor": {"subject": event.actor.subject, "role": event.actor.role},
            "correlation_id": str(event.correlation_id),
            "causation_id": str(event.causation_id),
            "customer_id": event.customer_id,
        }
        # Beside the actor, not in it: a process from before them reads the actor whole.
        if event.actor.address is not None:
            metadata["address"] = event.actor.address
        if event.actor.request_id is not None:
            metadata["request_id"] = event.actor.request_id
        return (
            event.id,
            event.stream,
            event.version,
            event.type,
            self._codec.encode(event.type, event.event),
            orjson.dumps(metadata).decode(),
            event.command_id,
            index,
            event.time,
        )


def recorded_of(codec: Codec, row: Sequence[Any]) -> Recorded:
    """A stored event from its columns as they are selected here, under its newest name.

    Raises ValidationError or UnknownEventType when it cannot be read.
    """
    position, event_id, stream, version, name, data, metadata_text, command_id, time = row
    metadata = orjson.loads(metadata_text)
    event = codec.decode(name, data)
    return Recorded(
        position=position,
        id=event_id,
        stream=stream,
        row_id=stream.partition("-")[2],
        version=version,
        type=codec.name(event),
        event=event,
        command_id=command_id,
        correlation_id=UUID(metadata["correlation_id"]),
        causation_id=UUID(metadata["causation_id"]),
        actor=Actor(
            **metadata["actor"], address=metadata.get("address"), request_id=metadata.get("request_id")
        ),
        customer_id=metadata["customer_id"],
        time=time,
    )
