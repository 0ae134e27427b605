"""From a command to the rows it needs and what is written, without a database."""

from dataclasses import replace
from uuid import UUID

from order_service.domain.commands import CancelOrder, OrderCommand
from order_service.domain.events import OrderPlaced
from order_service.domain.lifecycle import CancelReason
from order_service.domain.listings import Listing, RecordListing
from order_service.domain.refusals import LinesNotOrderable, NoSuchOrder, UnknownProduct
from order_service.handling import MODEL
from order_service.tables import LISTINGS, ORDERS
from shared.eventsourcing.decisions import Access, Copied, Decision, Touch
from shared.eventsourcing.metadata import Actor, Context
from shared.eventsourcing.rows import Row, Rows
from tests.unit.order_service import stories
from tests.unit.order_service.stories import NOW, ORDER_ID, PLACE, RESERVED, given

CONTEXT = Context(
    command_id=UUID("0197f3a0-0000-7000-8000-000000000009"),
    correlation_id=ORDER_ID,
    causation_id=ORDER_ID,
    actor=Actor("c-1", "staff"),
    now=NOW,
    customer_id="c-1",
)


def touched(command: OrderCommand | RecordListing) -> dict[str, list[Touch]]:
    return {step.table.name: list(step.touches(command, Rows())) for step in MODEL.steps}


def rows_with(story: tuple[OrderCommand, ...], listings: dict[str, Row[Listing]]) -> Rows:
    rows = Rows()
    rows.put(ORDERS, str(ORDER_ID), Row(len(story), given(*story)))
    for sku in ("MUG-1", "TEA-1"):
        rows.put(LISTINGS, sku, listings.get(sku, Row(0, LISTINGS.initial)))
    return rows


def decided(command: OrderCommand | RecordListing, rows: Rows) -> Decision:
    return MODEL.decide(command, CONTEXT, rows)


KNOWN = {sku: Row(3, stories.LISTINGS[sku]) for sku in ("MUG-1", "TEA-1")}


def test_orders_are_locked_before_listings_when_a_command_needs_both() -> None:
    assert [step.table for step in MODEL.steps] == [ORDERS, LISTINGS]


def test_order_is_fresh_and_listings_are_only_read_when_an_order_is_placed() -> None:
    assert touched(PLACE) == {
        "orders": [Touch(str(ORDER_ID), Access.FRESH)],
        "listings": [Touch("MUG-1", Access.READ), Touch("TEA-1", Access.READ)],
    }


def test_order_is_locked_when_something_about_it_is_heard() -> None:
    assert touched(RESERVED) == {"orders": [Touch(str(ORDER_ID), Access.LOCK)], "listings": []}


def test_listing_is_created_or_locked_when_it_is_recorded() -> None:
    command = RecordListing("MUG-1", 1, Listing())
    assert touched(command) == {"orders": [], "listings": [Touch("MUG-1", Access.CREATE)]}


def test_events_go_to_the_orders_stream_when_an_order_is_placed() -> None:
    decision = decided(PLACE, rows_with((), KNOWN))

    assert decision.refusal is None
    assert [(change.aggregate, change.row_id) for change in decision.changes] == [(ORDERS, str(ORDER_ID))]
    assert isinstance(decision.changes[0].event, OrderPlaced)


def test_product_is_unknown_when_its_listing_has_version_zero() -> None:
    decision = decided(PLACE, rows_with((), {"MUG-1": KNOWN["MUG-1"]}))
    assert decision == Decision(refusal=LinesNotOrderable((UnknownProduct(1, "TEA-1"),)))


def test_refusal_comes_out_when_there_is_no_such_order() -> None:
    command = CancelOrder(ORDER_ID, CancelReason.STAFF_REQUEST)
    assert decided(command, rows_with((), {})) == Decision(refusal=NoSuchOrder())


def test_nothing_is_written_when_a_command_is_a_repeat() -> None:
    decision = decided(RESERVED, rows_with((PLACE, RESERVED), {}))
    assert (decision.changes, decision.copies, decision.refusal) == ([], (), None)


def test_newer_listing_replaces_an_older_one_when_it_is_recorded() -> None:
    command = RecordListing("MUG-1", 4, replace(stories.LISTINGS["MUG-1"], discontinued=True))
    assert decided(command, rows_with((), KNOWN)).copies == (Copied(LISTINGS, "MUG-1", 4, command.listing),)


def test_listing_stays_when_what_is_told_is_not_newer() -> None:
    """Race 19."""
    for version in (1, 2, 3):
        command = RecordListing("MUG-1", version, Listing("older", {"USD": 1}))
        assert decided(command, rows_with((), KNOWN)) == Decision()
