"""What a client of a server says when it cannot get in: the server and the reason, never the password."""

import asyncio
import traceback
import xmlrpc.client
from collections.abc import Awaitable, Callable
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from redis.asyncio import Redis
from sqlalchemy import text

from ops.stack.servers import Servers
from ops.stack.sql import connected
from ops.stack.supervisor import Supervisor
from shared.database.engine import open_engine
from shared.messaging.connection import open_connection

SECRET = "not-to-be-told"
Use = Callable[[str], Awaitable[object]]


async def use_broker(url: str) -> None:
    async with open_connection(url, "test"):
        pass


async def use_database(url: str) -> None:
    async with connected(url):
        pass


async def use_pool(url: str) -> None:
    engine = open_engine(url, application="test")
    try:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
    finally:
        await engine.dispose()


async def use_redis(url: str) -> None:
    client: Redis = Redis.from_url(url)  # pyright: ignore[reportUnknownMemberType]
    try:
        await client.execute_command("PING")  # pyright: ignore[reportUnknownMemberType]
    finally:
        await client.aclose()


def everything_about(error: BaseException) -> str:
    """Each exception of the chain with its arguments, and the whole traceback."""
    told = "".join(traceback.format_exception(error))
    chain: BaseException | None = error
    while chain is not None:
        told += f"{chain} {chain!r} {chain.args!r}"
        chain = chain.__cause__ or chain.__context__
    return told


@pytest.mark.parametrize("way", ["wrong password", "nobody listens", "not what is spoken there"])
@pytest.mark.parametrize(
    ("use", "server", "scheme"),
    [
        (use_broker, "rabbitmq", "amqp"),
        (use_database, "order_db", "postgresql"),
        (use_pool, "order_db", "postgresql"),
        (use_redis, "redis", "redis"),
    ],
)
async def test_password_is_not_in_the_error_when_there_is_no_way_in(
    servers: Servers, use: Use, server: str, scheme: str, way: str
) -> None:
    ports = servers.site.ports
    other = ports["redis" if server != "redis" else "order_db"]
    port = {"wrong password": ports[server], "nobody listens": 1}.get(way, other)
    with pytest.raises(Exception) as refusal:  # noqa: PT011 - whatever it is
        async with asyncio.timeout(30):
            await use(f"{scheme}://order_service:{SECRET}@127.0.0.1:{port}/")
    assert SECRET not in everything_about(refusal.value)


def test_password_is_not_in_the_error_when_the_supervisor_refuses(servers: Servers) -> None:
    class Refusing(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_error(401)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Refusing) as server:
        Thread(target=server.handle_request).start()
        site = replace(
            servers.site,
            ports={**servers.site.ports, "supervisor": server.server_port},
            passwords={**servers.site.passwords, "supervisor": SECRET},
        )
        with pytest.raises(xmlrpc.client.ProtocolError) as refusal:
            Supervisor(site).states()
    assert SECRET not in everything_about(refusal.value)
