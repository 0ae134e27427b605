"""Customers' keys on a real database: shared, remembered for a minute, and missed when it is away."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from order_service.customer_keys import KNOWN_FOR, CustomerKeys
from order_service.sealing import MasterKey
from shared.database.engine import open_engine
from shared.database.faults import Unavailable
from tests.integration.order_service.conftest import OrderService

MASTER = MasterKey(bytes(32))
NOW = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


async def erase(service: OrderService, customer_id: str) -> None:
    await service.sql("DELETE FROM customer_keys WHERE customer_id = :id", id=customer_id)


async def test_each_customer_has_one_key_when_all_are_asked_for_at_once(service: OrderService) -> None:
    one, other = (CustomerKeys(service.engine, MASTER, lambda: NOW) for _ in range(2))
    customers = [f"crowd-{number % 20}" for number in range(200)]
    keys = await asyncio.gather(*(source.of_customer(c) for source in (one, other) for c in customers))

    assert [key.customer_id for key in keys] == customers * 2
    assert len({key.key_id for key in keys}) == 20


async def test_key_is_forgotten_when_its_minute_is_over(service: OrderService) -> None:
    now = NOW
    keys = CustomerKeys(service.engine, MASTER, lambda: now)
    key = await keys.of_customer("forgotten")
    await erase(service, "forgotten")

    now += KNOWN_FOR - timedelta(seconds=1)
    assert await keys.by_id([key.key_id]) == {key.key_id: key}
    now += timedelta(seconds=1)
    assert await keys.by_id([key.key_id]) == {}
    assert (await keys.of_customer("forgotten")).key_id != key.key_id


async def test_key_is_forgotten_at_once_when_it_is_found_gone_at_a_commit(service: OrderService) -> None:
    keys = CustomerKeys(service.engine, MASTER, lambda: NOW)
    gone, kept = await keys.of_customer("gone"), await keys.of_customer("kept")
    await erase(service, "gone")
    async with service.engine.begin() as connection:
        assert await keys.hold(connection, {gone.key_id, kept.key_id}) == {gone.key_id}

    assert await keys.by_id([gone.key_id, kept.key_id]) == {kept.key_id: kept}


async def test_nothing_is_sealed_by_a_key_when_it_was_only_read_before_it_was_destroyed(
    service: OrderService,
) -> None:
    writer, reader = (CustomerKeys(service.engine, MASTER, lambda: NOW) for _ in range(2))
    gone = await writer.of_customer("read-only")
    await reader.by_id([gone.key_id])
    await erase(service, "read-only")
    assert (await reader.of_customer("read-only")).key_id != gone.key_id


async def test_everybody_who_waits_is_told_when_the_database_does_not_answer(service: OrderService) -> None:
    nowhere = open_engine("postgresql://nobody:x@127.0.0.1:1/none", application="test")
    keys = CustomerKeys(nowhere, MASTER, lambda: NOW)
    outcomes = await asyncio.gather(*(keys.of_customer("c-1") for _ in range(3)), return_exceptions=True)

    assert [type(outcome) for outcome in outcomes] == [Unavailable] * 3
    with pytest.raises(Unavailable):
        await keys.of_customer("c-1")
    await nowhere.dispose()
