"""Waits that end early."""

import asyncio

import pytest

from shared.stopping import pause_until, woken_by


async def test_pause_ends_at_once_when_the_event_is_set() -> None:
    event = asyncio.Event()
    asyncio.get_running_loop().call_soon(event.set)
    async with asyncio.timeout(5):
        await pause_until(event, 3600)


async def test_pause_ends_when_its_time_is_over() -> None:
    event = asyncio.Event()
    async with asyncio.timeout(5):
        await pause_until(event, 0.001)
    assert not event.is_set()


async def test_waiting_is_woken_when_told_to_stop() -> None:
    stop, waiting = asyncio.Event(), asyncio.Event()
    async with asyncio.timeout(5):
        with woken_by(stop, waiting):
            stop.set()
            await waiting.wait()


async def test_waiting_is_left_alone_when_the_block_has_ended() -> None:
    stop, waiting = asyncio.Event(), asyncio.Event()
    with pytest.raises(ZeroDivisionError), woken_by(stop, waiting):
        raise ZeroDivisionError
    stop.set()
    for _ in range(3):
        await asyncio.sleep(0)
    assert not waiting.is_set()
