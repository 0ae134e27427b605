"""A gateway that starts looks back as far as the ids lie that it has to know, and little further."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from aio_pika.abc import AbstractChannel

from notification_gateway import stream
from notification_gateway.journal import Journal
from shared.eventsourcing.ids import new_id
from shared.messaging.deliveries import Deliveries
from tests.integration.gateway.client import connected
from tests.integration.gateway.conftest import Gateways
from tests.integration.gateway.publisher import Publisher, event_of, history_of


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[int | str]:
    """From where the stream is read, time after time."""
    found: list[int | str] = []
    read_stream = stream.read_stream

    @asynccontextmanager
    async def noted(
        channel: AbstractChannel, offset: int | str, stop: asyncio.Event
    ) -> AsyncGenerator[Deliveries]:
        found.append(offset)
        async with read_stream(channel, offset, stop) as deliveries:
            yield deliveries

    monkeypatch.setattr(stream, "read_stream", noted)
    return found


async def test_copies_are_known_and_little_is_read_when_the_last_messages_hold_too_few_ids(
    gateway: Gateways, publisher: Publisher, looks: list[int | str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "_SAMPLE", 10)
    events = history_of(new_id(), 400)
    for start in range(0, len(events), 2):
        await publisher.batch(events[start : start + 2])
    async with gateway(Journal(most_ids=100)) as running, connected(running.socket) as client:
        end, sample, further = looks
        assert end == "last"
        assert isinstance(sample, int)
        assert isinstance(further, int)
        # 11 messages held 22 ids: 100 lie some 45 messages back, and a quarter more is read.
        assert sample + 10 - further == 56
        await client.subscribe(topic="dashboard")
        later = event_of(new_id())
        await publisher.batch(events[310:320])
        await publisher.batch([later])
        await client.receives([later])
