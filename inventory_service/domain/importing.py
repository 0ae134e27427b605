"""A list of products taken over at once: what exists is changed, what does not is created; all of it or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from inventory_service.domain import product
from inventory_service.domain.product import (
    ChangeProduct,
    CreateProduct,
    Product,
    ProductEvent,
    ProductRefusal,
)
from inventory_service.domain.stock import Stock


@dataclass(frozen=True, slots=True)
class ImportedProduct:
    """`creation` is None when too little is said to create the product: it is known to exist."""

    change: ChangeProduct
    creation: CreateProduct | None

    @property
    def sku(self) -> str:
        return self.change.sku


@dataclass(frozen=True, slots=True)
class ImportProducts:
    """No SKU comes twice."""

    products: tuple[ImportedProduct, ...]


def decide(
    known: Product, imported: ImportedProduct, stock: Stock
) -> Sequence[ProductEvent] | ProductRefusal:
    """The same rules as for one product; `known` and `stock` are this product's own."""
    if known.entry is None and imported.creation is not None:
        return product.decide(known, imported.creation, stock)
    return product.decide(known, imported.change, stock)
