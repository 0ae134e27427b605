"""A list of products is taken over whole, by the rules of single products."""

from inventory_service.domain.importing import ImportedProduct, ImportProducts
from inventory_service.domain.product import (
    ChangeProduct,
    CreateProduct,
    LowStockReached,
    NoSuchProduct,
    ProductChanged,
    ProductCreated,
)
from inventory_service.handling import MODEL
from inventory_service.tables import PRODUCTS
from shared.eventsourcing.decisions import Access, Touch
from shared.eventsourcing.rows import Rows
from tests.unit.inventory_service.memory import Inventory, entry


def new(sku: str) -> ImportedProduct:
    return ImportedProduct(ChangeProduct(sku, name="Mug"), CreateProduct(sku, entry()))


def change(sku: str, name: str) -> ImportedProduct:
    return ImportedProduct(ChangeProduct(sku, name=name), None)


def test_each_product_is_created_changed_or_left_alone_when_a_list_is_imported() -> None:
    inventory = Inventory({"OLD": 5, "SAME": 0})

    events = inventory.do(ImportProducts((new("NEW"), change("OLD", "Cup"), change("SAME", "Mug"))))

    assert [type(event) for event in events] == [ProductCreated, ProductChanged]
    assert events[1].entry.name == "Cup"
    assert (events[1].on_hand, events[1].reserved) == (5, 0)


def test_product_is_changed_when_somebody_else_created_it_first() -> None:
    inventory = Inventory({"MUG": 0})
    imported = ImportedProduct(ChangeProduct("MUG", name="Cup"), CreateProduct("MUG", entry()))

    [event] = inventory.do(ImportProducts((imported,)))

    assert isinstance(event, ProductChanged)


def test_warning_is_given_when_a_list_raises_the_threshold_above_the_stock() -> None:
    inventory = Inventory({"MUG": 5})
    imported = ImportedProduct(ChangeProduct("MUG", low_stock_threshold=6), None)

    assert inventory.do(ImportProducts((imported,)))[1] == LowStockReached(5, 6)
    assert inventory.do(ImportProducts((imported,))) == []


def test_nothing_is_taken_over_when_one_product_cannot_be() -> None:
    inventory = Inventory()

    assert inventory.do(ImportProducts((new("NEW"), change("GHOST", "Boo")))) == []
    assert inventory.refusal == NoSuchProduct("GHOST")


def test_every_sku_is_claimed_when_a_list_is_imported() -> None:
    touches = {
        step.table.name: set(step.touches(ImportProducts((new("A"), change("B", "x"))), Rows()))
        for step in MODEL.steps
    }

    claimed = {Touch("A", Access.CREATE), Touch("B", Access.CREATE)}
    assert touches == {"reservations": set(), PRODUCTS.name: claimed, "stock": claimed}
