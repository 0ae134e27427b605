"""What is counted of one order, and what all of them add up to. Standard library only."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Count:
    """The command: add what this order counts, by key."""

    order_id: UUID
    amounts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Counted:
    amounts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Entry:
    """One order, in a stream of its own: however often it is heard or replayed, it counts once."""

    counted: bool = False


@dataclass(frozen=True, slots=True)
class Total:
    """What has been counted under one key."""

    amount: int = 0
    orders: int = 0


def decide(entry: Entry, command: Count) -> Sequence[Counted]:
    return [] if entry.counted else [Counted(command.amounts)]


def evolve(_: Entry, event: Counted) -> Entry:
    return Entry(counted=True)


def keys_of(_: str, event: Counted) -> Iterable[str]:
    return event.amounts


def total_after(total: Total, key: str, event: Counted) -> Total:
    return Total(total.amount + event.amounts[key], total.orders + 1)
