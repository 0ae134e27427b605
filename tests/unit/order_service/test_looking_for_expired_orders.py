"""Expiry looks once a second, and waits longer and longer while the database is away."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from order_service import expiry
from order_service.expiry import Expiry
from shared.backoff import FIRST_PAUSE
from shared.database.faults import Unavailable
from shared.testing.pauses import ENOUGH, assert_backoff


class Looking(Expiry):
    """Finds no order in the database, or no database."""

    def __init__(self, answers: Iterator[bool]) -> None:
        nothing = cast(Any, None)
        super().__init__(nothing, nothing, timedelta(minutes=15), lambda: datetime.now(UTC))
        self._answers = answers

    async def expire_due(self) -> int:
        if not next(self._answers):
            raise Unavailable("away")
        return 0


async def pauses_of(answers: list[bool], monkeypatch: pytest.MonkeyPatch) -> list[timedelta]:
    """The pause after each look."""
    pauses: list[timedelta] = []

    async def note(stop: asyncio.Event, seconds: float) -> None:
        pauses.append(timedelta(seconds=seconds))
        if len(pauses) == len(answers):
            stop.set()

    monkeypatch.setattr(expiry, "pause_until", note)
    async with asyncio.timeout(10):
        await Looking(iter(answers)).run(asyncio.Event())
    return pauses


async def test_pauses_grow_and_differ_when_the_database_stays_away(monkeypatch: pytest.MonkeyPatch) -> None:
    assert_backoff(await pauses_of([False] * ENOUGH, monkeypatch))


async def test_pauses_are_as_usual_again_when_the_database_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    *_, usual, first = await pauses_of([False, False, False, True, False], monkeypatch)
    assert usual == timedelta(seconds=1)
    assert first <= FIRST_PAUSE
