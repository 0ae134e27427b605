"""The simulated provider on its own database: what the rules say, durable, and once per key."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from itertools import cycle

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from ops.stack.isolation import FreshDatabase
from payment_service.domain.money import Money
from payment_service.providers.port import (
    Charged,
    Declined,
    KeyMisused,
    ProviderUnavailable,
    Refunded,
    RefundRefused,
)
from payment_service.providers.simulated import SimulatedProvider
from shared.database.engine import open_engine
from shared.eventsourcing.ids import new_id
from tests.integration.payment_service.conftest import Books, rows_of
from tests.integration.payment_service.test_charging import unreachable

PRICE = Money(4498, "USD")

MakeProvider = Callable[..., SimulatedProvider]


@pytest.fixture
async def another(provider_database: FreshDatabase) -> AsyncIterator[MakeProvider]:
    """Providers with engines of their own, as every process has one."""
    engines = [
        open_engine(provider_database.runtime_url, application="provider-twin", pool_size=2) for _ in range(4)
    ]
    unused = iter(engines)

    def make(error_rate: float = 0, chance: Iterator[float] | None = None) -> SimulatedProvider:
        drawn = chance or cycle([0.0])
        return SimulatedProvider(
            next(unused), latency=timedelta(), error_rate=error_rate, chance=lambda: next(drawn)
        )

    yield make
    for engine in engines:
        await engine.dispose()


def key() -> str:
    return f"{new_id()}:charge"


async def charged(provider: SimulatedProvider, charge: str, method: str = "pm_card_visa") -> str:
    answer = await provider.charge(charge, PRICE, method)
    assert isinstance(answer, Charged)
    return answer.reference


async def entry(books: Books, asked: str) -> tuple[str, int]:
    (row,) = await rows_of(books.engine, "SELECT outcome, asked FROM ledger WHERE key = :key", key=asked)
    return row.outcome, row.asked


@pytest.mark.parametrize(
    ("method", "code"),
    [
        ("pm_card_visa", None),
        ("pm_card_mastercard", None),
        ("pm_test_refund_fails", None),
        ("pm_card_chargeDeclined", "card_declined"),
        ("pm_card_chargeDeclinedInsufficientFunds", "insufficient_funds"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card"),
        ("pm_unheard_of", "invalid_payment_method"),
    ],
)
async def test_answer_stays_when_a_key_is_asked_again(
    another: MakeProvider, books: Books, method: str, code: str | None
) -> None:
    charge = key()
    answers = [await another().charge(charge, PRICE, method) for _ in range(2)]
    assert answers[0] == answers[1] == await another().find(charge)
    assert (answers[0].code if isinstance(answers[0], Declined) else None) == code
    assert await entry(books, charge) == ("declined" if code else "charged", 2)


async def test_money_is_taken_though_the_first_answer_is_lost_when_the_method_times_out(
    another: MakeProvider, books: Books
) -> None:
    charge = key()
    with pytest.raises(ProviderUnavailable):
        await another().charge(charge, PRICE, "pm_test_timeout")
    assert await entry(books, charge) == ("charged", 1)
    await charged(another(), charge, "pm_test_timeout")


async def test_asks_are_counted_for_good_when_the_method_errs_twice(
    another: MakeProvider, books: Books
) -> None:
    charge = key()
    for asked in (1, 2):
        with pytest.raises(ProviderUnavailable):
            await another().charge(charge, PRICE, "pm_test_error_then_ok")
        assert await entry(books, charge) == ("unsettled", asked)
    await charged(another(), charge, "pm_test_error_then_ok")


async def test_three_seconds_pass_when_the_method_is_slow(another: MakeProvider) -> None:
    started = asyncio.get_running_loop().time()
    await charged(another(), key(), "pm_test_slow")
    assert 3 <= asyncio.get_running_loop().time() - started < 5


async def test_first_refund_key_alone_is_refused_when_the_method_refuses_refunds(
    another: MakeProvider,
) -> None:
    provider = another()
    reference = await charged(provider, charge := key(), "pm_test_refund_fails")
    answers = await asyncio.gather(
        *(provider.refund(f"{charge}:refund:{n}", Money(10, "USD"), reference) for n in range(5))
    )
    assert sum(isinstance(answer, RefundRefused) for answer in answers) == 1
    assert answers == await asyncio.gather(
        *(provider.refund(f"{charge}:refund:{n}", Money(10, "USD"), reference) for n in range(5))
    )


async def test_never_more_than_the_charge_is_returned_when_two_instances_refund_at_once(
    another: MakeProvider,
) -> None:
    one, other = another(), another()
    for _ in range(8):
        charges = [charged(provider, key()) for _ in range(20) for provider in (one, other)]
        references = await asyncio.gather(*charges)
        answers = await asyncio.gather(
            *(
                provider.refund(f"{reference}:{name}", PRICE, reference)
                for reference in references
                for name, provider in (("a", one), ("b", other))
            )
        )
        for pair in zip(answers[::2], answers[1::2], strict=True):
            assert sum(isinstance(answer, Refunded) for answer in pair) == 1


async def test_money_is_taken_once_when_two_instances_are_asked_with_one_key_at_once(
    another: MakeProvider, books: Books
) -> None:
    one, other = another(), another()
    keys = [key() for _ in range(50)]
    asks = [provider.charge(k, PRICE, "pm_card_visa") for k in keys for provider in (one, other, one)]
    answers = await asyncio.gather(*asks)
    assert len({answer.reference for answer in answers if isinstance(answer, Charged)}) == len(keys)
    assert [await entry(books, k) for k in keys] == [("charged", 3)] * len(keys)


async def test_one_transaction_serves_many_when_asked_at_once(another: MakeProvider, books: Books) -> None:
    provider = another()
    keys = [key() for _ in range(150)]
    await asyncio.gather(*(charged(provider, k) for k in keys))
    rows = await rows_of(
        books.engine, "SELECT count(DISTINCT xmin::text) FROM ledger WHERE key = ANY(:keys)", keys=keys
    )
    assert rows[0][0] <= 3


async def test_neighbours_are_answered_when_one_key_is_misused(another: MakeProvider) -> None:
    provider = another()
    await charged(provider, misused := key())
    results = await asyncio.gather(
        provider.charge(misused, Money(1, "USD"), "pm_card_visa"),
        provider.charge(key(), PRICE, "pm_card_visa"),
        return_exceptions=True,
    )
    assert isinstance(results[0], KeyMisused)
    assert isinstance(results[1], Charged)


async def test_errors_come_before_and_after_the_fact_when_the_error_rate_says_so(
    another: MakeProvider, books: Books
) -> None:
    provider = another(error_rate=0.5, chance=iter([0.1, 0.3, 0.6]))
    charge = key()
    with pytest.raises(ProviderUnavailable, match="nothing has happened"):
        await provider.charge(charge, PRICE, "pm_card_visa")
    assert await another().find(charge) is None
    with pytest.raises(ProviderUnavailable, match="the answer was lost"):
        await provider.charge(charge, PRICE, "pm_card_visa")
    assert await entry(books, charge) == ("charged", 1)
    await charged(provider, charge)


async def test_outcome_is_unknown_when_its_database_is_away(another: MakeProvider, books: Books) -> None:
    provider = another()
    charge = key()
    async with unreachable(books.url):
        with pytest.raises(ProviderUnavailable):
            await provider.charge(charge, PRICE, "pm_card_visa")
        with pytest.raises(ProviderUnavailable):
            await provider.find(charge)
    await charged(provider, charge)


async def test_nobody_takes_an_entry_back_as_runtime(provider_database: FreshDatabase) -> None:
    engine = open_engine(provider_database.runtime_url, application="provider-tests-delete")
    with pytest.raises(DBAPIError, match="permission denied"):
        async with engine.begin() as connection:
            await connection.execute(text("DELETE FROM ledger"))
    await engine.dispose()
