"""Recent events, numbers, queues and the last audit over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from notification_gateway.journal import Journal
from shared.eventsourcing.ids import new_id
from tests.integration.gateway.conftest import Gateways, Running
from tests.integration.gateway.publisher import Event, Publisher, event_of, history_of
from tests.integration.platform.waiting import until

Json = dict[str, Any]


async def page(running: Running, **query: object) -> Json:
    answer = await running.http.get("/events", params={name: str(value) for name, value in query.items()})
    assert answer.status_code == 200, answer.text
    return answer.json()


def events_in(page: Json) -> list[Event]:
    return [item["event"] for item in page["items"]]


@pytest.fixture(params=["in memory", "in the stream"])
async def running(request: pytest.FixtureRequest, gateway: Gateways) -> AsyncIterator[Running]:
    journal = Journal(most_bytes=2_000) if request.param == "in the stream" else None
    async with gateway(journal) as running:
        yield running


async def test_pages_give_every_event_once_when_followed_to_the_end(
    running: Running, publisher: Publisher
) -> None:
    order = new_id()
    events = [event_of(order, n, type="order.created" if n % 2 else "order.confirmed") for n in range(1, 31)]
    for start in range(0, 30, 10):
        await publisher.batch(events[start : start + 10])

    async def all_heard() -> bool:
        return events_in(await page(running, limit=1)) == events[-1:]

    await until(all_heard, within=30)

    for query, wanted in (
        ({}, events),
        ({"type": "order.confirmed"}, events[1::2]),
        ({"order_id": order, "type": "order.created"}, events[::2]),
        ({"order_id": new_id()}, []),
    ):
        found: list[Event] = []
        cursor: str | None = "0"
        looked = cursor
        while cursor is not None:
            got = await page(running, after=cursor, limit=7, **query)
            assert len(got["items"]) <= 7
            found += events_in(got)
            cursor, looked = got["next_cursor"], got["cursor"]
        assert found == wanted
        assert (await page(running, after=looked))["items"] == []

    later = event_of(order, 31)
    end = (await page(running, limit=1))["cursor"]
    await publisher.batch([later])

    async def more() -> bool:
        return events_in(await page(running, after=end)) == [later]

    await until(more, within=30)


async def test_request_is_refused_by_field_when_it_is_not_valid(gateway: Gateways) -> None:
    async with gateway() as running:
        for query, field in (
            ({"after": "x"}, "after"),
            ({"limit": "0"}, "limit"),
            ({"limit": "201"}, "limit"),
            ({"type": "*"}, "type"),
            ({"order_id": "7"}, "order_id"),
            ({"page": "1"}, "page"),
        ):
            answer = await running.http.get("/events", params=query)
            assert answer.status_code == 422
            assert answer.headers["content-type"] == "application/problem+json"
            assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_summary_counts_what_was_heard_when_orders_have_ended(
    gateway: Gateways, publisher: Publisher
) -> None:
    async with gateway() as running:
        now = (await running.http.get("/summary")).json()["window"]["end"]
        events = history_of(new_id(), 2)
        events.append(event_of(new_id(), type="order.failed", reason="out_of_stock"))
        await publisher.batch([{**event, "time": now} for event in events])

        async def counted() -> bool:
            return (await running.http.get("/summary")).json()["events"] == 3

        await until(counted, within=30)
        summary = (await running.http.get("/summary")).json()
        assert summary["outcomes"] == {"confirmed": 0, "failed": {"out_of_stock": 1}, "cancelled": {}}
        assert sum(minute["placed"] for minute in summary["orders_per_minute"]) == 2


async def test_queues_are_told_with_their_consumers_when_asked(gateway: Gateways) -> None:
    async with gateway() as running:

        async def names() -> set[str]:
            answer = await running.http.get("/queues")
            assert answer.status_code == 200, answer.text
            return {queue["name"] for queue in answer.json()["items"] if queue["kind"]}

        async def complete() -> bool:
            return {"notification_stream", "order_queue", "order_queue.dead"} <= await names()

        await until(complete, within=30)


async def test_last_audit_is_shown_when_one_has_run(gateway: Gateways, tmp_path: Path) -> None:
    async with gateway() as running:
        assert (await running.http.get("/audit")).status_code == 404
        await asyncio.to_thread((tmp_path / "audit.json").write_text, '{"clean": true}')
        assert (await running.http.get("/audit")).json() == {"clean": True}


async def test_pages_of_the_frontend_may_ask_when_their_origin_is_allowed(gateway: Gateways) -> None:
    async with gateway() as running:
        for origin, allowed in (
            ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
            ("http://evil.example", None),
        ):
            answer = await running.http.get("/summary", headers={"Origin": origin})
            assert answer.headers.get("Access-Control-Allow-Origin") == allowed
