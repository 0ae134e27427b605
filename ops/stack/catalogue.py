"""The demo catalogue: 40 products in 6 categories, some of them scarce, loaded as any merchandiser would."""

import asyncio
import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from ops.stack.errors import StackError
from ops.stack.sql import connected

FILE = Path(__file__).with_name("catalogue.csv")
_COPIED = "SELECT count(*) FROM listings WHERE id = ANY($1) AND version > 0"


@dataclass(frozen=True, slots=True)
class DemoProduct:
    """One row of the file; prices are in minor units, `stock` in pieces."""

    sku: str
    name: str
    description: str
    category: str
    prices: dict[str, int]
    stock: int
    low_stock_threshold: int

    @property
    def image(self) -> str:
        """A path that the storefront serves."""
        return f"/images/products/{self.sku.lower()}.svg"


def products() -> Iterator[DemoProduct]:
    """All demo products, in the order of the file."""
    with FILE.open(newline="") as file:
        for row in csv.DictReader(file):
            yield DemoProduct(
                row["sku"],
                row["name"],
                row["description"],
                row["category"],
                {"USD": int(row["usd"]), "EUR": int(row["eur"])},
                int(row["stock"]),
                int(row["low_stock_threshold"]),
            )


def fingerprint() -> str:
    """Changes with the file."""
    return hashlib.sha256(FILE.read_bytes()).hexdigest()


def load(inventory_url: str, tokens: httpx.Auth) -> None:
    """Creates the products that are not there yet and gives each its stock once; repeatable at any time.

    StackError with the service's answer when it refuses one.
    """
    with httpx.Client(base_url=inventory_url, timeout=30, trust_env=False, auth=tokens) as inventory:
        for product in products():
            created = inventory.post(
                "/products",
                json={
                    "sku": product.sku,
                    "name": product.name,
                    "description": product.description,
                    "category": product.category,
                    "image": product.image,
                    "prices": product.prices,
                    "low_stock_threshold": product.low_stock_threshold,
                },
                headers={"Idempotency-Key": f"demo-product-{product.sku}"},
            )
            if created.status_code != 409:
                _expect_success(created)
            if not _was_stocked(inventory, product.sku):
                stocked = inventory.post(
                    f"/products/{product.sku}/adjustments",
                    json={"delta": product.stock, "reason": "demo catalogue"},
                    headers={"Idempotency-Key": f"demo-stock-{product.sku}"},
                )
                _expect_success(stocked)


async def known_to_orders(order_database_url: str, *, patience: float = 30.0) -> None:
    """Returns when the order service's copy has every product, so that each can be ordered. StackError in the end."""
    wanted = [product.sku for product in products()]
    async with connected(order_database_url) as orders:
        deadline = asyncio.get_running_loop().time() + patience
        while await orders.fetchval(_COPIED, wanted) < len(wanted):
            if asyncio.get_running_loop().time() > deadline:
                raise StackError(
                    "The order service has not heard of every product yet; look at ./eventflow status and at "
                    "order_queue in RabbitMQ's management UI."
                )
            await asyncio.sleep(0.1)


def _was_stocked(inventory: httpx.Client, sku: str) -> bool:
    """Whether its stock ever moved: an idempotency key lives for a day only."""
    movements = inventory.get(f"/products/{sku}/movements", params={"limit": 1})
    _expect_success(movements)
    return bool(movements.json()["items"])


def _expect_success(answer: httpx.Response) -> None:
    if not answer.is_success:
        raise StackError(
            f"The demo catalogue was refused: {answer.request.method} {answer.request.url.path} answered "
            f"{answer.status_code} {' '.join(answer.text.split())[:300]}; see eventflow logs inventory."
        )
