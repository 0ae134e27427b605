"""One process of the bare pipeline. Told by its environment: FLOOR_DATABASE_URL, RABBITMQ_URL, FLOOR_PORT."""

import argparse
import asyncio
import os
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import aio_pika
import uvicorn
import uvloop
from fastapi import FastAPI

from tests.load.floor import broker, store
from tests.load.floor.order import Orders, application
from tests.load.floor.store import Content, Event

ANSWERS = {"payment": "payment.processed", "inventory": "inventory.reserved"}


async def prepare() -> None:
    """Tables in this database, queues in the broker."""
    pool = await store.open_pool(os.environ["FLOOR_DATABASE_URL"])
    await pool.execute(store.SCHEMA)
    await pool.close()
    connection = await aio_pika.connect(os.environ["RABBITMQ_URL"])
    async with connection:
        await broker.declare(await connection.channel())


async def serve(role: str, *, relays: bool) -> None:
    pool = await store.open_pool(os.environ["FLOOR_DATABASE_URL"])
    connection = await aio_pika.connect(os.environ["RABBITMQ_URL"])
    wake = asyncio.Event()
    async with connection, asyncio.TaskGroup() as group:
        if relays:
            group.create_task(broker.relay(pool, await connection.channel(), wake))
        if role == "order":
            orders = Orders(pool, wake)
            group.create_task(orders.commit())
            group.create_task(broker.consume(await connection.channel(), role, orders.confirm))
            group.create_task(_serve_http(application(orders)))
        else:
            react = _answering(ANSWERS[role], pool, wake)
            group.create_task(broker.consume(await connection.channel(), role, react))


def _answering(name: str, pool: Any, wake: asyncio.Event) -> Callable[[list[Content]], Awaitable[None]]:
    async def react(created: list[Content]) -> None:
        async with pool.acquire() as connection, connection.transaction():
            await store.append(connection, [Event(name, 1, {"id": order["id"]}) for order in created])
        wake.set()

    return react


async def _serve_http(app: FastAPI) -> None:
    config = uvicorn.Config(
        app, http="httptools", ws="none", lifespan="off", log_config=None, access_log=False
    )
    address = ("127.0.0.1", int(os.environ["FLOOR_PORT"]))
    with socket.create_server(address, backlog=2048, reuse_port=True) as listener:
        await uvicorn.Server(config).serve(sockets=[listener])


def main() -> None:
    parser = argparse.ArgumentParser(prog="floor")
    parser.add_argument("role", choices=("prepare", "order", *ANSWERS))
    parser.add_argument("--relay", action="store_true", help="publish what is in the database")
    wanted = parser.parse_args()
    uvloop.run(prepare() if wanted.role == "prepare" else serve(wanted.role, relays=wanted.relay))


if __name__ == "__main__":
    main()
