"""Mixed orders in numbers, left alone and with everything being killed: all end, and stock and money are right."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from typing import Any

from ops.stack.journal import Exit, Journal
from ops.stack.lifecycle import Stack
from ops.stack.services import PROCESSES
from ops.stack.supervisor import journal
from tests.e2e.books import balance
from tests.e2e.load import Load
from tests.e2e.shop import Shop

Figure = Callable[[str, object], None]
EVERY_END = (
    "CONFIRMED None COMPLETED",
    "FAILED payment_declined FAILED",
    "FAILED out_of_stock CANCELLED",
    "CANCELLED customer_request REFUNDED",
    "CANCELLED customer_request CANCELLED",
)
EVERY_PROCESS = tuple(name for names in PROCESSES.values() for name in names)


async def test_books_are_right_when_two_thousand_mixed_orders_were_placed(
    shop: Shop, stack: Stack, record_property: Figure
) -> None:
    load = Load(shop, 2_000, seed=1)
    await load.stock_up()
    await load.place_all()
    ends = await comes_right(load, shop, stack, record_property)
    assert load.replayed >= 100
    assert all(ends[end] >= 5 for end in EVERY_END), ends


async def test_books_are_right_when_the_broker_was_killed_in_the_middle(
    shop: Shop, stack: Stack, record_property: Figure
) -> None:
    load = Load(shop, 2_000, seed=2)

    async def kill() -> None:
        await load.reached(0.4)
        await asyncio.to_thread(stack.kill, "rabbitmq")
        before = len(load.placed)
        await asyncio.to_thread(stack.start, "rabbitmq")
        record_property("accepted while the broker was away", len(load.placed) - before)
        assert len(load.placed) > before

    await load.stock_up()
    await together(load.place_all(), kill())
    await comes_right(load, shop, stack, record_property)


async def test_books_are_right_when_every_database_was_killed(
    shop: Shop, stack: Stack, record_property: Figure
) -> None:
    load = Load(shop, 600, seed=3)

    async def kill() -> None:
        for share, server in ((0.2, "order_db"), (0.4, "inventory_db"), (0.6, "payment_db")):
            await load.reached(share)
            await asyncio.to_thread(stack.kill, server)
        await load.reached(1)
        await asyncio.to_thread(stack.kill, "payment_db")

    await load.stock_up()
    await together(load.place_all(), kill())
    await comes_right(load, shop, stack, record_property)


async def test_books_are_right_when_services_were_killed_at_random_moments(
    shop: Shop, stack: Stack, record_property: Figure
) -> None:
    load = Load(shop, 600, seed=4)
    chance = random.Random(4)
    victims = [*EVERY_PROCESS, *chance.choices(EVERY_PROCESS, k=3)]
    chance.shuffle(victims)

    async def kill() -> None:
        for share, victim in zip(sorted(chance.random() for _ in victims), victims, strict=True):
            await load.reached(share)
            await asyncio.to_thread(stack.kill, victim)

    await load.stock_up()
    await together(load.place_all(), kill())
    await comes_right(load, shop, stack, record_property)


async def together(*work: Coroutine[Any, Any, object]) -> None:
    async with asyncio.TaskGroup() as group:
        for one in work:
            group.create_task(one)


async def comes_right(load: Load, shop: Shop, stack: Stack, record_property: Figure) -> Counter[str]:
    """How often the orders ended in which way, once every answer was kept, some have left, and the books are right."""
    began = asyncio.get_running_loop().time()
    found = await load.ended(within=120)
    ended_after = asyncio.get_running_loop().time() - began
    assert list(load.broken_promises(found)) == []
    ends = Counter(
        f"{order['status']} {order['reason']} {order['payment_status']}" for order in found.values()
    )
    await load.ship_some(found)
    records = await balance(shop.site, since=load.since, stocked=load.stocked)
    assert records.orders.keys() == load.placed.keys()

    exits = Journal.read(journal(stack.home)).exits
    restarts = {name: count for name in exits if (count := exits_since(exits[name], load.since))}
    rate = len(load.placed) / load.accepted_in
    record_property("orders accepted", f"{len(load.placed)} in {load.accepted_in:.1f} s, {rate:.0f}/s")
    record_property("all ended", f"{ended_after:.1f} s later")
    record_property("ended as", dict(ends.most_common()))
    record_property("restarts", restarts or "none")
    return ends


def exits_since(exits: Sequence[Exit], since: datetime) -> int:
    return sum(one.at >= since.timestamp() for one in exits)
