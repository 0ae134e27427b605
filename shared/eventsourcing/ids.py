"""UUIDv7 (RFC 9562, section 5.7): made fresh at the edge, derived everywhere else.

Derived ids keep the 48-bit time of what they come from and hash the rest, so that the same cause always gives the
same id: two instances can never make two payments for one order, and a rerun writes the events it wrote before.
"""

from datetime import datetime
from hashlib import sha256
from uuid import UUID

import uuid_utils.compat

_TIME_MASK = 0xFFFFFFFFFFFF << 80


def new_id() -> UUID:
    """A fresh id for a request or a resource. Only the edge calls this; domains are given their ids."""
    return uuid_utils.compat.uuid7()


def derived_id(source: UUID, purpose: str) -> UUID:
    """The id that belongs to `source` for `purpose`: same time, version 7, always the same."""
    return _version7(source.int & _TIME_MASK, f"{source.hex}:{purpose}")


def event_id(command_id: UUID, stream: str, index: int, now: datetime) -> UUID:
    """The id of the `index`-th event of a command that is handled at `now`, appended to `stream`.

    Several services handle one event as one command, maybe in one millisecond: their streams keep the ids apart.
    """
    milliseconds = int(now.timestamp() * 1000)
    return _version7(milliseconds << 80, f"{command_id.hex}:{stream}:{index}")


def id_milliseconds(value: UUID) -> int:
    """When the UUIDv7 was made: Unix time in milliseconds."""
    return value.int >> 80


def _version7(time_bits: int, seed: str) -> UUID:
    digest = int.from_bytes(sha256(seed.encode()).digest()[:10], "big")
    random_bits = digest & ~(0xF << 76) & ~(0x3 << 62)
    return UUID(int=time_bits | random_bits | (0x7 << 76) | (0x2 << 62))
