"""From a command to its decision: which rows it needs, in lock order, and which of them the domain is shown."""

from collections.abc import Iterable, Sequence

from inventory_service.domain import importing, product, reserving
from inventory_service.domain.importing import ImportProducts
from inventory_service.domain.product import (
    AdjustStock,
    CatalogueEntry,
    ChangeProduct,
    CreateProduct,
    ProductCommand,
)
from inventory_service.domain.reserving import (
    FulfilReservation,
    ReleaseStock,
    ReservationCommand,
    ReserveStock,
    Shelves,
    concerned,
)
from inventory_service.domain.stock import Stock
from inventory_service.tables import PRODUCTS, RESERVATIONS, STOCK
from shared.eventsourcing.decisions import Access, Change, Decision, Model, Step, Touch
from shared.eventsourcing.metadata import Context
from shared.eventsourcing.rows import Rows

Command = ReservationCommand | ProductCommand | ImportProducts


def _reservations_touched(command: Command, _: Rows) -> Iterable[Touch]:
    match command:
        case ReserveStock() | ReleaseStock() | FulfilReservation():
            return (Touch(str(command.order_id), Access.CREATE),)
        case _:
            return ()


def _skus_touched(command: Command, rows: Rows) -> Iterable[Touch]:
    """Of products and of their stock alike.

    What a batch decides about an order before this command concerns no SKU that the batch did not load: the lines
    come with the order, and the command that brings them is in the batch or already in the row.
    """
    match command:
        case ReserveStock() | ReleaseStock() | FulfilReservation():
            known = rows.state(RESERVATIONS, str(command.order_id))
            return [Touch(sku, Access.LOCK) for sku in concerned(known, command)]
        case CreateProduct():
            return (Touch(command.sku, Access.CREATE),)
        case ImportProducts():
            return [Touch(imported.sku, Access.CREATE) for imported in command.products]
        case _:
            return (Touch(command.sku, Access.LOCK),)


def _decide(command: Command, context: Context, rows: Rows) -> Decision:
    match command:
        case ReserveStock() | ReleaseStock() | FulfilReservation():
            return _decide_reservation(command, rows)
        case CreateProduct() | ChangeProduct() | AdjustStock():
            return _decide_product(command, rows)
        case ImportProducts():
            return _decide_import(command, rows)


def _decide_reservation(command: ReservationCommand, rows: Rows) -> Decision:
    order_id = str(command.order_id)
    known = rows.state(RESERVATIONS, order_id)
    outcome = reserving.decide(known, command, _shelves(concerned(known, command), rows))
    changes = [Change(RESERVATIONS, order_id, event) for event in outcome.events]
    changes += [Change(PRODUCTS, sku, event) for sku, event in outcome.of_products]
    return Decision(changes)


def _shelves(skus: Iterable[str], rows: Rows) -> Shelves:
    stock: dict[str, Stock] = {}
    catalogue: dict[str, CatalogueEntry] = {}
    for sku in skus:
        stock[sku] = rows.state(STOCK, sku)
        if (entry := rows.state(PRODUCTS, sku).entry) is not None:
            catalogue[sku] = entry
    return Shelves(stock, catalogue)


def _decide_product(command: ProductCommand, rows: Rows) -> Decision:
    decided = product.decide(rows.state(PRODUCTS, command.sku), command, rows.state(STOCK, command.sku))
    if isinstance(decided, Sequence):
        return Decision([Change(PRODUCTS, command.sku, event) for event in decided])
    return Decision(refusal=decided)


def _decide_import(command: ImportProducts, rows: Rows) -> Decision:
    changes: list[Change] = []
    for imported in command.products:
        sku = imported.sku
        decided = importing.decide(rows.state(PRODUCTS, sku), imported, rows.state(STOCK, sku))
        if not isinstance(decided, Sequence):
            return Decision(refusal=decided)
        changes += [Change(PRODUCTS, sku, event) for event in decided]
    return Decision(changes)


MODEL: Model[Command] = Model(
    steps=[
        Step(RESERVATIONS, _reservations_touched),
        Step(PRODUCTS, _skus_touched),
        Step(STOCK, _skus_touched),
    ],
    decide=_decide,
)
