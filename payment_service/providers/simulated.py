"""A payment provider in miniature: its own database, its own transactions, its own mishaps."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from random import random

from sqlalchemy.ext.asyncio import AsyncEngine

from payment_service.domain.money import Money
from payment_service.providers.ledger import Ledger
from payment_service.providers.port import (
    Answer,
    Charged,
    Declined,
    ProviderUnavailable,
    Refunded,
    RefundRefused,
)
from payment_service.providers.rules import (
    SLOW,
    Ask,
    Entry,
    charge_answer,
    charge_ask,
    refund_answer,
    refund_ask,
    settled_answer,
)
from shared.database.faults import DatabaseFault


class SimulatedProvider:
    """Every answer takes `latency`. Of all asks `error_rate` (0 to 1) fail: half before anything has happened, half
    when it has happened and only the answer is lost.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        *,
        latency: timedelta,
        error_rate: float,
        chance: Callable[[], float] = random,
    ) -> None:
        self._ledger = Ledger(engine)
        self._latency = latency
        self._error_rate = error_rate
        self._chance = chance

    async def charge(self, key: str, price: Money, method: str) -> Charged | Declined:
        if method == "pm_test_slow":
            await asyncio.sleep(SLOW.total_seconds())
        return charge_answer(await self._enter(charge_ask(key, price, method)))

    async def refund(self, key: str, amount: Money, charge_reference: str) -> Refunded | RefundRefused:
        return refund_answer(await self._enter(refund_ask(key, amount, charge_reference)))

    async def find(self, key: str) -> Answer | None:
        try:
            entry = await self._ledger.find(key)
        except DatabaseFault as fault:
            raise ProviderUnavailable(str(fault)) from fault
        return settled_answer(entry) if entry else None

    async def _enter(self, ask: Ask) -> Entry:
        if self._latency:
            await asyncio.sleep(self._latency.total_seconds())
        mishap = self._chance()
        if mishap < self._error_rate / 2:
            raise ProviderUnavailable("internal error, nothing has happened")
        try:
            entry = await self._ledger.enter(ask)
        except DatabaseFault as fault:
            raise ProviderUnavailable(str(fault)) from fault
        if mishap < self._error_rate:
            raise ProviderUnavailable("the answer was lost")
        return entry
