"""Money moves: real databases, the real worker, the simulated provider."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from ops.stack.isolation import FreshDatabase
from payment_service import charging
from payment_service.charging import ask, recording
from payment_service.domain.commands import NoteStockReserved
from payment_service.domain.money import Money
from payment_service.domain.payment import Payment, PaymentStatus, RefundStatus
from payment_service.projections import project
from payment_service.provider_calls import ProviderCall, lease_due_calls
from payment_service.providers.port import (
    Charged,
    Declined,
    ProviderUnavailable,
    Refunded,
    RefundRefused,
)
from payment_service.providers.simulated import SimulatedProvider
from shared.database.engine import open_engine
from shared.eventsourcing.ids import new_id
from tests.integration.payment_service.conftest import PRICE, Books, Payments, placed, utc_now


def completed(payment: Payment) -> bool:
    return payment.status is PaymentStatus.COMPLETED


def refunded(payment: Payment) -> bool:
    return payment.status is PaymentStatus.REFUNDED


class Paused:
    """A provider that does everything at once, but answers only when it is let go."""

    def __init__(self, provider: SimulatedProvider) -> None:
        self._provider = provider
        self.asked = asyncio.Event()
        self.go_on = asyncio.Event()

    async def charge(self, key: str, price: Money, method: str) -> Charged | Declined:
        answer = await self._provider.charge(key, price, method)
        self.asked.set()
        await self.go_on.wait()
        return answer

    async def refund(self, key: str, amount: Money, charge_reference: str) -> Refunded | RefundRefused:
        return await self._provider.refund(key, amount, charge_reference)

    async def find(self, key: str) -> Charged | Declined | Refunded | RefundRefused | None:
        return await self._provider.find(key)


class AwayAtFirst(Paused):
    """Does not know what became of the first charge, and says so when it is let go."""

    async def charge(self, key: str, price: Money, method: str) -> Charged | Declined:
        if self.asked.is_set():
            return await self._provider.charge(key, price, method)
        self.asked.set()
        await self.go_on.wait()
        raise ProviderUnavailable("no answer")


async def open_calls(payments: Payments, order_id: UUID) -> int:
    ((count,),) = await payments.rows(
        "SELECT count(*) FROM provider_calls WHERE order_id = :order_id", order_id=order_id
    )
    return count


async def call_of(payments: Payments, order_id: UUID) -> ProviderCall:
    """The open call of the order, as a worker has it that then dies."""
    now = utc_now()
    async with payments.engine.begin() as connection:
        dues = await lease_due_calls(connection, now=now, until=now, limit=100)
    (call,) = [due.call for due in dues if due.call.order_id == order_id]
    return call


async def test_money_is_taken_at_once_when_the_reservation_is_heard(
    payments: Payments, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for the next look around."""
    monkeypatch.setattr(charging, "POLL", timedelta(hours=1))
    async with payments.charging():
        order_id = await payments.reserved()
        await payments.until(order_id, completed)
    assert await books.kept(order_id) == PRICE.amount
    assert await open_calls(payments, order_id) == 0
    assert await payments.types(order_id) == [
        "payment.initiated",
        "payment.charge_requested",
        "payment.processed",
    ]


async def test_work_is_taken_up_when_it_was_left_by_another_process(payments: Payments) -> None:
    order_id = await payments.reserved()
    assert (await payments.state(order_id)).status is PaymentStatus.PROCESSING
    assert await open_calls(payments, order_id) == 1
    async with payments.charging():
        await payments.until(order_id, completed)


async def test_a_call_is_asked_by_one_at_a_time_and_by_another_when_its_lease_ran_out(
    payments: Payments,
) -> None:
    order_id = await payments.reserved()
    now = utc_now()
    until = now + timedelta(seconds=15)

    async def leased(at: datetime) -> list[int]:
        async with payments.engine.begin() as connection:
            dues = await lease_due_calls(connection, now=at, until=at + timedelta(seconds=15), limit=100)
        return [due.attempt for due in dues if due.call.order_id == order_id]

    assert await leased(now) == [1]
    assert await leased(until - timedelta(seconds=1)) == []
    assert await leased(until) == [2]


async def test_race_8_charged_once_when_the_outcome_was_unknown(payments: Payments, books: Books) -> None:
    async with payments.charging():
        asks = {
            await payments.reserved("pm_test_timeout"): 2,
            await payments.reserved("pm_test_error_then_ok"): 3,
        }
        for order_id, expected in asks.items():
            await payments.until(order_id, completed)
            (entry,) = await books.entries(order_id)
            assert (entry.outcome, entry.asked) == ("charged", expected)


async def test_race_9_charged_and_told_once_when_we_crash_before_recording(
    payments: Payments, books: Books
) -> None:
    order_id = await payments.reserved()
    await ask(payments.provider, await call_of(payments, order_id))

    async with payments.charging():
        await payments.until(order_id, completed)

    (entry,) = await books.entries(order_id)
    assert (entry.outcome, entry.asked) == ("charged", 2)
    assert (await payments.types(order_id)).count("payment.processed") == 1


async def test_race_24_recorded_once_when_the_outcome_is_recorded_again(payments: Payments) -> None:
    order_id = await payments.reserved()
    call = await call_of(payments, order_id)
    submission = recording(call, await ask(payments.provider, call), utc_now())
    for _ in range(2):
        await payments.handler.handle([submission])
    assert await payments.types(order_id) == [
        "payment.initiated",
        "payment.charge_requested",
        "payment.processed",
    ]
    assert await open_calls(payments, order_id) == 0


async def test_race_6_returned_in_full_when_cancelled_while_the_provider_charges(
    payments: Payments, books: Books
) -> None:
    paused = Paused(payments.provider)
    async with payments.charging(paused):
        order_id = await payments.reserved()
        await paused.asked.wait()
        await payments.cancel(order_id)
        assert (await payments.state(order_id)).status is PaymentStatus.PROCESSING
        paused.go_on.set()
        await payments.until(order_id, refunded)
    assert await books.kept(order_id) == 0
    assert len(await books.entries(order_id)) == 2


async def test_race_16_everything_comes_back_once_when_the_first_refund_is_refused(
    payments: Payments, books: Books
) -> None:
    order_id = await payments.taken("pm_test_refund_fails")
    assert (await payments.refund(order_id, 1000)).status_code == 201
    await payments.cancel(order_id)
    async with payments.charging():
        payment = await payments.until(order_id, refunded)
    assert {refund.status for refund in payment.refunds} == {RefundStatus.FAILED, RefundStatus.SUCCEEDED}
    assert await books.kept(order_id) == 0
    assert await open_calls(payments, order_id) == 0


async def test_every_outcome_is_right_when_two_processes_charge_at_once(
    payments: Payments, books: Books, database: FreshDatabase
) -> None:
    methods = ["pm_card_visa", "pm_card_chargeDeclined", "pm_test_timeout", "pm_test_error_then_ok"]
    engine = open_engine(database.runtime_url, application="payment-twin")
    async with payments.charging(), payments.charging(engine=engine):
        orders = [await payments.reserved(methods[number % 4]) for number in range(120)]
        for order_id in orders[::3]:
            await payments.cancel(order_id)
        for number, order_id in enumerate(orders):
            cancelled, declined = number % 3 == 0, number % 4 == 1
            payment = await payments.until(
                order_id, lambda p: p.status not in (None, PaymentStatus.PROCESSING) and not p.refund_pending
            )
            assert await books.kept(order_id) == (0 if cancelled or declined else PRICE.amount)
            assert payment.captured - payment.refunded_total == await books.kept(order_id)
    await engine.dispose()


async def test_others_go_on_when_one_charge_is_slow(payments: Payments) -> None:
    async with payments.charging():
        slow = await payments.reserved("pm_test_slow")
        quick = await payments.reserved()
        await payments.until(quick, completed)
        assert (await payments.state(slow)).status is PaymentStatus.PROCESSING
        await payments.until(slow, completed)


async def test_others_are_charged_when_somebody_does_not_let_go_of_a_call_that_is_to_be_asked_again(
    payments: Payments,
) -> None:
    away = AwayAtFirst(payments.provider)
    async with payments.charging(away):
        stuck = await payments.reserved()
        await away.asked.wait()
        async with payments.engine.connect() as holder:
            await holder.execute(text("SET idle_in_transaction_session_timeout = 0"))
            held = text("SELECT key FROM provider_calls WHERE order_id = :order_id FOR UPDATE")
            assert (await holder.execute(held, {"order_id": stuck})).all()
            away.go_on.set()
            other = await payments.reserved()
            await payments.until(other, completed)
            await holder.invalidate()


async def test_answer_is_recorded_when_it_comes_while_the_process_stops(payments: Payments) -> None:
    paused = Paused(payments.provider)
    async with payments.charging(paused):
        order_id = await payments.reserved()
        await paused.asked.wait()
        asyncio.get_running_loop().call_later(0.1, paused.go_on.set)
    assert completed(await payments.state(order_id))


async def test_payment_stays_processing_when_the_provider_is_away_and_completes_when_it_is_back(
    payments: Payments, books: Books
) -> None:
    async with payments.charging():
        async with unreachable(books.url):
            order_id = await payments.reserved()
            await payments.until_asked(order_id, times=3)
            assert (await payments.state(order_id)).status is PaymentStatus.PROCESSING
        await payments.until(order_id, completed)
    assert await books.kept(order_id) == PRICE.amount


async def test_charging_goes_on_when_its_database_was_away(
    payments: Payments, books: Books, database: FreshDatabase
) -> None:
    paused = Paused(payments.provider)
    async with payments.charging(paused):
        order_id = await payments.reserved()
        await paused.asked.wait()
        async with unreachable(database.superuser_url):
            paused.go_on.set()
            await asyncio.wait_for(refused(database.runtime_url), 20)
        await payments.until(order_id, completed)
    (entry,) = await books.entries(order_id)
    assert (entry.outcome, entry.asked) == ("charged", 1)


async def test_same_calls_are_open_when_the_table_is_made_again_from_all_events(payments: Payments) -> None:
    returning, charging = await payments.taken(), await payments.reserved()
    assert (await payments.refund(returning, 1000)).status_code == 201

    async def kept() -> Sequence[Any]:
        return await payments.rows(
            "SELECT key, order_id, kind, request, due_at FROM provider_calls"
            " WHERE order_id IN (:one, :other) ORDER BY key",
            one=returning,
            other=charging,
        )

    before = await kept()
    async with payments.engine.begin() as connection:
        await connection.execute(text("DELETE FROM provider_calls"))
        position = 0
        while events := await payments.handler.store.forward(connection, after_position=position, limit=7):
            await project(connection, events)
            position = events[-1].position

    assert len(before) == 2
    assert await kept() == before


async def test_processing_and_its_call_are_one_commit(payments: Payments) -> None:
    order_id = new_id()
    await payments.hear(placed(order_id))
    await payments.hear(NoteStockReserved(order_id))
    rows = await payments.rows(
        "SELECT p.xmin = c.xmin AS together FROM payments AS p JOIN provider_calls AS c ON c.order_id = p.id"
        " WHERE p.id = :order_id AND p.status = 'PROCESSING'",
        order_id=order_id,
    )
    assert [row.together for row in rows] == [True]


@asynccontextmanager
async def unreachable(superuser_url: str) -> AsyncGenerator[None]:
    """The database refuses everybody and cuts whoever is connected; the server itself goes on."""
    server, name = superuser_url.rsplit("/", 1)
    engine = create_async_engine(
        server.replace("postgresql://", "postgresql+asyncpg://") + "/postgres", isolation_level="AUTOCOMMIT"
    )
    async with engine.connect() as connection:
        await connection.execute(text(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'))
        await connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"),
            {"name": name},
        )
        try:
            yield
        finally:
            await connection.execute(text(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'))
    await engine.dispose()


async def refused(url: str) -> None:
    """Returns once the database refuses a connection."""
    engine = open_engine(url, application="payment-tests-look")
    with pytest.raises(Exception, match="not currently accepting connections"):
        async with engine.connect():
            pass
    await engine.dispose()
