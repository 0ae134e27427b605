"""Every user of the broker, trying everything: what is its own works, all else is refused by the broker itself.

On the virtual host that the broker loads when it starts, as `make up` has it.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager

import httpx
import pytest
from aio_pika import ExchangeType, Message
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage
from aio_pika.exceptions import ProbableAuthenticationError
from aiormq.exceptions import ChannelAccessRefused, InvalidFrameError

from ops.stack import rabbitmq
from ops.stack.servers import Servers
from ops.stack.site import GATEWAY, SERVICES, Site
from shared.messaging.connection import open_connection
from shared.messaging.declaring import require
from shared.messaging.topology import layout

EXCHANGES = ("", *layout().exchanges, "amq.topic", "amq.direct", "amq.fanout", "amq.headers")
QUEUES = tuple(queue.name for queue in layout().queues)
WRITES = {
    "order_service": {"order_exchange", "order_retry"},
    "payment_service": {"payment_exchange", "payment_retry"},
    "inventory_service": {"inventory_exchange", "inventory_retry"},
    "notification_gateway": set[str](),
    "ops": set[str](),
    "replay": {"order_retry", "payment_retry", "inventory_retry"},
}
READS = {
    "order_service": {"order_queue", "order_queue.dead"},
    "payment_service": {"payment_queue", "payment_queue.dead"},
    "inventory_service": {"inventory_queue", "inventory_queue.dead"},
    "notification_gateway": {"notification_stream"},
    "ops": set[str](),
    "replay": set[str](),
}
EVERYBODY = tuple(WRITES)
GET_ONE = {"count": 1, "ackmode": "ack_requeue_true", "encoding": "auto"}
PUBLISH_ONE = {
    "properties": dict[str, str](),
    "routing_key": "order_queue",
    "payload": "[]",
    "payload_encoding": "string",
}
Attempt = Callable[[AbstractChannel], Awaitable[object]]


@pytest.fixture
async def site(servers: Servers) -> Site:
    return servers.site


async def allowed(connection: AbstractConnection, attempt: Attempt) -> bool:
    """Each on a channel of its own: a refusal closes it."""
    channel = await connection.channel(publisher_confirms=True, on_return_raises=False)
    try:
        await attempt(channel)
    except ChannelAccessRefused:
        return False
    await channel.close()
    return True


def publishing(exchange: str) -> Attempt:
    async def attempt(channel: AbstractChannel) -> None:
        target = await channel.get_exchange(exchange, ensure=False) if exchange else channel.default_exchange
        await target.publish(Message(b"[]"), routing_key="order_queue", mandatory=False)

    return attempt


async def ignored(_message: AbstractIncomingMessage) -> None:
    """Goes back when the channel is closed."""


def consuming(queue: str) -> Attempt:
    async def attempt(channel: AbstractChannel) -> None:
        await channel.set_qos(prefetch_count=1)
        found = await channel.get_queue(queue, ensure=False)
        await found.cancel(await found.consume(ignored))

    return attempt


def purging(queue: str) -> Attempt:
    async def attempt(channel: AbstractChannel) -> None:
        await (await channel.get_queue(queue, ensure=False)).purge()

    return attempt


def deleting(queue: str) -> Attempt:
    async def attempt(channel: AbstractChannel) -> None:
        await channel.queue_delete(queue)

    return attempt


def binding(queue: str, exchange: str) -> Attempt:
    async def attempt(channel: AbstractChannel) -> None:
        await (await channel.get_queue(queue, ensure=False)).bind(exchange, routing_key="#")

    return attempt


def unbinding(queue: str, exchange: str) -> Attempt:
    async def attempt(channel: AbstractChannel) -> None:
        await (await channel.get_queue(queue, ensure=False)).unbind(exchange, routing_key="order.created")

    return attempt


def binding_exchanges(source: str, target: str) -> Attempt:
    async def attempt(channel: AbstractChannel) -> None:
        await (await channel.get_exchange(target, ensure=False)).bind(source, routing_key="#")

    return attempt


async def making_a_queue(channel: AbstractChannel) -> None:
    await channel.declare_queue("order_queue.copy", auto_delete=True)


async def making_a_private_queue(channel: AbstractChannel) -> None:
    await channel.declare_queue(exclusive=True)


async def making_an_exchange(channel: AbstractChannel) -> None:
    await channel.declare_exchange("order_exchange.copy", ExchangeType.TOPIC, auto_delete=True)


async def deleting_an_exchange(channel: AbstractChannel) -> None:
    await channel.exchange_delete("order_exchange")


@asynccontextmanager
async def connected_as(user: str, site: Site) -> AsyncGenerator[AbstractConnection]:
    async with open_connection(site.broker_url(user), f"rights of {user}") as connection:
        yield connection


@pytest.mark.parametrize("user", EVERYBODY)
async def test_only_its_own_exchanges_are_written_when_everything_is_tried(user: str, site: Site) -> None:
    async with connected_as(user, site) as connection:
        written = {name for name in EXCHANGES if await allowed(connection, publishing(name))}
    assert written == WRITES[user]


@pytest.mark.parametrize("user", EVERYBODY)
async def test_only_its_own_queues_are_read_when_everything_is_tried(user: str, site: Site) -> None:
    async with connected_as(user, site) as connection:
        read = {name for name in QUEUES if await allowed(connection, consuming(name))}
        purged = {
            name for name in QUEUES if name not in READS[user] and await allowed(connection, purging(name))
        }
    assert read == READS[user]
    assert purged == set()


@pytest.mark.parametrize("user", EVERYBODY)
async def test_nothing_is_made_bound_or_deleted_when_everything_is_tried(user: str, site: Site) -> None:
    attempts = {
        "make a queue": making_a_queue,
        "make a private queue": making_a_private_queue,
        "make an exchange": making_an_exchange,
        "delete an exchange": deleting_an_exchange,
        **{f"delete {name}": deleting(name) for name in QUEUES},
        **{
            f"bind {queue} to {name}": binding(queue, name) for queue in QUEUES for name in layout().exchanges
        },
        **{f"unbind {queue}": unbinding(queue, "order_exchange") for queue in QUEUES},
        **{
            f"bind {target} to {source}": binding_exchanges(source, target)
            for source in layout().exchanges
            for target in layout().exchanges
        },
    }
    async with connected_as(user, site) as connection:
        done = [what for what, attempt in attempts.items() if await allowed(connection, attempt)]
        assert done == []
        await require(await connection.channel())


@pytest.mark.parametrize("user", EVERYBODY)
async def test_another_virtual_host_is_closed_when_asked_for(
    user: str, site: Site, foreign_virtual_host: str
) -> None:
    url = site.broker_url(user).rsplit("/", 1)[0]
    with pytest.raises(InvalidFrameError, match=r"Connection\.Close"):
        async with open_connection(f"{url}/{foreign_virtual_host}", "rights"):
            pass


@pytest.fixture(scope="module")
def foreign_virtual_host(servers: Servers) -> Iterator[str]:
    with rabbitmq.administration(servers.site) as management:
        management.put("/api/vhosts/foreign").raise_for_status()
        yield "foreign"
        management.delete("/api/vhosts/foreign").raise_for_status()


async def test_nobody_gets_in_when_named_guest_or_with_anothers_password(site: Site) -> None:
    broker = site.broker_url("order_service").rsplit("@", 1)[1]
    logins = ("guest:guest", f"order_service:{site.broker_password('payment_service')}", "order_service:")
    for login in logins:
        with pytest.raises((ProbableAuthenticationError, ConnectionError)):
            async with open_connection(f"amqp://{login}@{broker}", "rights"):
                pass


@pytest.mark.parametrize("user", [user for user in EVERYBODY if user not in ("ops", "notification_gateway")])
def test_management_api_is_closed_when_a_service_asks(user: str, site: Site) -> None:
    with rabbitmq.management(site, user) as management:
        assert management.get("/api/overview").status_code == 401
        assert management.get("/api/queues").status_code == 401


@pytest.mark.parametrize("user", ["ops", "notification_gateway"])
def test_management_api_shows_queues_and_changes_nothing_when_asked_by_who_may_look(
    user: str, site: Site
) -> None:
    with rabbitmq.management(site, user) as management:
        shown = management.get("/api/queues/%2F").raise_for_status().json()
        assert {queue["name"] for queue in shown} >= set(QUEUES)
        refused = {
            f"{method} {path}": status_of(management, method, path, body)
            for method, path, body in (
                ("GET", "/api/users", None),
                ("GET", "/api/permissions", None),
                ("GET", "/api/definitions", None),
                ("PUT", "/api/users/mallory", {"password": "x", "tags": "administrator"}),
                ("PUT", f"/api/permissions/%2F/{user}", {"configure": ".*", "write": ".*", "read": ".*"}),
                ("PUT", "/api/vhosts/mallory", {"tracing": False}),
                ("PUT", "/api/policies/%2F/mallory", {"pattern": ".*", "definition": {"max-length": 1}}),
                ("PUT", "/api/queues/%2F/mallory", {"durable": True}),
                ("DELETE", "/api/queues/%2F/order_queue", None),
                ("DELETE", "/api/queues/%2F/order_queue/contents", None),
                ("POST", "/api/queues/%2F/order_queue/get", GET_ONE),
                ("POST", "/api/exchanges/%2F/order_exchange/publish", PUBLISH_ONE),
                ("POST", "/api/exchanges/%2F/amq.default/publish", PUBLISH_ONE),
            )
        }
        after = management.get("/api/queues/%2F").raise_for_status().json()
    assert {queue["name"] for queue in after} == {queue["name"] for queue in shown}
    assert {what: status for what, status in refused.items() if status not in (400, 401, 403)} == {}


def status_of(management: httpx.Client, method: str, path: str, body: object) -> int:
    """401 also where RabbitMQ 3.10 hangs up: it acts on channels, and does not expect one to be closed on it."""
    try:
        return management.request(method, path, json=body).status_code
    except httpx.RemoteProtocolError:
        return 401


@pytest.mark.parametrize("service", [*SERVICES, GATEWAY])
def test_process_is_given_its_own_login_when_started(service: str, site: Site) -> None:
    user = {"gateway": "notification_gateway"}.get(service, f"{service}_service")
    assert httpx.URL(site.environment(service)["RABBITMQ_URL"]).username == user
