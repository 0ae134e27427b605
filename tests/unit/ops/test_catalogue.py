"""The demo catalogue as the file tells it."""

import re

from ops.stack.catalogue import products


def test_catalogue_is_as_promised_when_read() -> None:
    found = list(products())
    assert len(found) == 40
    assert len({product.sku for product in found}) == 40
    assert len({product.category for product in found}) == 6
    assert all(re.fullmatch(r"[A-Z0-9][A-Z0-9-]{0,63}", product.sku) for product in found)
    assert all(set(product.prices) == {"USD", "EUR"} for product in found)
    assert all(price > 0 for product in found for price in product.prices.values())
    assert all(product.stock > 0 and product.low_stock_threshold > 0 for product in found)
    assert sum(product.stock <= 5 for product in found) >= 5
    assert found[0].image == f"/images/products/{found[0].sku.lower()}.svg"
