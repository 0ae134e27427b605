"""Trying again and again: with a pause, not for ever when told to stop, and never ended by somebody else's cancelling."""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import pairwise
from time import monotonic

import pytest
import uvloop

from shared.messaging import connection
from shared.messaging.connection import BROKER_FAULTS, LinkLost, open_connection, persistently
from shared.testing.pauses import ENOUGH, assert_backoff


async def run(attempt: Callable[[], Awaitable[None]], stop: asyncio.Event, within: float = 5) -> None:
    async with asyncio.timeout(within):
        await persistently(attempt, "test", (LinkLost,), stop)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction]
    monkeypatch.setattr(connection, "_GRACE_SECONDS", 0.1)


async def test_attempts_have_pauses_that_grow_when_each_fails_at_once() -> None:
    stop, times = asyncio.Event(), list[float]()

    async def attempt() -> None:
        times.append(monotonic())
        if len(times) == 4:
            stop.set()
        raise LinkLost("gone")

    await run(attempt, stop)
    pauses = [after - before for before, after in pairwise(times)]
    assert [pause >= least for pause, least in zip(pauses, (0.05, 0.1, 0.2), strict=True)] == [True] * 3
    assert sum(pauses) < 1.5


async def test_pauses_grow_and_differ_when_many_have_lost_the_same_link(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A broker that is back must not meet everybody at one moment."""
    pauses: list[timedelta] = []

    async def note(stop: asyncio.Event, seconds: float) -> None:
        pauses.append(timedelta(seconds=seconds))
        if len(pauses) == ENOUGH:
            stop.set()

    async def attempt() -> None:
        raise LinkLost("gone")

    monkeypatch.setattr(connection, "pause_until", note)
    await run(attempt, asyncio.Event())
    assert_backoff(pauses)


async def test_attempts_have_pauses_when_each_ends_without_a_fault() -> None:
    stop, attempts = asyncio.Event(), 0

    async def attempt() -> None:
        nonlocal attempts
        attempts += 1
        if attempts == 3:
            stop.set()

    began = monotonic()
    await run(attempt, stop)
    assert monotonic() - began > 0.1


async def test_work_goes_on_when_the_brokers_client_cancels_what_waits_for_it() -> None:
    """As it does with everybody who waits for a connection that has died."""
    stop, attempts = asyncio.Event(), 0

    async def attempt() -> None:
        nonlocal attempts
        attempts += 1
        if attempts == 2:
            stop.set()
            return
        waiting = asyncio.get_running_loop().create_future()
        waiting.cancel()
        await waiting

    await run(attempt, stop)
    assert attempts == 2


async def test_other_errors_are_raised_when_they_are_no_fault_of_the_environment() -> None:
    async def attempt() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await run(attempt, asyncio.Event())


async def test_attempt_finishes_what_it_is_in_when_told_to_stop() -> None:
    stop, finished = asyncio.Event(), False

    async def attempt() -> None:
        nonlocal finished
        stop.set()
        for _ in range(10):
            await asyncio.sleep(0)
        finished = True

    await run(attempt, stop)
    assert finished


async def test_attempt_is_cut_off_when_it_does_not_end_after_stop() -> None:
    stop, cleaned_up = asyncio.Event(), False

    async def attempt() -> None:
        nonlocal cleaned_up
        stop.set()
        try:
            await asyncio.Event().wait()
        finally:
            cleaned_up = True

    await run(attempt, stop, within=2)
    assert cleaned_up


async def test_attempt_is_cancelled_when_the_whole_is() -> None:
    started, cleaned_up = asyncio.Event(), False

    async def attempt() -> None:
        nonlocal cleaned_up
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            cleaned_up = True

    running = asyncio.create_task(run(attempt, asyncio.Event()))
    await started.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert cleaned_up


def test_attempt_has_failed_like_any_other_when_the_far_end_hangs_up_at_the_greeting() -> None:
    """As a broker does while it starts, and whatever stands before one that is away.

    On the services' own loop: there the farewell is often read before the client waits for the first frame.
    """
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=hang_up, args=(server, 50), daemon=True).start()
        uvloop.run(fails(f"amqp://127.0.0.1:{server.getsockname()[1]}/", 50))


def hang_up(server: socket.socket, times: int) -> None:
    for _ in range(times):
        server.accept()[0].close()


async def fails(url: str, times: int) -> None:
    for _ in range(times):
        with pytest.raises(BROKER_FAULTS):
            async with open_connection(url, "test"):
                pass
