"""Each stored event has its public form, or none, and needs no table for it."""

from datetime import timedelta
from typing import Any

import pytest

from inventory_service.domain.product import (
    LowStockReached,
    ProductChanged,
    ProductCreated,
    StockAdjusted,
    StockShipped,
)
from inventory_service.domain.reservation import (
    CancellationRemembered,
    Line,
    ReservationFulfilled,
    ReservationRefused,
    ShipmentRemembered,
    ShortLine,
    StockLine,
    StockReleased,
    StockReserved,
)
from inventory_service.publishing import publish
from shared.contracts import Contract
from shared.eventsourcing.metadata import Actor
from shared.eventsourcing.recorded import Recorded
from tests.unit.inventory_service.memory import NOON, entry, order_id

ORDER = order_id(1)
LATER = NOON + timedelta(hours=1)


def published(event: Any, row_id: str = "MUG") -> Contract | None:
    return publish(
        Recorded(
            position=1,
            id=order_id(9),
            stream=f"stream-{row_id}",
            row_id=row_id,
            version=7,
            type="stored",
            event=event,
            command_id=ORDER,
            correlation_id=ORDER,
            causation_id=ORDER,
            actor=Actor("inventory_service", "service"),
            customer_id="c-1",
            time=LATER,
        )
    )


@pytest.mark.parametrize(
    ("event", "type_name", "data"),
    [
        (
            StockReserved((StockLine("MUG", 2, on_hand=5, reserved=4),)),
            "inventory.reserved",
            {"order_id": ORDER, "lines": ({"sku": "MUG", "quantity": 2, "available": 1},)},
        ),
        (
            ReservationRefused("out_of_stock", (Line("MUG", 9), Line("TEA", 1)), (ShortLine("MUG", 9, 5),)),
            "inventory.reservation_failed",
            {
                "order_id": ORDER,
                "reason": "out_of_stock",
                "lines": ({"sku": "MUG", "requested": 9, "available": 5},),
            },
        ),
        (
            StockReleased("expired", (StockLine("MUG", 2, on_hand=5, reserved=0),)),
            "inventory.released",
            {
                "order_id": ORDER,
                "reason": "expired",
                "lines": ({"sku": "MUG", "quantity": 2, "available": 5},),
            },
        ),
        (
            StockReleased("expired", ()),
            "inventory.released",
            {"order_id": ORDER, "reason": "expired", "lines": ()},
        ),
    ],
)
def test_the_order_is_told_when_its_reservation_moves(event: Any, type_name: str, data: object) -> None:
    contract = published(event, str(ORDER))

    assert contract is not None
    assert (contract.type, contract.model_dump()) == (type_name, data)


@pytest.mark.parametrize(
    ("event", "cause", "on_hand"),
    [
        (ProductCreated(entry(3), 0, 0), "created", 0),
        (ProductChanged(entry(3), 5, 1), "changed", 5),
        (StockAdjusted(-1, "breakage", entry(3), 4, 1), "adjusted", 4),
        (StockShipped(str(ORDER), 2, entry(3), 3, 1), "shipped", 3),
    ],
)
def test_the_whole_product_is_told_when_it_changes(event: Any, cause: str, on_hand: int) -> None:
    contract = published(event)

    assert contract is not None
    assert contract.type == "inventory.updated"
    assert contract.model_dump() == {
        "cause": cause,
        "sku": "MUG",
        "name": "Mug",
        "description": "",
        "category": "",
        "image": "",
        "status": "AVAILABLE" if on_hand else "OUT_OF_STOCK",
        "prices": {"USD": 1999},
        "on_hand": on_hand,
        "reserved": min(on_hand, 1),
        "available": max(on_hand - 1, 0),
        "low_stock_threshold": 3,
        "version": 7,
        "created_at": NOON,
        "updated_at": LATER,
    }


def test_a_discontinued_product_says_so() -> None:
    contract = published(ProductChanged(entry(discontinued=True), 5, 1))

    assert contract is not None
    assert contract.model_dump()["status"] == "DISCONTINUED"


def test_the_warning_is_told_when_stock_falls_low() -> None:
    contract = published(LowStockReached(available=2, threshold=3))

    assert contract is not None
    assert (contract.type, contract.model_dump()) == (
        "inventory.low_stock",
        {"sku": "MUG", "available": 2, "threshold": 3},
    )


@pytest.mark.parametrize(
    "event",
    [
        ReservationFulfilled((StockLine("MUG", 2, 5, 0),)),
        CancellationRemembered("expired"),
        ShipmentRemembered(),
    ],
)
def test_nobody_is_told_of_what_concerns_only_us(event: Any) -> None:
    assert published(event, str(ORDER)) is None
