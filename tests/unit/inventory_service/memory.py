"""The inventory service in memory: its real model over rows in a dict. No inbox, so every repeat reaches the decider."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from inventory_service.domain.product import AdjustStock, CatalogueEntry, CreateProduct
from inventory_service.domain.reservation import Line, Reservation
from inventory_service.domain.reserving import ReserveStock
from inventory_service.domain.stock import Stock
from inventory_service.handling import MODEL, Command
from inventory_service.tables import PRODUCTS, RESERVATIONS, STOCK
from shared.eventsourcing.codec import Codec
from shared.eventsourcing.metadata import Actor, Context
from shared.eventsourcing.recorded import Recorded
from shared.eventsourcing.rows import Row, Rows, Table
from shared.runtime.deciding import Decider

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def order_id(number: int) -> UUID:
    return UUID(int=0x0195_5000_0000_7000_8000_0000_0000_0000 + number)


def entry(threshold: int = 0, discontinued: bool = False) -> CatalogueEntry:
    return CatalogueEntry(
        "Mug", NOON, prices={"USD": 1999}, low_stock_threshold=threshold, discontinued=discontinued
    )


def reserve(number: int, *lines: tuple[str, int]) -> ReserveStock:
    return ReserveStock(order_id(number), tuple(Line(sku, quantity) for sku, quantity in lines))


class Inventory:
    """One running service. Every command is given only the rows that it asked for, as a batch would."""

    def __init__(self, stock: Mapping[str, int] | None = None, *, threshold: int = 0) -> None:
        self.recorded: list[Recorded] = []
        self.refusal: object = None
        self._commands = 0
        self._decider = Decider(MODEL, Codec(MODEL.aggregates))
        self._rows: dict[tuple[str, str], Row[Any]] = {}
        for sku, on_hand in (stock or {}).items():
            self.do(CreateProduct(sku, entry(threshold)))
            if on_hand:
                self.do(AdjustStock(sku, on_hand, "received"))

    def do(self, command: Command) -> list[Any]:
        """The events of one command, in the order in which they are stored; `refusal` says why there are none."""
        return self.do_in_one_batch([command])

    def do_in_one_batch(self, commands: Iterable[Command]) -> list[Any]:
        batch = list(commands)
        rows = Rows()
        for step in MODEL.steps:
            for command in batch:
                for touch in step.touches(command, rows):
                    known = self._rows.get((step.table.name, touch.row_id))
                    rows.put(step.table, touch.row_id, known or Row(0, step.table.initial))
        happened: list[Recorded] = []
        for command in batch:
            decision, events, layer = self._decider.decide(command, self._context(), rows)
            rows.absorb(layer)
            happened += events
            self.refusal = decision.refusal
        self._rows |= dict(rows.items())
        self.recorded += happened
        return [recorded.event for recorded in happened]

    def stock(self, sku: str) -> Stock:
        return self._state(STOCK, sku)

    def reservation(self, number: int) -> Reservation:
        return self._state(RESERVATIONS, str(order_id(number)))

    def product(self, sku: str) -> CatalogueEntry:
        found = self._state(PRODUCTS, sku).entry
        assert found is not None
        return found

    def levels(self) -> dict[str, tuple[int, int]]:
        """On hand and reserved by SKU."""
        return {
            sku: (row.state.on_hand, row.state.reserved)
            for (table, sku), row in self._rows.items()
            if table == STOCK.name and row.version > 0
        }

    def rows_of(self, table: Table[Any]) -> dict[str, Row[Any]]:
        return {key: row for (name, key), row in self._rows.items() if name == table.name and row.version > 0}

    def _state(self, table: Table[Any], row_id: str) -> Any:
        row = self._rows.get((table.name, row_id))
        return row.state if row else table.initial

    def _context(self) -> Context:
        self._commands += 1
        cause = order_id(1_000_000 + self._commands)
        now = NOON + timedelta(seconds=self._commands)
        return Context(cause, cause, cause, Actor("inventory_service", "service"), now)
