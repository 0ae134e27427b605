"""I5 for the order service's copy of the catalogue: it is what the inventory service told last of each product."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import ValidationError

from ops.audit.aligning import aligned
from ops.audit.clauses import Clause, Offender
from ops.audit.snapshots import Pages, Record, Snapshot
from ops.histories import EVENT_COLUMNS, HISTORIES
from order_service.domain.listings import Listing, RecordListing
from order_service.reactions import keep_listing_when_product_updated
from order_service.tables import LISTINGS
from shared.contracts.inventory import InventoryUpdated
from shared.eventsourcing.codec import UnknownEventType
from shared.eventsourcing.recorded import Recorded
from shared.messaging.reactions import Heard

# That stock is low is told in other words, and changes no copy.
_TOLD = f"""
SELECT p.id COLLATE "C" AS sku, e.* FROM products AS p, LATERAL (
    SELECT {EVENT_COLUMNS} FROM events
    WHERE stream = 'product-' || p.id AND type <> 'product.low_stock_reached' ORDER BY version DESC LIMIT 1
) AS e WHERE p.version > 0 AND ($1::text IS NULL OR p.id = $1) ORDER BY sku"""
_KEPT = 'SELECT id COLLATE "C" AS sku, version, state::text FROM listings WHERE version > 0 ORDER BY sku'
# What waits for people is not in the copy, and they know.
_SET_ASIDE = """
SELECT event_id FROM dead_letters
WHERE queue = 'order_queue' AND event_id IS NOT NULL AND status <> 'REPLAYED'"""

COMMAND = "./eventflow rebuild order"


@dataclass(frozen=True, slots=True)
class Told:
    """What the event says of the product, in the words of the order service."""

    event_id: UUID
    at: datetime
    command: RecordListing


async def wrong_listings(order: Snapshot, inventory: Snapshot) -> AsyncIterator[Offender]:
    """The copy may be behind the products, or ahead of them, by what is on its way between two moments."""
    set_aside = {event_id for (event_id,) in await order.rows(_SET_ASIDE)}
    async for sku, (told, kept) in aligned(_told(inventory), order.pages(_KEPT)):
        newest: Told | None = told[1] if told else None
        if newest is not None and newest.event_id in set_aside:
            continue
        if problem := _problem(newest, kept):
            seen = (kept and kept[1], newest and newest.command.version)
            yield Offender(Clause.FOLDS, f"listings {sku}", problem, COMMAND, seen)


async def last_told(inventory: Snapshot, sku: str) -> Told | None:
    """None when there is no such product."""
    async for page in _told(inventory, sku):
        for _, told in page:
            return told
    return None


def _problem(told: Told | None, kept: Record | None) -> str | None:
    if told is None:
        return "there is no such product"
    version = told.command.version
    if kept is None:
        return f"it is missing; the product is at version {version}"
    if kept[1] != version:
        return f"it is of version {kept[1]}; the product is at version {version}"
    if _listing(kept[2]) != told.command.listing:
        return f"it does not say what version {version} of the product says"
    return None


def _listing(state: str) -> Listing | None:
    try:
        return LISTINGS.adapter.validate_json(state)
    except ValidationError:
        return None


async def _told(inventory: Snapshot, sku: str | None = None) -> Pages:
    async for page in inventory.pages(_TOLD, sku):
        yield list(_read(page))


def _read(page: Iterable[Record]) -> Iterable[Record]:
    history = HISTORIES["inventory"]
    for sku, *columns in page:
        try:
            recorded = history.recorded(columns)
            contract = history.publish(recorded)
        except (ValidationError, UnknownEventType):  # the fold of its stream names it
            continue
        if isinstance(contract, InventoryUpdated):
            command = keep_listing_when_product_updated(_heard(recorded, contract))
            yield sku, Told(recorded.id, recorded.time, command)


def _heard(recorded: Recorded, contract: InventoryUpdated) -> Heard[InventoryUpdated]:
    return Heard(
        id=recorded.id,
        type=contract.type,
        subject=recorded.row_id,
        time=recorded.time,
        correlation_id=recorded.correlation_id,
        causation_id=recorded.causation_id,
        customer_id=recorded.customer_id,
        stream_version=recorded.version,
        data=contract,
    )
