"""A load that flows at its own pace until it is told that it is enough, whatever becomes of the servers meanwhile."""

import asyncio
from collections.abc import Iterator
from itertools import islice

import httpx

from tests.e2e.load import Load
from tests.e2e.shop import Shop
from tests.e2e.wishes import Wish

MOST_ORDERS = 1_000_000


class SteadyLoad(Load):
    """Mixed orders, one every 1/`rate` seconds as far as the machine gives it.

    `longest_gap` is the longest time, in seconds, in which no order was accepted.
    """

    def __init__(self, shop: Shop, *, rate: float, seed: int) -> None:
        super().__init__(shop, MOST_ORDERS, seed)
        self._rate = rate
        self._turns = 0
        self._began = self._accepted_last = 0.0
        self._enough = False
        self.longest_gap = 0.0

    def enough(self) -> None:
        """What is being placed is placed, and nothing more."""
        self._enough = True

    async def place_all(self) -> None:
        self._began = self._accepted_last = asyncio.get_running_loop().time()
        await super().place_all()

    async def _place_each(self, wanted: Iterator[Wish], client: httpx.AsyncClient) -> None:
        loop = asyncio.get_running_loop()
        while not self._enough:
            due = self._began + self._turns / self._rate
            self._turns += 1
            await asyncio.sleep(max(0.0, due - loop.time()))
            await super()._place_each(islice(wanted, 1), client)

    async def _place(self, wish: Wish, client: httpx.AsyncClient) -> None:
        await super()._place(wish, client)
        now = asyncio.get_running_loop().time()
        self.longest_gap = max(self.longest_gap, now - self._accepted_last)
        self._accepted_last = now
