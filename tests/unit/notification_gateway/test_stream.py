# The offset is looked for in the middle of connecting: nothing that is public shows how long.
# pyright: reportPrivateUsage=false
import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any, cast

import orjson
import pytest

from notification_gateway import stream
from notification_gateway.journal import Journal
from notification_gateway.stream import StreamFollower
from shared.messaging.deliveries import Deliveries
from tests.unit.notification_gateway.entries import raw_event


class SlowStream:
    """Holds one message, but counts none, and takes a moment to deliver it: its broker has just restarted."""

    def __init__(self) -> None:
        self.message: Any = SimpleNamespace(
            headers={"x-stream-offset": 7}, body=orjson.dumps([raw_event(7)]), ack=self._acknowledge
        )

    async def _acknowledge(self, **_: bool) -> None:
        """There is nobody to tell."""

    async def declare_queue(self, name: str, **_: Any) -> Any:
        return SimpleNamespace(declaration_result=SimpleNamespace(message_count=0))

    @asynccontextmanager
    async def read(self, *_: Any) -> AsyncGenerator[Deliveries]:
        deliveries = Deliveries(asyncio.Event())
        delivering = asyncio.create_task(self._deliver(deliveries))
        yield deliveries
        delivering.cancel()

    async def _deliver(self, deliveries: Deliveries) -> None:
        for _ in range(10):
            await asyncio.sleep(0)
        await deliveries.arrive(self.message)


@pytest.mark.parametrize(("has_read", "found"), [(False, None), (True, 7)])
async def test_slow_stream_is_not_taken_for_an_empty_one_when_it_was_read_before(
    monkeypatch: pytest.MonkeyPatch, has_read: bool, found: int | None
) -> None:
    slow = SlowStream()
    monkeypatch.setattr(stream, "read_stream", slow.read)
    monkeypatch.setattr(stream, "_SILENCE_SECONDS", 0.0)
    follower = StreamFollower("amqp://nowhere", Journal())
    if has_read:
        await follower._take(slow.message, nothing_waits=True)
    assert await follower._newest_offset(cast("Any", slow), asyncio.Event()) == found
