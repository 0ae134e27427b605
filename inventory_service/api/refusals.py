"""The domain's refusals in the words of HTTP."""

from inventory_service.domain.product import BelowReserved, NoSuchProduct, ProductExists, ProductRefusal
from shared.http.problems import Conflict, NotFound, Problem


class ProductAlreadyExists(Conflict):
    slug = "product-exists"
    title = "There is a product with this SKU"


class StockIsReserved(Conflict):
    slug = "below-reserved"
    title = "Orders hold more than would be left"


def no_such_product(sku: str) -> NotFound:
    return NotFound(f"There is no product {sku}.")


def problem_of(refusal: ProductRefusal) -> Problem:
    match refusal:
        case ProductExists(sku):
            return ProductAlreadyExists(f"The product {sku} exists already; change it with PATCH.")
        case NoSuchProduct(sku):
            return no_such_product(sku)
        case BelowReserved(sku, on_hand, reserved, delta):
            return StockIsReserved(
                f"{sku} has {on_hand} on hand and {reserved} of them reserved: {delta:+d} would leave too few."
            )
