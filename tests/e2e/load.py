"""A load: mixed orders in numbers over REST, every answer kept, and what was answered held against what is."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from secrets import token_hex

import httpx

from tests.e2e.shop import KEPT, Json, Shop, cancel, client_of, has_ended, patiently, shown, views
from tests.e2e.waiting import NotYet, until
from tests.e2e.wishes import MOMENTS, Wish, wishes

CLIENTS = 48
PLENTIFUL, SCARCE = 12, 6
ADJUSTED_EVERY = 50
SHIPPED_OF_EACH = 25


class Load:
    """So many orders, chosen by a seed.

    `placed` are the wishes that became orders, by order id; `replayed` counts second answers to one key; `accepted_in`
    is in seconds.
    """

    def __init__(self, shop: Shop, size: int, seed: int) -> None:
        self.since = datetime.now(UTC)
        self.placed: dict[str, Wish] = {}
        self.replayed = 0
        self.accepted_in = 0.0
        self._shop = shop
        self._size = size
        self._chance = random.Random(seed)
        tag = token_hex(4).upper()
        self._plentiful = [f"PLENTY-{tag}-{number}" for number in range(PLENTIFUL)]
        self._scarce = [f"SCARCE-{tag}-{number}" for number in range(SCARCE)]
        self._to_cancel: list[tuple[int, Wish]] = []

    @property
    def stocked(self) -> Counter[str]:
        """What came into stock by hand, by SKU."""
        return Counter({sku: self._shop.stocked[sku] for sku in (*self._plentiful, *self._scarce)})

    async def stock_up(self) -> None:
        products = [self._shop.product(100_000, sku=sku) for sku in self._plentiful]
        products += [self._shop.product(self._chance.randint(3, 30), sku=sku) for sku in self._scarce]
        await asyncio.gather(*products)

    async def place_all(self) -> None:
        """Places every order and cancels some on the way; returns when every answer is there."""
        began = asyncio.get_running_loop().time()
        wanted = wishes(self._chance, self._size, self._plentiful, self._scarce)
        async with AsyncExitStack() as opened:
            crowd = [client_of(self._shop.site, "order", connections=2) for _ in range(CLIENTS)]
            for client in crowd:
                await opened.enter_async_context(client)
            async with asyncio.TaskGroup() as group:
                for client in crowd:
                    group.create_task(self._place_each(wanted, client))
            self.accepted_in = asyncio.get_running_loop().time() - began
            await self._cancel_due(self._size + max(MOMENTS), crowd[0])

    async def reached(self, share: float) -> None:
        """Returns once this share of the orders has been accepted."""

        async def look() -> None:
            if len(self.placed) < share * self._size:
                raise NotYet(f"{len(self.placed)} of {self._size}")

        await until(f"{share:.0%} of the orders are accepted", look, within=90, every=0.01)

    async def ended(self, *, within: float) -> dict[str, Json]:
        """All orders as the service shows them, by id, once nothing more happens to any of them by itself."""

        async def look() -> dict[str, Json]:
            found = {order["id"]: order async for order in self._newest()}
            missing = self.placed.keys() - found.keys()
            waiting = [f"{one['id']} is {views(one)}" for one in found.values() if not has_ended(one)]
            if missing or waiting:
                raise NotYet(f"{len(missing)} are not shown, {len(waiting)} have not ended: {waiting[:5]}")
            return found

        return await until(f"all {len(self.placed)} orders end", look, within=within, every=0.3)

    async def ship_some(self, found: dict[str, Json]) -> None:
        """Ships some of the confirmed orders, and for some more lets shipping and cancelling race (race 14)."""
        confirmed = [order_id for order_id, order in found.items() if order["status"] == "CONFIRMED"]
        chosen = self._chance.sample(confirmed, min(2 * SHIPPED_OF_EACH, len(confirmed)))
        await asyncio.gather(*(self._ship(order_id) for order_id in chosen[:SHIPPED_OF_EACH]))
        await asyncio.gather(*(self._ship_or_cancel(order_id) for order_id in chosen[SHIPPED_OF_EACH:]))

    def broken_promises(self, found: dict[str, Json]) -> Iterator[str]:
        """What was answered and then not kept, one sentence each."""
        for order_id in found.keys() - self.placed.keys():
            yield f"{order_id} of {found[order_id]['customer_id']} was placed by nobody"
        for order_id, wish in self.placed.items():
            order = found[order_id]
            name = f"{order_id} by {wish.body['payment_method']}"
            if (order["total"], order["currency"]) != (wish.total, wish.body["currency"]):
                yield f"{name} costs {order['total']} {order['currency']}, not {wish.total}"
            if wish.cancelled != (order["status"] == "CANCELLED"):
                yield f"{name} was {'' if wish.cancelled else 'not '}cancelled; it is {views(order)}"
            elif not wish.cancelled and not self._fits(wish, order):
                yield f"{name} is {views(order)} ({order['reason']})"

    def _fits(self, wish: Wish, order: Json) -> bool:
        """Whether an order that was not cancelled ended as its card and its goods allow."""
        if order["status"] != "FAILED":
            return order["status"] in KEPT and not wish.declined
        scarce = any(item["sku"] in self._scarce for item in order["items"])
        return wish.declined if order["reason"] == "payment_declined" else scarce

    async def _place_each(self, wanted: Iterator[Wish], client: httpx.AsyncClient) -> None:
        for wish in wanted:
            await self._place(wish, client)
            if wish.cancel_after is not None:
                self._to_cancel.append((len(self.placed) + wish.cancel_after, wish))
            await self._cancel_due(len(self.placed), client)
            if len(self.placed) % ADJUSTED_EVERY == 0:
                await self._shop.adjust(self._chance.choice(self._scarce), self._chance.choice((-4, -2, 3)))

    async def _place(self, wish: Wish, client: httpx.AsyncClient) -> None:
        answers = await asyncio.gather(*(self._submit(wish, client) for _ in range(2 if wish.twice else 1)))
        first, *others = [answer.json() for answer in answers]
        assert all(other == first for other in others), f"two answers to one key: {first} {others}"
        wish.order_id = first["id"]
        self.placed[wish.order_id] = wish

    async def _submit(self, wish: Wish, client: httpx.AsyncClient) -> httpx.Response:
        key = {"Idempotency-Key": wish.key}
        answer = await patiently(client, "POST", "/orders", json=wish.body, headers=key)
        assert answer.status_code == 201, answer.text
        self.replayed += answer.headers.get("Idempotent-Replayed") == "true"
        return answer

    async def _cancel_due(self, placed: int, client: httpx.AsyncClient) -> None:
        due = [entry for entry in self._to_cancel if entry[0] <= placed]
        for entry in due:
            self._to_cancel.remove(entry)
        await asyncio.gather(*(self._cancel(wish, client) for _, wish in due))

    async def _cancel(self, wish: Wish, client: httpx.AsyncClient) -> None:
        answer = await cancel(client, wish.order_id)
        assert answer.status_code in (200, 202, 409), answer.text
        wish.cancelled = answer.status_code != 409

    async def _ship(self, order_id: str) -> None:
        for status in ("PROCESSING", "SHIPPED"):
            answer = await self._shop.step(order_id, status)
            assert answer.status_code == 200, answer.text

    async def _ship_or_cancel(self, order_id: str) -> None:
        answer = await self._shop.step(order_id, "PROCESSING")
        assert answer.status_code == 200, answer.text
        shipped, cancelled = await asyncio.gather(
            self._shop.step(order_id, "SHIPPED"), self._shop.cancel(order_id)
        )
        outcome = shipped.status_code, cancelled.status_code
        assert outcome in ((200, 409), (409, 202)), f"{order_id} was shipped and cancelled: {outcome}"
        self.placed[order_id].cancelled = cancelled.status_code == 202

    async def _newest(self) -> AsyncIterator[Json]:
        """The orders of this load, the newest first."""
        path = "/orders?limit=200"
        while True:
            page = await shown(self._shop.orders, path)
            for order in page["items"]:
                if datetime.fromisoformat(order["created_at"]) < self.since:
                    return
                yield order
            if page["next_cursor"] is None:
                return
            path = f"/orders?limit=200&cursor={page['next_cursor']}"
