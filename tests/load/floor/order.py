"""Orders: taken over HTTP, committed together with those that came in the meantime, confirmed when both have answered."""

import asyncio
from collections import deque
from typing import Any

import orjson
from fastapi import FastAPI, Response
from pydantic import BaseModel, Field
from uuid_utils.compat import uuid7

from tests.load.floor import store
from tests.load.floor.store import Content, Event

MAX_BATCH = 200
BOTH = 2


class Item(BaseModel):
    sku: str = Field(pattern=r"^[A-Z0-9][A-Z0-9-]{0,63}$")
    quantity: int = Field(ge=1, le=10_000)


class OrderInput(BaseModel):
    items: list[Item] = Field(min_length=1, max_length=100)
    currency: str
    payment_method: str
    customer_id: str


def application(orders: "Orders") -> FastAPI:
    """FastAPI and pydantic are the stack's, so their share belongs to the floor."""
    app = FastAPI(openapi_url=None)
    app.add_api_route("/orders", orders.place, methods=["POST"], response_model=None)
    return app


class Orders:
    """The two things that are committed: orders that came together, and confirmations."""

    def __init__(self, pool: Any, wake: asyncio.Event) -> None:
        self._pool = pool
        self._wake = wake
        self._waiting: deque[tuple[Content, asyncio.Future[None]]] = deque()
        self._arrived = asyncio.Event()

    async def place(self, body: OrderInput) -> Response:
        order: Content = {"id": str(uuid7()), **body.model_dump()}
        committed = asyncio.get_running_loop().create_future()
        self._waiting.append((order, committed))
        self._arrived.set()
        await committed
        return Response(orjson.dumps({"id": order["id"]}), status_code=201, media_type="application/json")

    async def commit(self) -> None:
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            while self._waiting:
                await self._place(
                    [self._waiting.popleft() for _ in range(min(MAX_BATCH, len(self._waiting)))]
                )

    async def confirm(self, heard: list[Content]) -> None:
        """Confirms the orders of which payment and inventory have both been heard."""
        ids = [content["id"] for content in heard]
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(store.LOCK, ids)
            rows = await connection.fetch(store.HEAR, ids)
            confirmed = [
                Event("order.confirmed", 2, {"id": row["id"]}) for row in rows if row["heard"] == BOTH
            ]
            if confirmed:
                await store.append(connection, confirmed)
        self._wake.set()

    async def _place(self, batch: list[tuple[Content, "asyncio.Future[None]"]]) -> None:
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(store.PLACE, [order["id"] for order, _ in batch])
            await store.append(connection, [Event("order.created", 1, order) for order, _ in batch])
        self._wake.set()
        for _, committed in batch:
            committed.set_result(None)
