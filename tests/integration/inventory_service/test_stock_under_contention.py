"""Two instances of the service on one database, at once: what is sold is sold once."""

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from inventory_service.domain.product import AdjustStock
from inventory_service.domain.reserving import FulfilReservation, ReleaseStock
from inventory_service.handling import MODEL, Command
from inventory_service.projections import record_movements
from ops.stack.isolation import FreshDatabase
from shared.database.engine import open_engine
from shared.eventsourcing.ids import new_id
from shared.runtime.handling import Handler
from shared.runtime.submissions import Submission
from tests.integration.inventory_service.conftest import Inventory, heard_now, reserving


async def statuses(inventory: Inventory, orders: list[UUID]) -> list[str]:
    rows = await inventory.rows("SELECT id, status FROM reservations")
    known = {row.id: row.status for row in rows}
    return [known[order] for order in orders]


async def hear_on_both(
    database: FreshDatabase, inventory: Inventory, commands: list[Command], size: int
) -> None:
    """Both instances hear everything, the other one backwards, in batches of `size`."""
    engine = open_engine(database.runtime_url, application="inventory-twin")
    twin = Handler(engine, MODEL, project=record_movements)

    async def hear(handler: Handler, heard: list[Command]) -> None:
        for start in range(0, len(heard), size):
            batch = [Submission(command, heard_now()) for command in heard[start : start + size]]
            await handler.handle(batch)

    await asyncio.gather(hear(inventory.handler, commands), hear(twin, commands[::-1]))
    await engine.dispose()


async def test_race_10_exactly_what_there_is_when_two_instances_sell_it(
    database: FreshDatabase, inventory: Inventory
) -> None:
    await inventory.stocked("C-1", 100)
    await inventory.stocked("C-2", 1_000)
    orders = [new_id() for _ in range(300)]

    await hear_on_both(
        database, inventory, [reserving(order, ("C-2", 1), ("C-1", 1)) for order in orders], size=20
    )

    assert (await statuses(inventory, orders)).count("RESERVED") == 100
    mug, pot = await inventory.product("C-1"), await inventory.product("C-2")
    assert (mug["reserved"], mug["available"], pot["reserved"]) == (100, 0, 100)


async def test_race_13_goods_leave_once_when_two_instances_hear_everything(
    database: FreshDatabase, inventory: Inventory
) -> None:
    await inventory.stocked("C-3", 100)
    orders = [new_id() for _ in range(30)]
    commands: list[Command] = [reserving(order, ("C-3", 1)) for order in orders]
    commands += [FulfilReservation(order) for order in orders[:10]]
    commands += [ReleaseStock(order, "expired") for order in orders[10:20]]

    await hear_on_both(database, inventory, commands, size=7)

    assert await statuses(inventory, orders) == ["FULFILLED"] * 10 + ["RELEASED"] * 10 + ["RESERVED"] * 10
    product = await inventory.product("C-3")
    assert (product["on_hand"], product["reserved"]) == (90, 10)
    movements = await inventory.rows(
        "SELECT sum(delta_on_hand), sum(delta_reserved) FROM movements WHERE sku = 'C-3'"
    )
    assert tuple(movements[0]) == (90, 10)


async def test_race_20_never_less_on_hand_than_reserved_when_people_count_meanwhile(
    database: FreshDatabase, inventory: Inventory
) -> None:
    await inventory.stocked("C-4", 50)
    orders = [new_id() for _ in range(60)]
    commands: list[Command] = []
    for order in orders:
        commands += [reserving(order, ("C-4", 1)), AdjustStock("C-4", -1, "breakage")]

    await hear_on_both(database, inventory, commands, size=5)

    product = await inventory.product("C-4")
    assert product["on_hand"] == product["reserved"] == (await statuses(inventory, orders)).count("RESERVED")
    of_c_4 = await inventory.rows("SELECT on_hand, reserved FROM movements WHERE sku = 'C-4' ORDER BY number")
    assert all(0 <= row.reserved <= row.on_hand for row in of_c_4)
    assert of_c_4[-1].on_hand == product["on_hand"]


@pytest.mark.parametrize("state", ['{"on_hand": 1, "reserved": 2}', '{"on_hand": 1, "reserved": -1}'])
async def test_the_database_refuses_when_stock_would_be_out_of_bounds(
    inventory: Inventory, state: str
) -> None:
    with pytest.raises(IntegrityError, match="stock_within_bounds"):
        async with inventory.engine.begin() as connection:
            await connection.execute(
                text("INSERT INTO stock (id, version, state) VALUES ('C-9', 1, (:state)::jsonb)"),
                {"state": state},
            )
