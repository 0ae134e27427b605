"""Which orders are wanted, and in which order they are told."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from order_service.domain.lifecycle import OrderStatus

STUCK_AFTER = timedelta(minutes=2)
"""Beyond all retries of a message, which end after 71 s: what has not moved by then does not move by itself."""


class OrderSort(StrEnum):
    """By the time of placing, which ids go by, or by the total in minor units whatever the currency."""

    NEWEST = "-created_at"
    OLDEST = "created_at"
    DEAREST = "-total"
    CHEAPEST = "total"


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """What is None or empty does not filter.

    `any_id` is the order's or its payment's; `email_mark` as `PersonalData.email_mark` gives it. `stuck` says whether
    the order was left unfinished before `quiet_since`. Times from are included, times to are not.
    """

    statuses: Collection[OrderStatus] = ()
    customer_id: str | None = None
    sku: str | None = None
    number: str | None = None
    any_id: UUID | None = None
    email_mark: bytes | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None
    min_total: int | None = None
    max_total: int | None = None
    stuck: bool | None = None
    quiet_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of a sorted list ended: with the order of this id and total."""

    order_id: UUID
    total: int
