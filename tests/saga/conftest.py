"""A shop for every test."""

import pytest

from tests.saga.shop import Shop


@pytest.fixture
def shop() -> Shop:
    """Open, with mugs at 19.99 and five of them on the shelf."""
    shop = Shop()
    shop.stock("MUG", 5)
    return shop
