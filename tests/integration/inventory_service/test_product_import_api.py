"""A file of products over HTTP: looked at first, then taken over whole or not at all."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.integration.inventory_service.conftest import Inventory

CSV = {"Content-Type": "text/csv; charset=utf-8"}
EVERY_COLUMN = "sku,name,description,category,image,prices,low_stock_threshold"


async def post(inventory: Inventory, content: str | bytes, **more: Any) -> httpx.Response:
    headers = {**CSV, **more.pop("headers", {})}
    return await inventory.http.post("/products/import", content=content, headers=headers, **more)


def lines(*rows: str) -> str:
    return "\r\n".join(rows) + "\r\n"


async def test_products_are_created_and_changed_together_when_a_file_is_imported(
    inventory: Inventory,
) -> None:
    await inventory.stocked("I-OLD", 5, name="Old")
    await inventory.stocked("I-SAME", 0, name="Same")
    file = lines(
        EVERY_COLUMN,
        'I-NEW,New,"Round, ""red""",Kitchen,/new.webp,USD:1999; EUR:1899,4',
        "I-OLD,Renamed,,,,,9",
        "",
        "I-SAME,Same,,,,,",
    )

    imported = await post(inventory, file)

    assert imported.status_code == 200
    assert imported.json() == {
        "rows": [
            {"row": 2, "sku": "I-NEW", "action": "created", "version": 1},
            # Stock of 5 is low from now on: the warning is an event of its own.
            {"row": 3, "sku": "I-OLD", "action": "updated", "version": 4},
            {"row": 5, "sku": "I-SAME", "action": "unchanged", "version": 1},
        ]
    }
    new, old = await inventory.product("I-NEW"), await inventory.product("I-OLD")
    assert (new["name"], new["description"], new["category"]) == ("New", 'Round, "red"', "Kitchen")
    assert (new["image"], new["prices"]) == ("/new.webp", {"USD": 1999, "EUR": 1899})
    assert (new["low_stock_threshold"], new["on_hand"], new["status"]) == (4, 0, "OUT_OF_STOCK")
    assert (old["name"], old["description"], old["low_stock_threshold"]) == ("Renamed", "Blue, 350 ml", 9)
    assert (old["prices"], old["on_hand"]) == ({"USD": 1999, "EUR": 1849}, 5)


async def test_every_row_is_shown_and_nothing_written_when_an_import_is_previewed(
    inventory: Inventory,
) -> None:
    await inventory.stocked("V-OLD", 0)
    await inventory.stocked("V-SAME", 0)
    file = lines(
        "sku,name,prices,low_stock_threshold",
        "V-NEW,New,USD:1,",
        "V-OLD,Enamel mug,USD:2,7",
        "V-SAME,Enamel mug,EUR:1849;USD:1999,3",
        "V-POOR,,,",
        "V-OLD,Again,,",
        "lower,x,1999,many",
    )

    preview = await post(inventory, file, params={"preview": "true"})

    assert preview.status_code == 200
    rows = preview.json()["rows"]
    assert [(row["row"], row["sku"], row["action"], row["changed"]) for row in rows] == [
        (2, "V-NEW", "create", ["name", "prices"]),
        (3, "V-OLD", "update", ["prices", "low_stock_threshold"]),
        (4, "V-SAME", "unchanged", []),
        (5, "V-POOR", "invalid", []),
        (6, "V-OLD", "invalid", []),
        (7, "lower", "invalid", []),
    ]
    assert [[error["field"] for error in row["errors"]] for row in rows] == [
        [],
        [],
        [],
        ["rows.5.name", "rows.5.prices"],
        ["rows.6.sku"],
        ["rows.7.prices", "rows.7.low_stock_threshold", "rows.7.sku"],
    ]
    assert (await inventory.http.get("/products/V-NEW")).status_code == 404
    assert (await inventory.product("V-OLD"))["version"] == 1

    refused = await post(inventory, file)

    assert refused.status_code == 422
    told = [error for row in rows for error in row["errors"]]
    assert refused.json()["errors"] == told
    assert (await inventory.http.get("/products/V-NEW")).status_code == 404
    assert (await inventory.product("V-OLD"))["version"] == 1


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("A B,x,USD:1", "rows.2.sku"),
        (",x,USD:1", "rows.2.sku"),
        (f"{'A' * 65},x,USD:1", "rows.2.sku"),
        ("W-1,  ,USD:1", "rows.2.name"),
        ("W-1,a\tb,USD:1", "rows.2.name"),
        ('W-1,"a\nb",USD:1', "rows.2.name"),
        ("W-1,a\x00b,USD:1", "rows.2.name"),
        (f"W-1,{'x' * 201},USD:1", "rows.2.name"),
        ("W-1,x", "rows.2.prices"),
        ("W-1,x,USD:1;USD:2", "rows.2.prices"),
        ("W-1,x,usd:1", "rows.2.prices"),
        ("W-1,x,USD:-1", "rows.2.prices"),
        ("W-1,x,USD:1.5", "rows.2.prices"),
        ("W-1,x,USD:1;", "rows.2.prices"),
        ("W-1,x,USD:1000000000001", "rows.2.prices"),
        ("W-1,x,USD:1,surplus", "rows.2"),
    ],
)
async def test_refused_with_row_and_column_named_when_a_cell_is_not_valid(
    inventory: Inventory, row: str, field: str
) -> None:
    refused = await post(inventory, lines("sku,name,prices", row))

    assert refused.status_code == 422
    assert [error["field"] for error in refused.json()["errors"]] == [field]


@pytest.mark.parametrize(
    ("file", "field"),
    [
        ("", "header"),
        ("name,prices\nx,USD:1\n", "header"),
        ("sku,colour\nA,red\n", "header"),
        ("sku,name,name\nA,x,y\n", "header"),
        ("sku,name\n", "rows"),
        ("sku\n" + "".join(f"A{number}\n" for number in range(1_001)), "rows"),
    ],
)
async def test_refused_when_the_file_is_not_a_list_of_products(
    inventory: Inventory, file: str, field: str
) -> None:
    refused = await post(inventory, file)

    assert refused.status_code == 422
    assert {error["field"] for error in refused.json()["errors"]} == {field}


async def test_refused_when_the_body_is_not_csv(inventory: Inventory) -> None:
    answers = [
        await post(inventory, "{}", headers={"Content-Type": "application/json"}),
        await post(inventory, b"sku\n\xff\n"),
        await post(inventory, 'sku,name\nA,"open'),
        await post(inventory, "x" * (256 * 1024 + 1)),
        await post(inventory, "sku\nA\n", params={"dry_run": "true"}),
    ]

    assert [answer.status_code for answer in answers] == [415, 400, 400, 413, 422]
    assert answers[0].json()["type"] == "urn:eventflow:problem:csv-expected"


async def test_cells_are_kept_as_they_are_when_a_spreadsheet_wrote_the_file(inventory: Inventory) -> None:
    file = b"\xef\xbb\xbf" + lines("sku,name,description,prices", "I-BOM,=1+1,@SUM(A1) +x -y,USD:1").encode()

    assert (await post(inventory, file)).status_code == 200

    product = await inventory.product("I-BOM")
    assert (product["name"], product["description"]) == ("=1+1", "@SUM(A1) +x -y")


async def test_imported_once_when_a_key_comes_twice(inventory: Inventory) -> None:
    await inventory.stocked("I-KEY", 0)
    key = {"Idempotency-Key": "import-1"}
    first = lines("sku,name", "I-KEY,First")

    answers = await asyncio.gather(*(post(inventory, first, headers=key) for _ in range(4)))
    await inventory.http.patch("/products/I-KEY", json={"name": "Later"})
    again = await post(inventory, first, headers=key)
    other = await post(inventory, lines("sku,name", "I-KEY,Second"), headers=key)

    assert {answer.status_code for answer in (*answers, again)} == {200}
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json() == {"rows": [{"row": 2, "sku": "I-KEY", "action": "updated", "version": 2}]}
    assert other.status_code == 422
    assert other.json()["type"] == "urn:eventflow:problem:idempotency-key-reused"
    assert (await inventory.product("I-KEY"))["name"] == "Later"


async def test_every_product_has_its_end_when_files_and_people_meet(inventory: Inventory) -> None:
    """Several files and single requests over the same new products, in both orders: nobody waits in a circle."""
    skus = [f"I-MEET-{number:02}" for number in range(30)]
    header = "sku,name,prices"
    up = lines(header, *(f"{sku},Up,USD:1" for sku in skus))
    down = lines(header, *(f"{sku},Down,USD:1" for sku in reversed(skus)))

    answers = await asyncio.gather(
        post(inventory, up),
        *(
            inventory.http.post("/products", json={"sku": sku, "name": "One", "prices": {"USD": 1}})
            for sku in skus[::7]
        ),
        post(inventory, down),
        post(inventory, up),
    )

    assert {answer.status_code for answer in answers} <= {200, 201, 409}
    listed = (await inventory.http.get("/products", params={"q": "I-MEET-", "limit": 200})).json()["items"]
    assert [product["sku"] for product in listed] == skus
    assert {product["name"] for product in listed} == {"Up"}


async def test_all_are_taken_over_when_the_file_is_as_long_as_it_may_be(inventory: Inventory) -> None:
    skus = [f"I-LONG-{number:04}" for number in range(1_000)]
    file = lines("sku,name,prices", *(f"{sku},Long,USD:1" for sku in skus))

    created = await post(inventory, file)
    again = await post(inventory, file.replace("Long", "Longer"))

    assert {row["action"] for row in created.json()["rows"]} == {"created"}
    assert {row["action"] for row in again.json()["rows"]} == {"updated"}
    assert (await inventory.product(skus[-1]))["name"] == "Longer"
