"""docs/erasure.md, its commands executed as they stand: what was erased does not come back from a backup."""

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ops.stack.home import CLONE
from ops.stack.isolation import FreshDatabase
from ops.stack.programs import find_postgres
from order_service.domain.listings import Listing, RecordListing
from tests.integration.conftest import MakeDatabase
from tests.integration.order_service.conftest import ADDRESS, Instances, OrderService

PAGE = CLONE / "docs" / "erasure.md"
# The one that is forgotten, and one that is not.
EVE, ADA = "eve", "ada"

RunBlock = Callable[[str, str], str]


@pytest.fixture
def run_block(tmp_path: Path) -> RunBlock:
    """Runs the page's block of this name, or else these words, on the database at a URL, where the backups are."""
    postgres = find_postgres()
    assert postgres is not None

    def run(name: str, url: str) -> str:
        page = dict(re.findall(r"^```sh (\w+)\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL))
        ended = subprocess.run(
            ["/bin/sh", "-ec", page.get(name, name)],
            cwd=tmp_path,
            env={"PATH": f"{postgres[0]}{os.pathsep}{os.environ['PATH']}", "ORDER_DATABASE": url},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            timeout=120,
        )
        return ended.stdout

    return run


@pytest.fixture
async def shop(service: OrderService) -> OrderService:
    for sku in ("MUG-1", "TEA-1"):
        await service.hear(RecordListing(sku, 1, Listing(sku, {"USD": 1000})), None)
    return service


async def restored(database: FreshDatabase, orders: dict[str, Any]) -> dict[str, Any]:
    """The shipping addresses of these orders, as a service on the restored database shows them."""
    instances = Instances(database)
    try:
        service = await instances.start()
        shown = {
            name: (await service.http.get(f"/orders/{order['id']}")).json() for name, order in orders.items()
        }
    finally:
        await instances.close()
    return {
        name: order["shipping_address"] and order["shipping_address"]["name"] for name, order in shown.items()
    }


@pytest.mark.timeout(300)
async def test_what_was_erased_stays_unreadable_when_backups_are_restored(
    shop: OrderService,
    database: FreshDatabase,
    make_database: MakeDatabase,
    run_block: RunBlock,
    tmp_path: Path,
) -> None:
    name = str(ADDRESS["name"])
    orders = {who: await shop.place(customer_id=who, shipping_address=ADDRESS) for who in (EVE, ADA)}
    keys = [row.wrapped_key for row in await shop.sql("SELECT wrapped_key FROM customer_keys")]
    run_block("backup", database.owner_url)

    # The books alone hold neither the data nor what opens them.
    books = run_block("pg_restore --file=- books.dump", "")
    assert orders[EVE]["id"] in books
    assert [key for key in keys if key.hex() in books] == []
    assert name not in books

    everything = make_database("order")
    run_block("restore", everything.superuser_url)
    assert await restored(everything, orders) == {EVE: name, ADA: name}

    # Erased after the keys were saved, before the books were.
    assert (await shop.http.delete(f"/customers/{EVE}/personal-data")).status_code == 200
    saved = (tmp_path / "keys.dump").read_bytes()
    run_block("backup", database.owner_url)
    (tmp_path / "keys.dump").write_bytes(saved)
    later = make_database("order")
    run_block("restore", later.superuser_url)
    assert await restored(later, orders) == {EVE: None, ADA: name}
