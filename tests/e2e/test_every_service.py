"""What every service offers besides its resources."""

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from ops.stack.lifecycle import Stack
from ops.stack.processes import ProcessRecord
from ops.stack.services import PROCESSES
from ops.stack.site import SERVED
from tests.e2e.shop import Shop, client_of, shown
from tests.e2e.waiting import NotYet, until

# In seconds: the kernel counts start times in ticks of 10 ms, and processes may begin in the same one.
A_TICK = 0.02

# Samples, not names alone: a metric that nobody sets is none.
MEASURED: tuple[tuple[str, dict[str, str]], ...] = (
    ("eventflow_http_request_duration_seconds_count", {"route": "/health/live", "status": "200"}),
    ("eventflow_queue_depth_messages", {"queue": "SERVICE_queue"}),
    ("eventflow_queue_depth_messages", {"queue": "SERVICE_queue.retry.60s"}),
    ("eventflow_queue_depth_messages", {"queue": "SERVICE_queue.dead"}),
    ("eventflow_consumer_lag_seconds", {"queue": "SERVICE_queue"}),
    ("eventflow_append_lock_hold_seconds_count", {}),
    ("eventflow_database_pool_in_use_connections", {"pool": "SERVICE"}),
    ("eventflow_relay_lag_seconds", {}),
    ("eventflow_relay_withheld_streams", {}),
)


@pytest.mark.parametrize("service", ["order", "payment", "inventory"])
async def test_service_says_that_it_lives_and_is_ready_when_all_is_well(shop: Shop, service: str) -> None:
    client = shop.clients[service]
    assert await shown(client, "/health/live") == {"status": "live"}
    ready = await shown(client, "/health/ready")
    assert ready["status"] == "ready"
    assert {"database", "broker"} <= ready["checks"].keys()


@pytest.mark.parametrize("service", ["order", "payment", "inventory"])
async def test_service_describes_itself_when_asked(shop: Shop, service: str) -> None:
    document = await shown(shop.clients[service], "/openapi.json")
    assert document["openapi"].startswith("3.")
    assert (await shop.clients[service].get("/docs")).status_code == 200


async def measured(shop: Shop, process: str) -> list[Sample]:
    async with httpx.AsyncClient(trust_env=False) as client:
        shown = (await client.get(shop.site.metrics_url(process))).text
    return [sample for family in text_string_to_metric_families(shown) for sample in family.samples]


async def test_each_process_shows_its_own_metrics_and_the_public_none(shop: Shop, stack: Stack) -> None:
    states = stack.states()
    for name in (name for processes in PROCESSES.values() for name in processes):
        pid = states[name].pid
        assert pid is not None
        [began] = [
            sample.value
            for sample in await measured(shop, name)
            if sample.name == "process_start_time_seconds"
        ]
        assert abs(began - ProcessRecord.of(pid).started) < A_TICK, name
    for service in SERVED:
        async with client_of(shop.site, service) as client:
            assert (await client.get("/metrics")).status_code in (401, 404)


@pytest.mark.parametrize("service", ["order", "payment", "inventory"])
async def test_service_measures_its_work_when_an_order_has_passed(shop: Shop, service: str) -> None:
    order = await shop.place((await shop.product(1), 1))
    await shop.ended(order["id"])

    wanted = [
        (name, {label: value.replace("SERVICE", service) for label, value in labels.items()})
        for name, labels in MEASURED
    ]

    async def look() -> None:
        # A new client may reach any process of the service: a sample of one of them will do.
        async with client_of(shop.site, service) as client:
            await client.get("/health/live")
        samples = [sample for name in PROCESSES[service] for sample in await measured(shop, name)]
        missing = [
            (name, labels)
            for name, labels in wanted
            if not any(one.name == name and labels.items() <= one.labels.items() for one in samples)
        ]
        if missing:
            raise NotYet(f"missing {missing}")

    await until(f"{service} has measured everything", look, within=15)


async def test_request_keeps_its_correlation_id_when_the_client_names_one(shop: Shop) -> None:
    named = {"X-Correlation-Id": "my-own-id-1"}
    answer = await shop.orders.get("/orders/01890000-0000-7000-8000-000000000000", headers=named)
    assert answer.headers["X-Correlation-Id"] == answer.json()["correlation_id"] == "my-own-id-1"
    unnamed = await shop.orders.get("/orders?limit=1")
    assert len(unnamed.headers["X-Correlation-Id"]) == 36
