"""Every exchange and queue as the broker has them: with the arguments that keep what is in them."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import pytest

from ops.stack.servers import Servers
from shared.messaging.declaring import declare
from shared.messaging.topology import SUBSCRIPTIONS
from tests.integration.platform.broker import ORDER, RETRY_1S, linked
from tests.integration.platform.waiting import until


@pytest.fixture(scope="module")
async def declared(virtual_host: str, servers: Servers) -> AsyncIterator[httpx.Client]:
    """The management API of a virtual host whose topology was declared twice, by two processes."""
    for _ in range(2):
        async with linked(virtual_host) as broker:
            await declare(broker.channel)
    name = quote(urlsplit(virtual_host).path.removeprefix("/"), safe="")
    with httpx.Client(
        base_url=f"{servers.site.management_url}/api/",
        auth=("eventflow", servers.site.passwords["rabbitmq"]),
        trust_env=False,
        headers={"vhost": name},
    ) as management:
        yield management


def listed(management: httpx.Client, what: str) -> list[dict[str, Any]]:
    return management.get(f"{what}/{management.headers['vhost']}").raise_for_status().json()


def arguments_of(management: httpx.Client) -> dict[str, dict[str, Any]]:
    queues = listed(management, "queues")
    assert all(queue["durable"] for queue in queues)
    return {queue["name"]: queue["arguments"] for queue in queues}


def test_no_other_queues_exist_when_declared_twice(declared: httpx.Client) -> None:
    suffixes = ("", ".retry.1s", ".retry.10s", ".retry.60s", ".dead")
    expected = {f"{s}_queue{suffix}" for s in ("order", "payment", "inventory") for suffix in suffixes}
    assert set(arguments_of(declared)) == {*expected, "notification_stream"}


@pytest.mark.parametrize("service", SUBSCRIPTIONS)
def test_queues_lose_nothing_when_deliveries_fail(declared: httpx.Client, service: str) -> None:
    """Decision 7."""
    queues, queue = arguments_of(declared), f"{service}_queue"
    assert queues[queue] == {
        "x-queue-type": "quorum",
        "x-delivery-limit": 100,
        "x-dead-letter-exchange": f"{service}_retry",
        "x-dead-letter-routing-key": f"{queue}.dead",
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }
    for seconds in (1, 10, 60):
        assert queues[f"{queue}.retry.{seconds}s"] == {
            "x-queue-type": "quorum",
            "x-delivery-limit": 1_000_000,
            "x-message-ttl": seconds * 1000,
            "x-dead-letter-exchange": f"{service}_retry",
            "x-dead-letter-routing-key": queue,
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
        }
    assert queues[f"{queue}.dead"] == {"x-queue-type": "quorum", "x-delivery-limit": 1_000_000}


def test_stream_is_bounded_when_declared(declared: httpx.Client) -> None:
    """Decision 9."""
    assert arguments_of(declared)["notification_stream"] == {
        "x-queue-type": "stream",
        "x-max-length-bytes": 2_000_000_000,
        "x-stream-max-segment-size-bytes": 64_000_000,
    }


def test_every_queue_hears_its_types_and_the_stream_everything_when_bound(declared: httpx.Client) -> None:
    bound = {
        (binding["source"], binding["routing_key"], binding["destination"])
        for binding in listed(declared, "bindings")
        if binding["source"]
    }
    events = {
        (contract.exchange, contract.type, subscription.queue)
        for subscription in SUBSCRIPTIONS.values()
        for contract in subscription.contracts
    }
    stream = {(f"{s}_exchange", "#", "notification_stream") for s in ("order", "payment", "inventory")}
    routes = {
        (f"{s}_retry", f"{s}_queue{suffix}", f"{s}_queue{suffix}")
        for s in ("order", "payment", "inventory")
        for suffix in ("", ".retry.1s", ".retry.10s", ".retry.60s", ".dead")
    }
    assert bound == events | stream | routes


async def test_message_is_back_in_the_main_queue_when_its_delay_is_over(virtual_host: str) -> None:
    async with linked(virtual_host) as broker:
        await broker.put(b"[]", RETRY_1S, attempts=1)
        back = await until(lambda: broker.take(ORDER.queue))
    assert back.headers["attempts"] == 1
    assert [death["reason"] for death in back.headers["x-death"]] == ["expired"]
